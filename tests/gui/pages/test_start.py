"""A newcomer reads what to do and goes there; a returning user finds the last runs."""

import shutil
from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from core.runs.config import RunConfig
from core.runs.store import RunStore
from gui import pages
from gui.pages import PageSpec
from gui.pages.start import STEPS, StartPage
from gui.preferences import Preferences
from gui.state import AppState


@pytest.fixture
def state(qtbot: QtBot, restored_language) -> Iterator[AppState]:
    state = AppState(Preferences(theme="light"))
    yield state
    assert state.shut_down()


def open_page(qtbot: QtBot, state: AppState) -> StartPage:
    page = StartPage(state)
    qtbot.addWidget(page)
    page.resize(1000, 700)
    page.show()
    return page


def get_ready(qtbot: QtBot, state: AppState) -> None:
    with qtbot.waitSignal(state.preload.ready):
        state.preload.start()


def train(qtbot: QtBot, state: AppState, model: str, epochs: int = 1) -> None:
    training = {"epochs": epochs, "batch_size": 128, "threads": 1}
    with qtbot.waitSignal(state.session.ended):
        state.train(RunConfig.make(dataset="digits", model=model, training=training))


def test_a_card_leads_to_the_page_it_speaks_of(qtbot, state) -> None:
    page = open_page(qtbot, state)
    with qtbot.waitSignal(state.page_requested) as caught:
        qtbot.mouseClick(page.cards["train"].button, Qt.MouseButton.LeftButton)
    assert caught.args == ["train"]


def test_only_pages_that_there_are_are_spoken_of(qtbot, state, monkeypatch) -> None:
    known = {spec.key for spec in pages.PAGES}
    assert list(open_page(qtbot, state).cards) == [step.page for step in STEPS if step.page in known]
    all_three = [PageSpec(step.page, "", "", "", "home", "") for step in STEPS]
    monkeypatch.setattr(pages, "PAGES", all_three)
    assert list(open_page(qtbot, state).cards) == ["train", "draw", "write"]


def test_without_runs_it_says_what_will_be_here(qtbot, state) -> None:
    page = open_page(qtbot, state)
    get_ready(qtbot, state)
    qtbot.wait(100)
    assert page.runs.lines() == []
    assert page.runs.empty_label.isVisible()


def test_the_last_runs_are_listed_newest_first_with_how_good_they_are(qtbot, state) -> None:
    page = open_page(qtbot, state)
    get_ready(qtbot, state)
    train(qtbot, state, "softmax_regression")
    train(qtbot, state, "mlp")
    qtbot.waitUntil(lambda: [line.status for line in page.runs.lines()] == ["finished", "finished"])
    newest, oldest = page.runs.lines()
    assert (newest.title, oldest.title) == ("2 · Multilayer perceptron · Adam", "1 · Softmax regression · Adam")
    assert newest.progress == "1/1"
    assert 0 < newest.best <= 1
    assert {button.text() for button in page.runs.buttons.values()} == {"Open"}
    assert not page.runs.empty_label.isVisible()


def test_a_run_that_was_stopped_goes_on_at_a_click(qtbot, state) -> None:
    page = open_page(qtbot, state)
    get_ready(qtbot, state)
    steps = []
    state.session.batch.connect(steps.extend)
    state.train(RunConfig.make(dataset="digits", model="softmax_regression", training={"epochs": 1000, "threads": 1}))
    qtbot.waitUntil(lambda: len(steps) > 3)
    with qtbot.waitSignal(state.session.ended):
        state.session.stop()
    name = RunStore().find("last").name
    qtbot.waitUntil(lambda: name in page.runs.buttons and page.runs.buttons[name].text() == "Resume")
    with qtbot.waitSignal(state.page_requested) as caught:
        qtbot.mouseClick(page.runs.buttons[name], Qt.MouseButton.LeftButton)
    assert caught.args == ["train"]
    assert state.session.is_running
    qtbot.waitUntil(lambda: state.session.state == "training")
    with qtbot.waitSignal(state.session.ended):
        state.session.stop()


def test_a_run_that_is_over_is_opened_at_a_click_and_not_in_the_place_of_one_that_goes_on(qtbot, state) -> None:
    page = open_page(qtbot, state)
    get_ready(qtbot, state)
    train(qtbot, state, "softmax_regression")
    train(qtbot, state, "mlp")
    oldest = RunStore().runs()[-1]
    qtbot.waitUntil(lambda: [line.status for line in page.runs.lines()] == ["finished", "finished"])
    with qtbot.waitSignal(state.page_requested) as caught:
        qtbot.mouseClick(page.runs.buttons[oldest.name], Qt.MouseButton.LeftButton)
    assert caught.args == ["train"]
    assert state.current_run.path == oldest.path
    state.train(RunConfig.make(dataset="digits", model="softmax_regression", training={"epochs": 1000, "threads": 1}))
    training = state.current_run
    qtbot.waitUntil(lambda: training.name in page.runs.buttons)
    with qtbot.assertNotEmitted(state.reported):
        qtbot.mouseClick(page.runs.buttons[training.name], Qt.MouseButton.LeftButton)
    with qtbot.waitSignal(state.reported) as reported:
        qtbot.mouseClick(page.runs.buttons[oldest.name], Qt.MouseButton.LeftButton)
    assert "in progress" in reported.args[0].what
    assert state.current_run.path == training.path
    with qtbot.waitSignal(state.session.ended):
        state.session.stop()


def test_a_run_that_cannot_be_read_is_listed_and_does_no_harm(qtbot, state) -> None:
    folder = RunStore().folder / "0001-broken"
    folder.mkdir(parents=True)
    (folder / "config.json").write_text("{", encoding="utf-8")
    page = open_page(qtbot, state)
    get_ready(qtbot, state)
    qtbot.waitUntil(lambda: [line.status for line in page.runs.lines()] == ["unreadable"])
    assert page.runs.buttons == {}


def test_the_button_of_a_run_that_goes_while_it_is_pressed_does_nothing(qtbot, state) -> None:
    page = open_page(qtbot, state)
    get_ready(qtbot, state)
    steps: list[object] = []
    state.session.batch.connect(steps.extend)
    state.train(RunConfig.make(dataset="digits", model="softmax_regression", training={"epochs": 1000, "threads": 1}))
    qtbot.waitUntil(lambda: len(steps) > 3)
    with qtbot.waitSignal(state.session.ended):
        state.session.stop()
    run = RunStore().find("last")
    qtbot.waitUntil(lambda: run.name in page.runs.buttons and page.runs.buttons[run.name].text() == "Resume")
    button = page.runs.buttons[run.name]
    qtbot.mousePress(button, Qt.MouseButton.LeftButton)
    shutil.rmtree(run.path)
    page._show_runs([])
    assert not button.isVisible()
    qtbot.mouseRelease(button, Qt.MouseButton.LeftButton)
    assert not state.session.is_running
