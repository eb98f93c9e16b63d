"""Where a run stands is reckoned from its events alone."""

import numpy as np
import pytest

from core.events import EpochDone, Evaluating, Preparing, RunEnded, RunStarted, StepsDone
from core.runs.config import RunConfig
from core.runs.progress import RunProgress
from core.training.loop import fit

STARTED = RunStarted("MLP", 100, 1000, 100, 2, 50, 1, "CPU", 1, tuple("0123456789"))


def steps(last: int, seconds: float, count: int = 5, rate: float = 0.01) -> StepsDone:
    times = np.linspace(seconds - 0.1, seconds, count)
    return StepsDone(
        epoch=(last - 1) // 50 + 1,
        last_step=last,
        losses=np.ones(count),
        accuracies=np.ones(count),
        learning_rates=np.full(count, rate),
        seconds=times,
        samples_per_second=1234.5,
    )


def test_a_download_shows_how_much_of_it_is_there() -> None:
    account = RunProgress()
    account.hear(Preparing("Downloading MNIST", 3_000_000, 12_000_000, "bytes"))
    assert account.fraction() == pytest.approx(0.25)
    assert (account.position(), account.pace()) == ("Downloading MNIST", "3.0 MB of 12 MB")
    account.hear(Preparing("Reading MNIST"))
    assert (account.fraction(), account.position(), account.pace()) == (0.0, "Reading MNIST", "")


def test_position_and_pace_follow_the_steps() -> None:
    account = RunProgress()
    account.hear(STARTED)
    assert (account.position(), account.pace()) == ("epoch 1 of 2 · step 0", "")
    for last in (10, 20, 30):
        account.hear(steps(last, seconds=last / 10))
    assert account.fraction() == pytest.approx(0.3)
    assert account.position() == "epoch 1 of 2 · step 30"
    assert account.seconds_left() == pytest.approx(7.0)
    assert account.pace() == "1,230 samples/s · 7.0 s left"
    account.hear(steps(51, seconds=5.1))
    assert account.position() == "epoch 2 of 2 · step 51"


def test_validation_is_said_while_it_lasts() -> None:
    account = RunProgress()
    for event in (STARTED, steps(50, 5.0), Evaluating("validation", 50, 100)):
        account.hear(event)
    assert account.position() == "epoch 1 of 2 · validating"
    account.hear(EpochDone(1, 50, 0.5, 0.8, 0.6, 0.7, 5.2, 1234.5, True))
    assert account.position() == "epoch 2 of 2 · step 50"


def test_the_end_says_how_and_how_long() -> None:
    account = RunProgress()
    for event in (STARTED, steps(20, 2.0), RunEnded("diverged", "", 0, 20, 2.0, 640.0)):
        account.hear(event)
    assert (account.position(), account.pace()) == ("Diverged · step 20", "640 samples/s · took 2.0 s")


def test_what_was_heard_is_known() -> None:
    account = RunProgress()
    for event in (STARTED, steps(20, 2.0), EpochDone(1, 50, 0.5, 0.8, 0.6, 0.7, 5.2, 1234.5, True)):
        account.hear(event)
    assert account.knows(steps(20, 2.0))
    assert not account.knows(steps(25, 2.5))
    assert account.knows(EpochDone(1, 50, 0.5, 0.8, 0.6, 0.7, 5.2, 1234.5, True))
    assert not account.knows(EpochDone(2, 100, 0.5, 0.8, 0.6, 0.7, 9.2, 1234.5, False))


@pytest.mark.parametrize("schedule", ["constant", "cosine", "one_cycle", "warmup_cosine"])
def test_the_base_learning_rate_is_found_again_behind_a_schedule(schedule: str) -> None:
    config = RunConfig.make(
        dataset={"key": "digits", "train_examples": 100},
        model="softmax_regression",
        optimizer={"key": "adam", "learning_rate": 0.004},
        schedule=schedule,
        training={"epochs": 2, "threads": 1, "batch_size": 16},
    )
    account = RunProgress()
    for event in fit(config):
        account.hear(event)
        if isinstance(event, StepsDone):
            assert account.base_rate(config.schedule) == pytest.approx(0.004)
    assert account.ended is not None
