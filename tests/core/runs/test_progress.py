"""The progress of a run is computed from its events alone."""

import dataclasses

import numpy as np
import pytest

from core.events import EpochDone, Evaluating, Preparing, RunEnded, RunStarted, StepsDone
from core.objectives.classification import ACCURACY
from core.runs.config import RunConfig
from core.runs.progress import RunProgress, figures_of_epoch
from core.training.loop import fit

STARTED = RunStarted("MLP", 100, 1000, 100, 2, 50, 1, "CPU", 1, tuple("0123456789"), (ACCURACY,), "accuracy")


def steps(last: int, seconds: float, count: int = 5, rate: float = 0.01) -> StepsDone:
    times = np.linspace(seconds - 0.1, seconds, count)
    return StepsDone(
        epoch=(last - 1) // 50 + 1,
        last_step=last,
        losses=np.ones(count),
        metrics={"accuracy": np.ones(count)},
        learning_rates=np.full(count, rate),
        seconds=times,
        samples_per_second=1234.5,
    )


def done(epoch: int) -> EpochDone:
    """An epoch that ends after five seconds; the first is the best."""
    train, validation = {"loss": 0.5, "accuracy": 0.8}, {"loss": 0.6, "accuracy": 0.7}
    return EpochDone(epoch, 50 * epoch, train, validation, 5.0 * epoch, 1234.5, is_best=epoch == 1)


def test_a_download_shows_how_much_of_it_is_there() -> None:
    progress = RunProgress()
    progress.hear(Preparing("Downloading MNIST", 3_000_000, 12_000_000, "bytes"))
    assert progress.fraction() == pytest.approx(0.25)
    assert (progress.position(), progress.pace()) == ("Downloading MNIST", "3.0 MB of 12 MB")
    progress.hear(Preparing("Reading MNIST"))
    assert (progress.fraction(), progress.position(), progress.pace()) == (0.0, "Reading MNIST", "")


def test_position_and_pace_follow_the_steps() -> None:
    progress = RunProgress()
    progress.hear(STARTED)
    assert (progress.position(), progress.pace()) == ("epoch 1 of 2 · step 0", "")
    for last in (10, 20, 30):
        progress.hear(steps(last, seconds=last / 10))
    assert progress.fraction() == pytest.approx(0.3)
    assert progress.position() == "epoch 1 of 2 · step 30"
    assert progress.seconds_left() == pytest.approx(7.0)
    assert progress.pace() == "1,230 samples/s · 7.0 s left"
    progress.hear(steps(51, seconds=5.1))
    assert progress.position() == "epoch 2 of 2 · step 51"


def test_validation_is_said_while_it_lasts() -> None:
    progress = RunProgress()
    for event in (STARTED, steps(50, 5.0), Evaluating("validation", 50, 100)):
        progress.hear(event)
    assert progress.position() == "epoch 1 of 2 · validating"
    progress.hear(done(1))
    assert progress.position() == "epoch 2 of 2 · step 50"


def test_the_end_says_how_and_how_long() -> None:
    progress = RunProgress()
    for event in (STARTED, steps(20, 2.0), RunEnded("diverged", "", 0, 20, 2.0, 640.0)):
        progress.hear(event)
    assert (progress.position(), progress.pace()) == ("Diverged · step 20", "640 samples/s · took 2.0 s")


def test_what_was_heard_is_known() -> None:
    progress = RunProgress()
    for event in (STARTED, steps(20, 2.0), done(1)):
        progress.hear(event)
    assert progress.knows(steps(20, 2.0))
    assert not progress.knows(steps(25, 2.5))
    assert progress.knows(done(1))
    assert not progress.knows(done(2))


@pytest.mark.parametrize("schedule", ["constant", "cosine", "one_cycle", "warmup_cosine"])
def test_the_base_learning_rate_is_found_again_behind_a_schedule(schedule: str) -> None:
    config = RunConfig.make(
        dataset={"key": "digits", "train_examples": 100},
        model="softmax_regression",
        optimizer={"key": "adam", "learning_rate": 0.004},
        schedule=schedule,
        training={"epochs": 2, "threads": 1, "batch_size": 16},
    )
    progress = RunProgress()
    for event in fit(config):
        progress.hear(event)
        if isinstance(event, StepsDone):
            assert progress.base_rate(config.schedule) == pytest.approx(0.004)
    assert progress.ended is not None


def test_a_history_is_summed_up() -> None:
    epochs = [done(1), done(2)]
    progress = RunProgress.of([STARTED, steps(50, 4.0), *epochs])
    assert (progress.epochs_done, progress.best, progress.primary, progress.seconds) == (2, epochs[0], ACCURACY, 10.0)
    progress.hear(RunEnded("finished", "", 2, 100, 12.0, 640.0))
    assert progress.seconds == 12.0


def test_of_nothing_there_is_nothing_to_say() -> None:
    progress = RunProgress.of([])
    assert (progress.epochs_done, progress.best, progress.primary, progress.seconds) == (0, None, None, 0.0)
    assert (progress.fraction(), progress.position(), progress.pace()) == (0.0, "Preparing…", "")
    assert progress.seconds_left() is None


def test_the_rest_is_judged_by_the_last_seconds_alone() -> None:
    slow, fast = [steps(n, seconds=10.0 * n) for n in (1, 2, 3)], [steps(3 + n, seconds=30.0 + n) for n in range(1, 13)]
    progress = RunProgress.of([STARTED, *slow, *fast])
    assert progress.seconds_left() == pytest.approx(100 - 15)


def test_a_preparation_without_a_unit_is_counted() -> None:
    progress = RunProgress.of([Preparing("Making digits", 1200, 3000)])
    assert progress.pace() == "1,200 of 3,000"
    progress.hear(Preparing("Making digits", 1200))
    assert progress.pace() == "1,200"


def test_a_run_that_goes_on_has_not_ended() -> None:
    progress = RunProgress.of([STARTED, steps(20, 2.0), RunEnded("stopped", "", 0, 20, 2.0, 640.0), STARTED])
    assert progress.ended is None
    assert progress.position() == "epoch 1 of 2 · step 20"


def test_figures_are_smoothed_step_by_step_whatever_the_portions() -> None:
    losses = np.linspace(3.0, 1.0, 30)
    smoothed = losses[0]
    for loss in losses:
        smoothed = 0.98 * smoothed + 0.02 * loss
    for sizes in ((30,), (1,) * 30, (7, 20, 3)):
        progress = RunProgress()
        ends = np.cumsum(sizes)
        for end, size in zip(ends, sizes, strict=True):
            progress.hear(dataclasses.replace(steps(int(end), 1.0, size), losses=losses[end - size : end]))
        assert progress.smoothed == {"loss": pytest.approx(smoothed), "accuracy": pytest.approx(1.0)}


def test_figures_have_names() -> None:
    assert figures_of_epoch(done(1)) == {
        "train_loss": 0.5,
        "train_accuracy": 0.8,
        "validation_loss": 0.6,
        "validation_accuracy": 0.7,
    }
