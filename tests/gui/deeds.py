"""What a random user can do to the real window: clicks, keys, drags, drops. Does not decide their order."""

import random
from pathlib import Path
from typing import Any

import shiboken6
from PySide6.QtCore import QMimeData, QObject, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import (
    QContextMenuEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QHelpEvent,
    QWheelEvent,
)
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QTextEdit,
    QWidget,
)

from core.runs.config import RunConfig
from gui.main_window import MainWindow
from gui.state import AppState
from tests.gui.controls import name_of
from tests.gui.odd_files import make_files

LEFT = Qt.MouseButton.LeftButton
PAGES = ["start", "train", "draw", "write", "settings"]
SMALLEST, LARGEST = (1024, 700), (1700, 1050)

_KEYS = [
    Qt.Key.Key_Tab, Qt.Key.Key_Backtab, Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down,
    Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Escape, Qt.Key.Key_Delete, Qt.Key.Key_Backspace, Qt.Key.Key_Home,
    Qt.Key.Key_End, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown, Qt.Key.Key_0, Qt.Key.Key_7, Qt.Key.Key_Plus,
    Qt.Key.Key_Minus, Qt.Key.Key_B, Qt.Key.Key_E, Qt.Key.Key_F1, Qt.Key.Key_F5,
]  # fmt: skip
_SHORTCUTS = [
    Qt.Key.Key_Z, Qt.Key.Key_Y, Qt.Key.Key_A, Qt.Key.Key_C, Qt.Key.Key_V, Qt.Key.Key_X, Qt.Key.Key_O, Qt.Key.Key_S,
    Qt.Key.Key_Return, Qt.Key.Key_Period, Qt.Key.Key_Backspace, Qt.Key.Key_1, Qt.Key.Key_2, Qt.Key.Key_3,
    Qt.Key.Key_4, Qt.Key.Key_5,
]  # fmt: skip
_TEXTS = [
    "I loved every minute of it.", "not good at all", "这部电影真好看", "<b>x</b><img src='x.png'>", "0.01",
    "-1", "1e308", "7", "", "   ", "a" * 300, "🙂🙃 é ß ẞ", "مرحبا", "one\ntwo\nthree", "%s {x} &amp; && \\",
    "\u202eabc", "nan",
]  # fmt: skip
_TINY = [
    {"dataset": {"key": "strokes", "examples": 300, "train_examples": 100}, "model": {"key": "mlp", "width": 8}},
    {"dataset": {"key": "strokes", "examples": 300, "train_examples": 100}, "model": "chapter_cnn"},
    {"dataset": "chapter_sentences", "model": {"key": "lstm", "embedding": 8, "hidden": 8}},
]


class Vain(str):
    """An action without effect, because nothing was there or nothing accepted it."""


