"""A user sees a network's input, why it answered so, and how the answer developed."""

import math

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QScrollArea

from core.runs.store import RunStore
from gui.pages.draw.explaining import MODES
from gui.widgets.model_chooser import Choice
from tests.gui.pages.draw.hand import SEVEN, certainty, draw, moved, says, settle


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


def test_feature_maps_are_seen_whole_in_a_window_of_any_size(qtbot, page) -> None:
    draw(page, SEVEN)
    settle(qtbot, page)
    scroll_bar = page.inside_card.findChild(QScrollArea).verticalScrollBar()
    for width, height in ((1844, 1028), (948, 950), (1844, 1028), (1204, 950), (1844, 940)):
        page.resize(width, height)
        settle(qtbot, page)
        qtbot.waitUntil(lambda: scroll_bar.maximum() == 0)


def test_the_first_feature_maps_come_before_the_pen_rests(qtbot, page) -> None:
    card, canvas = page.inside_card, page.canvas
    assert card.stack.currentWidget() is card.message
    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=QPoint(60, 60))
    step = 0
    while card.stack.currentWidget() is card.message:
        step += 1
        QTest.mouseMove(canvas, QPoint(60 + 3 * step % 120, 60 + 2 * step % 80))
        qtbot.wait(30)  # less than the pause after which a pen rests
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton)


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


def test_the_time_machine_goes_back_to_before_training(qtbot, page) -> None:
    draw(page, SEVEN)
    settle(qtbot, page)
    slider = page.time_card.slider
    trained = certainty(page)
    slider.setFocus()
    qtbot.keyClick(slider, Qt.Key.Key_Home)
    settle(qtbot, page)
    assert page.networks[0].network.snapshot.epoch == 0
    assert certainty(page) < trained
    assert "before training" in page.model_pill.text()


def test_the_time_machine_names_the_epoch_that_is_named_above_the_answer(qtbot, page, runs) -> None:
    run = RunStore(runs).runs()[0]
    page.model_pill.chosen.emit(Choice(run.path, 1))
    assert page.model_pill.text().endswith("epoch 1")
    assert page.time_card.epoch() == 1, "not only when its weights have been read"
    settle(qtbot, page)
    assert page.time_card.epoch() == 1
    page.model_pill.chosen.emit(Choice(run.path, "last"))
    settle(qtbot, page)
    assert page.time_card.epoch() == 2


def test_the_time_machine_plays_from_before_training_to_the_end_and_can_be_held(qtbot, page) -> None:
    draw(page, SEVEN)
    settle(qtbot, page)
    card = page.time_card
    epochs = []

    def hold_at_the_first(epoch: int) -> None:
        epochs.append(epoch)
        if epoch == 1:
            qtbot.mouseClick(card.play_button, Qt.MouseButton.LeftButton)

    card.epoch_wanted.connect(hold_at_the_first)
    qtbot.mouseClick(card.play_button, Qt.MouseButton.LeftButton)
    assert card.play_button.accessibleName() == "Hold it here"
    assert card.epoch() == 0
    qtbot.waitUntil(lambda: card.epoch() == 1)
    assert card.play_button.accessibleName() != "Hold it here"
    qtbot.wait(700)
    assert card.epoch() == 1  # held
    qtbot.mouseClick(card.play_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: card.epoch() == 2)
    settle(qtbot, page)
    assert epochs == [0, 1, 2]
    assert page.networks[0].network.snapshot.epoch == 2
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


def test_the_menu_offers_every_run_and_what_comes_ready_made(page, runs) -> None:
    own = [run.title for run in RunStore(runs).runs()]
    titles = page.model_pill.menu_titles()
    assert titles[: len(own)] == own
    assert "Digits (ready-made)" in titles[len(own) :]
