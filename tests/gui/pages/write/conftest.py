"""The Write page, with networks to ask."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from core.runs.config import RunConfig
from core.runs.store import RunStore
from core.training.loop import fit
from gui.pages.write import WritePage
from gui.preferences import Preferences
from gui.state import AppState


@pytest.fixture(scope="session")
def readers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of runs: a small LSTM after two epochs, and a smaller Transformer after one."""
    folder = tmp_path_factory.mktemp("readers")
    for model, epochs in (({"key": "transformer", "width": 8, "heads": 2}, 1), ({"key": "lstm", "hidden": 12}, 2)):
        config = RunConfig.make(
            dataset={"key": "sentences", "train_examples": 500},
            model=model,
            optimizer={"key": "adam", "learning_rate": 1e-2},
            training={"epochs": epochs, "threads": 1, "device": "cpu"},
        )
        for _event in fit(config, RunStore(folder).create(config)):
            pass
    return folder


@pytest.fixture
def open_page(qtbot: QtBot, readers: Path, monkeypatch, restored_language, restored_theme) -> Iterator[Callable]:
    states: list[AppState] = []

    def open_it(runs: Path = readers, language: str = "en") -> WritePage:
        monkeypatch.setenv("NEURARIUM_RUNS", str(runs))
        states.append(AppState(Preferences(theme="light", language=language)))
        page = WritePage(states[-1])
        qtbot.addWidget(page)
        page.resize(1200, 740)
        page.show()
        qtbot.waitUntil(lambda: not page._looking.is_running)
        qtbot.waitUntil(lambda: page.networks[0].choice is None or page.networks[0].network is not None)
        return page

    yield open_it
    for state in states:
        assert state.shut_down()


@pytest.fixture
def page(open_page) -> WritePage:
    return open_page()
