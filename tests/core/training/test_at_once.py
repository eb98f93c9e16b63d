"""Several trainings in one process: each gives exactly the numbers that it gives alone, random ones included."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import torch

from core.data.base import DatasetInfo
from core.events import RunStarted
from core.generators import pull
from core.runs.config import RunConfig
from core.runs.run import Run
from core.runs.store import RunStore
from core.training import loop
from core.training.estimate import estimate
from core.training.loop import Control, fit
from tests.core.training.runs import small_config, told

OF_PICTURES = small_config(augmentation="strong")
LONGER = small_config(augmentation="strong", epochs=3, batch_size=16)
OF_TEXTS = RunConfig.make(
    dataset={"key": "sentences", "train_examples": 120},
    model={"key": "lstm", "embedding": 8, "hidden": 8, "dropout": 0.3},
    training={"epochs": 2, "batch_size": 8, "threads": 1, "device": "cpu", "augmentation": "light"},
)


def train(run: Run) -> Any:
    """Trains to the end; returns the content of the history."""
    for _event in fit(run.config, run):
        pass
    return told(run)


@pytest.fixture
def alone(store: RunStore) -> Callable[..., list[Any]]:
    """Returns the results of each configuration when nothing else trains."""
    return lambda *configs: [train(store.create(config)) for config in configs]


@pytest.mark.parametrize("other", [LONGER, OF_TEXTS])
def test_two_fits_in_two_threads(store: RunStore, alone: Callable[..., list[Any]], other: RunConfig) -> None:
    expected = alone(OF_PICTURES, other)
    for _round in range(3):
        runs = [store.create(config) for config in (OF_PICTURES, other)]
        with ThreadPoolExecutor(2) as pool:
            assert list(pool.map(train, runs)) == expected


def test_two_fits_turn_by_turn_in_one_thread_be_their_numbers_of_threads_different(
    store: RunStore, alone: Callable[..., list[Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    configs = [small_config(augmentation="strong", epochs=1, batch_size=64, threads=threads) for threads in (1, 2)]
    expected = alone(*configs)
    seen: dict[int, set[int]] = {}
    make_step = loop.train_step

    def noted(model: torch.nn.Module, *rest: Any) -> Any:
        seen.setdefault(id(model), set()).add(torch.get_num_threads())
        return make_step(model, *rest)

    monkeypatch.setattr(loop, "train_step", noted)
    runs = [store.create(config) for config in configs]
    going = [fit(run.config, run, Control(cadence=0)) for run in runs]
    while going:
        going = [events for events in going if next(events, None) is not None]
    assert [told(run) for run in runs] == expected
    assert sorted(map(tuple, seen.values())) == [(1,), (2,)]


def test_a_fit_that_one_thread_begins_and_another_one_ends(store: RunStore, alone: Callable[..., list[Any]]) -> None:
    run = store.create(OF_PICTURES)
    events = fit(run.config, run, Control(cadence=0))
    for _event in range(5):
        next(events)
    with ThreadPoolExecutor(1) as pool:
        pool.submit(list, events).result()
    assert [told(run)] == alone(OF_PICTURES)


def test_a_forecast_beside_a_fit_in_the_same_thread_or_in_another(
    store: RunStore, alone: Callable[..., list[Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.device.ALL_THREADS", 2)
    info: DatasetInfo = OF_PICTURES.dataset.info()  # type: ignore[attr-defined]
    expected = alone(OF_PICTURES)

    run, forecast = store.create(OF_PICTURES), estimate(OF_PICTURES, info)
    for _event in fit(run.config, run, Control(cadence=0)):
        next(forecast, None)
    assert [told(run)] == expected

    with ThreadPoolExecutor(1) as pool:
        beside = pool.submit(lambda: [pull(estimate(OF_PICTURES, info)) for _each in range(2)])
        assert [train(store.create(OF_PICTURES))] == expected
        beside.result()


def test_the_number_of_threads_stands_in_the_run(store: RunStore) -> None:
    for asked, used in ((None, 1), (2, 2)):
        run = store.create(small_config(epochs=1, threads=asked))
        events = list(fit(run.config, run))
        assert [event.threads for event in events if isinstance(event, RunStarted)] == [used]
        assert f'"threads": {used}' in (run.path / "environment.json").read_text()
