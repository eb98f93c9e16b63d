"""The page follows a training epoch by epoch, whenever it is opened, until the user chooses another network."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtGui import QAction
from pytestqt.qtbot import QtBot

from core.events import EpochDone, Event
from core.runs.config import RunConfig
from core.runs.run import Run
from gui.pages.draw import DrawPage
from gui.state import AppState
from gui.widgets.model_chooser import Choice
from tests.gui.pages.draw.hand import config


def endless(**training: object) -> RunConfig:
    settings = config(epochs=10_000, examples=300)
    return settings.with_changes(
        model="softmax_regression", training=settings.training.model_dump() | {"keep_megabytes": 1} | training
    )


@pytest.fixture
def trained(qtbot: QtBot, state: AppState, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Run]:
    """A run that is some epochs into its training when the page is opened."""
    monkeypatch.setenv("NEURARIUM_RUNS", str(tmp_path / "runs"))
    told: list[Event] = []
    state.session.batch.connect(told.extend)
    assert state.train(endless())
    run = state.current_run
    assert run is not None
    qtbot.waitUntil(lambda: any(isinstance(event, EpochDone) for event in told))
    assert run.best.is_file()
    yield run
    if state.session.is_running:
        with qtbot.waitSignal(state.session.ended):
            state.session.stop()


def opened(qtbot: QtBot, state: AppState) -> DrawPage:
    page = DrawPage(state)
    qtbot.addWidget(page)
    page.resize(1200, 760)
    page.show()
    qtbot.waitUntil(lambda: page.networks[0].network is not None)
    return page


def shown(page: DrawPage) -> int:
    """The epoch of the network that answers."""
    assert page.networks[0].network is not None
    return page.networks[0].network.snapshot.epoch


def sees_epochs_go_by(qtbot: QtBot, page: DrawPage) -> bool:
    first = shown(page)
    qtbot.waitUntil(lambda: shown(page) > first)
    second = shown(page)
    qtbot.waitUntil(lambda: shown(page) > second)
    return page.model_pill.text().endswith("· live")


def choose(page: DrawPage, run: str, moment: str = "") -> None:
    """Chooses from the menu of networks."""
    page.model_pill.menu().aboutToShow.emit()
    (action,) = (each for each in page.model_pill.menu().actions() if each.text() == run)
    if moment:
        submenu = action.menu()
        assert submenu is not None
        (action,) = (each for each in submenu.actions() if each.text() == moment)
    assert isinstance(action, QAction)
    action.trigger()


def test_a_page_that_is_opened_in_mid_training_follows_it(qtbot, state, trained) -> None:
    page = opened(qtbot, state)
    assert page.networks[0].choice.path == trained.path
    assert sees_epochs_go_by(qtbot, page)


def test_out_of_sight_it_reads_no_epochs_and_turns_to_the_newest_when_it_is_seen_again(qtbot, state, trained) -> None:
    page = opened(qtbot, state)
    assert sees_epochs_go_by(qtbot, page)
    page.hide()
    qtbot.waitUntil(lambda: not page.networks[0].is_busy)
    last = shown(page)
    qtbot.waitUntil(lambda: max(trained.epoch_weights()) > last + 2)
    qtbot.wait(500)
    assert shown(page) == last
    page.show()
    qtbot.waitUntil(lambda: shown(page) > last + 2)
    assert sees_epochs_go_by(qtbot, page)


def test_a_run_that_ends_out_of_sight_leaves_its_last_epoch_as_one_that_ends_in_sight_does(
    qtbot, state, trained
) -> None:
    with qtbot.waitSignal(state.session.ended):
        state.session.stop()
    page = opened(qtbot, state)
    choose(page, "Digits (ready-made)")
    page.hide()
    newest = max(trained.epoch_weights())
    assert state.resume(trained)
    qtbot.waitUntil(lambda: max(trained.epoch_weights()) > newest + 2)
    with qtbot.waitSignal(state.session.ended):
        state.session.stop()
    page.show()
    qtbot.waitUntil(lambda: shown(page) > newest + 1)
    assert page.networks[0].choice == Choice(trained.path, shown(page))


def test_another_network_chosen_by_hand_stays_and_the_one_in_training_can_be_taken_up_again(
    qtbot, state, trained
) -> None:
    page = opened(qtbot, state)
    assert sees_epochs_go_by(qtbot, page)
    choose(page, "Digits (ready-made)")
    ready_made = page.networks[0].choice
    newest = max(trained.epoch_weights())
    qtbot.waitUntil(lambda: max(trained.epoch_weights()) > newest + 2)
    qtbot.wait(500)
    assert page.networks[0].choice == ready_made
    assert page.model_pill.text() == "Digits (ready-made)"
    choose(page, trained.title, "best epoch")
    qtbot.waitUntil(lambda: page.networks[0].network.snapshot.title == trained.title)
    assert sees_epochs_go_by(qtbot, page)


def test_a_run_that_goes_on_is_followed(qtbot, state, trained) -> None:
    with qtbot.waitSignal(state.session.ended):
        state.session.stop()
    page = opened(qtbot, state)
    choose(page, "Digits (ready-made)")
    assert state.resume(trained)
    qtbot.waitUntil(lambda: page.networks[0].network.snapshot.title == trained.title)
    assert sees_epochs_go_by(qtbot, page)


def test_an_epoch_that_is_gone_is_reported_unless_a_newer_one_follows(qtbot, state, trained) -> None:
    page = opened(qtbot, state)
    gone = max(trained.epoch_weights()) + 1000  # as if it had been thinned out at once
    page.networks[0].choose(Choice(trained.path, gone))
    assert sees_epochs_go_by(qtbot, page)
    state.reported.disconnect()  # from now on there is something to report
    with qtbot.waitSignal(state.reported) as caught:
        page._travel(gone)
    assert f"has not kept epoch {gone}" in caught.args[0].what
