"""The window uses one language at a time, changes it while it is open, and has space for the texts of each."""

import re
import string
from collections.abc import Callable, Iterator

import pytest
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QComboBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QToolButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from assets.translations import update
from core.i18n import LANGUAGES, _
from core.runs.config import RunConfig
from core.runs.presets import CHAPTER
from gui.main_window import MainWindow
from gui.pages import PAGES
from gui.pages.train.settings import SettingsColumn
from gui.preferences import Preferences
from gui.retranslate import set_language
from gui.state import AppState
from gui.widgets.elided_label import ElidedLabel
from tests.gui.whole_window import WholeWindow

CHINESE = re.compile("[\u3400-\u9fff]")
SAME = {"EN / 中", *LANGUAGES.values(), "一点也不无聊", "服务很好，但是房间太小"}
"""What is the same in every language: names of languages, and a sentence to try."""


class English:
    """Knows every message whose Chinese translation differs, with any values in its fields."""

    def __init__(self) -> None:
        (catalogue,) = (update.read(file) for file in update.catalogues())
        ids = [entry.id for entry in catalogue if entry.id and entry.string and entry.string != entry.id]
        self._whole = {message for message in ids if "{" not in message}
        self._patterns = [_pattern(message) for message in ids if re.search("[A-Za-z]{3}", _words_of(message))]

    def speaks_in(self, text: str) -> bool:
        """Returns whether `text`, or a part of it between dots or line breaks, is one of the messages."""
        parts = [text, *re.split(r" · |\n", text)]
        return any(part.strip() in self._whole or any(p.fullmatch(part) for p in self._patterns) for part in parts)


def _words_of(message: str) -> str:
    return "".join(text for text, *_field in string.Formatter().parse(message)) if "{" in message else ""


def _pattern(message: str) -> re.Pattern[str]:
    parts = string.Formatter().parse(message)
    return re.compile("".join(re.escape(text) + (".+" if name is not None else "") for text, name, *_f in parts))


@pytest.fixture(scope="module")
def english() -> English:
    return English()


@pytest.fixture
def window(qtbot: QtBot, restored_theme, restored_language) -> Iterator[MainWindow]:
    """A window with all its pages and a finished run, in English."""
    state = AppState(Preferences(theme="light", language="en", config=_quick().to_dict()))
    window = MainWindow(state)
    qtbot.addWidget(window)
    window.resize(1280, 800)
    window.show()
    with qtbot.waitSignal(state.preload.ready):
        state.preload.start()
    with qtbot.waitSignal(state.session.ended):
        state.train(_quick())
    for spec in PAGES:
        state.open_page(spec.key)
    yield window
    window.close()
    assert state.shut_down()


def _quick(epochs: int = 1) -> RunConfig:
    training = {"epochs": epochs, "batch_size": 256, "threads": 1}
    return RunConfig.make(dataset="digits", model="softmax_regression", training=training)


def state_of(window: MainWindow) -> AppState:
    return window._state


def texts(root: QWidget) -> set[str]:
    """Returns everything that people can see, point at or hear below `root`."""
    found = {root.windowTitle()}
    for widget in (root, *root.findChildren(QWidget)):
        if widget.isHidden():
            continue
        found |= {widget.toolTip(), widget.accessibleName(), widget.accessibleDescription()}
        if isinstance(widget, QLabel | QAbstractButton):
            found.add(widget.text())
        elif isinstance(widget, QComboBox):
            found |= {widget.itemText(index) for index in range(widget.count())}
        elif isinstance(widget, QAbstractSpinBox):
            found |= {widget.specialValueText(), widget.suffix() if hasattr(widget, "suffix") else ""}
        elif isinstance(widget, QLineEdit | QPlainTextEdit):
            found.add(widget.placeholderText())
    for action in root.findChildren(QAction):
        found |= {action.text(), action.toolTip()}
    return {text.replace("&", "") for text in found} - SAME


