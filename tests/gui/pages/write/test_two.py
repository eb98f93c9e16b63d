"""Two networks read the same text, and each can be explained."""

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from core.runs.store import RunStore
from gui.pages.write import WritePage
from gui.widgets.model_chooser import Choice
from tests.gui.pages.write.desk import SENTENCE, rest, write


def test_two_networks_read_side_by_side(qtbot, page, readers) -> None:
    write(qtbot, page, SENTENCE)
    page.networks[1].choose(Choice(RunStore(readers).runs()[1].path, "last"))
    qtbot.waitUntil(lambda: len(page.scores()) == 2)
    rest(qtbot, page)
    assert page.entry.scores[1].isVisible()
    first, second = (score.answer().probability for score in page.entry.scores)
    assert first != second
    assert all(word.added is not None for word in page.words.strips[1].words())


def look_into(qtbot: QtBot, page: WritePage, letter: str) -> None:
    qtbot.mouseClick(page.details.network.button(letter), Qt.MouseButton.LeftButton)
    rest(qtbot, page)


@pytest.fixture
def pair(qtbot, page, readers) -> WritePage:
    """The page with an LSTM and a Transformer side by side, and a sentence."""
    write(qtbot, page, SENTENCE)
    assert not page.details.network.isVisible()
    page.networks[1].choose(Choice(RunStore(readers).runs()[1].path, "last"))
    qtbot.waitUntil(lambda: len(page.scores()) == 2)
    rest(qtbot, page)
    return page


def test_of_two_networks_either_can_be_looked_into(qtbot, pair) -> None:
    assert pair.details.network.isVisible()
    assert "run 2" in pair.details.network.button("A").toolTip()
    assert "run 1" in pair.details.network.button("B").toolTip()
    assert len(pair.inside.maps[0].values()) == 8  # of the LSTM's units
    look_into(qtbot, pair, "B")
    words = pair.scores()[1][1].words
    assert pair.inside.maps[0].values().shape == (len(words), len(words))  # who looks at whom
    look_into(qtbot, pair, "A")
    assert len(pair.inside.maps[0].values()) == 8


def test_map_and_time_machine_follow_the_network_that_is_looked_into(qtbot, pair) -> None:
    qtbot.mouseClick(pair.details.choice.button("time"), Qt.MouseButton.LeftButton)
    rest(qtbot, pair)
    assert [moment.epoch for moment in pair.time.moments()] == [0, 1, 2]
    look_into(qtbot, pair, "B")
    assert [moment.epoch for moment in pair.time.moments()] == [0, 1]
    assert pair.time.moments()[-1].score.probability == pytest.approx(pair.scores()[1][1].probability, abs=1e-5)
    qtbot.mouseClick(pair.details.choice.button("map"), Qt.MouseButton.LeftButton)
    rest(qtbot, pair)
    assert pair.map._scorer is pair.networks[1].network


def test_table_and_challenge_follow_the_network_that_is_looked_into(qtbot, pair) -> None:
    look_into(qtbot, pair, "B")
    write(qtbot, pair, "\nbad film")
    assert [row.text for row in pair.table.rows()] == [SENTENCE, "bad film"]
    expected = [pair.networks[1].network.score(row.text).probability for row in pair.table.rows()]
    assert [row.probability for row in pair.table.rows()] == pytest.approx(expected, abs=1e-5)
    qtbot.mouseClick(pair.details.choice.button("challenge"), Qt.MouseButton.LeftButton)
    qtbot.mouseClick(pair.challenge.start_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: pair.challenge.result() is not None)
    look_into(qtbot, pair, "A")
    assert pair.challenge.result() is None  # it was about the other one


def test_with_the_second_network_the_choice_goes_too(qtbot, pair) -> None:
    look_into(qtbot, pair, "B")
    pair.networks[1].choose(None)
    qtbot.waitUntil(lambda: len(pair.scores()) == 1)
    rest(qtbot, pair)
    assert not pair.details.network.isVisible()
    assert pair.details.which() == 0
    assert len(pair.inside.maps[0].values()) == 8
