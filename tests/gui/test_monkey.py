"""Nothing breaks and every control works, in any order in which a random user uses the window."""

import gc
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QButtonGroup, QCheckBox, QFileDialog, QMessageBox, QPushButton, QToolButton, QWidget

from core.runs.config import RunConfig
from core.runs.store import RunStore
from core.training.loop import fit
from gui.main_window import MainWindow
from gui.preferences import Preferences
from gui.state import AppState
from tests.gui.controls import dead_controls
from tests.gui.deeds import SMALLEST, Vain
from tests.gui.monkey import OFTEN, Monkey

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


def test_there_is_something_for_everything_that_a_random_user_does(let_loose) -> None:
    monkey = let_loose(0)
    monkey.try_everything(rounds=10)
    assert monkey.without_effect() == []


def test_a_file_that_a_random_user_drops_is_given_to_the_page(qtbot, let_loose) -> None:
    monkey, given = let_loose(0), []
    monkey.state.open_page("draw")
    canvas = monkey.window.page("draw").canvas
    canvas.file_given.connect(given.append)
    qtbot.waitUntil(canvas.isVisible)
    monkey._actions = [(1, monkey._drop_file)]
    monkey.walk(20)
    assert {path.name for path in given} <= {path.name for path in monkey.files}
    assert given


def test_a_control_that_nobody_listens_to_is_found(qtbot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    dead, alive = QPushButton("dead", window), QCheckBox("alive", window)
    alive.toggled.connect(dead.setEnabled)
    QToolButton(window, text="tool")
    used = QToolButton(window, text="used")
    used.clicked.connect(alive.toggle)
    window.show()
    found = [name.split(" in ")[0] for name in dead_controls(window)]
    assert found == ["QPushButton[dead]", "QToolButton[tool]"]


def test_of_several_controls_among_which_one_is_chosen_one_may_be_heard_for_all(qtbot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    pen, eraser = (QToolButton(window, text=name, checkable=True) for name in ("pen", "eraser"))
    group = QButtonGroup(window)
    for button in (pen, eraser):
        group.addButton(button)
    window.show()
    assert len(dead_controls(window)) == 2
    pen.toggled.connect(window.setEnabled)
    assert dead_controls(window) == []


def test_an_error_ends_the_walk_with_its_story(let_loose, monkeypatch) -> None:
    monkey = let_loose(0)

    def break_down() -> str:
        QTimer.singleShot(0, lambda: 1 / 0)
        return "broken"

    monkey._actions = [(1, break_down)]
    with pytest.raises(AssertionError, match=r"(?s)seed 0, after 1 actions.*ZeroDivisionError"):
        monkey.walk(10)


def test_an_error_that_comes_after_the_last_thing_done_is_still_heard(let_loose) -> None:
    monkey = let_loose(0)

    def break_down_later() -> str:
        QTimer.singleShot(0, lambda: QTimer.singleShot(0, lambda: 1 / 0))
        return "not broken yet"

    monkey._actions = [(1, break_down_later)]
    with pytest.raises(AssertionError, match="ZeroDivisionError"):
        monkey.walk(1)


def test_what_never_has_an_effect_ends_the_walk(let_loose) -> None:
    monkey = let_loose(0)

    def reach_out() -> str:
        return Vain("nothing there")

    monkey._actions = [(1, reach_out)]
    with pytest.raises(AssertionError, match="always in vain: reach_out"):
        monkey.walk(OFTEN)
