"""Sweeps up what Python's reference counts cannot free, in the window's thread alone.

Python's own collector runs in whichever thread happens to make the next object. If that is a worker's, it may take
apart widgets and timers there, which belong to the window's thread: Qt crashes. So the collector is switched off, and a
timer does its work between two events.
"""

import gc
import sys

from PySide6.QtCore import QObject, QTimer, Slot

_EVERY_MS = 1000


class Sweeper(QObject):
    """Does the garbage collector's work from the thread in which it is made, from `start` on until `stop`."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._modules = 0
        self._is_importing = False
        self._timer = QTimer(self)
        self._timer.setInterval(_EVERY_MS)
        self._timer.timeout.connect(self.sweep)

    def start(self) -> None:
        """Switches Python's own collector off and takes over."""
        gc.disable()
        self._modules = len(sys.modules)
        self._timer.start()

    def stop(self) -> None:
        """Gives the work back to Python."""
        self._timer.stop()
        gc.enable()

    @Slot()
    def sweep(self) -> None:
        """Collects the oldest generation that is due, by the thresholds of Python's own collector.

        What imports leave behind stays for good, tens of thousands of objects at a time. As soon as no more come, one
        sweep frees what was in use meanwhile; no other looks at those objects again.
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
