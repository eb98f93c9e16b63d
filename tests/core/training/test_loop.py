import dataclasses
import math
import threading
import time
from itertools import combinations

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from core import seeding
from core.errors import MemoryShortage, RunError
from core.events import CheckpointSaved, EpochDone, Evaluating, Preparing, RunEnded, RunStarted, StepsDone
from core.runs.config import RunConfig
from core.runs.store import RunStore
from core.training.loop import Control, fit
from tests.core.training.runs import small_config, take_until, told


def test_a_run_tells_its_story_in_order() -> None:
    events = [e for e in fit(small_config()) if not isinstance(e, Evaluating)]
    kinds = [type(e) for e in events if not isinstance(e, StepsDone)]
    after_preparing = kinds[kinds.index(RunStarted) :]
    assert after_preparing == [RunStarted, EpochDone, EpochDone, RunEnded]
    assert events[-1].reason == "finished"


def test_every_step_is_told_once_and_in_order() -> None:
    steps = [e for e in fit(small_config()) if isinstance(e, StepsDone)]
    numbers = np.concatenate([e.steps for e in steps])
    assert numbers.tolist() == list(range(1, 21))
    assert all(len(e.losses) == len(e.metrics["accuracy"]) == len(e.learning_rates) == len(e.seconds) for e in steps)


def test_cadence_zero_makes_one_step_at_a_time() -> None:
    events = fit(small_config(), control=Control(cadence=0))
    portions = [e for e in events if isinstance(e, StepsDone)]
    assert [len(e.losses) for e in portions] == [1] * 20


def test_the_same_seed_gives_the_same_numbers_whatever_the_cadence(store: RunStore) -> None:
    runs = []
    for control in (Control(cadence=0), Control(cadence=1e9)):
        run = store.create(small_config())
        list(fit(run.config, run, control))
        runs.append(told(run))
    assert runs[0] == runs[1]


def test_another_seed_gives_other_numbers(store: RunStore) -> None:
    one, other = (store.create(small_config(seed=seed)) for seed in (0, 1))
    for run in (one, other):
        list(fit(run.config, run))
    assert told(one) != told(other)


def test_everything_random_follows_the_seed() -> None:
    def drawn(seed: int) -> tuple[list[float], list[int]]:
        with seeding.seeded(seed, 3, torch.device("cpu")):
            weights = torch.rand(4).tolist()
        return weights, torch.randperm(9, generator=torch.Generator().manual_seed(seeding.mixed(seed, 3))).tolist()

    seen = [drawn(seed) for seed in (0, 1, 2, 2**31 - 1)]
    assert all(one[0] != other[0] and one[1] != other[1] for one, other in combinations(seen, 2))


def test_a_run_of_version_1_draws_as_it_did_whatever_its_seed() -> None:
    old = RunConfig.from_dict(small_config(seed=5).to_dict() | {"version": 1})
    assert (old.training.seed, old.drawn_from) == (5, 0)
    assert small_config(seed=5).drawn_from == 5


def test_a_run_learns() -> None:
    done = [e for e in fit(small_config(epochs=15, augmentation="off")) if isinstance(e, EpochDone)]
    assert done[-1].train["loss"] < done[0].train["loss"] / 2
    assert done[-1].validation["accuracy"] > 0.8


@pytest.mark.parametrize("stop_after", [1, 7, 10, 13])
def test_a_closed_run_goes_on_bit_for_bit(store: RunStore, stop_after: int) -> None:
    whole = store.create(small_config())
    list(fit(whole.config, whole))

    parts = store.create(small_config())
    events = fit(parts.config, parts, Control(cadence=0))
    take_until(events, StepsDone, stop_after)
    events.close()
    assert parts.status() == "stopped"
    assert parts.is_resumable()
    list(fit(parts.config, parts))

    assert told(parts) == told(whole)
    assert_same_tensors(parts.last, whole.last)
    assert_same_tensors(parts.best, whole.best)
    assert parts.epoch_weights().keys() == whole.epoch_weights().keys() == {0, 1, 2}


