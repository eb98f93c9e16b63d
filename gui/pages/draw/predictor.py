"""Asks networks about the drawing in a background thread; at most every few milliseconds, and the latest drawing wins.

Knows no widget: it takes sources and returns verdicts. Networks are snapshots in eval mode, never in training.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal, Slot

from core.ink.prepare import Drawing, Preparation
from core.modalities.image_frame import Source
from gui.workers.background import BackgroundTask

if TYPE_CHECKING:
    from core.inference.classify import Answer, Classifier, Found

_SPACING_MS = 5  # pens move up to a thousand times a second; nobody reads that fast


@dataclass(frozen=True)
class Verdict:
    """The answer of one network to one drawing.

    Attributes:
        preparation: the stages that turned the drawing into the network's input; None if there is no ink.
        answer: to the drawing as a whole; None if there is no ink.
        found: the answers to its parts, if several digits were asked for.
        looks_like_several: whether a drawing that was read as one digit, and is none, is a row of strokes.
    """

    classifier: "Classifier"
    preparation: Preparation | None = None
    answer: "Answer | None" = None
    found: "Sequence[Found]" = field(default=())
    looks_like_several: bool = False


def ask(
    classifiers: "Sequence[Classifier]", source: Source | None, disabled: frozenset[str], several: bool
) -> list[Verdict]:
    """Returns what each network says."""
    return [_ask_one(classifier, source, disabled, several) for classifier in classifiers]


def _ask_one(classifier: "Classifier", source: Source | None, disabled: frozenset[str], several: bool) -> Verdict:
    preparation = classifier.prepare(source, disabled) if source is not None else None
    if source is None or preparation is None:
        return Verdict(classifier)
    found = classifier.several(source, disabled) if several else []
    answer = classifier.classify(preparation)
    may_be_several = not several and not answer.is_digit and classifier.knows_digits
    return Verdict(classifier, preparation, answer, found, may_be_several and _is_a_row(source))


def _is_a_row(source: Source) -> bool:
    """Returns whether several strokes together are wider than high. Splitting them would take too long here."""
    if not isinstance(source, Drawing):
        return False
    strokes = [stroke.points_S2 for stroke in source.strokes if not stroke.erase]
    if len(strokes) < 2:
        return False
    width, height = np.ptp(np.concatenate(strokes), axis=0)
    return bool(width > height)


class Predictor(QObject):
    """Answers for the current drawing.

    Attributes:
        disabled: stages of the preparation to skip.
        several: whether to look for several digits.

    Signals:
        answered: a list of `Verdict`, one for each network, in their order.
        failed: a `NeurariumError`.
    """

    answered = Signal(object)
    failed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.disabled: frozenset[str] = frozenset()
        self.several = False
        self.classifiers: list[Classifier] = []
        self._source: Source | None = None
        self._asked = 0.0
        self._task = BackgroundTask(self, drops_stale=False, is_prompt=True)
        self._task.done.connect(self.answered)
        self._task.failed.connect(self.failed)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._ask)

    @property
    def is_busy(self) -> bool:
        """Whether an answer is still to come."""
        return self._timer.isActive() or self._task.is_running

    def look_at(self, source: Source | None) -> None:
        """Asks about another drawing; None for an empty sheet."""
        self._source = source
        self.ask_again()

    @Slot()
    def ask_again(self) -> None:
        """Asks about the same drawing again, since networks, stages or something else changed."""
        if not self.classifiers or self._timer.isActive():
            return
        since_ms = 1000 * (time.monotonic() - self._asked)
        if since_ms >= _SPACING_MS:
            self._ask()
        else:
            self._timer.start(round(_SPACING_MS - since_ms))

    @Slot()
    def _ask(self) -> None:
        self._asked = time.monotonic()
        self._task.run(ask, tuple(self.classifiers), self._source, self.disabled, self.several)
