"""Advice names the problem of a run and changes one thing in its configuration."""

import math
from dataclasses import replace
from typing import Any

import pytest

from core.events import EpochDone, RunEnded
from core.runs.config import RunConfig
from core.training.advice import PATIENCE, Advice, advise
from core.training.loop import fit


def config(**parts: Any) -> RunConfig:
    return RunConfig.make(**({"dataset": "digits", "model": "mlp"} | parts))


def epochs(
    losses: list[float],
    accuracies: list[float],
    train_losses: list[float] | None = None,
    train_accuracies: list[float] | None = None,
) -> list[EpochDone]:
    """Returns epochs with these validation losses and accuracies; those of training are the same unless given."""
    history, best = [], -1.0
    columns = zip(losses, accuracies, train_losses or losses, train_accuracies or accuracies, strict=True)
    for number, (loss, accuracy, train_loss, train_accuracy) in enumerate(columns, 1):
        train = {"loss": train_loss, "accuracy": train_accuracy}
        validation = {"loss": loss, "accuracy": accuracy}
        history.append(EpochDone(number, 45 * number, train, validation, 1.0, 1e4, accuracy > best))
        best = max(best, accuracy)
    return history


def ended(reason: Any = "finished") -> RunEnded:
    return RunEnded(reason, "", 3, 135, 1.0, 1e4)


def given(history: list[EpochDone], asked: RunConfig | None = None, **more: Any) -> Advice:
    advice = advise(asked or config(), history, classes=10, **more)
    assert advice is not None
    return advice


def changes(advice: Advice, before: RunConfig) -> dict[str, Any]:
    """Returns the settings that the advice changes, in one flat dict."""
    assert advice.config is not None
    old, new = before.to_dict(), advice.config.to_dict()
    return {
        f"{part}.{name}": value
        for part in ("dataset", "model", "objective", "optimizer", "schedule", "training")
        for name, value in new[part].items()
        if old[part].get(name) != value
    }


def test_there_is_nothing_to_say_before_the_first_epoch_or_after_a_failure() -> None:
    assert advise(config(), [], classes=10) is None
    assert advise(config(), epochs([1.0], [0.7]), classes=10, ended=ended("failed")) is None


def test_a_diverged_run_is_told_a_tenth_of_the_learning_rate_it_had_last() -> None:
    asked = config(optimizer={"key": "sgd", "learning_rate": 5.0})
    advice = given([], asked, ended=ended("diverged"))
    assert advice.mood == "bad"
    assert changes(advice, asked) == {"optimizer.learning_rate": 0.5}
    turned = given([], asked, ended=ended("diverged"), learning_rate=8.0)
    assert turned.learning_rate == 0.8


def test_a_learning_rate_turned_to_absurd_heights_is_advised_back_into_bounds() -> None:
    assert given([], ended=ended("diverged"), learning_rate=1e6).learning_rate == 1.0


def test_a_run_that_diverges_at_the_smallest_learning_rates_is_told_to_clip() -> None:
    asked = config(optimizer={"key": "sgd", "learning_rate": 1e-6})
    assert changes(given([], asked, ended=ended("diverged")), asked) == {"training.gradient_clip": 1.0}


def test_guessing_with_a_tiny_learning_rate_asks_for_a_larger_one() -> None:
    asked = config(optimizer={"key": "adam", "learning_rate": 1e-6})
    advice = given(epochs([2.30], [0.11]), asked)
    assert "10.00 %" in advice.what
    assert advice.learning_rate == pytest.approx(1e-5)


@pytest.mark.parametrize(("rate", "loss"), [(1e-3, 40.0), (0.5, 2.31)])
def test_guessing_with_a_wild_loss_or_a_large_learning_rate_asks_for_a_smaller_one(rate: float, loss: float) -> None:
    asked = config(optimizer={"key": "adam", "learning_rate": rate})
    assert given(epochs([loss], [0.1]), asked).learning_rate == pytest.approx(rate / 10)


def test_guessing_at_the_end_of_the_scale_proposes_nothing_out_of_bounds() -> None:
    asked = config(optimizer={"key": "adam", "learning_rate": 1e-7})
    advice = given(epochs([50.0], [0.1]), asked)
    assert advice.config is None


RISING = {
    "losses": [0.6, 0.4, 0.45, 0.5, 0.6],
    "accuracies": [0.80, 0.88, 0.89, 0.88, 0.88],
    "train_losses": [0.6, 0.3, 0.2, 0.1, 0.05],
    "train_accuracies": [0.80, 0.9, 0.93, 0.95, 0.97],
}


def test_learning_by_heart_is_seen_where_the_losses_part() -> None:
    advice = given(epochs(**RISING))
    assert "Since epoch 2" in advice.what
    assert advice.mood == "hint"


def test_learning_by_heart_is_seen_in_a_gap_between_the_accuracies() -> None:
    history = epochs([0.9, 0.8, 0.8], [0.6, 0.7, 0.71], [0.5, 0.1, 0.02], [0.8, 0.95, 1.0])
    assert "100.00 %" in given(history).what


def test_against_learning_by_heart_each_remedy_has_its_turn() -> None:
    asked = config(dataset={"key": "digits", "train_examples": 100})
    seen = []
    while (advice := given(epochs(**RISING), asked)).config is not None:
        (change,) = changes(advice, asked).items()
        seen.append(change)
        asked = advice.config
    assert seen == [
        ("dataset.train_examples", None),
        ("training.augmentation", "light"),
        ("training.augmentation", "strong"),
        ("model.dropout", 0.2),
        ("model.dropout", 0.4),
        ("model.dropout", 0.6),
        ("training.early_stopping", PATIENCE),
    ]


