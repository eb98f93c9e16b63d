"""The window with everything in it: all pages, a network that sees and one that reads, a drawing, a sentence."""

from collections.abc import Iterator
from pathlib import Path

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton, QWidget
from pytestqt.qtbot import QtBot

from core.i18n import _
from core.runs.config import RunConfig
from core.runs.store import RunStore
from core.training.loop import fit
from gui.main_window import MainWindow
from gui.pages import PAGES
from gui.pages.draw import DrawPage
from gui.pages.train import TrainPage
from gui.pages.write import WritePage
from gui.preferences import Preferences
from gui.state import AppState
from gui.widgets.segmented import Segmented

SEVEN = ((88, 62), (190, 56), (150, 140), (128, 222))
SENTENCE = "I don't hate it at all, it is surprisingly good"
_TRAINING = {"epochs": 2, "batch_size": 64, "threads": 1, "device": "cpu"}


def train_two(folder: Path) -> None:
    """Leaves a run on pictures and one on sentences in `folder`."""
    for dataset, model in (
        ({"key": "strokes", "examples": 300}, "chapter_cnn"),
        ({"key": "sentences", "train_examples": 256, "vocabulary_size": 500}, "lstm"),
    ):
        config = RunConfig.make(dataset=dataset, model=model, training=_TRAINING)
        for _event in fit(config, RunStore(folder).create(config)):
            pass


class WholeWindow:
    """The window with all its pages at work.

    Attributes:
        state: what the pages share.
        window: the window, shown.
        pages: its pages by key.
    """

    def __init__(self, qtbot: QtBot, language: str = "en") -> None:
        self._qtbot = qtbot
        config = RunConfig.make(dataset="strokes", model="chapter_cnn", training={"epochs": 3})
        self.state = AppState(Preferences(theme="light", language=language, config=config.to_dict()))
        self.window = MainWindow(self.state)
        qtbot.addWidget(self.window)
        self.window.resize(1280, 800)
        self.window.show()
        with qtbot.waitSignal(self.state.preload.ready):
            self.state.preload.start()
        self.pages: dict[str, QWidget] = {spec.key: self.open(spec.key) for spec in PAGES}

    def open(self, key: str) -> QWidget:
        """Shows a page and returns it."""
        self.state.open_page(key)
        return self.window.page(key)

    def fill(self) -> None:
        """Draws a digit, types a sentence, opens the last run on the Train page; waits for all the answers."""
        self._train_page()
        self._draw()
        self._write()

    def views(self) -> Iterator[str]:
        """Goes through all pages and the views of each, and yields the name of what is shown."""
        for key, page in self.pages.items():
            self.open(key)
            self.settle()
            yield key
            for group in page.findChildren(Segmented):
                if group.isVisible():
                    before = group.current()
                    for option in group.options():
                        self._choose(group, option)
                        yield f"{key}, {group.button(option).accessibleName()}"
                    self._choose(group, before)
            for button in page.findChildren(QPushButton):
                if button.isVisible() and button.isCheckable() and button.text() == _("More settings"):
                    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
                    self.settle()
                    yield f"{key}, more settings"

    def settle(self) -> None:
        """Lets layouts find their sizes and animations end."""
        for _round in range(4):
            self._qtbot.wait(5)

    def close(self) -> None:
        """Ends everything."""
        self.window.close()
        assert self.state.shut_down()

    def _choose(self, group: Segmented, option: str) -> None:
        QTest.mouseClick(group.button(option), Qt.MouseButton.LeftButton)
        self.settle()

    def _train_page(self) -> None:
        page = self.open("train")
        assert isinstance(page, TrainPage)
        runs = self.state.store.runs()
        self.state.set_current_run(next(run for run in runs if run.config.dataset.key == "strokes"))
        self._qtbot.waitUntil(lambda: len(page.progress.epochs) == 2)
        self._qtbot.waitUntil(lambda: page.forecast.values.value("parameters") != "–")

    def _draw(self) -> None:
        page = self.open("draw")
        assert isinstance(page, DrawPage)
        self._qtbot.waitUntil(lambda: page.networks[0].network is not None)
        self.settle()
        scale = page.canvas.width() / 280
        places = [QPoint(round(x * scale), round(y * scale)) for x, y in SEVEN]
        QTest.mousePress(page.canvas, Qt.MouseButton.LeftButton, pos=places[0])
        for place in places[1:]:
            QTest.mouseMove(page.canvas, place)
        QTest.mouseRelease(page.canvas, Qt.MouseButton.LeftButton, pos=places[-1])
        self._qtbot.wait(150)
        self._qtbot.waitUntil(lambda: not page.is_busy)

    def _write(self) -> None:
        page = self.open("write")
        assert isinstance(page, WritePage)
        self._qtbot.waitUntil(lambda: page.networks[0].network is not None)
        page.entry.field.setFocus()
        QTest.keyClicks(page.entry.field, SENTENCE)
        self._qtbot.waitUntil(lambda: bool(page.scores()) and page.scores()[0][1].text == SENTENCE)
        self._qtbot.waitUntil(lambda: not page.asker.is_busy and not page.explainer.is_busy and not page.flips.is_busy)
