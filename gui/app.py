"""The composition root: makes the application and its window, and handles what no other code handled."""

import os
import signal
import socket
import sys
import threading
from importlib import resources
from types import TracebackType

from PySide6.QtCore import QCoreApplication, QObject, QSocketNotifier, Signal, Slot
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication

from core import allocator
from gui import crash
from gui.main_window import MainWindow
from gui.pages import PAGES
from gui.preferences import Preferences
from gui.state import AppState
from gui.theme import theme
from gui.workers.preload import TORCH_MODULES
from gui.workers.sweeper import Sweeper
from gui.workers.threads import take_short_turns


def main() -> int:
    """Opens the window and returns the exit code when it is closed."""
    application = make_application()
    state = AppState(Preferences.load(), [*TORCH_MODULES, *(spec.module for spec in PAGES)])
    last_resort = LastResort(state)
    last_resort.install()
    window = MainWindow(state)
    window.painted.connect(state.preload.start)
    interrupts = _Interrupts(window)
    window.show()
    code = application.exec()
    interrupts.close()
    state.save()
    if not state.shut_down():
        _leave_threads(code)
    return code


def make_application() -> QApplication:
    """Returns the application with its theme. From now on only its thread collects garbage."""
    allocator.settle()
    take_short_turns()
    application = QApplication(sys.argv[:1])
    application.setApplicationName("Neurarium")
    application.setApplicationDisplayName("Neurarium")
    application.setDesktopFileName("neurarium")
    application.setWindowIcon(QIcon(str(resources.files("assets") / "logo.svg")))
    theme()
    Sweeper(application).start()
    return application


def _leave_threads(code: int) -> None:
    """Exits although threads still run: they import, or are stuck in one batch. A crash would cost the same."""
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            stream.flush()
    os._exit(code)


class LastResort(QObject):
    """Handles exceptions that nobody caught, in any thread: writes a report, shows a banner, and goes on."""

    _caught = Signal(object)

    def __init__(self, state: AppState) -> None:
        super().__init__(state)
        self._places: set[str] = set()
        self._caught.connect(state.report)

    def install(self) -> None:
        """Replaces Python's own handlers, which only print."""
        sys.excepthook = self.handle
        threading.excepthook = lambda given: self.handle(given.exc_type, given.exc_value, given.exc_traceback)

    def handle(
        self, kind: type[BaseException], error: BaseException | None, trace: TracebackType | None = None
    ) -> None:
        """Reports an error. The same error from the same place is reported only once: every repaint may raise it."""
        if error is None or issubclass(kind, KeyboardInterrupt):
            return
        while trace is not None and trace.tb_next is not None:
            trace = trace.tb_next
        place = f"{kind.__name__} {trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace else kind.__name__
        if place not in self._places:
            self._places.add(place)
            self._caught.emit(crash.unexpected(error))


class _Interrupts(QObject):
    """Ends the application as if its window were closed: on Ctrl-C, when its terminal closes, and on SIGTERM.

    Python runs signal handlers only between two Python instructions, and Qt's event loop has none. So Python writes
    the number of the signal into a socket, and that wakes the loop.
    """

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._here, self._there = socket.socketpair()
        for end in (self._here, self._there):
            end.setblocking(False)
        signal.set_wakeup_fd(self._there.fileno(), warn_on_full_buffer=False)
        self._before = {number: signal.signal(number, lambda *_: None) for number in _ends()}
        self._notifier = QSocketNotifier(self._here.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._wake)

    @Slot()
    def _wake(self) -> None:
        self._here.recv(64)
        self._window.close()
        QCoreApplication.exit()  # a dialog or another window may still be open

    def close(self) -> None:
        """Gives the signals back to Python. The next one ends the process at once."""
        self._notifier.setEnabled(False)
        signal.set_wakeup_fd(-1)
        for number, handler in self._before.items():
            signal.signal(number, handler)
        for end in (self._here, self._there):
            end.close()


def _ends() -> list[signal.Signals]:
    """Returns the signals that ask this process to end. Windows has fewer; nohup ignores a closed terminal."""
    found = [number for number in signal.Signals if number.name in ("SIGINT", "SIGTERM", "SIGHUP")]
    return [each for each in found if each.name != "SIGHUP" or signal.getsignal(each) is not signal.SIG_IGN]
