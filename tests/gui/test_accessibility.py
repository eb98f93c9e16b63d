"""People who cannot see or point find every control: each has a name, says its purpose, and is reachable by Tab."""

from collections.abc import Iterator
from itertools import pairwise

import pytest
from PySide6.QtCore import QObject, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
    QAbstractSlider,
    QAbstractSpinBox,
    QComboBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QScrollBar,
    QTableView,
    QWidget,
)

from core.errors import DataError
from core.i18n import LANGUAGES
from gui.crash import unexpected
from gui.pages.draw import DrawPage
from gui.widgets.rail import Rail
from gui.widgets.segmented import Segmented
from tests.gui.whole_window import WholeWindow

CONTROLS = (QAbstractButton, QAbstractSlider, QAbstractSpinBox, QComboBox, QLineEdit, QPlainTextEdit)
MOUSE = {"mousePressEvent", "mouseMoveEvent", "mouseReleaseEvent", "wheelEvent", "dropEvent"}


@pytest.fixture(params=LANGUAGES)
def whole(request, qtbot, runs_on_two_kinds, restored_theme, restored_language) -> Iterator[WholeWindow]:
    window = WholeWindow(qtbot, request.param)
    window.fill()
    yield window
    window.close()


def controls(root: QWidget) -> list[QWidget]:
    """Returns everything visible below `root` that can be used by mouse or keys."""
    return [widget for widget in root.findChildren(QWidget) if widget.isVisible() and _can_be_used(widget)]


def _can_be_used(widget: QWidget) -> bool:
    parent = widget.parentWidget()
    is_part = isinstance(widget, QScrollBar) or isinstance(parent, QAbstractSpinBox | QComboBox | QTableView)
    if is_part or (isinstance(parent, QAbstractScrollArea) and widget is parent.viewport()):
        return False
    if isinstance(widget, QLabel):
        return "<a " in widget.text()
    takes_keys = widget.focusPolicy() != Qt.FocusPolicy.NoFocus
    return isinstance(widget, CONTROLS) or takes_keys or (_listens_to_the_mouse(widget) and not _is_a_picture(widget))


def _listens_to_the_mouse(widget: QWidget) -> bool:
    ours = (each for each in type(widget).__mro__ if each.__module__.startswith("gui."))
    return any(MOUSE & vars(each).keys() for each in ours)


def _is_a_picture(widget: QWidget) -> bool:
    # Takes neither keys nor clicks unless it was made clickable, which the cursor shows.
    return widget.cursor().shape() == Qt.CursorShape.ArrowCursor


def name(widget: QWidget) -> str:
    """Returns what a screen reader calls `widget`."""
    own = widget.accessibleName() or (widget.text() if isinstance(widget, QAbstractButton) else "")
    return own or next((label.text() for label in widget.window().findChildren(QLabel) if label.buddy() is widget), "")


def tab_walk(window: QWidget) -> list[QWidget]:
    """Presses Tab from the current focus until it comes round; returns all the stops."""
    stops: list[QWidget] = []
    while (here := window.focusWidget()) not in stops:
        assert here is not None
        stops.append(here)
        QTest.keyClick(here, Qt.Key.Key_Tab)
    return stops


def group_of(widget: QWidget) -> QObject | None:
    """Returns the row of options in which arrow keys move, if `widget` is one of them."""
    parent = widget.parentWidget()
    if isinstance(parent, Segmented | Rail):
        return parent
    group = widget.group() if isinstance(widget, QAbstractButton) else None
    return group if group is not None and group.exclusive() else None


def described(widget: QWidget) -> str:
    return f"{type(widget).__name__} “{name(widget)}” in {type(widget.parentWidget()).__name__}"


def test_every_control_says_what_it_is_and_what_it_is_for(whole: WholeWindow) -> None:
    silent = set()
    for view in whole.views():
        for control in controls(whole.window):
            if not control.toolTip():
                silent.add((view, "no tooltip", described(control)))
            if not name(control):
                silent.add((view, "no name", described(control)))
    assert not silent