def test_flat_validation_asks_for_a_smaller_learning_rate_while_it_trains_and_after() -> None:
    flat = epochs([0.3, 0.28, 0.28, 0.28, 0.28], [0.90, 0.92, 0.92, 0.92, 0.92])
    for more in ({}, {"ended": ended()}, {"ended": ended("early_stopped")}):
        advice = given(flat, **more)
        assert "3 epochs" in advice.what
        assert "epoch 2" in advice.what
        assert advice.learning_rate == pytest.approx(3e-4)


def test_flat_validation_under_a_falling_schedule_is_given_time() -> None:
    flat = epochs([0.3, 0.28, 0.28, 0.28, 0.28], [0.90, 0.92, 0.92, 0.92, 0.92])
    asked = config(schedule="cosine")
    assert given(flat, asked).mood == "good"
    assert given(flat, asked, ended=ended()).config is None


def test_a_run_still_improving_at_its_end_is_given_more_epochs() -> None:
    rising = epochs([0.9, 0.6, 0.4], [0.7, 0.8, 0.9])
    asked = config(training={"epochs": 3})
    assert changes(given(rising, asked, ended=ended()), asked) == {"training.epochs": 6}
    once = config(training={"epochs": 1})
    assert changes(given(rising[:1], once, ended=ended()), once) == {"training.epochs": 3}
    assert given(rising, asked).config is None, "while it trains there is nothing to change"


def test_good_news_is_good_news() -> None:
    rising = epochs([0.9, 0.6, 0.4], [0.7, 0.8, 0.9])
    assert given(rising) == given(rising)
    assert given(rising).mood == "good"
    assert "90.00 %" in given(rising).what
    settled = epochs([0.9, 0.401, 0.4], [0.7, 0.9, 0.9])
    assert given(settled, ended=ended()).what.startswith("Done")
    assert given(rising, ended=ended("stopped")).what.startswith("Stopped")
    assert "epoch 1" in given(epochs([0.01], [1.0])).what


def judged_by_loss(losses: list[float], accuracies: list[float]) -> list[EpochDone]:
    """Returns epochs of which the loss chose the best one."""
    history = epochs(losses, accuracies)
    return [replace(epoch, is_best=losses[i] < min(losses[:i], default=math.inf)) for i, epoch in enumerate(history)]


BY_LOSS = {"key": "classification", "best_by": "loss"}
BY_MACRO_F1 = {"key": "classification", "best_by": "macro_f1"}


def test_where_the_loss_decides_advice_speaks_of_the_epoch_with_the_smallest_loss() -> None:
    history = judged_by_loss([0.5, 0.3, 0.4], [0.8, 0.85, 0.9])
    asked = config(objective=BY_LOSS)
    assert "the best validation loss so far is 0.3, at epoch 2" in given(history, asked).what
    assert "the best validation loss is 0.3, at epoch 2" in given(history, asked, ended=ended()).what
    assert "best validation loss of 0.3, at epoch 2" in given(history, asked, ended=ended("stopped")).what


def test_where_the_loss_decides_it_is_the_loss_that_no_longer_improves() -> None:
    flat = judged_by_loss([0.4, 0.3, 0.31, 0.31, 0.31], [0.9, 0.91, 0.92, 0.93, 0.94])
    advice = given(flat, config(objective=BY_LOSS))
    assert advice.what == "Validation loss has not improved for 3 epochs; the best was 0.3 at epoch 2."
    falling = judged_by_loss([0.9, 0.6, 0.4], [0.7, 0.8, 0.8])
    advice = given(falling, config(objective=BY_LOSS, training={"epochs": 3}), ended=ended())
    assert advice.what.startswith("Validation loss reached 0.4, and")


def test_an_objective_edited_after_training_asks_for_no_figure_that_was_not_measured() -> None:
    history = epochs([0.9, 0.6, 0.4], [0.7, 0.8, 0.9])
    assert advise(config(objective=BY_MACRO_F1), history, classes=10) is None
    resumed = [*history, replace(history[-1], epoch=4, validation=history[-1].validation | {"macro_f1": 0.9})]
    assert "macro F1 so far is 90.00 %, at epoch 4" in given(resumed, config(objective=BY_MACRO_F1)).what


def test_epochs_without_accuracies_are_told_their_best_figure_only() -> None:
    measured = epochs([0.9, 0.6, 0.4], [0.7, 0.8, 0.9])
    for history in (
        [replace(epoch, train={"loss": epoch.train["loss"]}) for epoch in measured],
        [replace(epoch, validation={"loss": epoch.validation["loss"]}) for epoch in measured],
    ):
        advice = given(history, config(objective=BY_LOSS))
        assert advice.what == "The best validation loss so far is 0.4, at epoch 3."
        assert advice.config is None


def test_a_real_run_with_a_learning_rate_far_too_high_is_told_so() -> None:
    asked = config(optimizer={"key": "sgd", "learning_rate": 10.0}, training={"epochs": 1, "threads": 1})
    events = list(fit(asked))
    end = events[-1]
    assert isinstance(end, RunEnded)
    advice = given([event for event in events if isinstance(event, EpochDone)], asked, ended=end)
    assert advice.learning_rate == pytest.approx(1.0)


def test_a_real_run_that_goes_well_is_told_so() -> None:
    asked = config(training={"epochs": 2, "threads": 1})
    history = [event for event in fit(asked) if isinstance(event, EpochDone)]
    advice = given(history, asked)
    assert advice.mood == "good"
    assert math.isfinite(history[-1].validation["loss"])
