"""Which network answers: loaded beside the window, from the run and the checkpoint that were chosen."""

from collections.abc import Generator

from PySide6.QtCore import QObject, Signal, Slot

from core.errors import NeurariumError
from core.inference.catalogue import open_classifier
from core.inference.classify import Classifier
from core.inference.snapshot import load_snapshot
from gui.widgets.model_chooser import Choice
from gui.workers.background import BackgroundTask


def open_in_parts(choice: Choice) -> Generator[Classifier, None, Classifier]:
    """Yields a network as soon as it can answer, and returns it when it also knows what is familiar.

    Raises:
        RunError: its weights are missing, damaged or not numbers any more.
    """
    weights = choice.weights
    yield Classifier(load_snapshot(choice.run, weights))
    return open_classifier(choice.run, weights)


class Seat(QObject):
    """One network that answers: what was chosen, and the network once it is read.

    Signals:
        changed: there is another network, or none.
        failed: a `NeurariumError`.
    """

    changed = Signal()
    failed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.choice: Choice | None = None
        self._answering: Choice | None = None
        self.classifier: Classifier | None = None
        self._task = BackgroundTask(self)
        self._task.progressed.connect(self._take)
        self._task.done.connect(self._take)
        self._task.failed.connect(self._give_up)

    @property
    def is_busy(self) -> bool:
        """Whether a network is being read."""
        return self._task.is_running

    def choose(self, choice: Choice | None) -> None:
        """Reads another network; the one before answers until it is there."""
        self.choice = choice
        if choice is None:
            self._task.cancel()
            self.classifier = self._answering = None
            self.changed.emit()
        else:
            self._task.run(open_in_parts, choice)

    @Slot(object)
    def _take(self, classifier: Classifier | None) -> None:
        if classifier is not None and self.choice is not None:
            self.classifier, self._answering = classifier, self.choice
            self.changed.emit()

    @Slot(object)
    def _give_up(self, error: NeurariumError) -> None:
        """Says why the network cannot be had; the one before answers on."""
        self.failed.emit(error)
        if self._answering is not None and not self._task.is_running:
            self.choice = self._answering
            self.changed.emit()
