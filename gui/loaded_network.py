"""A network that a page asks: chosen, read beside the window, and in place until the next one can be had.

Knows neither a page nor what networks read.
"""

from collections.abc import Callable, Generator
from typing import Generic, TypeVar

from PySide6.QtCore import QObject, Signal, Slot

from core.errors import NeurariumError
from gui.widgets.model_chooser import Choice
from gui.workers.background import BackgroundTask

Network = TypeVar("Network")
Read = Callable[[Choice], Network | Generator[Network, None, Network]]


class LoadedNetwork(QObject, Generic[Network]):
    """One network that answers: what was chosen, and the network once it is read.

    Args:
        read: returns the network of a `Choice`, or yields it as soon as it can answer and returns it when it is whole.
        parent: the page.

    Attributes:
        choice: what was chosen last; None for nothing.
        network: what answers; None until it is read.

    Signals:
        changed: there is another network, or none.
        failed: a `NeurariumError`.
    """

    changed = Signal()
    failed = Signal(object)

    def __init__(self, read: Read[Network], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.choice: Choice | None = None
        self.network: Network | None = None
        self._answering: Choice | None = None
        self._read = read
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
            self.network = self._answering = None
            self.changed.emit()
        else:
            self._task.run(self._read, choice)

    @Slot(object)
    def _take(self, network: Network | None) -> None:
        if network is not None and self.choice is not None:
            self.network, self._answering = network, self.choice
            self.changed.emit()

    @Slot(object)
    def _give_up(self, error: NeurariumError) -> None:
        """Says why the network cannot be had; the one before answers on."""
        self.failed.emit(error)
        if self._answering is not None and not self._task.is_running:
            self.choice = self._answering
            self.changed.emit()
