"""The window on a stage: the real application with folders of its own, used by mouse and keys, and photographed."""

import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from PySide6.QtCore import QEventLoop, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QLineEdit, QWidget

from gui.app import LastResort, make_application
from gui.main_window import MainWindow
from gui.pages import PAGES
from gui.preferences import Preferences
from gui.state import AppState
from gui.workers.preload import TORCH_MODULES

Size = tuple[int, int]
USUAL, LARGE, SMALL = (1280, 800), (1920, 1080), (1024, 700)
THEMES = ("light", "dark")
_SETTLE_MS = 250
_PATIENCE = 240.0


class Stage:
    """One start of the application, from the empty folder to the last picture.

    Attributes:
        state: what the pages share.
        window: the window, shown and with torch imported.
        trainings: how many trainings are over, well or not.
        folder: where pictures go.
    """

    def __init__(self, state: AppState, window: MainWindow, folder: Path) -> None:
        self.state = state
        self.window = window
        self.folder = folder
        self.trainings = 0
        self._errors: list[str] = []
        state.session.ended.connect(self._count)
        state.session.failed.connect(self._count)
        state.reported.connect(lambda error: self._errors.append(str(error)))

    def _count(self) -> None:
        self.trainings += 1

    def open(self, key: str) -> QWidget:
        """Goes to a page by a click on the rail, and returns it."""
        self.click(self.window.rail.item(key))
        return self.window.page(key)

    def click(self, widget: QWidget) -> None:
        """Clicks into the middle of `widget`."""
        QTest.mouseClick(widget, Qt.MouseButton.LeftButton)
        self.wait(20)

    def key(self, widget: QWidget, key: Qt.Key) -> None:
        """Presses a key on `widget`."""
        QTest.keyClick(widget, key)

    def type(self, line: QLineEdit, text: str) -> None:
        """Puts `text` in the place of what stands in a line."""
        line.setFocus()
        line.selectAll()
        QTest.keyClicks(line, text)
        QTest.keyClick(line, Qt.Key.Key_Tab)

    def choose(self, box: QComboBox, data: object) -> None:
        """Chooses the entry of a box that holds `data`, with the arrow keys."""
        wanted = box.findData(data)
        assert wanted >= 0, f"{data} is not offered"
        while box.currentIndex() != wanted:
            QTest.keyClick(box, Qt.Key.Key_Down if box.currentIndex() < wanted else Qt.Key.Key_Up)
            self.wait(1)

    def wait(self, milliseconds: int) -> None:
        """Lets the application live for so long."""
        # QTest.qWait would hold Python's lock, and with it all other threads.
        loop = QEventLoop()
        QTimer.singleShot(milliseconds, loop.quit)
        loop.exec()

    def wait_until(self, what: Callable[[], bool]) -> None:
        """Lets the application live until `what` holds."""
        deadline = time.monotonic() + _PATIENCE
        while not what():
            if time.monotonic() > deadline:
                raise TimeoutError(f"waited {_PATIENCE:g} s in vain; reported: {self._errors}")
            self.wait(10)

    def shoot(self, name: str, sizes: Sequence[Size] = (USUAL, LARGE), themes: Sequence[str] = THEMES) -> None:
        """Saves `name`-THEME-WIDTHxHEIGHT.png for each theme and size, and leaves the window as it was."""
        for look in themes:
            self.state.set_theme(look)
            for width, height in sizes:
                self.window.resize(width, height)
                self.wait(_SETTLE_MS)
                self.window.grab().save(str(self.folder / f"{name}-{look}-{width}x{height}.png"))
        self.state.set_theme("light")
        self.window.resize(*USUAL)
        self.wait(_SETTLE_MS)

    def keep(self, name: str, widget: QWidget) -> None:
        """Saves `name`.png of a widget that stands by itself."""
        widget.grab().save(str(self.folder / f"{name}.png"))


@contextmanager
def stage(folder: Path) -> Iterator[Stage]:
    """Starts the application with empty folders of its own, as `gui.app.main` does; ends it with all its threads."""
    application = QApplication.instance() or make_application()
    with tempfile.TemporaryDirectory(prefix="neurarium-shots-") as own:
        for name in ("RUNS", "SETTINGS", "LOGS"):
            os.environ[f"NEURARIUM_{name}"] = str(Path(own) / name.lower())
        os.environ.setdefault("NEURARIUM_DATA", str(Path(own) / "data"))
        os.environ["NEURARIUM_LANGUAGE"] = "en"
        state = AppState(Preferences.load(), [*TORCH_MODULES, *(spec.module for spec in PAGES)])
        LastResort(state).install()
        state.set_theme("light")
        window = MainWindow(state)
        window.painted.connect(state.preload.start)
        window.resize(*USUAL)
        window.show()
        on_stage = Stage(state, window, folder)
        try:
            on_stage.wait_until(lambda: state.preload.is_ready)
            yield on_stage
        finally:
            window.close()
            state.shut_down()
            sys.excepthook = sys.__excepthook__
            window.deleteLater()
            state.deleteLater()
            application.processEvents()
