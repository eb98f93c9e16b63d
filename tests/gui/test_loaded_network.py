"""The current network answers until another one is loaded."""

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from core.errors import NeurariumError, RunError
from gui.loaded_network import LoadedNetwork
from gui.widgets.model_chooser import Choice


def opened(choice: Choice) -> str:
    """Stands in for loading a network: returns its name, or raises the sentence that says why there is none."""
    if choice.path.name == "gone":
        raise RunError("It is gone.", "Choose another.")
    return choice.path.name


@pytest.fixture
def loaded(qtbot: QtBot) -> LoadedNetwork[str]:
    loaded = LoadedNetwork[str](opened)
    with qtbot.waitSignal(loaded.changed):
        loaded.choose(Choice(Path("first")))
    return loaded


def test_a_network_that_cannot_be_had_leaves_the_one_before_in_its_place(
    qtbot: QtBot, loaded: LoadedNetwork[str]
) -> None:
    errors: list[NeurariumError] = []
    loaded.failed.connect(errors.append)
    with qtbot.waitSignal(loaded.changed):
        loaded.choose(Choice(Path("gone")))
    assert [error.what for error in errors] == ["It is gone."]
    assert (loaded.choice, loaded.network) == (Choice(Path("first")), "first")


def test_what_was_chosen_since_is_not_taken_back(qtbot: QtBot, loaded: LoadedNetwork[str]) -> None:
    loaded.choose(Choice(Path("gone")))
    loaded.choose(Choice(Path("second")))
    qtbot.waitUntil(lambda: not loaded.is_busy)
    assert (loaded.choice, loaded.network) == (Choice(Path("second")), "second")


def test_it_is_cleared_at_once(qtbot: QtBot, loaded: LoadedNetwork[str]) -> None:
    with qtbot.waitSignal(loaded.changed):
        loaded.choose(None)
    assert (loaded.choice, loaded.network) == (None, None)
