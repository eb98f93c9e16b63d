"""One widget each paints words, scores, matrices and maps; mouse and keys move through them."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from gui.palette import DARK, LIGHT, contrast, diverging, sequential, text_on
from gui.theme import theme
from gui.widgets.heat_map import HeatMap
from gui.widgets.scatter_map import ScatterMap
from gui.widgets.score_bar import Answer, ScoreBar
from gui.widgets.text_field import TextField
from gui.widgets.word_strip import StripWord, WordStrip, signed

WORDS = [StripWord("not", -0.6, 0.4), StripWord("baaad", 1.2, 0.7, "read as: bad"), StripWord("film", None, None)]


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
def test_text_can_be_read_on_every_colour_of_the_scales(palette) -> None:
    for value in np.linspace(-1, 1, 41):
        for ground in (diverging(value, palette), sequential(value, palette)):
            assert contrast(text_on(ground, palette), ground) >= 4.5


def test_a_figure_says_its_sign_and_zero_has_none() -> None:
    assert [signed(value) for value in (0.551, -0.62, 0.001, -0.001)] == ["+0.55", "−0.62", "0.00", "0.00"]


@pytest.fixture
def strip(qtbot) -> WordStrip:
    theme().set_choice("light")
    strip = WordStrip()
    qtbot.addWidget(strip)
    strip.resize(500, 140)
    strip.set_words(WORDS)
    strip.show()
    return strip


def test_chips_are_blue_for_and_orange_against(strip) -> None:
    picture = strip.grab().toImage()
    ratio = picture.devicePixelRatio()

    def colour_of(index: int) -> QColor:
        box = strip.box(index)
        return picture.pixelColor(round((box.left() + 6) * ratio), round(box.center().y() * ratio))

    assert colour_of(1).blue() > colour_of(1).red()
    assert colour_of(0).red() > colour_of(0).blue()
    assert colour_of(1).name().upper() == diverging(1, LIGHT)


def test_a_word_is_chosen_by_mouse_and_by_keys(qtbot, strip) -> None:
    with qtbot.waitSignal(strip.chosen) as caught:
        qtbot.mouseClick(strip, Qt.MouseButton.LeftButton, pos=strip.box(1).center().toPoint())
    assert caught.args[0] == 1
    qtbot.keyClick(strip, Qt.Key.Key_End)
    with qtbot.waitSignal(strip.chosen) as caught:
        qtbot.keyClick(strip, Qt.Key.Key_Return)
    assert caught.args[0] == 2
    assert "film" in strip.accessibleDescription()


def test_many_words_wrap_and_a_long_one_stays_within(qtbot, strip) -> None:
    strip.set_words([StripWord("w" * 400), *WORDS * 40])
    assert strip.box(0).width() < strip.width()
    assert all(strip.box(index).right() <= strip.width() for index in range(121))
    assert strip.box(120).top() > strip.box(0).top()
    assert strip.minimumHeight() > 140


def test_what_is_not_known_is_said(strip) -> None:
    assert "read as: bad" in strip.describe(1)
    assert strip.describe(2) == "“film”"


@pytest.mark.parametrize(
    ("answer", "verdict"),
    [
        (None, "No verdict"),
        (Answer("positive", 0.9), "Positive"),
        (Answer("negative", 0.1), "Negative"),
        (Answer("positive", 0.55, unsure=True), "Unsure"),
        (Answer("positive", 0.95, unsure=True, reason="It learned from none of these words."), "Unsure"),
    ],
)
def test_a_score_says_its_verdict_and_its_doubt(qtbot, answer, verdict) -> None:
    bar = ScoreBar()
    qtbot.addWidget(bar)
    bar.show_answer(answer)
    assert bar.verdict() == verdict
    if answer is not None:
        assert answer.reason in bar.accessibleDescription()
    bar.grab()


def test_a_score_says_that_the_network_is_still_being_read(qtbot) -> None:
    bar = ScoreBar()
    qtbot.addWidget(bar)
    bar.set_waiting(True)
    assert bar.verdict() == "Loading the network…"
    bar.show_answer(Answer("positive", 0.9))
    assert bar.verdict() == "Positive"


def test_below_a_score_its_network_has_a_line_of_its_own(qtbot) -> None:
    bar = ScoreBar()
    qtbot.addWidget(bar)
    bar.show_answer(Answer("positive", 0.9))
    height = bar.sizeHint().height()
    assert bar.captions() == ["unsure between 40 % and 60 %"]
    bar.set_title("A · run 1 · best epoch")
    assert bar.captions() == ["A · run 1 · best epoch", "unsure between 40 % and 60 %"]
    assert bar.sizeHint().height() > height


@pytest.fixture
def heat_map(qtbot) -> HeatMap:
    theme().set_choice("light")
    heat_map = HeatMap()
    qtbot.addWidget(heat_map)
    heat_map.resize(240, 160)
    heat_map.set_values("cell state", np.array([[-1.0, 0.0, 1.0], [0.5, np.nan, -0.5]]), signed=True)
    heat_map.show()
    return heat_map


def test_a_cell_has_the_colour_of_its_value(heat_map) -> None:
    picture = heat_map.grab().toImage()
    ratio = picture.devicePixelRatio()
    for column, value in enumerate((-1.0, 0.0, 1.0)):
        place = heat_map.rect_of(0, column).center() * ratio
        seen, wanted = picture.pixelColor(place.toPoint()), QColor(diverging(value, LIGHT))
        assert all(abs(a - b) <= 3 for a, b in zip(seen.getRgb(), wanted.getRgb(), strict=True))


def test_mouse_and_arrow_keys_walk_through_the_cells(qtbot, heat_map) -> None:
    with qtbot.waitSignal(heat_map.cell_changed) as caught:
        qtbot.mouseMove(heat_map, heat_map.rect_of(1, 2).center().toPoint())
    assert caught.args == [1, 2]
    qtbot.keyClick(heat_map, Qt.Key.Key_Up)
    qtbot.keyClick(heat_map, Qt.Key.Key_Left)
    assert heat_map.cell() == (0, 1)
    assert heat_map.cell_at(heat_map.rect_of(0, 1).center()) == (0, 1)


def test_a_click_on_a_map_finds_the_nearest_point_and_dragging_none(qtbot) -> None:
    scatter = ScatterMap()
    qtbot.addWidget(scatter)
    scatter.resize(300, 200)
    scatter.set_points(np.array([[0.0, 0.0], [1.0, 1.0], [0.5, 0.2]]), np.array([-1.0, 1.0, 0.0]), ["a", "b", "c"])
    scatter.show()
    with qtbot.waitSignal(scatter.chosen) as caught:
        qtbot.mouseClick(scatter, Qt.MouseButton.LeftButton, pos=scatter.place_of(1).toPoint() + QPoint(3, 2))
    assert caught.args == [1]
    scatter.set_named([0, 2])
    qtbot.keyClick(scatter, Qt.Key.Key_Right)
    assert scatter.current() == 0
    before = scatter.place_of(2)
    qtbot.keyClick(scatter, Qt.Key.Key_Plus)
    assert scatter.place_of(2) != before
    qtbot.keyClick(scatter, Qt.Key.Key_0)
    assert scatter.place_of(2) == before


def test_names_on_a_map_cover_no_ring_and_no_other_name(qtbot) -> None:
    scatter = ScatterMap()
    qtbot.addWidget(scatter)
    scatter.resize(400, 200)
    places = np.random.default_rng(1).normal(size=(200, 2))
    scatter.set_points(places, np.zeros(200), [f"word {index}" for index in range(200)])
    scatter.set_named(range(40))
    scatter.set_current(39)
    labels = scatter.labels()
    assert 39 in labels
    assert 3 < len(labels) < 40
    for index, label in labels.items():
        assert not any(label.intersects(other) for at, other in labels.items() if at != index)
        if index != 39:
            assert not any(label.contains(scatter.place_of(named)) for named in range(40))


def test_a_field_follows_the_line_of_the_cursor_and_lets_tab_through(qtbot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    layout = QVBoxLayout(window)
    field, button = TextField(), QPushButton("next")
    layout.addWidget(field)
    layout.addWidget(button)
    window.show()
    field.setFocus()
    qtbot.keyClicks(field, "one")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    qtbot.keyClicks(field, "two")
    assert (field.line(), field.lines()) == ("two", ["one", "two"])
    with qtbot.waitSignal(field.line_changed) as caught:
        qtbot.keyClick(field, Qt.Key.Key_Up)
    assert caught.args == ["one"]
    field.replace_line("<b>1</b>")
    assert field.toPlainText() == "<b>1</b>\ntwo"
    field.undo()
    assert field.toPlainText() == "one\ntwo"
    assert field.go_to_line("two")
    assert not field.go_to_line("three")
    qtbot.keyClick(field, Qt.Key.Key_Tab)
    assert "\t" not in field.toPlainText()
    assert window.focusWidget() is button
