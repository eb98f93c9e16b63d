"""Frees what Python's reference counts cannot free, in the window's thread only.

Python's own garbage collector runs in any thread that happens to create an object. In a worker thread it could destroy
widgets and timers, which belong to the window's thread: Qt crashes. So the collector is switched off, and a timer does
its work between two events.
"""

import gc
import sys

from PySide6.QtCore import QObject, QTimer, Slot

_EVERY_MS = 1000


class Sweeper(QObject):
    """Collects garbage in the thread in which it was made, from `start` until `stop`."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._modules = 0
        self._is_importing = False
        self._timer = QTimer(self)
        self._timer.setInterval(_EVERY_MS)
        self._timer.timeout.connect(self.sweep)

    def start(self) -> None:
        """Switches Python's own collector off and replaces it."""
        gc.disable()
        self._modules = len(sys.modules)
        self._timer.start()

    def stop(self) -> None:
        """Switches Python's own collector on again."""
        self._timer.stop()
        gc.enable()

    @Slot()
    def sweep(self) -> None:
        """Collects the oldest generation that is due by the thresholds of Python's own collector.

        Imports create tens of thousands of objects at a time and keep them. When no more come, one collection frees
        what was in use meanwhile and exempts the rest from later collections.
        """
        before, self._modules = self._modules, len(sys.modules)
        if self._modules > before:
            self._is_importing = True
            return
        if self._is_importing:
            self._is_importing = False
            gc.collect()
            gc.freeze()
            return
        for generation, (count, threshold) in reversed(
            list(enumerate(zip(gc.get_count(), gc.get_threshold(), strict=True)))
        ):
            if threshold and count > threshold:
                gc.collect(generation)
                return
