"""A network that a page asks: chosen, loaded in a background thread, and kept until the next one is loaded.

It knows no page and no modality.
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
    """One network that answers: the choice, and the network as soon as it is loaded.

    Args:
        read: returns the network of a `Choice`; or yields it as soon as it can answer and returns it when it is
            complete.
        parent: the page.

    Attributes:
        choice: the last choice; None for nothing.
        network: the network that answers; None until one is loaded.

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
        """Whether a network is being loaded."""
        return self._task.is_running

    def choose(self, choice: Choice | None) -> None:
        """Loads another network. The current one answers until that is done."""
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
        """Reports why the network cannot be loaded. The current one stays."""
        self.failed.emit(error)
        if self._answering is not None and not self._task.is_running:
            self.choice = self._answering
            self.changed.emit()
