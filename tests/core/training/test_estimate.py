"""The cost of a run is known before it is started, from real steps on random input."""

import math
import time

import pytest
import torch
from torch import nn

from core.data.base import DatasetInfo
from core.device import use_threads
from core.errors import ConfigError, MemoryShortage
from core.events import RunStarted
from core.generators import pull
from core.modalities import MODALITIES
from core.runs.config import RunConfig, models
from core.training.estimate import PATIENCE, STEPS, WARM_UP, Estimate, estimate
from core.training.loop import fit, train_step


def outline_of(config: RunConfig) -> DatasetInfo:
    info = config.dataset.info()
    assert info is not None
    return info


def cost(batch_size: int = 32, epochs: int = 3, **parts: object) -> Estimate:
    config = RunConfig.make(**({"dataset": "digits", "model": "chapter_cnn"} | parts)).with_changes(
        training={"batch_size": batch_size, "epochs": epochs, "threads": 1, "device": "cpu"}
    )
    return pull(estimate(config, outline_of(config)))


class Clock:
    """A clock that only steps move. `seconds` is the duration of a step, by the number of threads."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, seconds: dict[int, float]) -> None:
        self.now, self.steps, self._seconds = 0.0, dict.fromkeys(seconds, 0), seconds
        monkeypatch.setattr("core.device.ALL_THREADS", max(seconds))
        monkeypatch.setattr("core.training.estimate.time", self)
        monkeypatch.setattr("core.training.estimate.train_step", self._step)

    def perf_counter(self) -> float:
        return self.now

    def _step(self, *given: object) -> object:
        threads = torch.get_num_threads()
        self.steps[threads] += 1
        self.now += self._seconds[threads]
        return train_step(*given)  # type: ignore[arg-type]


def test_parameters_are_those_of_the_network_and_times_add_up() -> None:
    began = time.perf_counter()
    found = cost(batch_size=32)
    elapsed = time.perf_counter() - began
    assert found.parameters == 54_410
    assert found.seconds == pytest.approx(3 * found.seconds_per_epoch)
    steps = math.ceil(outline_of(RunConfig.make(dataset="digits", model="chapter_cnn")).train / 32)
    assert 0 < found.seconds_per_epoch < steps * elapsed, "the mean of some steps, which were all made meanwhile"


def test_frozen_layers_have_no_parameters_to_learn_as_in_the_run_itself() -> None:
    config = RunConfig.make(
        dataset={"key": "digits", "train_examples": 100},
        model="chapter_cnn",
        initial_weights={"frozen": "conv1"},
        training={"epochs": 1, "threads": 1, "device": "cpu"},
    )
    events = fit(config)
    started = next(event for event in events if isinstance(event, RunStarted))
    events.close()
    found = pull(estimate(config, outline_of(config)))
    assert found.parameters == started.parameters < 54_410
    assert found.bytes < cost().bytes, "they need no gradients"


def test_a_layer_to_freeze_that_is_not_there_is_said_in_a_sentence() -> None:
    with pytest.raises(ConfigError, match="no layer called “roof”"):
        cost(initial_weights={"frozen": "roof"})


def test_memory_grows_with_the_batch_and_with_what_the_optimizer_remembers() -> None:
    assert cost(batch_size=256).bytes > cost(batch_size=32).bytes
    assert cost(optimizer="adam").bytes - cost(optimizer="sgd").bytes >= 2 * 4 * 54_410


def test_every_modality_has_a_model_whose_cost_is_known() -> None:
    for modality in MODALITIES.values():
        assert cost(dataset=modality.dataset, model=modality.model).parameters > 0


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


@pytest.mark.parametrize("model", [part.key for part in models()])
def test_a_run_that_trains_beside_it_draws_the_same_random_numbers(model: str) -> None:
    dataset = MODALITIES[models()[model].modality].dataset
    torch.manual_seed(1)
    before = torch.get_rng_state()
    cost(dataset=dataset, model=model)
    assert torch.equal(torch.get_rng_state(), before)


def test_it_can_be_stopped_between_two_steps() -> None:
    config = RunConfig.make(dataset="digits", model="softmax_regression")
    steps = estimate(config, outline_of(config))
    for _step in range(3):
        next(steps)
    steps.close()


def test_it_makes_no_more_steps_than_it_says_and_gives_up_on_slow_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    config = RunConfig.make(dataset="digits", model="softmax_regression")
    clock = Clock(monkeypatch, {1: 0.001, 2: 0.001})
    yields = sum(1 for _ in estimate(config, outline_of(config)))
    assert yields == 1 + 2 * (WARM_UP + STEPS)
    assert clock.steps == {1: WARM_UP + STEPS, 2: WARM_UP + STEPS}
    monkeypatch.setattr("core.training.estimate.PATIENCE", 1e-9)
    yields = sum(1 for _ in estimate(config, outline_of(config)))
    assert yields == 2, "a single step, measured all the same"


def test_more_threads_are_offered_with_both_speeds_where_they_pay(monkeypatch: pytest.MonkeyPatch) -> None:
    Clock(monkeypatch, {1: 0.014, 4: 0.010})
    found = cost(batch_size=20)
    assert found.more_threads is not None
    assert found.more_threads.threads == 4
    assert found.more_threads.gain == pytest.approx(1.4)
    assert (found.more_threads.speed, found.more_threads.speed_as_chosen) == pytest.approx((2000, 20 / 0.014))
    assert found.seconds_per_epoch == pytest.approx(0.014 * 65), "which is that of the threads chosen"


@pytest.mark.parametrize("seconds", [{1: 0.014, 4: 0.013}, {1: 0.014, 4: 0.100}, {1: 0.014}])
def test_where_more_threads_do_not_pay_nothing_is_said(
    monkeypatch: pytest.MonkeyPatch, seconds: dict[int, float]
) -> None:
    Clock(monkeypatch, seconds)
    assert cost().more_threads is None


@pytest.mark.parametrize("of_one", [0.001, 0.1, 0.4, 0.9, 5.0])
def test_both_measurements_together_stay_within_the_patience_and_a_step(
    monkeypatch: pytest.MonkeyPatch, of_one: float
) -> None:
    clock = Clock(monkeypatch, {1: of_one, 2: of_one / 1.5})
    found = cost()
    assert clock.now <= PATIENCE + of_one
    assert clock.steps[1] >= 1
    assert (found.more_threads is not None) == (of_one < PATIENCE)


def test_the_calling_thread_has_as_many_threads_afterwards_as_before(monkeypatch: pytest.MonkeyPatch) -> None:
    Clock(monkeypatch, {1: 0.001, 2: 0.001})
    config = RunConfig.make(dataset="digits", model="softmax_regression")
    before = torch.get_num_threads()
    use_threads(before + 3)
    cost(model="softmax_regression")
    assert torch.get_num_threads() == before + 3
    for steps in (2, 4 + STEPS):
        measuring = estimate(config, outline_of(config))
        for _step in range(steps):
            next(measuring)
        measuring.close()
        assert torch.get_num_threads() == before + 3
    use_threads(before)


def test_a_network_too_large_for_its_pictures_or_for_memory_is_said_in_a_sentence(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def starved(*_given: object, **_more: object) -> nn.Module:
        return nn.Linear(2**40, 2**10)

    monkeypatch.setattr(type(RunConfig.make(model="mlp").model), "build", starved)
    with pytest.raises((MemoryShortage, ConfigError)):
        cost(model="mlp")
    assert torch.is_grad_enabled()
