"""A seat keeps the network that answers until another one can be had."""

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from core.errors import NeurariumError, RunError
from gui.seat import Seat
from gui.widgets.model_chooser import Choice


def opened(choice: Choice) -> str:
    """Stands in for reading a network: its name, or the sentence that says why there is none."""
    if choice.path.name == "gone":
        raise RunError("It is gone.", "Choose another.")
    return choice.path.name


@pytest.fixture
def seat(qtbot: QtBot) -> Seat[str]:
    seat = Seat[str](opened)
    with qtbot.waitSignal(seat.changed):
        seat.choose(Choice(Path("first")))
    return seat


def test_a_network_that_cannot_be_had_leaves_the_one_before_in_its_place(qtbot: QtBot, seat: Seat[str]) -> None:
    errors: list[NeurariumError] = []
    seat.failed.connect(errors.append)
    with qtbot.waitSignal(seat.changed):
        seat.choose(Choice(Path("gone")))
    assert [error.what for error in errors] == ["It is gone."]
    assert (seat.choice, seat.network) == (Choice(Path("first")), "first")


def test_what_was_chosen_since_is_not_taken_back(qtbot: QtBot, seat: Seat[str]) -> None:
    seat.choose(Choice(Path("gone")))
    seat.choose(Choice(Path("second")))
    qtbot.waitUntil(lambda: not seat.is_busy)
    assert (seat.choice, seat.network) == (Choice(Path("second")), "second")


def test_a_seat_is_cleared_at_once(qtbot: QtBot, seat: Seat[str]) -> None:
    with qtbot.waitSignal(seat.changed):
        seat.choose(None)
    assert (seat.choice, seat.network) == (None, None)
