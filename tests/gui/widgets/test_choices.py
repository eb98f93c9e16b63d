"""The rail and the segmented control: mouse or keyboard choose one of several options."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu

from gui.retranslate import set_language
from gui.widgets.pill import Pill, PillButton
from gui.widgets.rail import Rail
from gui.widgets.segmented import Segmented

AXES = (("steps", "Steps"), ("epochs", "Epochs"), ("seconds", "Seconds"))


@pytest.fixture
def rail(qtbot) -> Rail:
    result = Rail()
    qtbot.addWidget(result)
    result.add_item("start", "home", "Start")
    result.add_item("train", "train", "Train")
    result.add_item("settings", "settings", "Settings", at_bottom=True)
    result.resize(result.width(), 600)
    result.show()
    return result


def test_the_first_page_is_chosen_to_begin_with(rail: Rail) -> None:
    assert rail.current() == "start"
    assert rail.item("start").isChecked()


def test_a_click_chooses_a_page(qtbot, rail: Rail) -> None:
    with qtbot.waitSignal(rail.current_changed) as blocker:
        qtbot.mouseClick(rail.item("train"), Qt.MouseButton.LeftButton)
    assert blocker.args == ["train"]
    assert not rail.item("start").isChecked()


def test_clicking_the_page_that_is_shown_says_nothing(qtbot, rail: Rail) -> None:
    with qtbot.assertNotEmitted(rail.current_changed):
        qtbot.mouseClick(rail.item("start"), Qt.MouseButton.LeftButton)
    assert rail.item("start").isChecked()


def test_arrow_keys_walk_the_rail_and_come_round(qtbot, rail: Rail) -> None:
    rail.item("start").setFocus()
    walked = []
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_Home, Qt.Key.Key_End):
        qtbot.keyClick(rail.item(rail.current()), key)
        walked.append(rail.current())
    assert walked == ["train", "settings", "start", "settings", "start", "settings"]
    assert rail.item("settings").isChecked()


def test_tab_stops_once_in_the_rail(rail: Rail) -> None:
    rail.set_current("train")
    stops = [key for key in ("start", "train", "settings") if rail.item(key).focusPolicy() & Qt.FocusPolicy.TabFocus]
    assert stops == ["train"]


def test_settings_lie_at_the_bottom(rail: Rail) -> None:
    assert rail.item("settings").geometry().bottom() > 500
    assert rail.item("train").geometry().bottom() < 200


def test_a_segment_is_chosen_by_mouse_and_by_arrow_keys(qtbot) -> None:
    axis = Segmented(AXES, "Unit of the axis")
    qtbot.addWidget(axis)
    axis.show()
    assert axis.current() == "steps"
    with qtbot.waitSignal(axis.current_changed) as blocker:
        qtbot.mouseClick(axis.button("seconds"), Qt.MouseButton.LeftButton)
    assert blocker.args == ["seconds"]
    qtbot.keyClick(axis.button("seconds"), Qt.Key.Key_Right)
    assert axis.current() == "steps"
    qtbot.keyClick(axis.button("steps"), Qt.Key.Key_Left)
    assert axis.current() == "seconds"
    assert axis.button("seconds").isChecked()
    assert not axis.button("steps").isChecked()


def test_a_segment_says_what_it_is_a_choice_of(qtbot) -> None:
    axis = Segmented(AXES, "Unit of the axis")
    qtbot.addWidget(axis)
    assert axis.button("epochs").accessibleName() == "Unit of the axis: Epochs"
    assert axis.button("epochs").toolTip() == "Unit of the axis"


def test_controls_survive_a_switch_of_language(qtbot, rail: Rail, restored_language) -> None:
    set_language("zh_CN")
    set_language("en")
    assert rail.item("train").text() == "Train"


def test_a_pill_with_a_menu_opens_it_by_keyboard(qtbot) -> None:
    pill = PillButton("EN / 中")
    qtbot.addWidget(pill)
    menu = QMenu(pill)
    menu.addAction("English")
    pill.setMenu(menu)
    pill.show()
    menu.aboutToShow.connect(menu.close)
    with qtbot.waitSignal(menu.aboutToShow):
        qtbot.keyClick(pill, Qt.Key.Key_Space)


def test_pills_are_of_one_height(qtbot) -> None:
    pill, button = Pill("CPU · 2 threads"), PillButton("EN / 中")
    for each in (pill, button):
        qtbot.addWidget(each)
        each.ensurePolished()
    assert pill.sizeHint().height() == button.sizeHint().height()
