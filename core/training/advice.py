"""What a good teacher would say about a run, from its numbers alone: one sentence on how it goes, one on what to try.

Knows neither the network nor the data, and changes nothing. Each rule looks for one of the usual troubles; the first
that applies speaks. What it proposes is this run's own configuration with one thing changed, so that the next run says
whether that one thing was it.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from core.events import EpochDone, RunEnded
from core.i18n import _
from core.quantities import learning_rate as as_rate
from core.quantities import percent
from core.runs.config import RunConfig

Mood = Literal["good", "hint", "bad"]

PATIENCE = 3  # epochs without progress before they mean something
_LARGEST_RATE, _SMALLEST_RATE = 10.0, 1e-7
_NO_EXAMPLE_WRONG = 0.9999


@dataclass(frozen=True)
class Advice:
    """What to say about a run.

    Attributes:
        mood: whether this is good news, an idea, or bad news.
        what: how it goes, in one translated sentence.
        proposal: what to try, in one translated sentence; empty where nothing needs to change.
        config: the run's configuration with that one change; None where there is no change to make.
        learning_rate: the new learning rate, where that is the change: it can be turned while the run goes on.
    """

    mood: Mood
    what: str
    proposal: str = ""
    config: RunConfig | None = None
    learning_rate: float | None = None


@dataclass(frozen=True)
class Story:
    """A run so far. `rate` is the base learning rate in force, `ended` is None while it goes on."""

    config: RunConfig
    epochs: Sequence[EpochDone]
    classes: int
    rate: float
    ended: RunEnded | None

    @property
    def last(self) -> EpochDone:
        """The epoch that is over."""
        return self.epochs[-1]

    @property
    def best(self) -> EpochDone:
        """The epoch with the best validation accuracy."""
        return next((epoch for epoch in reversed(self.epochs) if epoch.is_best), self.last)

    @property
    def least_loss(self) -> EpochDone:
        """The epoch with the least validation loss."""
        return min(self.epochs, key=lambda epoch: epoch.validation_loss)


def advise(
    config: RunConfig,
    epochs: Sequence[EpochDone],
    *,
    classes: int,
    learning_rate: float | None = None,
    ended: RunEnded | None = None,
) -> Advice | None:
    """Returns what to say about a run, or None before there is anything to say.

    Args:
        config: what was asked for.
        epochs: the epochs that are over, in order.
        classes: how many answers there are to choose from.
        learning_rate: the base learning rate in force, where it was turned by hand.
        ended: why the run is over, if it is.
    """
    rate = learning_rate or _of(config.optimizer, "learning_rate")
    story = Story(config, epochs, classes, rate, ended)
    if ended is not None and ended.reason == "diverged":
        return _diverged(story)
    if not epochs or (ended is not None and ended.reason == "failed"):
        return None
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
    if max(story.last.train_accuracy, story.last.validation_accuracy) > least:
        return None
    what = _("The network still guesses: {accuracy} right, and chance alone would give {chance}.").format(
        accuracy=percent(story.last.validation_accuracy), chance=percent(chance)
    )
    usual = type(story.config.optimizer)().learning_rate
    is_too_large = story.rate > 2 * usual or story.last.train_loss > 1.2 * math.log(story.classes)
    factor = 0.1 if is_too_large else 10.0
    wanted = _rounded(story.rate * factor)
    if not _SMALLEST_RATE <= wanted <= _LARGEST_RATE:
        return Advice("bad", what)
    return _with_rate(story, "bad", what, wanted)


def _by_heart(story: Story) -> Advice | None:
    turn, last = story.least_loss, story.last
    is_rising = (
        last.epoch - turn.epoch >= PATIENCE
        and last.validation_loss > 1.05 * turn.validation_loss
        and last.train_loss < turn.train_loss
    )
    gap = last.train_accuracy - last.validation_accuracy
    if is_rising:
        what = _(
            "Since epoch {epoch} the validation loss rises while the training loss falls: "
            "the network learns the examples by heart."
        ).format(epoch=turn.epoch)
    elif gap > 0.1 and last.epoch >= PATIENCE:
        what = _(
            "It gets {train} of the training examples right but only {validation} of those it has not seen: "
            "it learns them by heart."
        ).format(train=percent(last.train_accuracy), validation=percent(last.validation_accuracy))
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
    if story.best.validation_accuracy < _NO_EXAMPLE_WRONG:
        return None
    what = _("Every validation example is right since epoch {epoch}.").format(epoch=story.best.epoch)
    return Advice("good", what, _("A harder dataset would teach you more."))


def _flat(story: Story) -> Advice | None:
    waited = story.last.epoch - story.best.epoch
    if waited < PATIENCE:
        return None
    what = _(
        "Validation accuracy has not improved for {epochs} epochs; the best was {accuracy} at epoch {epoch}."
    ).format(epochs=waited, accuracy=percent(story.best.validation_accuracy), epoch=story.best.epoch)
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
    before = story.epochs[-2].validation_loss if len(story.epochs) > 1 else math.inf
    is_improving = story.best is story.last and story.last.validation_loss < 0.98 * before
    if not is_improving or 2 * epochs > 10_000:
        return None
    more = 3 if epochs == 1 else 2 * epochs
    what = (
        _("Validation accuracy reached {accuracy} after a single epoch, which is too little to tell.")
        if len(story.epochs) == 1
        else _("Validation accuracy reached {accuracy}, and the loss was still falling when training ended.")
    ).format(accuracy=percent(story.last.validation_accuracy))
    return Advice(
        "hint", what, _("Train for {epochs} epochs.").format(epochs=more), _with(story, "training", epochs=more)
    )


def _well(story: Story) -> Advice:
    best = {"accuracy": percent(story.best.validation_accuracy), "epoch": story.best.epoch}
    if story.ended is None:
        what = _("Learning well: the best validation accuracy so far is {accuracy}, at epoch {epoch}.")
        return Advice("good", what.format(**best))
    if story.ended.reason == "stopped":
        what = _("Stopped with a best validation accuracy of {accuracy}, at epoch {epoch}.")
        return Advice("good", what.format(**best), _("Resume goes on where it left off."))
    return Advice("good", _("Done: the best validation accuracy is {accuracy}, at epoch {epoch}.").format(**best))


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
    """Returns a setting that only some of its kind have, or None."""
    return getattr(settings, name, None)


def _rounded(rate: float) -> float:
    return float(f"{rate:.1g}")
