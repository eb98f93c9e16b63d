"""The Train page, opened as at a start of the application."""

from collections.abc import Callable, Iterator

import pytest
from pytestqt.qtbot import QtBot

from core.runs.config import RunConfig
from gui.preferences import Preferences
from gui.state import AppState
from tests.gui.pages.train.bench import Bench, small

OpenBench = Callable[..., Bench]


@pytest.fixture
def open_bench(qtbot: QtBot, restored_theme: None, restored_language: None) -> Iterator[OpenBench]:
    """Opens the page, set up as asked."""
    states: list[AppState] = []

    def open_it(config: RunConfig | None = None) -> Bench:
        states.append(AppState(Preferences(theme="light", threads=1)))
        return Bench(qtbot, states[-1], config or small())

    yield open_it
    for state in states:
        assert state.shut_down()


@pytest.fixture
def bench(open_bench: OpenBench) -> Bench:
    """The page, set up for two short epochs."""
    return open_bench()
