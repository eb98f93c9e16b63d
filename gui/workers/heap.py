"""Hands memory that nobody uses any more back to the system.

On Linux the C library keeps what a thread has freed for that thread's next use. Trainings, explanations and predictions
come and go on many threads: measured while somebody draws and types beside a training, the process would hold 2.2 GB
of which it uses 0.9. Elsewhere the system's allocator sees to it by itself.
"""

import ctypes
import sys

from PySide6.QtCore import QObject, QTimer

from gui.workers.background import BackgroundTask

_EVERY_MS = 10_000


def hand_back() -> bool:
    """Hands free memory back, which takes some milliseconds; returns whether the system has a call for that."""
    if sys.platform != "linux":
        return False
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # only in glibc
    if trim is None:
        return False
    trim(0)
    return True


class HeapKeeper(QObject):
    """Hands memory back every ten seconds, from `start` on until `stop`, in a thread that gives way to the window's."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._task = BackgroundTask(self, drops_stale=False)
        self._timer = QTimer(self)
        self._timer.setInterval(_EVERY_MS)
        self._timer.timeout.connect(lambda: self._task.run(hand_back))

    def start(self) -> None:
        """Begins."""
        self._timer.start()

    def stop(self) -> None:
        """Ends it."""
        self._timer.stop()
