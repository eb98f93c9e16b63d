"""A user draws for a network with a real mouse or opens pictures, and sees its answers."""

import math
from dataclasses import replace

import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QAbstractButton, QComboBox, QSlider

from core.runs.shipped import shipped
from gui.preferences import Preferences
from gui.state import AppState
from gui.widgets.model_chooser import Choice
from tests.gui.pages.draw.hand import SCRIBBLE, SEVEN, draw, moved, open_page, says, settle


@pytest.mark.usefixtures("no_ready_made_networks")
def test_without_a_network_one_button_leads_to_where_they_are_trained(qtbot, state) -> None:
    page = open_page(qtbot, state)
    assert page.currentWidget() is page.nothing_yet
    with qtbot.waitSignal(state.page_requested) as caught:
        qtbot.mouseClick(page.nothing_yet.button, Qt.MouseButton.LeftButton)
    assert caught.args == ["train"]


def test_an_empty_sheet_predicts_nothing(page) -> None:
    assert says(page) == "–"
    rows = page.verdict_card.panels[0].bars.rows()
    assert [row.name for row in rows] == list("0123456789")
    assert all(row.probability is None for row in rows)
    assert not page.canvas_card.actions_by_name["clear"].isEnabled()


@pytest.mark.parametrize(
    ("scale", "x", "y"), [(1, 0, 0), (0.2, 5, 220), (0.25, 210, 5), (1.45, -80, -60)],
    ids=["usual", "tiny in a corner", "small in another", "huge"],
)  # fmt: skip
def test_a_seven_is_a_seven_wherever_and_however_large(qtbot, page, scale, x, y) -> None:
    if scale < 0.5:
        page.canvas_card.width_slider.setValue(8)
    draw(page, moved(SEVEN, scale, x, y))
    settle(qtbot, page)
    assert says(page) == "7"


@pytest.mark.parametrize("width", [8, 50])
def test_thin_and_thick_pens_are_read(qtbot, page, width) -> None:
    page.canvas_card.width_slider.setValue(width)
    draw(page, SEVEN)
    settle(qtbot, page)
    assert says(page) == "7"


def test_the_lead_over_the_second_is_told(qtbot, page) -> None:
    draw(page, SEVEN)
    settle(qtbot, page)
    probabilities = sorted(row.probability for row in page.verdict_card.panels[0].bars.rows())
    assert math.isclose(sum(probabilities), 1, abs_tol=1e-6)
    lead = 100 * (probabilities[-1] - probabilities[-2])
    assert f"{lead:.0f} points" in page.verdict_card.panels[0].lead_label.text()


@pytest.mark.parametrize(
    ("margin", "lead"), [(0.004, "level with “1”"), (0.01, "1 point ahead of “1”"), (0.02, "2 points ahead of “1”")]
)
def test_who_is_hardly_ahead_is_level(qtbot, page, margin, lead) -> None:
    draw(page, SEVEN)
    settle(qtbot, page)
    panel = page.verdict_card.panels[0]
    shares = (0.4 + margin, 0.4, *[0.0] * 8)
    answer = replace(panel._verdict.answer, index=0, probabilities=shares, margin=margin)
    panel.show_verdict(replace(panel._verdict, answer=answer))
    assert panel.lead_label.text() == lead


def test_a_scribble_is_not_a_digit_and_one_sentence_says_why(qtbot, page) -> None:
    draw(page, SCRIBBLE)
    settle(qtbot, page)
    assert says(page) == "Not a digit"
    assert page.verdict_card.panels[0].reason_label.text().endswith(".")