def test_a_run_closed_while_it_is_validated_goes_on_bit_for_bit(
    store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = store.create(small_config())
    list(fit(whole.config, whole))

    monkeypatch.setattr("core.training.evaluate.CADENCE", 0)
    parts = store.create(small_config())
    events = fit(parts.config, parts)
    take_until(events, Evaluating)
    events.close()
    list(fit(parts.config, parts))

    assert told(parts) == told(whole)
    assert_same_tensors(parts.last, whole.last)


def test_a_run_closed_right_after_an_epoch_has_kept_that_epoch(store: RunStore) -> None:
    run = store.create(small_config())
    events = fit(run.config, run)
    take_until(events, EpochDone)
    events.close()
    assert set(run.epoch_weights()) == {0, 1}
    assert run.best.is_file()


def test_what_other_threads_draw_at_random_changes_nothing(store: RunStore) -> None:
    quiet, noisy = store.create(small_config()), store.create(small_config())
    list(fit(quiet.config, quiet))
    for _event in fit(noisy.config, noisy, Control(cadence=0)):
        torch.rand(3)
    assert told(noisy) == told(quiet)


def test_a_run_closed_after_its_end_stays_finished(store: RunStore) -> None:
    run = store.create(small_config(epochs=1))
    events = fit(run.config, run)
    take_until(events, RunEnded)
    events.close()
    assert run.status() == "finished"


def test_the_learning_rate_can_be_turned_while_it_runs() -> None:
    control = Control(cadence=0)
    events = fit(small_config().with_changes(schedule="constant"), control=control)
    take_until(events, StepsDone, 3)
    control.learning_rate = 0.5
    later = [e for e in take_until(events, StepsDone, 2) if isinstance(e, StepsDone)]
    events.close()
    assert [e.learning_rates.tolist() for e in later] == [[0.5], [0.5]]


def test_it_makes_no_step_before_the_moment_it_was_asked_to_wait_for_and_does_not_count_that_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    control, slept, sleep = Control(cadence=0), [], time.sleep

    def sleep_until_the_moment_comes(seconds: float) -> None:
        fell_asleep = time.perf_counter()
        sleep(seconds)
        slept.append(time.perf_counter() - fell_asleep)
        if len(slept) == 20:
            control.not_before = 0.0

    monkeypatch.setattr(time, "sleep", sleep_until_the_moment_comes)
    events = fit(small_config(), control=control)
    before = take_until(events, StepsDone, 3)[-1]
    assert slept == []
    control.not_before = math.inf
    began = time.perf_counter()
    after = take_until(events, StepsDone, 1)[-1]
    waited = time.perf_counter() - began
    assert len(slept) == 20
    assert isinstance(before, StepsDone)
    assert isinstance(after, StepsDone)
    assert after.seconds[-1] - before.seconds[-1] <= waited - sum(slept)
    events.close()


def test_a_learning_rate_that_was_turned_survives_a_stop(store: RunStore) -> None:
    run = store.create(small_config().with_changes(schedule="constant"))
    control = Control(cadence=0)
    events = fit(run.config, run, control)
    take_until(events, StepsDone, 2)
    control.learning_rate = 0.25
    take_until(events, StepsDone, 1)
    events.close()
    assert set(told_rates(run.config, run)[3:]) == {0.25}


def told_rates(config: RunConfig, run: object) -> list[float]:
    list(fit(config, run))  # type: ignore[arg-type]
    return told(run)[1]  # type: ignore[arg-type]


def test_a_diverging_run_says_so_and_keeps_its_history(store: RunStore) -> None:
    config = small_config().with_changes(
        optimizer={"key": "sgd", "learning_rate": 10}, schedule="constant", model={"key": "mlp"}
    )
    run = store.create(config)
    ended = list(fit(config, run))[-1]
    assert isinstance(ended, RunEnded)
    assert ended.reason == run.status() == "diverged"
    assert "learning rate" in ended.message
    losses, _rates, _epochs = told(run)
    assert losses
    assert np.isfinite(losses[:-1]).all()
    assert all(torch.isfinite(t).all() for t in load_file(run.last).values())


def test_early_stopping_waits_for_as_many_epochs_as_asked(store: RunStore) -> None:
    config = small_config(epochs=50, early_stopping=2).with_changes(
        optimizer={"key": "sgd", "learning_rate": 1e-9}, schedule="constant"
    )
    done = [e for e in fit(config) if isinstance(e, EpochDone)]
    assert done[-1].epoch - max(e.epoch for e in done if e.is_best) == 2


def test_a_batch_larger_than_the_data_takes_all_of_it_and_says_so() -> None:
    events = list(fit(small_config(batch_size=512, epochs=2)))
    assert [event.notice for event in events if isinstance(event, Preparing) and event.notice] == [
        "A batch of 512 is more than the 320 training examples: each step takes them all."
    ]
    (started,) = (event for event in events if isinstance(event, RunStarted))
    assert started.steps_per_epoch == 1
    assert isinstance(events[-1], RunEnded)
    assert events[-1].step == 2


def test_running_out_of_memory_is_told_in_a_sentence(store: RunStore, monkeypatch: pytest.MonkeyPatch) -> None:
    def greedy(*_args: object, **_kwargs: object) -> None:
        torch.empty(1 << 60)

    monkeypatch.setattr("core.training.loop.train_step", greedy)
    run = store.create(small_config())
    with pytest.raises(MemoryShortage, match="smaller batch"):
        list(fit(run.config, run))
    assert run.status() == "failed"


def test_two_windows_cannot_train_in_the_same_folder(store: RunStore) -> None:
    run = store.create(small_config())
    events = fit(run.config, run)
    take_until(events, StepsDone)
    assert run.status() == "running"
    with pytest.raises(RunError, match="another window"):
        list(fit(run.config, store.find(run.name)))
    events.close()
    assert run.status() == "stopped"


def test_a_run_can_be_read_by_another_thread_while_it_trains(store: RunStore) -> None:
    run = store.create(small_config())
    events = fit(run.config, run)
    take_until(events, EpochDone)
    seen: list[str] = []
    reader = threading.Thread(target=lambda: seen.append(store.find(run.name).status()))
    reader.start()
    reader.join()
    events.close()
    assert seen == ["running"]


def test_kept_epochs_are_thinned_out_evenly(store: RunStore) -> None:
    config = small_config(epochs=12, keep_megabytes=1).with_changes(model={"key": "mlp", "width": 64})
    run = store.create(config)
    list(fit(config, run))
    kept = list(run.epoch_weights())
    size = sum(path.stat().st_size for path in run.epoch_weights().values())
    assert size <= 1_000_000
    assert kept[0] == 0
    assert kept[-1] == 12
    steps = np.diff(kept[:-1])
    assert len(set(steps.tolist())) == 1


def test_checkpoints_come_as_often_as_asked() -> None:
    assert not [e for e in fit(small_config()) if isinstance(e, CheckpointSaved)], "without a folder nothing is saved"


def assert_same_tensors(one: object, other: object) -> None:
    left, right = load_file(one), load_file(other)  # type: ignore[arg-type]
    assert left.keys() == right.keys()
    different = [name for name in left if not torch.equal(left[name], right[name])]
    assert not different


def test_events_hand_out_nothing_alive() -> None:
    for event in fit(small_config(epochs=1)):
        for field in dataclasses.fields(event):
            assert not isinstance(getattr(event, field.name), torch.Tensor | torch.nn.Module)
