"""Every explanation, on every network for pictures."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from core.data.handwriting.generator import generate
from core.explain.image.activations import activations, first_filters
from core.explain.image.arithmetic import pixel_arithmetic
from core.explain.image.base import Attribution
from core.explain.image.gradcam import grad_cam
from core.explain.image.occlusion import occlusion
from core.explain.image.saliency import integrated_gradients, saliency
from core.input_spec import ImageInput
from core.runs.config import models

INPUT = ImageInput(channels=1, height=28, width=28, mean=(0.13,), std=(0.31,))
BLANK = -0.13 / 0.31
METHODS: dict[str, Callable[[nn.Module, Tensor, int], Attribution]] = {
    "saliency": saliency,
    "integrated gradients": lambda model, x, target: integrated_gradients(model, x, target, BLANK),
    "grad-cam": grad_cam,
    "occlusion": lambda model, x, target: occlusion(model, x, target, BLANK),
}


@pytest.fixture(params=[part.key for part in models().for_modality("image")])
def model(request: pytest.FixtureRequest) -> nn.Module:
    """A network with fresh weights, in eval mode; batch normalisation has seen some digits."""
    with torch.random.fork_rng():
        torch.manual_seed(1)
        model: nn.Module = models()[request.param]().build(INPUT, 10)
        model(torch.cat([picture(seed) for seed in range(16)]))
    return model.eval().requires_grad_(False)


def picture(seed: int = 0) -> Tensor:
    return (torch.from_numpy(generate(1, seed=seed)[0])[None].float() / 255 - 0.13) / 0.31


@pytest.mark.parametrize("method", METHODS)
def test_every_method_answers_for_every_network_aligned_to_the_input(model: nn.Module, method: str) -> None:
    result = METHODS[method](model, picture(), 3)
    assert result.values_HW.shape == (28, 28)
    assert result.values_HW.dtype == np.float32
    assert np.isfinite(result.values_HW).all()
    assert result.title
    assert result.how_to_read
    assert result.signed or (result.values_HW >= 0).all()
    convolutional = any(isinstance(module, nn.Conv2d) for module in model.modules())
    assert result.applies == (convolutional or method != "grad-cam")
    assert result.applies or not result.values_HW.any()


@pytest.mark.parametrize("method", METHODS)
def test_explaining_draws_no_random_number_and_leaves_no_trace(model: nn.Module, method: str) -> None:
    before, before_numpy = torch.get_rng_state(), np.random.get_state()[1].copy()  # noqa: NPY002
    weights = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    first, second = (METHODS[method](model, picture(), 3) for _time in range(2))
    assert (first.values_HW == second.values_HW).all()
    assert torch.equal(before, torch.get_rng_state())
    assert (before_numpy == np.random.get_state()[1]).all()  # noqa: NPY002
    assert all(torch.equal(tensor, weights[name]) for name, tensor in model.state_dict().items())
    assert not any(m._forward_hooks or m._forward_pre_hooks or m._backward_hooks for m in model.modules())
    assert not model.training
    assert not any(p.requires_grad or p.grad is not None for p in model.parameters())


def test_integrated_gradients_add_up_to_the_difference_of_the_scores(model: nn.Module) -> None:
    input = picture()
    for target in (0, 7):
        with torch.inference_mode():
            scores = model(torch.cat([input, torch.full_like(input, BLANK)]))[:, target]
        result = integrated_gradients(model, input, target, BLANK)
        assert result.total == pytest.approx(float(scores[0] - scores[1]), abs=1e-5)
        assert result.values_HW.sum() == pytest.approx(result.total, abs=0.02 * max(1.0, abs(float(result.total or 0))))


def test_occlusion_finds_the_pixels_that_a_network_looks_at() -> None:
    class Corner(nn.Module):
        def forward(self, images: Tensor) -> Tensor:
            return torch.stack([images[:, 0, :6, :6].sum((1, 2)), images[:, 0, 20:, 20:].sum((1, 2))], 1)

    result = occlusion(Corner(), torch.ones(1, 1, 28, 28), 1)
    assert result.values_HW[22:, 22:].min() > 1
    assert not result.values_HW[:14, :14].any()


def test_saliency_is_the_size_of_the_gradient(model: nn.Module) -> None:
    input = picture().requires_grad_()
    model(input)[0, 4].backward()
    assert input.grad is not None
    assert saliency(model, picture(), 4).values_HW == pytest.approx(input.grad.abs()[0, 0].numpy(), abs=1e-6)


def test_a_colour_network_is_explained_too() -> None:
    input = ImageInput(channels=3, height=32, width=30)
    with torch.random.fork_rng():
        torch.manual_seed(1)
        model = models()["conv_bn"]().build(input, 4).eval().requires_grad_(False)
    image = torch.linspace(0, 1, 3 * 32 * 30).view(1, 3, 32, 30)
    blank = torch.tensor([0.1, 0.2, 0.3])
    results: list[Any] = [
        saliency(model, image, 1),
        integrated_gradients(model, image, 1, blank),
        grad_cam(model, image, 1),
        occlusion(model, image, 1, blank),
    ]
    assert all(result.values_HW.shape == (32, 30) for result in results)
    assert results[1].values_HW.sum() == pytest.approx(results[1].total, rel=0.02, abs=0.02)


class TestActivations:
    def test_the_last_layer_holds_the_scores(self, model: nn.Module) -> None:
        layers = activations(model, picture())
        assert layers[-1].values_F is not None
        with torch.inference_mode():
            assert layers[-1].values_F == pytest.approx(model(picture())[0].numpy(), abs=1e-6)

    def test_every_map_that_one_kernel_made_names_its_convolution(self, model: nn.Module) -> None:
        layers = activations(model, picture())
        by_name = {layer.name: layer for layer in layers}
        for layer in layers:
            assert layer.title
            assert (layer.maps_OHW is None) != (layer.values_F is None)
            if layer.made_by is not None:
                maker = by_name[layer.made_by]
                assert maker.kernels_OIYX is not None
                assert layer.maps_OHW is not None
                assert len(maker.kernels_OIYX) == len(layer.maps_OHW)

    def test_maps_after_a_shortcut_are_nobodys_alone(self) -> None:
        with torch.random.fork_rng():
            resnet = models()["small_resnet"]().build(INPUT, 10).eval()
        layers = {layer.name: layer for layer in activations(resnet, picture())}
        assert layers["stage1.0.bn2"].made_by == "stage1.0.conv2"
        assert layers["stage1.0.relu2"].made_by is None

    def test_first_filters_are_pictures(self, model: nn.Module) -> None:
        filters = first_filters(model, INPUT)
        assert filters is not None
        assert filters.ndim == 4
        assert filters.shape[1] == 1


def test_the_arithmetic_of_a_pixel_adds_up_to_what_the_network_computed(model: nn.Module) -> None:
    layers = [layer for layer in activations(model, picture()) if layer.kernels_OIYX is not None]
    for layer in layers:
        assert layer.maps_OHW is not None
        count, height, width = layer.maps_OHW.shape
        for map, row, column in ((0, 0, 0), (count - 1, height - 1, width - 1), (count // 2, height // 2, width // 3)):
            one = pixel_arithmetic(model, picture(), layer.name, map, row, column)
            assert one.value == layer.maps_OHW[map, row, column]
            assert one.sum + one.bias == pytest.approx(one.value, abs=1e-5)
            assert (one.products_IYX == one.patch_IYX * one.kernel_IYX).all()
            left, top, right, bottom = one.box
            assert one.patch_IYX.shape == (layer.kernels_OIYX.shape[1], bottom - top, right - left)  # type: ignore[union-attr]


def test_the_arithmetic_knows_padding_stride_dilation_and_groups() -> None:
    with torch.random.fork_rng():
        torch.manual_seed(2)
        odd = nn.Sequential(nn.Conv2d(4, 6, 3, stride=2, padding=2, dilation=2, groups=2)).requires_grad_(False)
    input = torch.linspace(-1, 1, 4 * 9 * 9).view(1, 4, 9, 9)
    made = odd(input)[0]
    for map in range(6):
        for row, column in ((0, 0), (2, 3), (4, 4)):
            one = pixel_arithmetic(odd, input, "0", map, row, column)
            assert one.sum + one.bias == pytest.approx(float(made[map, row, column]), abs=1e-5)
