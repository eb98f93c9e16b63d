"""The focus moves on, even from a control that disappears while it has the focus."""

import gc

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPlainTextEdit, QPushButton, QScrollArea, QStackedWidget, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from gui.tab_order import go_on, tab_stops
from gui.widgets.log_slider import LogSlider


class Window(QWidget):
    """A button, a slider that stands in for the widget around it, and another button."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.slider, self.last = QPushButton("first"), LogSlider(1e-4, 1.0), QPushButton("last")
        layout = QVBoxLayout(self)
        for widget in (self.first, self.slider, self.last):
            widget.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            layout.addWidget(widget)

    def focusNextPrevChild(self, next: bool) -> bool:
        return go_on(self, forward=next)


@pytest.fixture
def window(qtbot: QtBot) -> Window:
    window = Window()
    qtbot.addWidget(window)
    window.show()
    qtbot.waitExposed(window)
    return window


def test_hiding_the_slider_that_has_the_focus_hands_it_on(window: Window) -> None:
    window.slider.setFocus()
    assert window.focusWidget() is window.slider.slider
    window.slider.hide()
    assert window.focusWidget() in (window.first, window.last)


def test_tab_goes_round_in_both_directions(qtbot: QtBot, window: Window) -> None:
    window.first.setFocus()
    seen = []
    for _each in range(3):
        seen.append(window.focusWidget())
        qtbot.keyClick(window.focusWidget(), Qt.Key.Key_Tab)
    assert window.focusWidget() is window.first
    qtbot.keyClick(window.first, Qt.Key.Key_Backtab)
    assert window.focusWidget() is seen[-1]


class Scrolling(Window):
    """The same, and a button in a page that scrolls."""

    def __init__(self) -> None:
        super().__init__()
        self.inner = QPushButton("inner")
        self.pages = QStackedWidget()
        area = QScrollArea()
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        body = QWidget()
        QVBoxLayout(body).addWidget(self.inner)
        area.setWidget(body)
        self.pages.addWidget(area)
        layout = self.layout()
        assert layout is not None
        layout.addWidget(self.pages)


def test_what_was_walked_through_is_not_swept_up(qtbot: QtBot) -> None:
    window = Scrolling()
    qtbot.addWidget(window)
    window.show()
    qtbot.waitExposed(window)
    window.inner.setFocus()
    window.inner.hide()
    assert go_on(window, forward=True)
    gc.collect()
    assert window.pages.count() == 1


def test_a_view_that_hands_the_focus_to_its_frame_is_one_stop_and_stays(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    pages = QStackedWidget(window)
    view = QPlainTextEdit()
    view.viewport().setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    pages.addWidget(view)
    window.show()
    qtbot.waitExposed(window)
    assert tab_stops(window) == [view]
    del view
    gc.collect()
    assert pages.count() == 1
