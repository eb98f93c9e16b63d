"""A learner draws for a network with a real mouse, and sees what it says, what it saw, and why."""

import json
import math
import os
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QComboBox, QFileDialog, QSlider, QToolButton
from pytestqt.qtbot import QtBot

from core.config import RunConfig
from core.data.drawing_store import DrawingStore
from core.training.loop import fit
from core.training.run_store import Run, RunStore
from gui.pages.draw import DrawPage
from gui.pages.draw.explaining import MODES
from gui.preferences import Preferences
from gui.state import AppState
from gui.widgets.ink_painter import SIDE
from gui.widgets.model_chooser import Choice

Points = list[tuple[float, float]]

SEVEN: Points = [(90, 60), (190, 55), (130, 220)]
ONE: Points = [(140, 50), (138, 225)]
SCRIBBLE: Points = [
    (60, 60), (220, 80), (60, 120), (220, 150), (70, 190), (200, 220), (100, 40), (180, 240), (50, 140), (230, 200),
]  # fmt: skip


def config(epochs: int = 2, examples: int = 2000) -> RunConfig:
    training = {"epochs": epochs, "batch_size": 50, "threads": 1}
    optimizer = {"key": "adam", "learning_rate": 0.005}
    dataset = {"key": "strokes", "examples": examples}
    return RunConfig.make(dataset=dataset, model="conv_bn", optimizer=optimizer, training=training)


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with one small network, trained on generated digits."""
    folder = tmp_path_factory.mktemp("runs")
    data = os.environ.get("NEURARIUM_DATA")
    os.environ["NEURARIUM_DATA"] = str(tmp_path_factory.mktemp("data"))
    settings = config()
    list(fit(settings, RunStore(folder).create(settings)))
    if data is None:
        del os.environ["NEURARIUM_DATA"]
    else:
        os.environ["NEURARIUM_DATA"] = data
    return folder


@pytest.fixture
def state(qtbot: QtBot, restored_language) -> Iterator[AppState]:
    state = AppState(Preferences(theme="light"))
    errors: list[object] = []
    state.reported.connect(errors.append)
    yield state
    assert state.shut_down()
    assert not errors


@pytest.fixture
def page(qtbot: QtBot, state: AppState, runs: Path, monkeypatch: pytest.MonkeyPatch) -> DrawPage:
    monkeypatch.setenv("NEURARIUM_RUNS", str(runs))
    return open_page(qtbot, state)


def open_page(qtbot: QtBot, state: AppState) -> DrawPage:
    page = DrawPage(state)
    qtbot.addWidget(page)
    page.resize(1200, 760)
    with qtbot.waitExposed(page):
        page.show()
    settle(qtbot, page)
    return page


def settle(qtbot: QtBot, page: DrawPage) -> None:
    """Waits until the page has nothing more to find out."""
    qtbot.wait(5)
    qtbot.waitUntil(lambda: not page.is_busy, timeout=60_000)


def draw(page: DrawPage, points: Points) -> None:
    """Draws a line with the mouse."""
    canvas = page.canvas
    scale = canvas.width() / SIDE

    def at(x: float, y: float) -> QPoint:
        return QPoint(round(x * scale), round(y * scale))

    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=at(*points[0]))
    for (x1, y1), (x2, y2) in pairwise(points):
        for part in np.linspace(0, 1, 7)[1:]:
            QTest.mouseMove(canvas, at(x1 + (x2 - x1) * part, y1 + (y2 - y1) * part))
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=at(*points[-1]))


def moved(points: Points, scale: float, x: float, y: float) -> Points:
    return [(scale * a + x, scale * b + y) for a, b in points]


def says(page: DrawPage, panel: int = 0) -> str:
    return page.verdict_card.panels[panel].answer_label.text()


def certainty(page: DrawPage, panel: int = 0) -> float:
    return max(row.probability or 0.0 for row in page.verdict_card.panels[panel].bars.rows())


# -- without a network, without a drawing


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


# -- predictions


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


def test_several_digits_are_read_with_a_box_round_each(qtbot, page) -> None:
    qtbot.mouseClick(page.canvas_card.several_box, Qt.MouseButton.LeftButton, pos=QPoint(8, 8))
    page.canvas_card.width_slider.setValue(10)
    draw(page, moved(SEVEN, 0.5, -20, 60))
    draw(page, moved(ONE, 0.5, 60, 60))
    draw(page, moved(SEVEN, 0.5, 150, 60))
    settle(qtbot, page)
    assert says(page) == "717"
    assert [mark.text for mark in page.canvas.marks()] == ["7", "1", "7"]


def write_717(page: DrawPage) -> None:
    page.canvas_card.several_box.setChecked(True)
    page.canvas_card.width_slider.setValue(8)
    for shape, left in ((SEVEN, -20), (ONE, 60), (SEVEN, 150)):
        draw(page, moved(shape, 0.5, left, 60))


def looked_into(page: DrawPage) -> list[int]:
    """The numbers of the boxes that stand out."""
    return [index for index, mark in enumerate(page.canvas.marks()) if mark.is_chosen]


def frame_of(page: DrawPage) -> QImage:
    return page.stages_card.views["frame"].picture.grab().toImage().copy()


def click_on_box(qtbot: QtBot, page: DrawPage, index: int) -> None:
    left, top, right, bottom = page.canvas.marks()[index].box
    scale = page.canvas.width() / SIDE
    place = QPoint(round((left + right) / 2 * scale), round((top + bottom) / 2 * scale))
    qtbot.mouseClick(page.canvas, Qt.MouseButton.LeftButton, pos=place)


def test_a_click_on_a_digit_looks_into_that_one_and_draws_nothing(qtbot, page) -> None:
    write_717(page)
    settle(qtbot, page)
    assert looked_into(page) == [0]
    strokes, seven = len(page.canvas.source().strokes), frame_of(page)
    assert names_of_target(page) == "7"
    click_on_box(qtbot, page, 1)
    settle(qtbot, page)
    assert looked_into(page) == [1]
    assert len(page.canvas.source().strokes) == strokes
    assert frame_of(page) != seven
    assert names_of_target(page) == "1"
    assert says(page) == "717"


def names_of_target(page: DrawPage) -> str:
    """The class that the open explanation is about."""
    question = page.inside_card._explanation.question
    return question.classifier.class_names[question.target]


def test_page_keys_walk_from_digit_to_digit(qtbot, page) -> None:
    write_717(page)
    settle(qtbot, page)
    page.canvas.setFocus()
    walked = []
    for key in (Qt.Key.Key_PageDown, Qt.Key.Key_PageDown, Qt.Key.Key_PageDown, Qt.Key.Key_PageUp):
        qtbot.keyClick(page.canvas, key)
        settle(qtbot, page)
        walked += looked_into(page)
    assert walked == [1, 2, 0, 2]
    assert "Looking into 7." in page.canvas.accessibleDescription()


def test_a_stroke_that_begins_on_a_digit_is_a_stroke(qtbot, page) -> None:
    write_717(page)
    settle(qtbot, page)
    before = len(page.canvas.source().strokes)
    draw(page, [(60, 110), (95, 110)])
    settle(qtbot, page)
    assert len(page.canvas.source().strokes) == before + 1


def test_what_was_looked_into_is_forgotten_with_the_digits(qtbot, page) -> None:
    write_717(page)
    settle(qtbot, page)
    click_on_box(qtbot, page, 2)
    settle(qtbot, page)
    page.canvas.clear()
    settle(qtbot, page)
    assert page.canvas.marks() == []
    draw(page, SEVEN)
    settle(qtbot, page)
    assert looked_into(page) == []


# -- pictures


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
    with qtbot.waitSignal(state.reported, timeout=5000) as caught:
        page.canvas.file_given.emit(file)
    assert "note.png" in caught.args[0].what
    assert caught.args[0].advice
    assert state.shut_down()


def test_a_blank_picture_predicts_nothing(qtbot, page, tmp_path) -> None:
    Image.new("L", (40, 40), 255).save(tmp_path / "blank.png")
    page.canvas.file_given.emit(tmp_path / "blank.png")
    settle(qtbot, page)
    assert says(page) == "–"


# -- stages


def test_without_the_stages_that_place_it_a_small_seven_is_less_certain(qtbot, page) -> None:
    page.canvas_card.width_slider.setValue(8)
    draw(page, moved(SEVEN, 0.3, 5, 5))
    settle(qtbot, page)
    before = certainty(page)
    for key in ("crop", "scale", "centre"):
        qtbot.mouseClick(page.stages_card.views[key].switch, Qt.MouseButton.LeftButton, pos=QPoint(8, 8))
    settle(qtbot, page)
    assert page.stages_card.disabled() == {"crop", "scale", "centre"}
    assert says(page) != "7" or certainty(page) < before


# -- why


@pytest.mark.parametrize("mode", MODES)
def test_every_way_to_look_inside_shows_something(qtbot, page, mode) -> None:
    draw(page, SEVEN)
    qtbot.mouseClick(page.inside_card.modes.button(mode), Qt.MouseButton.LeftButton)
    settle(qtbot, page)
    card = page.inside_card
    assert card.stack.currentWidget() is not card.message
    if mode in ("maps", "filters"):
        assert len(card.grid.tiles()) == 16
    if mode == "neighbours":
        assert card.grid.tiles()[0].caption.startswith("7")


def test_a_feature_map_opens_into_arithmetic_that_comes_out(qtbot, page) -> None:
    draw(page, SEVEN)
    settle(qtbot, page)
    card = page.inside_card
    qtbot.mouseClick(card.grid, Qt.MouseButton.LeftButton, pos=card.grid.rect_of(2).center())
    settle(qtbot, page)
    assert card.arithmetic.isVisible()
    qtbot.mouseMove(card.arithmetic.map, QPoint(50, 60))
    settle(qtbot, page)
    made = card.arithmetic._pixel.arithmetic
    assert made.map == 2
    assert math.isclose(made.sum + made.bias, made.value, abs_tol=1e-4)
    assert f"{made.value:+.3f}" in card.arithmetic.text_label.text()


# -- which network


def test_the_time_machine_goes_back_to_before_training(qtbot, page) -> None:
    draw(page, SEVEN)
    settle(qtbot, page)
    slider = page.time_card.slider
    trained = certainty(page)
    slider.setFocus()
    qtbot.keyClick(slider, Qt.Key.Key_Home)
    settle(qtbot, page)
    assert page.seats[0].classifier.snapshot.epoch == 0
    assert certainty(page) < trained
    assert "before training" in page.model_pill.text()


def test_the_time_machine_plays_from_before_training_to_the_end_and_can_be_held(qtbot, page) -> None:
    draw(page, SEVEN)
    settle(qtbot, page)
    card = page.time_card
    epochs = []
    card.epoch_wanted.connect(epochs.append)
    qtbot.mouseClick(card.play_button, Qt.MouseButton.LeftButton)
    assert card.play_button.accessibleName() == "Hold it here"
    assert card.epoch() == 0
    qtbot.waitUntil(lambda: card.epoch() == 1, timeout=10_000)
    qtbot.mouseClick(card.play_button, Qt.MouseButton.LeftButton)
    assert card.play_button.accessibleName() != "Hold it here"
    qtbot.wait(700)
    assert card.epoch() == 1  # held
    qtbot.mouseClick(card.play_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: card.epoch() == 2, timeout=10_000)
    settle(qtbot, page)
    assert epochs == [0, 1, 2]
    assert page.seats[0].classifier.snapshot.epoch == 2
    assert card.play_button.accessibleName() != "Hold it here"


def test_two_moments_answer_side_by_side(qtbot, page, runs) -> None:
    draw(page, SEVEN)
    run = RunStore(runs).runs()[0]
    page.compare_pill.chosen.emit(Choice(run.path, 0))
    settle(qtbot, page)
    assert page.verdict_card.panels[1].isVisible()
    assert says(page, 0) == "7"
    assert certainty(page, 1) < certainty(page, 0)
    page.compare_pill.chosen.emit(None)
    settle(qtbot, page)
    assert not page.verdict_card.panels[1].isVisible()


def test_the_menu_offers_every_run(page, runs) -> None:
    assert page.model_pill.menu_titles() == [run.title for run in RunStore(runs).runs()]


# -- one's own dataset


def test_a_wrong_answer_is_put_right_and_kept(qtbot, page) -> None:
    draw(page, SEVEN)
    settle(qtbot, page)
    qtbot.mouseClick(page.correction_card.buttons["1"], Qt.MouseButton.LeftButton)
    settle(qtbot, page)
    assert DrawingStore().counts() == {"1": 1}
    assert page.correction_card.count_labels["1"].text() == "1"
    (entry,) = DrawingStore().entries()
    kept = DrawingStore().strokes(entry)
    assert kept is not None
    assert len(kept.strokes) == 1
    qtbot.mouseClick(page.correction_card.undo_button, Qt.MouseButton.LeftButton)
    settle(qtbot, page)
    assert DrawingStore().counts() == {}


def test_drawings_leave_and_come_back_as_an_archive(qtbot, page, tmp_path, monkeypatch) -> None:
    card, archive = page.correction_card, tmp_path / "mine.zip"
    draw(page, SEVEN)
    settle(qtbot, page)
    for name in ("7", "7", "1"):
        qtbot.mouseClick(card.buttons[name], Qt.MouseButton.LeftButton)
        settle(qtbot, page)
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args: (str(archive), "*.zip"))
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_args: (str(archive), "*.zip"))
    choose_from_menu(qtbot, card.more_button, "Export my drawings…")
    settle(qtbot, page)
    assert archive.stat().st_size > 0
    for entry in DrawingStore().entries():
        DrawingStore().delete(entry)
    choose_from_menu(qtbot, card.more_button, "Import drawings…")
    settle(qtbot, page)
    assert DrawingStore().counts() == {"7": 2, "1": 1}
    assert (card.count_labels["7"].text(), card.count_labels["1"].text()) == ("2", "1")


def choose_from_menu(qtbot: QtBot, button: QToolButton, text: str) -> None:
    """Opens a button's menu by a click, and clicks an entry of it."""

    def choose() -> None:
        menu = button.menu()
        (action,) = (action for action in menu.actions() if action.text() == text)
        QTest.mouseClick(menu, Qt.MouseButton.LeftButton, pos=menu.actionGeometry(action).center())

    QTimer.singleShot(50, choose)  # the click that opens the menu returns when it has closed
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