def clipped(root: QWidget) -> dict[str, str]:
    """Returns the texts below `root` that have too little space, with the space they have and need."""
    found = {}
    for widget in root.findChildren(QWidget):
        if not widget.isVisible() or isinstance(widget, ElidedLabel):
            continue
        has, needs = widget.width(), 0
        if isinstance(widget, QLabel) and widget.wordWrap():
            has, needs = widget.height(), widget.heightForWidth(widget.width())
        elif isinstance(widget, QLabel | QPushButton | QToolButton) and widget.text():
            needs = widget.sizeHint().width()
        elif isinstance(widget, QComboBox):
            needs = widget.fontMetrics().horizontalAdvance(widget.currentText()) + 24
        if needs > has + 1:
            found[widget.text() if not isinstance(widget, QComboBox) else widget.currentText()] = f"{has} < {needs}"
    return found


def settle(qtbot: QtBot, widget: QWidget) -> None:
    """Lets layouts find their sizes."""
    for _round in range(3):
        qtbot.wait(1)
        for each in widget.findChildren(QWidget):
            each.ensurePolished()
        qtbot.wait(1)


def test_every_page_changes_its_language_while_it_is_open(qtbot, window, english) -> None:
    state = state_of(window)
    state.set_language("zh_CN")
    qtbot.waitUntil(lambda: _holds_none(window, english.speaks_in))
    qtbot.waitUntil(lambda: {"训练网络", "学习率", "已完成"} <= texts(window))
    state.set_language("en")
    qtbot.waitUntil(lambda: _holds_none(window, CHINESE.search))


def test_pages_made_in_chinese_are_chinese(qtbot, restored_theme, restored_language, english) -> None:
    state = AppState(Preferences(theme="light", language="zh_CN", config=_quick().to_dict()))
    window = MainWindow(state)
    qtbot.addWidget(window)
    window.show()
    with qtbot.waitSignal(state.preload.ready):
        state.preload.start()
    for spec in PAGES:
        state.open_page(spec.key)
    qtbot.waitUntil(lambda: _holds_none(window, english.speaks_in))
    window.close()
    assert state.shut_down()


def _holds_none(window: MainWindow, foreign: Callable[[str], object]) -> None:
    """Fails while there are foreign texts; background threads repeat some of them in the new language."""
    assert not {text for text in texts(window) if foreign(text)}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_label_is_clipped(qtbot, window, language) -> None:
    state = state_of(window)
    state.set_language(language)
    found = {}
    for size in ((1280, 800), (1024, 700)):
        window.resize(*size)
        for spec in PAGES:
            state.open_page(spec.key)
            settle(qtbot, window)
            found |= {(spec.key, size, text): room for text, room in clipped(window).items()}
    assert not found


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_settings_of_every_part_have_room_for_their_names(qtbot, restored_language, english, language) -> None:
    column = SettingsColumn(CHAPTER.config())
    qtbot.addWidget(column)
    column.resize(column.width(), 3000)
    column.show()
    set_language(language)
    found, foreign = {}, set()
    for form in (column.dataset, column.model, column.optimizer, column.schedule):
        for index in range(form.box.count()):
            form.box.setCurrentIndex(index)
            for button in column.findChildren(QPushButton):
                if button.isVisible() and button.text().startswith(_("More settings")):
                    button.click()
            settle(qtbot, column)
            found |= clipped(column)
            foreign |= {text for text in texts(column) if english.speaks_in(text)}
    assert not found
    assert language == "en" or not foreign


def test_a_run_goes_on_while_the_language_changes(qtbot, window) -> None:
    state = state_of(window)
    state.open_page("train")
    with qtbot.waitSignal(state.session.batch):
        state.train(_quick(epochs=1000))
    run = state.current_run
    state.set_language("zh_CN")
    with qtbot.waitSignal(state.session.batch):
        pass
    assert state.session.is_running
    assert state.current_run is run
    assert window.header.run_pill.text() == f"实验 {run.title}"
    with qtbot.waitSignal(state.session.ended):
        state.session.stop()
    assert run.last.is_file()


def test_answers_are_given_anew_in_the_other_language(
    qtbot, runs_on_two_kinds, restored_theme, restored_language, english
) -> None:
    whole = WholeWindow(qtbot)
    whole.fill()
    whole.state.set_language("zh_CN")
    for key in ("draw", "write"):
        page = whole.open(key)
        qtbot.waitUntil(lambda page=page: _page_holds_none(page, english.speaks_in))
    whole.close()


def _page_holds_none(page: QWidget, foreign: Callable[[str], object]) -> None:
    assert not {text for text in texts(page) if foreign(text)}
