"""Advice on a run, from its numbers alone: one sentence on how it goes, and one on what to try next.

Knows neither the network nor the data, and changes nothing. Each rule looks for one common problem; the first rule that
applies gives the advice. It proposes the configuration of this run with a single change, so that the next run shows
whether that change helps. The rules need accuracies; for a run without them, only the best figure is reported. The best
epoch is the one that the objective chose, and its figure is the one that decided.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from core.events import EpochDone, RunEnded
from core.i18n import _
from core.metric import Metric
from core.quantities import learning_rate as as_rate
from core.quantities import percent
from core.runs.config import RunConfig

Mood = Literal["good", "hint", "bad"]

PATIENCE = 3  # epochs without progress before a rule applies
_LARGEST_RATE, _SMALLEST_RATE = 10.0, 1e-7
_NO_EXAMPLE_WRONG = 0.9999


@dataclass(frozen=True)
class Advice:
    """Advice on a run.

    Attributes:
        mood: good news, a hint, or bad news.
        what: how the run goes, in one translated sentence.
        proposal: what to try, in one translated sentence; empty if nothing needs to change.
        config: the run's configuration with that one change; None if there is no change.
        learning_rate: the new learning rate if that is the change; it can also be set while the run goes on.
    """

    mood: Mood
    what: str
    proposal: str = ""
    config: RunConfig | None = None
    learning_rate: float | None = None


@dataclass(frozen=True)
class Story:
    """A run so far. `rate` is the current base learning rate; `ended` is None while the run goes on."""

    config: RunConfig
    epochs: Sequence[EpochDone]
    classes: int
    rate: float
    ended: RunEnded | None

    @property
    def last(self) -> EpochDone:
        """The last completed epoch."""
        return self.epochs[-1]

    @property
    def best(self) -> EpochDone:
        """The epoch that the objective chose; the last one if it has chosen none."""
        return next((epoch for epoch in reversed(self.epochs) if epoch.is_best), self.last)

    @property
    def metric(self) -> Metric:
        """What decides which epoch is best."""
        return self.config.objective.primary

    def figures(self, epoch: EpochDone) -> dict[str, Any]:
        """Returns the words for `epoch` in a text: the metric that decides, its validation value, and the epoch."""
        value = self.metric.text(epoch.validation[self.metric.key])
        return {"metric": self.metric.name, "value": value, "epoch": epoch.epoch}

    @property
    def least_loss(self) -> EpochDone:
        """The epoch with the smallest validation loss."""
        return min(self.epochs, key=lambda epoch: epoch.validation["loss"])


def advise(
    config: RunConfig,
    epochs: Sequence[EpochDone],
    *,
    classes: int,
    learning_rate: float | None = None,
    ended: RunEnded | None = None,
) -> Advice | None:
    """Returns advice on a run, or None if there is nothing to say yet.

    Args:
        config: the configuration of the run.
        epochs: the completed epochs, in order.
        classes: the number of classes.
        learning_rate: the current base learning rate, if it was changed by hand.
        ended: the last event, if the run has ended.
    """
    rate = learning_rate or _of(config.optimizer, "learning_rate")
    story = Story(config, epochs, classes, rate, ended)
    if ended is not None and ended.reason == "diverged":
        return _diverged(story)
    if not epochs or (ended is not None and ended.reason == "failed"):
        return None
    if any(story.metric.key not in epoch.validation for epoch in (story.best, story.last)):
        return None  # the objective was edited: these epochs were judged by another metric
    if any("accuracy" not in figures for figures in (story.last.train, story.last.validation, story.best.validation)):
        return _best_figure(story)
    return next(advice for rule in _RULES if (advice := rule(story)) is not None)


def _diverged(story: Story) -> Advice:
    what = _("The loss ran away: each step overshot further than the one before.")
    if story.rate > 100 * _SMALLEST_RATE:
        smaller = _rounded(min(story.rate / 10, _LARGEST_RATE / 10))
        return _with_rate(story, "bad", what, smaller)
    changed = _with(story, "training", gradient_clip=1.0)
    return Advice("bad", what, _("Clip the gradient norm at 1, so that no batch can throw the weights far."), changed)


def _guessing(story: Story) -> Advice | None:
    chance = 1 / story.classes if story.classes else 0.0
    least = chance + 0.05 * (1 - chance)
    if max(story.last.train["accuracy"], story.last.validation["accuracy"]) > least:
        return None
    what = _("The network still guesses: {accuracy} right, and chance alone would give {chance}.").format(
        accuracy=percent(story.last.validation["accuracy"]), chance=percent(chance)
    )
    usual = type(story.config.optimizer)().learning_rate
    is_too_large = story.rate > 2 * usual or story.last.train["loss"] > 1.2 * math.log(story.classes)
    factor = 0.1 if is_too_large else 10.0
    wanted = _rounded(story.rate * factor)
    if not _SMALLEST_RATE <= wanted <= _LARGEST_RATE:
        return Advice("bad", what)
    return _with_rate(story, "bad", what, wanted)


def _by_heart(story: Story) -> Advice | None:
    turn, last = story.least_loss, story.last
    is_rising = (
        last.epoch - turn.epoch >= PATIENCE
        and last.validation["loss"] > 1.05 * turn.validation["loss"]
        and last.train["loss"] < turn.train["loss"]
    )
    gap = last.train["accuracy"] - last.validation["accuracy"]
    if is_rising:
        what = _(
            "Since epoch {epoch} the validation loss rises while the training loss falls: "
            "the network learns the examples by heart."
        ).format(epoch=turn.epoch)
    elif gap > 0.1 and last.epoch >= PATIENCE:
        what = _(
            "It gets {train} of the training examples right but only {validation} of those it has not seen: "
            "it learns them by heart."
        ).format(train=percent(last.train["accuracy"]), validation=percent(last.validation["accuracy"]))
    else:
        return None
    return Advice("hint", what, *_against_learning_by_heart(story))


def _against_learning_by_heart(story: Story) -> tuple[str, RunConfig | None]:
    training = story.config.training
    if _of(story.config.dataset, "train_examples") is not None:
        return _("Let it see all training examples."), _with(story, "dataset", train_examples=None)
    if training.augmentation != "strong":
        stronger = {"off": "light", "light": "strong"}[training.augmentation]
        proposals = {
            "light": _("Show each example a little different every time: light augmentation."),
            "strong": _("Change the examples more each time: strong augmentation."),
        }
        return proposals[stronger], _with(story, "training", augmentation=stronger)
    dropout = _of(story.config.model, "dropout")
    if dropout is not None and dropout < 0.5:
        more = round(dropout + 0.2, 2)
        proposal = _("Silence more neurons at random: a dropout of {share}.").format(share=more)
        return proposal, _with(story, "model", dropout=more)
    if training.early_stopping is None:
        proposal = _("Stop when it gets no better: early stopping after {epochs} epochs.").format(epochs=PATIENCE)
        return proposal, _with(story, "training", early_stopping=PATIENCE)
    return _("A smaller network, or more examples, would help."), None


def _nothing_left(story: Story) -> Advice | None:
    if story.best.validation["accuracy"] < _NO_EXAMPLE_WRONG:
        return None
    what = _("Every validation example is right since epoch {epoch}.").format(epoch=story.best.epoch)
    return Advice("good", what, _("A harder dataset would teach you more."))


def _flat(story: Story) -> Advice | None:
    waited = story.last.epoch - story.best.epoch
    if waited < PATIENCE:
        return None
    what = _("Validation {metric} has not improved for {epochs} epochs; the best was {value} at epoch {epoch}.").format(
        epochs=waited, **story.figures(story.best)
    )
    smaller = _rounded(story.rate / 3)
    if story.config.schedule.key == "constant" and smaller >= _SMALLEST_RATE:
        return _with_rate(story, "hint", what, smaller)
    if story.ended is None:
        return Advice("good", what, _("The learning rate is still falling: give it time."))
    return Advice("hint", what, _("More epochs would not help; another network might."))


def _cut_short(story: Story) -> Advice | None:
    if story.ended is None or story.ended.reason != "finished":
        return None
    epochs = story.config.training.epochs
    before = story.epochs[-2].validation["loss"] if len(story.epochs) > 1 else math.inf
    is_improving = story.best is story.last and story.last.validation["loss"] < 0.98 * before
    if not is_improving or 2 * epochs > 10_000:
        return None
    more = 3 if epochs == 1 else 2 * epochs
    what = (
        _("Validation {metric} reached {value} after a single epoch, which is too little to tell.")
        if len(story.epochs) == 1
        else _("Validation {metric} reached {value}, and the loss was still falling when training ended.")
    ).format(**story.figures(story.last))
    return Advice(
        "hint", what, _("Train for {epochs} epochs.").format(epochs=more), _with(story, "training", epochs=more)
    )


def _well(story: Story) -> Advice:
    best = story.figures(story.best)
    if story.ended is None:
        what = _("Learning well: the best validation {metric} so far is {value}, at epoch {epoch}.")
        return Advice("good", what.format(**best))
    if story.ended.reason == "stopped":
        what = _("Stopped with a best validation {metric} of {value}, at epoch {epoch}.")
        return Advice("good", what.format(**best), _("Resume goes on where it left off."))
    return Advice("good", _("Done: the best validation {metric} is {value}, at epoch {epoch}.").format(**best))


def _best_figure(story: Story) -> Advice:
    what = _("The best validation {metric} so far is {value}, at epoch {epoch}.")
    return Advice("hint", what.format(**story.figures(story.best)))


_RULES: tuple[Callable[[Story], Advice | None], ...] = (_guessing, _nothing_left, _by_heart, _flat, _cut_short, _well)


def _with_rate(story: Story, mood: Mood, what: str, rate: float) -> Advice:
    proposal = (
        _("Try a larger learning rate, {rate}.") if rate > story.rate else _("Try a smaller learning rate, {rate}.")
    )
    changed = _with(story, "optimizer", learning_rate=rate)
    return Advice(mood, what, proposal.format(rate=as_rate(rate)), changed, rate)


def _with(story: Story, part: str, **changes: Any) -> RunConfig:
    return story.config.with_changes(**{part: story.config.to_dict()[part] | changes})


def _of(settings: Any, name: str) -> Any:
    """Returns the setting `name`, or None if this part does not have it."""
    return getattr(settings, name, None)


def _rounded(rate: float) -> float:
    return float(f"{rate:.1g}")
