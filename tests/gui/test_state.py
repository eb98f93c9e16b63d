"""The shared state signals each event once, and reports errors instead of raising them."""

from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from core.errors import NeurariumError, StorageError
from core.runs.config import RunConfig
from core.runs.store import RunStore
from gui.preferences import Preferences
from gui.state import AppState


@pytest.fixture
def state(qtbot: QtBot, restored_theme, restored_language) -> Iterator[AppState]:
    state = AppState(Preferences())
    yield state
    assert state.shut_down()


@pytest.fixture
def reported(state: AppState) -> list[NeurariumError]:
    errors: list[NeurariumError] = []
    state.reported.connect(errors.append)
    return errors


def training(**settings: object) -> RunConfig:
    settings = {"epochs": 1000, "batch_size": 64, "threads": 1} | settings
    return RunConfig.make(dataset="digits", model="softmax_regression", training=settings)


def test_a_training_becomes_the_current_run_and_is_listed(qtbot, state, reported) -> None:
    with qtbot.waitSignals([state.current_run_changed, state.run_list_changed]):
        assert state.train(training(epochs=1))
    with qtbot.waitSignals([state.session.ended, state.run_list_changed]):
        pass
    assert state.current_run.name == RunStore().find("last").name
    assert state.current_run.status() == "finished"
    assert reported == []


def test_there_is_one_training_at_a_time(qtbot, state, reported) -> None:
    assert state.train(training())
    first = state.current_run
    assert not state.train(training())
    assert not state.resume(first)
    assert [error.advice for error in reported] == ["Stop it first."] * 2
    assert len(RunStore().runs()) == 1
    with qtbot.waitSignal(state.session.ended):
        state.session.stop()


def test_a_runs_folder_that_cannot_be_written_is_reported(state, reported, tmp_path, monkeypatch) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("NEURARIUM_RUNS", str(tmp_path / "file"))
    assert not state.train(training())
    assert isinstance(reported[0], StorageError)
    assert state.current_run is None


def test_a_training_that_fails_is_reported(qtbot, state, reported) -> None:
    with qtbot.waitSignal(state.session.failed):
        state.train(RunConfig.make(dataset={"key": "csv", "path": "gone.csv"}, model="lstm"))
    assert "gone.csv" in reported[0].what


def test_what_was_set_up_last_is_remembered_while_it_is_still_usable(state) -> None:
    assert state.last_config() is None
    state.remember_config(training(epochs=7))
    state.preferences.save()
    state.preferences = Preferences.load()
    assert state.last_config() == training(epochs=7)
    state.preferences.config["model"]["key"] = "gone"
    assert state.last_config() is None


def test_preferences_that_cannot_be_written_are_reported(state, reported, tmp_path, monkeypatch) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("NEURARIUM_SETTINGS", str(tmp_path / "file"))
    state.save()
    assert isinstance(reported[0], StorageError)


def test_the_end_of_the_application_leaves_a_training_resumable(qtbot, state) -> None:
    steps: list[object] = []
    state.session.batch.connect(steps.extend)
    state.train(training())
    qtbot.waitUntil(lambda: len(steps) > 3)
    assert state.shut_down()
    assert not state.session.is_running
    assert state.current_run.is_resumable()
