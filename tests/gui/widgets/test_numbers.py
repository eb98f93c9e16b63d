"""The widgets that show numbers: rows of facts, progress, a value on a log scale."""

import math

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QLabel, QPushButton

from gui.theme import theme
from gui.widgets.card import Card
from gui.widgets.elided_label import ElidedLabel
from gui.widgets.key_values import KeyValues
from gui.widgets.log_slider import LogSlider, short_scientific
from gui.widgets.progress import Bar, Progress


def test_a_value_not_yet_known_is_a_dash(qtbot) -> None:
    facts = KeyValues((("parameters", "Parameters"), ("memory", "Memory")))
    qtbot.addWidget(facts)
    assert facts.value("memory") == "–"
    facts.set_value("memory", "210 MB")
    assert facts.value("memory") == "210 MB"
    facts.clear()
    assert facts.value("memory") == "–"


def test_values_end_at_the_same_edge(qtbot) -> None:
    facts = KeyValues((("a", "Parameters"), ("b", "One epoch, measured")))
    qtbot.addWidget(facts)
    facts.set_value("a", "54,090")
    facts.set_value("b", "4.3 s")
    facts.resize(280, 60)
    facts.show()
    edges = {label.geometry().right() for label in facts.findChildren(QLabel) if label.text() in ("54,090", "4.3 s")}
    assert len(edges) == 1


def test_a_long_value_beside_a_short_name_takes_the_room_that_a_long_name_needs_elsewhere(qtbot) -> None:
    facts = KeyValues((("a", "One epoch, measured"), ("b", "Last run")))
    qtbot.addWidget(facts)
    facts.set_value("b", "2 min 17 s, 40 epochs")
    alone = KeyValues((("b", "Last run"),))
    qtbot.addWidget(alone)
    alone.set_value("b", "2 min 17 s, 40 epochs")
    assert facts.minimumSizeHint().width() == alone.minimumSizeHint().width()


def test_captions_are_shown_and_announced(qtbot) -> None:
    progress = Progress()
    qtbot.addWidget(progress)
    progress.set_fraction(0.5)
    progress.set_captions("epoch 5 of 10", "16 s left")
    assert progress.bar.fraction() == pytest.approx(0.5)
    assert progress.captions() == ("epoch 5 of 10", "16 s left")
    assert progress.bar.accessibleDescription() == "epoch 5 of 10 · 16 s left"


@given(fraction=st.floats(allow_nan=False))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_a_bar_stays_within_its_ends(qapp, fraction: float) -> None:
    bar = Bar()
    bar.set_fraction(fraction)
    assert bar.fraction() == pytest.approx(min(max(fraction, 0), 1), abs=1e-4)


def test_a_bar_is_filled_as_far_as_it_says(qtbot) -> None:
    bar = Bar()
    qtbot.addWidget(bar)
    bar.resize(200, 9)
    bar.set_fraction(0.5)
    image = bar.grab().toImage()
    assert image.pixelColor(90, 4) == QColor(theme().palette.accent)
    assert image.pixelColor(110, 4) == QColor(theme().palette.hover)


@pytest.mark.parametrize(
    ("value", "shown"), [(0.001, "1.0e-3"), (0.00025, "2.5e-4"), (1.0, "1.0e0"), (10.0, "1.0e1"), (1e-10, "1.0e-10")]
)
def test_a_learning_rate_is_short(value: float, shown: str) -> None:
    assert short_scientific(value) == shown


@given(value=st.floats(min_value=1e-7, max_value=100))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_a_value_set_is_the_value_had(qapp, value: float) -> None:
    slider = LogSlider(1e-6, 10)
    slider.set_value(value)
    assert slider.value() == min(max(value, 1e-6), 10)


def test_keys_turn_the_value_and_what_is_shown_is_what_is_sent(qtbot) -> None:
    slider = LogSlider(1e-6, 10, "Learning rate")
    qtbot.addWidget(slider)
    slider.set_value(1e-3)
    sent: list[float] = []
    slider.value_changed.connect(sent.append)
    qtbot.keyClick(slider.slider, Qt.Key.Key_PageUp)
    qtbot.keyClick(slider.slider, Qt.Key.Key_Left)
    assert sent == [0.01, 0.0089]
    assert slider.findChild(QLabel).text() == "8.9e-3"
    assert slider.slider.accessibleName() == "Learning rate"


def test_the_ends_of_the_slider_are_the_ends_of_the_range(qtbot) -> None:
    slider = LogSlider(1e-6, 10)
    qtbot.addWidget(slider)
    qtbot.keyClick(slider.slider, Qt.Key.Key_End)
    assert slider.value() == 10
    qtbot.keyClick(slider.slider, Qt.Key.Key_Home)
    assert math.isclose(slider.value(), 1e-6)


def test_a_card_shows_its_title_in_capitals_and_its_actions_on_the_right(qtbot) -> None:
    card = Card("Loss")
    qtbot.addWidget(card)
    button = QPushButton("Export")
    card.add_action(button)
    card.add(QLabel("body"))
    card.resize(400, 120)
    card.show()
    title = next(label for label in card.findChildren(QLabel) if label.text() == "LOSS")
    assert title.mapTo(card, title.rect().topLeft()).x() < 20
    assert button.mapTo(card, button.rect().topRight()).x() > 370
    assert card.accessibleName() == card.title() == "Loss"


def test_a_long_text_is_cut_with_an_ellipsis_and_told_in_full(qtbot) -> None:
    label = ElidedLabel("the residual network with sixteen and thirty-two channels")
    qtbot.addWidget(label)
    label.resize(120, 20)
    label.show()
    assert label.shown_text().endswith("…")
    assert label.toolTip() == label.text()
    label.resize(600, 20)
    assert label.shown_text() == label.text()
    assert label.toolTip() == ""