class Deeds(QObject):
    """Has one method for each action; each returns what it did, a `Vain` if it had no effect.

    Args:
        window: the application's, on screen.
        state: its state.
        seed: decides what it is done to, and how.
        folder: an empty folder for the files that are dropped.
    """

    def __init__(self, window: MainWindow, state: AppState, seed: int, folder: Path) -> None:
        super().__init__()
        self.window, self.state = window, state
        self.random = random.Random(seed)
        self.files = make_files(folder)

    # -- with the mouse and the keys

    def _click(self) -> str:
        buttons = self._seen(QAbstractButton)
        if not buttons:
            return Vain("no button")
        button = self.random.choice(buttons)
        said = name_of(button)
        QTest.mouseClick(button, LEFT, pos=self._point(button) if self.random.random() < 0.2 else QPoint())
        return said

    def _double_click(self) -> str:
        widget = self._any_widget()
        QTest.mouseDClick(widget, LEFT, pos=self._point(widget))
        return name_of(widget)

    def _press_key(self) -> str:
        target = QApplication.focusWidget() or self.window
        if self.random.random() < 0.25:
            key, modifier = self.random.choice(_SHORTCUTS), Qt.KeyboardModifier.ControlModifier
        else:
            key = self.random.choice(_KEYS)
            modifier = self.random.choice([Qt.KeyboardModifier.NoModifier] * 4 + [Qt.KeyboardModifier.ShiftModifier])
        said = f"{modifier.name} {key.name} to {name_of(target)}"
        QTest.keyClick(target, key, modifier)
        return said

    def _type(self) -> str:
        fields = self._seen(QLineEdit, QPlainTextEdit, QTextEdit)
        if not fields:
            return Vain("no field")
        field = self.random.choice(fields)
        field.setFocus()
        text, before = self.random.choice(_TEXTS), _content(field)
        said = f"{text!r} into {name_of(field)}"
        if text.isascii() and text.isprintable() and len(text) < 40:
            QTest.keyClicks(field, text)
        else:
            QApplication.clipboard().setText(text)
            QTest.keyClick(field, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
        return said if _content(field) != before else Vain(said)

    def _drag(self) -> str:
        canvases = [each for each in self._seen(QWidget) if type(each).__name__ == "Canvas"]
        widget = self.random.choice(canvases) if canvases and self.random.random() < 0.8 else self._any_widget()
        said = name_of(widget)
        QTest.mousePress(widget, LEFT, pos=self._point(widget))
        for _step in range(self.random.randrange(1, 8)):
            if shiboken6.isValid(widget):
                QTest.mouseMove(widget, self._point(widget))
        if shiboken6.isValid(widget):
            QTest.mouseRelease(widget, LEFT, pos=self._point(widget))
        return said

    def _hover(self) -> str:
        widget = self._any_widget()
        at = self._point(widget)
        QTest.mouseMove(widget, at)
        QApplication.sendEvent(widget, QHelpEvent(QHelpEvent.Type.ToolTip, at, widget.mapToGlobal(at)))
        return name_of(widget)

    def _wheel(self) -> str:
        widget = self._any_widget()
        at = self._point(widget)
        turn = QPoint(0, self.random.choice([-240, -120, 120, 240]))
        event = QWheelEvent(
            QPointF(at), QPointF(widget.mapToGlobal(at)), QPoint(), turn, Qt.MouseButton.NoButton,
            self.random.choice([Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ControlModifier]),
            Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        QApplication.sendEvent(widget, event)
        return name_of(widget)

    def _resize(self) -> str:
        size = [self.random.randint(low, high) for low, high in zip(SMALLEST, LARGEST, strict=True)]
        if self.random.random() < 0.3:
            size = list(SMALLEST)
        self.window.resize(*size)
        return f"{size}"

    def _switch_look(self) -> str:
        QTest.mouseClick(self.window.header.theme_button, LEFT)
        return ""

    def _switch_language(self) -> str:
        QTest.mouseClick(self.window.header.language_button, LEFT)
        return ""

    def _turn_page(self) -> str:
        key = self.random.choice([*PAGES, "train", "draw", "write"])
        QTest.mouseClick(self.window.rail.item(key), LEFT)
        return key

    def _choose(self) -> str:
        boxes = [box for box in self._seen(QComboBox) if box.count()]
        if not boxes:
            return Vain("no box")
        box = self.random.choice(boxes)
        said, before = name_of(box), _content(box)
        if self.random.random() < 0.4:
            QTest.mouseClick(box, LEFT)
            return said
        QTest.keyClick(box, self.random.choice([Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_End, Qt.Key.Key_Home]))
        return said if _content(box) != before else Vain(said)

    def _slide(self) -> str:
        sliders = self._seen(QAbstractSlider, QAbstractSpinBox)
        if not sliders:
            return Vain("no slider")
        slider = self.random.choice(sliders)
        said, before = name_of(slider), _content(slider)
        for _step in range(self.random.randrange(1, 5)):
            QTest.keyClick(slider, self.random.choice([Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp]))
        return said if _content(slider) != before else Vain(said)

    def _context(self) -> str:
        widget = self._any_widget()
        at = self._point(widget)
        event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, widget.mapToGlobal(at))
        QApplication.sendEvent(widget, event)
        return name_of(widget)

    def _drop(self) -> str:
        data = QMimeData()
        if self.random.random() < 0.5:
            data.setText("only words")
        else:
            data.setUrls([QUrl("https://example.org/7.png")])
        return self._drop_on_something(data, data.text())

    def _drop_file(self) -> str:
        path, data = self.random.choice(self.files), QMimeData()
        data.setUrls([QUrl.fromLocalFile(str(path))])
        return self._drop_on_something(data, path.name)

    def _drop_on_something(self, data: QMimeData, what: str) -> str:
        # As Qt does it: in a scroll area the drag enters the viewport.
        takers = [
            each for each in self._seen(QWidget) if each.acceptDrops() and not isinstance(each, QAbstractScrollArea)
        ]
        if not takers:
            return Vain(f"{what} nowhere")
        widget = self.random.choice(takers)
        said = f"{what} on {name_of(widget)}"
        at, copy, none = self._point(widget), Qt.DropAction.CopyAction, Qt.KeyboardModifier.NoModifier
        entered = QDragEnterEvent(at, copy, data, LEFT, none)
        moved = QDragMoveEvent(at, copy, data, LEFT, none)
        dropped = QDropEvent(QPointF(at), copy, data, LEFT, none)
        # As Qt does it: a widget that accepts the drag accepts every position, unless it refuses one.
        QApplication.sendEvent(widget, entered)
        moved.setAccepted(entered.isAccepted())
        if entered.isAccepted():
            QApplication.sendEvent(widget, moved)
        if moved.isAccepted():
            dropped.ignore()
            QApplication.sendEvent(widget, dropped)
            return said if dropped.isAccepted() else Vain(said)
        if entered.isAccepted():
            QApplication.sendEvent(widget, QDragLeaveEvent())
        return Vain(said)

    def _train(self) -> str:
        session = self.state.session
        if session.is_running and self.random.random() < 0.8:
            what = self.random.choice([session.stop, session.pause, session.unpause, session.step])
            what()
            return what.__name__
        training = {"epochs": self.random.choice([1, 2, 30]), "batch_size": 2, "threads": 1, "device": "cpu"}
        self.state.propose_config(RunConfig.make(**self.random.choice(_TINY), training=training))
        QTest.mouseClick(self.window.rail.item("train"), LEFT)
        page: Any = self.window.page("train")
        page.train()
        return f"{self.state.session.state}"

    def _wait(self) -> str:
        QTest.qWait(self.random.choice([1, 10, 40]))
        return ""

    # -- where

    def _seen(self, *kinds: type[QWidget]) -> list[Any]:
        page = self.window.stack.currentWidget()
        near = [each for kind in kinds for each in page.findChildren(kind)]
        # Mostly the page: the frame around it has few controls and would get every second click.
        if self.random.random() < 0.15 or not near:
            near = [each for kind in kinds for each in self.window.findChildren(kind)]
        return [each for each in near if each.isVisible() and each.isEnabled() and each.width() > 1]

    def _any_widget(self) -> QWidget:
        return self.random.choice(self._seen(QWidget) or [self.window])

    def _point(self, widget: QWidget) -> QPoint:
        return QPoint(self.random.randrange(max(widget.width(), 1)), self.random.randrange(max(widget.height(), 1)))


def _content(widget: QWidget) -> object:
    """Returns the content of a field, a box or a slider; None if it is gone."""
    if not shiboken6.isValid(widget):
        return None
    ways = ("currentIndex", "toPlainText", "text", "value")
    return next(getattr(widget, way) for way in ways if hasattr(widget, way))()
