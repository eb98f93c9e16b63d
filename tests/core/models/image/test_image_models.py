"""The image networks: their sizes, their parameters, and that they learn."""

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from core.errors import ConfigError
from core.input_spec import ImageInput
from core.models.image.chapter_cnn import ChapterCnn, ChapterCnnConfig
from core.models.image.lenet5 import LeNet5Config
from core.models.image.mlp import MlpConfig
from core.models.image.small_conv_bn import SmallConvBnConfig
from core.models.image.small_resnet import SmallResNetConfig
from core.models.image.softmax_regression import SoftmaxRegressionConfig
from core.runs.config import models

MNIST = ImageInput(channels=1, height=28, width=28)
KEYS = [part.key for part in models().for_modality("image")]

pytestmark = pytest.mark.usefixtures("one_thread")


def images(input: ImageInput, count: int = 4) -> Tensor:
    generator = torch.Generator().manual_seed(0)
    return torch.randn(count, input.channels, input.height, input.width, generator=generator)


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize(("height", "width", "classes"), [(28, 28, 10), (12, 17, 2), (33, 20, 26)])
def test_every_network_answers_with_one_logit_per_class(
    key: str, channels: int, height: int, width: int, classes: int
) -> None:
    input = ImageInput(channels=channels, height=height, width=width)
    model = models()[key]().build(input, classes)
    assert model(images(input)).shape == (4, classes)


@pytest.mark.parametrize(
    ("config", "parameters"),
    [
        (SoftmaxRegressionConfig(), 7_850),
        (MlpConfig(), 118_282),
        (MlpConfig(layers=1, width=32), 784 * 32 + 32 + 32 * 10 + 10),
        (ChapterCnnConfig(), 54_410),
        (ChapterCnnConfig(filters=8), 9 * 8 + 8 + 8 * 13 * 13 * 10 + 10),
        (LeNet5Config(), 61_706),
        (SmallConvBnConfig(), 16_634),
        (SmallResNetConfig(), 77_754),
    ],
)
def test_the_parameter_counts_are_those_the_docstrings_derive(config: object, parameters: int) -> None:
    model = config.build(MNIST, 10)
    assert sum(p.numel() for p in model.parameters()) == parameters


def test_the_chapters_dense_layer_holds_nearly_all_its_parameters() -> None:
    model = ChapterCnnConfig().build(MNIST, 10)
    assert isinstance(model, ChapterCnn)
    assert sum(p.numel() for p in model.conv1.parameters()) == 320
    assert sum(p.numel() for p in model.dense.parameters()) == 54_090


def test_pooling_before_relu_is_the_function_the_chapter_writes_and_has_its_gradients() -> None:
    torch.manual_seed(0)
    model = ChapterCnnConfig().build(MNIST, 10)
    assert isinstance(model, ChapterCnn)
    batch_BCHW, targets_B = images(MNIST, 16), torch.arange(16) % 10

    def as_the_chapter_writes_it(x_BCHW: Tensor) -> Tensor:
        maps_BHWM = model.pool(torch.relu(model.conv1(x_BCHW))).permute(0, 2, 3, 1)
        logits_BK: Tensor = model.dense(torch.flatten(maps_BHWM, 1))
        return logits_BK

    gradients = []
    for forward in (model, as_the_chapter_writes_it):
        model.zero_grad()
        logits_BK = forward(batch_BCHW)
        F.cross_entropy(logits_BK, targets_B).backward()
        gradients.append([p.grad.clone() for p in model.parameters() if p.grad is not None])
    assert torch.equal(model(batch_BCHW), as_the_chapter_writes_it(batch_BCHW))
    assert len(gradients[0]) == 4
    for ours, chapters in zip(*gradients, strict=True):
        assert torch.allclose(ours, chapters, atol=1e-6)


def test_the_chapters_cnn_starts_with_glorots_weights_as_keras_does() -> None:
    torch.manual_seed(0)
    model = ChapterCnnConfig().build(MNIST, 10)
    assert isinstance(model, ChapterCnn)
    for layer, inputs, outputs in ((model.conv1, 9, 9 * 32), (model.dense, 5408, 10)):
        limit = (6 / (inputs + outputs)) ** 0.5
        assert layer.weight.abs().max() <= limit
        assert layer.weight.abs().max() > 0.95 * limit
        assert layer.bias is not None
        assert not layer.bias.any()


@pytest.mark.parametrize(("config", "least"), [(ChapterCnnConfig(), 4), (LeNet5Config(), 12), (SmallConvBnConfig(), 8)])
def test_images_too_small_for_a_network_are_refused_with_a_sentence(config: object, least: int) -> None:
    fits = ImageInput(channels=1, height=least, width=least)
    assert config.build(fits, 3)(images(fits)).shape == (4, 3)
    with pytest.raises(ConfigError, match=f"at least {least} × {least} pixels; these have {least} × {least - 1}"):
        config.build(ImageInput(channels=1, height=least, width=least - 1), 3)


@pytest.mark.parametrize("key", KEYS)
def test_memory_layout_changes_nothing_but_speed(key: str) -> None:
    torch.manual_seed(0)
    input = ImageInput(channels=3, height=20, width=20)
    model = models()[key]().build(input, 5).eval()
    plain = model(images(input))
    model.to(memory_format=torch.channels_last)
    assert torch.allclose(model(images(input)), plain, atol=1e-5)


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("channels", [1, 3])
def test_two_steps_on_one_batch_lower_its_loss(key: str, channels: int) -> None:
    torch.manual_seed(0)
    input = ImageInput(channels=channels, height=12, width=12)
    model: nn.Module = models()[key]().build(input, 3)
    batch_BCHW, targets_B = images(input, 12), torch.arange(12) % 3
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05)
    losses = []
    for _step in range(3):
        loss = F.cross_entropy(model(batch_BCHW), targets_B)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert losses[2] < losses[0]


@pytest.mark.parametrize("key", KEYS)
def test_the_same_seed_gives_the_same_first_weights(key: str) -> None:
    weights = []
    for _build in range(2):
        torch.manual_seed(7)
        weights.append(models()[key]().build(MNIST, 10).state_dict())
    assert all(torch.equal(weights[0][name], weights[1][name]) for name in weights[0])


@pytest.mark.parametrize("activation", ["relu", "tanh", "sigmoid", "gelu"])
def test_the_perceptron_has_the_layers_and_the_activation_it_was_asked_for(activation: str) -> None:
    model = MlpConfig(layers=3, width=7, activation=activation).build(MNIST, 10)
    names = [type(module).__name__.lower() for module in model.modules()]
    assert names.count("linear") == 4
    assert names.count(activation) == 3


def test_dropout_silences_neurons_in_training_only() -> None:
    torch.manual_seed(0)
    model = MlpConfig(dropout=0.5).build(MNIST, 10)
    batch = images(MNIST)
    assert not torch.equal(model(batch), model(batch))
    model.eval()
    assert torch.equal(model(batch), model(batch))


def test_more_blocks_make_a_deeper_residual_network() -> None:
    def convolutions(blocks: int) -> int:
        return sum(isinstance(m, nn.Conv2d) for m in SmallResNetConfig(blocks=blocks).build(MNIST, 10).modules())

    assert convolutions(3) - convolutions(2) == 3 * 2
