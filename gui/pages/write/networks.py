"""Asks networks about the typed text in a background thread; at most every few milliseconds, and the latest text wins.

Knows no widget: it takes texts and returns scores. Networks are snapshots in eval mode, never in training.
"""

import time
from collections.abc import Sequence

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from core.inference.score import Score, Scorer
from gui.workers.background import BackgroundTask

_SPACING_MS = 15  # nobody types or reads faster, but a held key repeats


def ask(scorers: Sequence[Scorer], text: str) -> list[tuple[Scorer, Score]]:
    """Returns the networks, each with its score."""
    return [(scorer, scorer.score(text)) for scorer in scorers]


class Asker(QObject):
    """Scores the current text.

    Signals:
        answered: a list of pairs of a `Scorer` and its `Score`, in the order of `scorers`.
        failed: a `NeurariumError`.
    """

    answered = Signal(object)
    failed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.scorers: list[Scorer] = []
        self._text = ""
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

    def look_at(self, text: str) -> None:
        """Asks about another text."""
        self._text = text
        self.ask_again()

    @Slot()
    def ask_again(self) -> None:
        """Asks about the same text again, since the networks changed."""
        if not self.scorers or self._timer.isActive():
            return
        since_ms = 1000 * (time.monotonic() - self._asked)
        if since_ms >= _SPACING_MS:
            self._ask()
        else:
            self._timer.start(round(_SPACING_MS - since_ms))

    @Slot()
    def _ask(self) -> None:
        self._asked = time.monotonic()
        self._task.run(ask, tuple(self.scorers), self._text)