def test_undo_by_keys_takes_the_prediction_back_too(qtbot, page) -> None:
    draw(page, SEVEN)
    settle(qtbot, page)
    page.canvas.setFocus()
    qtbot.keyClick(page.canvas, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    settle(qtbot, page)
    assert says(page) == "–"
    qtbot.keyClick(page.canvas, Qt.Key.Key_Y, Qt.KeyboardModifier.ControlModifier)
    if page.canvas.is_empty():  # some systems redo with Shift
        qtbot.keyClick(
            page.canvas, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
        )
    settle(qtbot, page)
    assert says(page) == "7"
    qtbot.keyClick(page.canvas, Qt.Key.Key_Delete)
    settle(qtbot, page)
    assert says(page) == "–"


def test_a_file_is_opened_and_read(qtbot, page, tmp_path) -> None:
    draw(page, SEVEN)
    file = tmp_path / "seven.png"
    assert page.canvas.image().save(str(file))
    page.canvas.clear()
    page.canvas.file_given.emit(file)
    settle(qtbot, page)
    assert says(page) == "7"


def test_a_drawing_that_is_copied_and_pasted_is_the_same_digit(qtbot, page) -> None:
    draw(page, SEVEN)
    page.canvas_card.actions_by_name["copy"].trigger()
    page.canvas.clear()
    page.canvas_card.actions_by_name["paste"].trigger()
    settle(qtbot, page)
    assert says(page) == "7"


def test_what_is_no_picture_is_refused_with_advice(qtbot, runs, monkeypatch, tmp_path) -> None:
    monkeypatch.setenv("NEURARIUM_RUNS", str(runs))
    state = AppState(Preferences(theme="light"))
    page = open_page(qtbot, state)
    file = tmp_path / "note.png"
    file.write_text("no picture")
    with qtbot.waitSignal(state.reported) as caught:
        page.canvas.file_given.emit(file)
    assert "note.png" in caught.args[0].what
    assert caught.args[0].advice
    assert state.shut_down()


def test_a_blank_picture_predicts_nothing(qtbot, page, tmp_path) -> None:
    Image.new("L", (40, 40), 255).save(tmp_path / "blank.png")
    page.canvas.file_given.emit(tmp_path / "blank.png")
    settle(qtbot, page)
    assert says(page) == "–"


def test_every_control_says_what_it_is_for(page) -> None:
    controls = [*page.findChildren(QAbstractButton), *page.findChildren(QSlider), *page.findChildren(QComboBox)]
    own = [control for control in controls if not control.objectName().startswith("qt_")]
    assert [c for c in own if not c.toolTip()] == []
    assert [c for c in own if not (c.accessibleName() or getattr(c, "text", str)())] == []


def test_it_speaks_another_language_at_once(page, state) -> None:
    state.set_language("zh_CN")
    state.set_language("en")
    assert page.canvas_card.pen_button.text() == "Pen"


def test_what_was_found_inside_is_named_anew_before_it_is_seen_again(qtbot, page, state) -> None:
    draw(page, SEVEN)
    settle(qtbot, page)
    card = page.inside_card
    assert "feature maps" in card.title()
    page.hide()
    state.set_language("zh_CN")
    assert "特征图" in card.title()
    assert card.layer_box.currentText().startswith("卷积")
    state.set_language("en")
    assert "feature maps" in card.title()


def test_the_clipboard_is_left_as_it_was_found_by_an_empty_sheet(page) -> None:
    QGuiApplication.clipboard().setText("mine")
    page.canvas.copy()
    assert QGuiApplication.clipboard().text() == "mine"


def test_the_reason_is_said_anew_in_another_language(qtbot, page, state) -> None:
    draw(page, SCRIBBLE)
    settle(qtbot, page)
    label = page.verdict_card.panels[0].reason_label
    assert label.text().isascii()
    state.set_language("zh_CN")
    settle(qtbot, page)
    assert not label.text().isascii()
    state.set_language("en")


def test_long_names_of_layers_do_not_push_the_page_out_of_a_small_window(qtbot, page) -> None:
    (digits,) = (run for run in shipped() if run.name == "digits")
    page.model_pill.chosen.emit(Choice(digits.path))
    page.resize(1844, 1028)
    draw(page, SEVEN)
    settle(qtbot, page)
    card = page.inside_card
    qtbot.mouseClick(card.grid, Qt.MouseButton.LeftButton, pos=card.grid.rect_of(2).center())
    settle(qtbot, page)
    page.resize(948, 648)
    settle(qtbot, page)
    assert page._content.widget().width() <= page._content.viewport().width()
    assert card.arithmetic.isVisible()


def test_few_pictures_are_made_large_where_there_is_room(qtbot, page) -> None:
    draw(page, SEVEN)
    page.resize(1844, 1028)
    settle(qtbot, page)
    card = page.inside_card
    last = card.grid.rect_of(len(card.grid.tiles()) - 1)
    assert last.bottom() <= card.stack.height()
    assert last.bottom() > 0.7 * card.stack.height()