# -- beside a training


def test_a_training_that_keeps_no_epochs_says_why_it_cannot_be_followed(qtbot, page, state) -> None:
    assert not page.time_card.notice_label.isVisible()
    settings = config(epochs=50, examples=1000)
    settings = settings.with_changes(training=settings.training.model_dump() | {"keep_epochs": False})
    chosen = page.seats[0].choice
    with qtbot.waitSignal(state.session.ended, timeout=90_000):
        assert state.train(settings)
        qtbot.waitUntil(page.time_card.notice_label.isVisible, timeout=10_000)
        assert "“Keep every epoch”" in page.time_card.notice_label.text()
        state.session.stop()
    settle(qtbot, page)
    assert not page.time_card.notice_label.isVisible()
    assert page.seats[0].choice == chosen


def history_of(run: Run) -> list[dict[str, object]]:
    """What a run wrote down, without what depends on the clock."""
    records = []
    for line in (run.path / "history.jsonl").read_text().splitlines():
        record = json.loads(line)
        records.append({key: value for key, value in record.items() if "second" not in key})
    return records


def losses_of(run: Run) -> list[float]:
    """The loss of every step; how steps are gathered depends on the clock."""
    return [loss for record in history_of(run) if record["event"] == "StepsDone" for loss in record["losses"]]