def test_tab_reaches_every_control_that_can_be_used(whole: WholeWindow) -> None:
    missed = set()
    for view in whole.views():
        stops = tab_walk(whole.window)
        groups = {group_of(stop) for stop in stops}
        for control in controls(whole.window):
            reached = control in stops or (group_of(control) is not None and group_of(control) in groups)
            if control.isEnabled() and not reached:
                missed.add((view, described(control)))
    assert not missed


def test_arrow_keys_lead_through_a_row_of_choices(whole: WholeWindow) -> None:
    for key, page in whole.pages.items():
        whole.open(key)
        whole.settle()
        for group in page.findChildren(Segmented):
            if group.isVisible():
                walked = []
                for _option in group.options():
                    walked.append(group.current())
                    QTest.keyClick(group.button(group.current()), Qt.Key.Key_Right)
                    whole.settle()
                assert set(walked) == set(group.options())


def test_arrow_keys_lead_from_the_pen_to_the_eraser_and_back(whole: WholeWindow) -> None:
    page = whole.open("draw")
    assert isinstance(page, DrawPage)
    pen, eraser = page.canvas_card.pen_button, page.canvas_card.eraser_button
    pen.setFocus()
    QTest.keyClick(pen, Qt.Key.Key_Right)
    assert whole.window.focusWidget() is eraser
    assert eraser.isChecked()
    QTest.keyClick(eraser, Qt.Key.Key_Left)
    assert pen.isChecked()


def test_tab_goes_with_the_eye(whole: WholeWindow) -> None:
    """Within a visible unit, the next control is below or to the right of the one before."""
    window = whole.window
    for key in whole.pages:
        whole.open(key)
        whole.settle()
        window.rail.item(key).setFocus()
        stops = [stop for stop in tab_walk(window) if not isinstance(stop.parentWidget(), Rail)]
        assert stops[0].parentWidget() is window.header
        for before, after in pairwise(stops):
            if before.parentWidget() is after.parentWidget():
                old, new = (stop.mapTo(window, QPoint(0, 0)) for stop in (before, after))
                bottom, right = old.y() + before.height(), old.x() + before.width()
                assert new.x() >= right - 2 or new.y() >= min(bottom, old.y() + 12) - 2, (
                    key,
                    described(before),
                    described(after),
                )


def test_tab_comes_back_the_way_it_went(whole: WholeWindow) -> None:
    whole.open("train")
    whole.settle()
    there = tab_walk(whole.window)
    back = []
    for _stop in there:
        QTest.keyClick(whole.window.focusWidget(), Qt.Key.Key_Backtab, Qt.KeyboardModifier.ShiftModifier)
        back.append(whole.window.focusWidget())
    assert back == there[::-1]


def test_a_message_can_be_read_unfolded_and_sent_away_by_keys(whole: WholeWindow, capsys) -> None:
    for error in (DataError("The file is broken.", "Download it again."), unexpected(KeyError("oops"))):
        whole.state.report(error)
        whole.settle()
        inside = controls(whole.window.banner)
        assert [described(control) for control in inside if not (name(control) and control.toolTip())] == []
        assert set(inside) <= set(tab_walk(whole.window))
    capsys.readouterr()


@pytest.mark.usefixtures("no_ready_made_networks")
@pytest.mark.parametrize("key", ["start", "draw", "write"])
def test_without_a_network_too_each_page_can_be_used_by_keys(qtbot, restored_theme, restored_language, key) -> None:
    whole = WholeWindow(qtbot)
    whole.open(key)
    whole.settle()
    found = controls(whole.window)
    assert [described(control) for control in found if not (name(control) and control.toolTip())] == []
    stops = tab_walk(whole.window)
    missed = [
        control for control in found if control.isEnabled() and control not in stops and group_of(control) is None
    ]
    assert [described(control) for control in missed] == []
    whole.close()
