"""Everything has enough space: no text is cut and nothing lies outside, in each language, small and at 200 %."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
    QCheckBox,
    QComboBox,
    QLabel,
    QPushButton,
    QRadioButton,
    QStyle,
    QStyleOptionButton,
    QStyleOptionComboBox,
    QToolButton,
    QWidget,
)

from core.i18n import LANGUAGES
from gui.widgets.elided_label import ElidedLabel
from tests.gui.whole_window import WholeWindow

SMALL = (1024, 700)
TINY = (960, 480)  # what a screen of 1920 x 1080 leaves at 200 %
AS_LARGE_AS_SAID = "NEURARIUM_TEST_SCALE"


@pytest.fixture(params=LANGUAGES)
def whole(request, qtbot, runs_on_two_kinds, restored_theme, restored_language) -> Iterator[WholeWindow]:
    window = WholeWindow(qtbot, request.param)
    window.window.resize(*SMALL)
    window.fill()
    yield window
    window.close()


def cut(root: QWidget) -> set[tuple[str, str]]:
    """Returns the texts below `root` that have too little space, with the space they have and need."""
    found = set()
    for widget in root.findChildren(QWidget):
        is_text = isinstance(widget, QLabel | QAbstractButton | QComboBox) and not isinstance(widget, ElidedLabel)
        if is_text and widget.isVisible():
            text = widget.currentText() if isinstance(widget, QComboBox) else widget.text()
            has, needs = _room(widget)
            if text and needs > has + 1:
                found.add((text, f"{has} < {needs}"))
    return found


def _room(widget: QWidget) -> tuple[int, int]:
    """Returns the pixels that `widget` has for its text, and those it needs."""
    style = widget.style()
    if isinstance(widget, QLabel):
        if widget.wordWrap():
            return widget.height(), widget.heightForWidth(widget.width())
        return widget.width(), widget.sizeHint().width()
    if isinstance(widget, QComboBox):
        option = QStyleOptionComboBox()
        widget.initStyleOption(option)
        field = style.subControlRect(
            QStyle.ComplexControl.CC_ComboBox, option, QStyle.SubControl.SC_ComboBoxEditField, widget
        )
        return field.width(), widget.fontMetrics().horizontalAdvance(widget.currentText())
    if isinstance(widget, QCheckBox | QRadioButton):
        option = QStyleOptionButton()
        widget.initStyleOption(option)
        element = QStyle.SubElement.SE_CheckBoxContents
        if isinstance(widget, QRadioButton):
            element = QStyle.SubElement.SE_RadioButtonContents
        return style.subElementRect(element, option, widget).width(), _advance(widget)
    if isinstance(widget, QToolButton) and not _shows_words(widget):
        return 0, 0
    if isinstance(widget, QPushButton | QToolButton) and widget.minimumWidth() and not widget.menu():
        # Was made narrower than its style on purpose; only the text counts.
        return widget.width(), _advance(widget) + (widget.iconSize().width() if _has_picture_beside(widget) else 0)
    return widget.width(), widget.sizeHint().width()


def _advance(widget: QAbstractButton) -> int:
    return widget.fontMetrics().horizontalAdvance(widget.text().replace("&", ""))


def _shows_words(button: QToolButton) -> bool:
    return button.toolButtonStyle() != Qt.ToolButtonStyle.ToolButtonIconOnly or button.icon().isNull()


def _has_picture_beside(button: QAbstractButton) -> bool:
    is_under = isinstance(button, QToolButton) and (
        button.toolButtonStyle() == Qt.ToolButtonStyle.ToolButtonTextUnderIcon
    )
    return not button.icon().isNull() and not is_under


def outside(window: QWidget) -> set[str]:
    """Returns what lies outside the window or outside its parent, except in something that scrolls."""
    found = set()
    for widget in window.findChildren(QWidget):
        parent = widget.parentWidget()
        if not widget.isVisible() or parent is None or widget.isWindow() or _is_scrolled(widget):
            continue
        if not parent.rect().adjusted(-1, -1, 1, 1).contains(widget.geometry()):
            found.add(f"{_name(widget)} in {_name(parent)}: {widget.geometry()} in {parent.rect()}")
    return found


def beyond_reach(window: QWidget) -> set[str]:
    """Returns what cannot be reached by scrolling: content that is too wide where there is no horizontal bar."""
    found = set()
    for area in window.findChildren(QAbstractScrollArea):
        inside = area.widget() if hasattr(area, "widget") else None
        if not area.isVisible() or inside is None:
            continue
        room = area.viewport().width()
        for child in inside.findChildren(QWidget):
            right = child.mapTo(inside, QPoint(child.width(), 0)).x()
            can_scroll = area.horizontalScrollBarPolicy() != Qt.ScrollBarPolicy.ScrollBarAlwaysOff
            if child.isVisible() and right > room + can_scroll * area.horizontalScrollBar().maximum() + 1:
                found.add(f"{_name(child)}: {right} > {room}")
    return found


def _is_scrolled(widget: QWidget) -> bool:
    above = widget.parentWidget()
    grand = above.parentWidget() if above is not None else None
    return isinstance(above, QAbstractScrollArea) or (
        isinstance(grand, QAbstractScrollArea) and above is grand.viewport()
    )


def _name(widget: QWidget) -> str:
    text = widget.text() if isinstance(widget, QLabel | QAbstractButton) else widget.accessibleName()
    return f"{type(widget).__name__} “{text}”"


def test_no_text_is_cut_and_nothing_lies_outside_a_small_window(whole: WholeWindow) -> None:
    window = whole.window
    assert (window.width(), window.height()) == SMALL
    found = {}
    for view in whole.views():
        whole.settle()
        for what in (cut(window), outside(window), beyond_reach(window)):
            found |= {(view, each): None for each in what}
    assert list(found) == []


def test_the_window_fits_on_a_small_screen_and_everything_can_be_scrolled_to(whole: WholeWindow) -> None:
    window = whole.window
    window.resize(*TINY)
    found = {}
    for view in whole.views():
        whole.settle()
        assert (window.width(), window.height()) == TINY
        for what in (outside(window), beyond_reach(window)):
            found |= {(view, each): None for each in what}
    assert list(found) == []


@pytest.mark.skipif(AS_LARGE_AS_SAID in os.environ, reason="runs in the process that another test of this file starts")
def test_at_two_hundred_percent_it_is_the_same(tmp_path: Path) -> None:
    environment = {**os.environ, "QT_SCALE_FACTOR": "2", AS_LARGE_AS_SAID: "2"}
    line = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", __file__]
    line += [f"--basetemp={tmp_path / 'inner'}"]
    done = subprocess.run(line, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.skipif(AS_LARGE_AS_SAID not in os.environ, reason="only at 200 %")
def test_two_hundred_percent_are_two_hundred_percent(qapp) -> None:
    assert qapp.devicePixelRatio() == 2


def test_what_is_squeezed_or_misplaced_is_found(qtbot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(200, 100)
    label, button = QLabel("A label of some length", window), QPushButton("Another one", window)
    label.setGeometry(0, 0, 40, 20)
    button.setGeometry(180, 50, 60, 30)
    window.show()
    assert {text for text, _room in cut(window)} == {"A label of some length", "Another one"}
    assert len(outside(window)) == 1