def epochs_of(run: Run) -> list[dict[str, object]]:
    return [record for record in history_of(run) if record["event"] == "EpochDone"]


def test_someone_who_draws_meanwhile_does_not_disturb_a_training(qtbot, page, state, runs) -> None:
    settings = config(examples=1000)
    alone = RunStore(runs).create(settings)
    list(fit(settings, alone))
    before = says(page)
    assert before == "–"
    with qtbot.waitSignal(state.session.ended, timeout=90_000):
        assert state.train(settings)
        watched = state.current_run
        answers = set()
        while state.session.is_running and state.session.state != "stopping":
            draw(page, SEVEN)
            qtbot.wait(30)
            answers.add(says(page))
            page.canvas.clear()
    settle(qtbot, page)
    assert "7" in answers
    assert losses_of(watched) == losses_of(alone)
    assert epochs_of(watched) == epochs_of(alone)
    assert page.seats[0].choice == Choice(watched.path, 2)  # followed live, epoch by epoch


# -- for everybody


def test_every_control_says_what_it_is_for(page) -> None:
    controls = [*page.findChildren(QAbstractButton), *page.findChildren(QSlider), *page.findChildren(QComboBox)]
    own = [control for control in controls if not control.objectName().startswith("qt_")]
    assert [c for c in own if not c.toolTip()] == []
    assert [c for c in own if not (c.accessibleName() or getattr(c, "text", str)())] == []


def test_it_speaks_another_language_at_once(page, state) -> None:
    state.set_language("zh_CN")
    state.set_language("en")
    assert page.canvas_card.pen_button.text() == "Pen"


def test_the_clipboard_is_left_as_it_was_found_by_an_empty_sheet(page) -> None:
    QGuiApplication.clipboard().setText("mine")
    page.canvas.copy()
    assert QGuiApplication.clipboard().text() == "mine"


def test_a_run_whose_folder_vanishes_while_it_trains_is_no_reason_to_fail(page, state, monkeypatch, tmp_path) -> None:
    monkeypatch.setattr(type(state.session), "is_running", True)
    monkeypatch.setattr(type(state.session), "run", Run(tmp_path / "gone"))
    page._show_choices()
    assert page._why_not_live() == ""
