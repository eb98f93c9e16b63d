"""Whatever a random user does to the window, nothing breaks and no control is dead."""

import gc
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QCheckBox, QFileDialog, QMessageBox, QPushButton, QWidget

from core.config import RunConfig
from core.training.loop import fit
from core.training.run_store import RunStore
from gui.main_window import MainWindow
from gui.preferences import Preferences
from gui.state import AppState
from tests.gui.controls import dead_controls
from tests.gui.monkey import SMALLEST, Monkey

SEEDS = range(4)
ACTIONS = 500
MANY_SEEDS, MANY_ACTIONS = range(100, 110), 2000


@pytest.fixture(scope="session")
def kept_runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a run that draws and one that reads, so that every page has something to show."""
    folder = tmp_path_factory.mktemp("kept")
    training = {"epochs": 2, "batch_size": 2, "threads": 1, "device": "cpu"}
    for parts in (
        {"dataset": {"key": "strokes", "examples": 400}, "model": "chapter_cnn"},
        {"dataset": "chapter_sentences", "model": {"key": "lstm", "embedding": 8, "hidden": 8}},
    ):
        config = RunConfig.make(**parts, training=training)
        for _event in fit(config, RunStore(folder).create(config)):
            pass
    return folder


@pytest.fixture
def let_loose(
    qtbot, tmp_path, monkeypatch, kept_runs, restored_language, restored_theme
) -> Iterator[Callable[[int], Monkey]]:
    states: list[AppState] = []

    def let_it(seed: int) -> Monkey:
        # What is left of an earlier window must not be swept up by a thread of this one.
        gc.collect()
        shutil.copytree(kept_runs, tmp_path / "runs", dirs_exist_ok=True)
        # Nothing listens there: the computer is offline.
        for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"):
            monkeypatch.setenv(name, "http://127.0.0.1:9")
        state = AppState(Preferences(theme="light", threads=1))
        states.append(state)
        window = MainWindow(state)
        qtbot.addWidget(window)
        window.resize(*SMALLEST)
        window.show()
        with qtbot.waitSignal(state.preload.ready):
            state.preload.start()
        monkey = Monkey(window, state, seed, tmp_path / "files")
        monkeypatch.setattr(QFileDialog, "getOpenFileName", monkey.choose_file)
        monkeypatch.setattr(QFileDialog, "getSaveFileName", monkey.choose_place)
        monkeypatch.setattr(QFileDialog, "getExistingDirectory", monkey.choose_folder)
        answers = [QMessageBox.StandardButton.Yes, QMessageBox.StandardButton.No]
        monkeypatch.setattr(QMessageBox, "exec", lambda _box: monkey.random.choice(answers))
        monkeypatch.setattr(QDesktopServices, "openUrl", lambda *_given: True)
        return monkey

    yield let_it
    for state in states:
        assert state.shut_down()


@pytest.mark.parametrize("seed", SEEDS)
def test_a_random_user_breaks_nothing(let_loose, seed: int) -> None:
    let_loose(seed).walk(ACTIONS)


@pytest.mark.slow
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("seed", MANY_SEEDS)
def test_a_random_user_with_much_time_breaks_nothing(let_loose, seed: int) -> None:
    let_loose(seed).walk(MANY_ACTIONS)


def test_a_control_that_nobody_listens_to_is_found(qtbot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    dead, alive = QPushButton("dead", window), QCheckBox("alive", window)
    alive.toggled.connect(dead.setEnabled)
    window.show()
    assert [name.split(" in ")[0] for name in dead_controls(window)] == ["QPushButton[dead]"]


def test_an_error_ends_the_walk_with_its_story(let_loose, monkeypatch) -> None:
    monkey = let_loose(0)

    def break_down() -> str:
        QTimer.singleShot(0, lambda: 1 / 0)
        return "broken"

    monkey._actions = [(1, break_down)]
    with pytest.raises(AssertionError, match=r"(?s)seed 0, after 1 actions.*ZeroDivisionError"):
        monkey.walk(10)
