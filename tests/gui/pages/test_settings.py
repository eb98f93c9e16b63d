"""Settings take effect at once, follow changes made elsewhere, and leave alone what the environment sets."""

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from core import i18n, paths
from core.runs.config import RunConfig
from gui.header import Header
from gui.pages.settings import SettingsPage
from gui.preferences import Preferences
from gui.state import AppState
from gui.theme import theme

OpenPage = Callable[..., tuple[AppState, SettingsPage]]


@pytest.fixture
def open_page(qtbot: QtBot, restored_theme, restored_language) -> Iterator[OpenPage]:
    states: list[AppState] = []

    def open_it(**given: object) -> tuple[AppState, SettingsPage]:
        state = AppState(Preferences(**given))
        states.append(state)
        page = SettingsPage(state)
        qtbot.addWidget(page)
        page.show()
        return state, page

    yield open_it
    for state in states:
        assert state.shut_down()


def test_look_and_language_change_at_once(qtbot, open_page) -> None:
    state, page = open_page(theme="light")
    qtbot.keyClick(page.appearance.row("theme").editor.main, Qt.Key.Key_Down)
    assert theme().palette.is_dark
    qtbot.keyClick(page.appearance.row("language").editor.main, Qt.Key.Key_End)
    assert i18n.current_language() == "zh_CN"
    assert (state.preferences.theme, state.preferences.language) == ("dark", "zh_CN")


def test_what_was_changed_elsewhere_is_shown(open_page) -> None:
    state, page = open_page(theme="light", language="en")
    state.set_theme("dark")
    state.set_language("zh_CN")
    assert page.appearance.value().theme == "dark"
    assert page.appearance.value().language == "zh_CN"


def test_a_folder_named_by_the_environment_cannot_be_moved_here(open_page) -> None:
    _state, page = open_page(data_folder="/elsewhere")
    assert not page.computer.row("data_folder").editor.isEnabled()
    assert paths.data_folder() != "/elsewhere"


def test_folders_can_be_moved_and_put_back(qtbot, open_page, tmp_path, monkeypatch) -> None:
    for name in ("NEURARIUM_DATA", "NEURARIUM_RUNS"):
        monkeypatch.delenv(name)
    usual = paths.runs_folder()
    state, page = open_page()
    with qtbot.waitSignal(state.run_list_changed):
        page.computer.row("runs_folder").editor.set_value(str(tmp_path / "mine"))
    assert paths.runs_folder() == tmp_path / "mine"
    assert state.store.folder == tmp_path / "mine"
    page.computer.row("runs_folder").editor.set_value("")
    assert paths.runs_folder() == usual


def test_a_folder_is_moved_once_its_name_is_typed_to_the_end(qtbot, open_page, tmp_path, monkeypatch) -> None:
    monkeypatch.delenv("NEURARIUM_RUNS")
    for home in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(home, str(tmp_path))
    state, page = open_page()
    line = page.computer.row("runs_folder").editor.main
    with qtbot.assertNotEmitted(state.run_list_changed):
        qtbot.keyClicks(line, "~/mine")
    with qtbot.waitSignal(state.run_list_changed):
        qtbot.keyClick(line, Qt.Key.Key_Return)
    assert paths.runs_folder() == tmp_path / "mine"
    assert line.text() == state.preferences.runs_folder == str(tmp_path / "mine")


def test_a_folder_stays_where_it_is_wherever_the_next_start_is_from(qtbot, open_page, tmp_path, monkeypatch) -> None:
    monkeypatch.delenv("NEURARIUM_RUNS")
    monkeypatch.chdir(tmp_path)
    state, page = open_page()
    page.activateWindow()
    line = page.computer.row("runs_folder").editor.main
    line.setFocus()
    qtbot.waitUntil(line.hasFocus)
    qtbot.keyClicks(line, "mine")
    qtbot.keyClick(line, Qt.Key.Key_Tab)
    assert state.preferences.runs_folder == str(tmp_path / "mine")


def test_new_runs_train_on_as_many_cores_as_set_here(qtbot, open_page) -> None:
    state, page = open_page()
    qtbot.keyClick(page.computer.row("threads").editor.main, Qt.Key.Key_Up)
    assert state.preferences.threads == 1
    config = RunConfig.make(dataset="digits", model="softmax_regression", training={"epochs": 1, "batch_size": 512})
    with qtbot.waitSignal(state.session.ended):
        state.train(config)
    assert state.current_run.config.training.threads == 1


def test_the_header_says_at_once_on_how_many_cores_the_next_run_trains(qtbot, open_page) -> None:
    state, page = open_page()
    header = Header(state)
    qtbot.addWidget(header)
    header.show()
    with qtbot.waitSignal(state.preload.ready):
        state.preload.start()
    for said in ("CPU · 1 thread", "CPU · 2 threads", "CPU · 3 threads"):
        qtbot.keyClick(page.computer.row("threads").editor.main, Qt.Key.Key_Up)
        qtbot.waitUntil(lambda said=said: header.device_pill.text() == said)
