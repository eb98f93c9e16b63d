"""The Draw page with one small network, trained on generated digits."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from core.runs.store import RunStore
from core.training.loop import fit
from gui.pages.draw import DrawPage
from gui.preferences import Preferences
from gui.state import AppState
from tests.gui.pages.draw.hand import config, open_page


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
