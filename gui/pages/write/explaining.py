"""Computes in the background what each word contributed and what happens inside; the latest text wins.

One job at a time, a moment after the last key, so that typing is never delayed. Knows no widget.
"""

from collections.abc import Sequence
from functools import lru_cache
from importlib import import_module

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from core.explain.text.attributions import WordAttribution, integrated_gradients, leave_one_out
from core.inference.score import Score, Scorer
from gui.workers.background import BackgroundTask

Answered = Sequence[tuple[Scorer, Score]]

_PAUSE_MS = 60
_METHODS = {"integrated_gradients": integrated_gradients, "leave_one_out": leave_one_out}


def contributions(answered: Answered, method: str) -> list[WordAttribution]:
    """Returns what each word contributed, for each network."""
    return [_METHODS[method](scorer, score) for scorer, score in answered]


@lru_cache(maxsize=1)
def get_ready() -> None:
    """Imports what the first explanation would otherwise wait for."""
    import_module("captum.attr")


class Explainer(QObject):
    """Explains the current scores.

    Signals:
        explained: pairs of a `Score` and its `WordAttribution`, one for each network.
        failed: a `NeurariumError`.
    """

    explained = Signal(object)
    failed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._method = "integrated_gradients"
        self._answered: Answered = ()
        self._task = BackgroundTask(self)
        self._task.done.connect(self._tell)
        self._task.failed.connect(self.failed)
        self._warming = BackgroundTask(self)
        self._warming.failed.connect(self.failed)
        self._warming.run(get_ready)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_PAUSE_MS)
        self._timer.timeout.connect(self._ask)

    @property
    def is_busy(self) -> bool:
        """Whether an explanation is still to come."""
        return self._timer.isActive() or self._task.is_running

    def set_method(self, method: str) -> None:
        """Explains by another method from now on."""
        self._method = method
        self._timer.start()

    def look_at(self, answered: Answered) -> None:
        """Explains other scores."""
        self._answered = answered
        self._timer.start()

    @Slot()
    def _ask(self) -> None:
        answered = [(scorer, score) for scorer, score in self._answered if score.words]
        self._task.run(_explain, answered, self._method)

    @Slot(object)
    def _tell(self, found: "list[tuple[Score, WordAttribution]] | None") -> None:
        if found is not None:
            self.explained.emit(found)


def _explain(answered: Answered, method: str) -> list[tuple[Score, WordAttribution]]:
    found = contributions(answered, method)
    return [(score, each) for (_scorer, score), each in zip(answered, found, strict=True)]
