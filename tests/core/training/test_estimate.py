"""The cost of a run is known before it is started, from real steps on random input."""

import math
import time

import pytest
import torch
from torch import nn

from core.config import RunConfig, datasets, models
from core.data.base import Outline
from core.errors import ConfigError, MemoryShortage
from core.generators import pull
from core.training.estimate import STEPS, WARM_UP, Estimate, estimate


def outline_of(config: RunConfig) -> Outline:
    outline = config.dataset.outline()
    assert outline is not None
    return outline


def cost(batch_size: int = 32, epochs: int = 3, **parts: object) -> Estimate:
    config = RunConfig.make(**({"dataset": "digits", "model": "chapter_cnn"} | parts)).with_changes(
        training={"batch_size": batch_size, "epochs": epochs, "threads": 1, "device": "cpu"}
    )
    return pull(estimate(config, outline_of(config)))


def test_parameters_are_those_of_the_network_and_times_add_up() -> None:
    began = time.perf_counter()
    found = cost(batch_size=32)
    elapsed = time.perf_counter() - began
    assert found.parameters == 54_410
    assert found.seconds == pytest.approx(3 * found.seconds_per_epoch)
    steps = math.ceil(outline_of(RunConfig.make(dataset="digits", model="chapter_cnn")).train / 32)
    assert 0 < found.seconds_per_epoch < steps * elapsed, "the mean of some steps, which were all made meanwhile"


def test_memory_grows_with_the_batch_and_with_what_the_optimizer_remembers() -> None:
    assert cost(batch_size=256).bytes > cost(batch_size=32).bytes
    assert cost(optimizer="adam").bytes - cost(optimizer="sgd").bytes >= 2 * 4 * 54_410


def test_every_kind_of_data_has_a_model_whose_cost_is_known() -> None:
    for dataset, kind in (("digits", "image"), ("sentences", "text")):
        model = models().for_kind(kind)[0].key
        assert cost(dataset=dataset, model=model).parameters > 0
    assert {spec.kind for spec in datasets()} == {"image", "text"}


def test_texts_are_measured_as_long_as_those_of_the_dataset_are(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[int] = []

    def note(_model: nn.Module, _optimizer: object, inputs: tuple[torch.Tensor, ...], *_rest: object) -> object:
        seen.append(inputs[0].shape[1])
        return torch.zeros(()), None

    monkeypatch.setattr("core.training.estimate.train_step", note)
    config = RunConfig.make(dataset="sentences", model="bag_of_embeddings")
    train = pull(config.dataset.load(0)).split("train")
    lengths = [train.batch(index_B)[0][0].shape[1] for index_B in train.order(32, torch.Generator().manual_seed(0))]
    pull(estimate(config, outline_of(config)))
    assert seen[0] == pytest.approx(sum(lengths) / len(lengths), rel=0.25)
    seen.clear()
    cut = RunConfig.make(dataset={"key": "sentences", "max_length": 5}, model="bag_of_embeddings")
    pull(estimate(cut, outline_of(cut)))
    assert seen[0] == 5


@pytest.mark.parametrize("model", [spec.key for spec in models()])
def test_a_run_that_trains_beside_it_draws_the_same_random_numbers(model: str) -> None:
    kind = models()[model].kind
    torch.manual_seed(1)
    before = torch.get_rng_state()
    cost(dataset="sentences" if kind == "text" else "digits", model=model)
    assert torch.equal(torch.get_rng_state(), before)


def test_it_can_be_stopped_between_two_steps() -> None:
    config = RunConfig.make(dataset="digits", model="softmax_regression")
    steps = estimate(config, outline_of(config))
    for _step in range(3):
        next(steps)
    steps.close()


def test_it_makes_no_more_steps_than_it_says_and_gives_up_on_slow_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    config = RunConfig.make(dataset="digits", model="softmax_regression")
    yields = sum(1 for _ in estimate(config, outline_of(config)))
    assert yields == 1 + WARM_UP + STEPS
    monkeypatch.setattr("core.training.estimate.PATIENCE", 1e-9)
    yields = sum(1 for _ in estimate(config, outline_of(config)))
    assert yields == 2, "a single step, measured all the same"


def test_a_network_too_large_for_its_pictures_or_for_memory_is_said_in_a_sentence(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def starved(*_given: object, **_more: object) -> nn.Module:
        return nn.Linear(2**40, 2**10)

    monkeypatch.setattr(type(RunConfig.make(model="mlp").model), "build", starved)
    with pytest.raises((MemoryShortage, ConfigError)):
        cost(model="mlp")
    assert torch.is_grad_enabled()
