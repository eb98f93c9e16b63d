"""A random user of the real window: clicks, keys, drags, drops; says what was done last when something breaks.

What is done follows from the seed and from what is on screen, so a seed told by a failure leads the same way again as
far as threads allow. It keeps trainings small, and closes every menu that it opens.
"""

import contextlib
import random
import sys
import threading
import traceback
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Any

import shiboken6
from PySide6.QtCore import QMimeData, QObject, QPoint, QPointF, Qt, QTimer, QUrl, Slot
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
    QAbstractItemView,
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

from core.config import RunConfig
from core.errors import RunError
from gui.crash import UnexpectedError
from gui.main_window import MainWindow
from gui.state import AppState
from tests.gui.controls import dead_controls, name_of
from tests.gui.odd_files import make_files

LEFT = Qt.MouseButton.LeftButton
SMALLEST, LARGEST = (1024, 700), (1700, 1050)
MOST_EXAMPLES = 400  # of what the monkey trains on
POPUP_MS = 5
REMEMBERED = 30

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


class Monkey(QObject):
    """Does one random thing after the other in a window.

    Args:
        window: the application's, on screen.
        state: its state.
        seed: decides what is done.
        folder: an empty folder for the files that are dropped, opened and saved.

    Attributes:
        errors: what went wrong, each a traceback or a sentence; empty while all is well.
        done: the last things done, newest last.
    """

    def __init__(self, window: MainWindow, state: AppState, seed: int, folder: Path) -> None:
        super().__init__()
        self.window, self.state, self.seed = window, state, seed
        self.random = random.Random(seed)
        self.errors: list[str] = []
        self.done: deque[str] = deque(maxlen=REMEMBERED)
        self.count = 0
        self.files = make_files(folder)
        self._place_to_save = folder / "saved"
        self._popups = QTimer(self)
        self._popups.setInterval(POPUP_MS)
        self._popups.timeout.connect(self._answer_popup)
        self._own_timer_random = random.Random(seed + 1)
        self._patience = 0
        state.reported.connect(self._hear)
        self._actions: list[tuple[int, Callable[[], str]]] = [
            (30, self._click), (12, self._press_key), (8, self._type), (12, self._drag), (4, self._wheel),
            (2, self._resize), (1, self._switch_look), (1, self._switch_language), (6, self._turn_page),
            (4, self._drop), (6, self._choose), (3, self._train), (2, self._double_click), (2, self._context),
            (3, self._hover), (3, self._wait), (2, self._slide),
        ]  # fmt: skip

    # -- the whole walk

    def walk(self, actions: int) -> None:
        """Does so many things, or stops at the first that goes wrong.

        Raises:
            AssertionError: with the seed, the last actions and what went wrong.
        """
        before = sys.excepthook, threading.excepthook
        sys.excepthook = lambda *given: self.errors.append("".join(traceback.format_exception(*given)))
        threading.excepthook = lambda given: self.errors.append(
            "".join(traceback.format_exception(given.exc_type, given.exc_value, given.exc_traceback))
        )
        self._popups.start()
        try:
            for _number in range(actions):
                self.act()
                if self.count % 10 == 0:
                    self.errors += [f"dead control: {each}" for each in dead_controls(self.window)]
                assert not self.errors, self.story()
        finally:
            self._popups.stop()
            sys.excepthook, threading.excepthook = before

    def act(self) -> None:
        """Does one thing."""
        weights = [weight for weight, _action in self._actions]
        (_weight, action) = self.random.choices(self._actions, weights)[0]
        self.count += 1
        self.done.append(f"{self.count}: {action.__name__} …")
        self.done[-1] = f"{self.count}: {action.__name__.strip('_')}: {action()}"
        QApplication.processEvents()
        self._keep_it_small()

    def story(self) -> str:
        """Returns what a person needs who wants to see it again."""
        lines = "\n".join(self.done)
        return f"seed {self.seed}, after {self.count} actions:\n{lines}\n\n" + "\n".join(self.errors)

    @Slot(object)
    def _hear(self, error: Exception) -> None:
        if isinstance(error, UnexpectedError):
            self.errors.append(error.details)

    def _keep_it_small(self) -> None:
        """Stops what would take long: a random user has no patience."""
        run = self.state.session.run
        if run is None or self.state.session.state in ("idle", "stopping"):
            return
        with contextlib.suppress(RunError):  # it was over before it began to learn, and has left no folder
            if not _is_small(run.config):
                self.done.append(f"   stopped {run.name}: too large")
                self.state.session.stop()

    # -- what can be done

    def _click(self) -> str:
        buttons = self._seen(QAbstractButton)
        if not buttons:
            return "nothing"
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
            return "nowhere"
        field = self.random.choice(fields)
        field.setFocus()
        text = self.random.choice(_TEXTS)
        said = f"{text!r} into {name_of(field)}"
        if text.isascii() and text.isprintable() and len(text) < 40:
            QTest.keyClicks(field, text)
        else:
            QApplication.clipboard().setText(text)
            QTest.keyClick(field, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
        return said

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
        key = self.random.choice(["start", "train", "train", "draw", "draw", "write", "write", "settings"])
        QTest.mouseClick(self.window.rail.item(key), LEFT)
        return key

    def _choose(self) -> str:
        boxes = [box for box in self._seen(QComboBox) if box.count()]
        if not boxes:
            return "nothing"
        box = self.random.choice(boxes)
        said = name_of(box)
        if self.random.random() < 0.4:
            QTest.mouseClick(box, LEFT)
        else:
            QTest.keyClick(box, self.random.choice([Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_End, Qt.Key.Key_Home]))
        return said

    def _slide(self) -> str:
        sliders = self._seen(QAbstractSlider, QAbstractSpinBox)
        if not sliders:
            return "nothing"
        slider = self.random.choice(sliders)
        for _step in range(self.random.randrange(1, 5)):
            QTest.keyClick(slider, self.random.choice([Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp]))
        return name_of(slider)

    def _context(self) -> str:
        widget = self._any_widget()
        at = self._point(widget)
        event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, widget.mapToGlobal(at))
        QApplication.sendEvent(widget, event)
        return name_of(widget)

    def _drop(self) -> str:
        # As Qt does it: what scrolls is entered at its viewport.
        takers = [
            each for each in self._seen(QWidget) if each.acceptDrops() and not isinstance(each, QAbstractScrollArea)
        ]
        if not takers:
            return "nowhere"
        widget, path = self.random.choice(takers), self.random.choice(self.files)
        data = QMimeData()
        kind = self.random.randrange(8)
        if kind == 0:
            data.setText("only words")
        elif kind == 1:
            data.setUrls([QUrl("https://example.org/7.png")])
        else:
            data.setUrls([QUrl.fromLocalFile(str(path))])
        at, copy, none = self._point(widget), Qt.DropAction.CopyAction, Qt.KeyboardModifier.NoModifier
        entered = QDragEnterEvent(at, copy, data, LEFT, none)
        moved = QDragMoveEvent(at, copy, data, LEFT, none)
        # As Qt does it: what is entered accepts every place, unless it says otherwise of one.
        QApplication.sendEvent(widget, entered)
        moved.setAccepted(entered.isAccepted())
        if entered.isAccepted():
            QApplication.sendEvent(widget, moved)
        if moved.isAccepted():
            QApplication.sendEvent(widget, QDropEvent(QPointF(at), copy, data, LEFT, none))
        elif entered.isAccepted():
            QApplication.sendEvent(widget, QDragLeaveEvent())
        return f"{path.name} ({kind}) on {name_of(widget)}"

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
        # The page is what one works on; what frames it has few controls and would take every second click.
        if self.random.random() < 0.15 or not near:
            near = [each for kind in kinds for each in self.window.findChildren(kind)]
        return [each for each in near if each.isVisible() and each.isEnabled() and each.width() > 1]

    def _any_widget(self) -> QWidget:
        return self.random.choice(self._seen(QWidget) or [self.window])

    def _point(self, widget: QWidget) -> QPoint:
        return QPoint(self.random.randrange(max(widget.width(), 1)), self.random.randrange(max(widget.height(), 1)))

    # -- what stands in the way

    @Slot()
    def _answer_popup(self) -> None:
        popup = QApplication.activePopupWidget()
        if popup is None:
            self._patience = 0
            return
        self._patience += 1
        chance = self._own_timer_random
        target = popup.findChild(QAbstractItemView) or popup
        keys = [Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_Right, Qt.Key.Key_Left, Qt.Key.Key_Return]
        if self._patience > 3:
            popup.close()
        else:
            QTest.keyClick(target, Qt.Key.Key_Escape if self._patience > 2 else chance.choice(keys))

    def choose_file(self, *_given: Any, **_settings: Any) -> tuple[str, str]:
        """Stands in for the system's dialog to open a file."""
        return self.random.choice(["", *map(str, self.files)]), ""

    def choose_place(self, *_given: Any, **_settings: Any) -> tuple[str, str]:
        """Stands in for the system's dialog to save a file."""
        ending = self.random.choice([".zip", ".csv", ".png", ".svg", ""])
        good = f"{self._place_to_save}-{self.count}{ending}"
        return self.random.choice(["", good, good, str(self._place_to_save / "not" / "there.csv")]), ""

    def choose_folder(self, *_given: Any, **_settings: Any) -> str:
        """Stands in for the system's dialog to choose a folder."""
        return self.random.choice(["", str(self._place_to_save.parent)])


def _is_small(config: RunConfig) -> bool:
    dataset = config.dataset.to_dict()
    return dataset["key"] == "chapter_sentences" or (dataset.get("train_examples") or 10**9) <= MOST_EXAMPLES
