"""A user moves between pages, switches language and theme, sees errors, leaves during a training and comes back."""

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel
from pytestqt.qtbot import QtBot

from core.errors import DataError
from core.runs.config import RunConfig
from core.runs.store import RunStore
from gui.crash import unexpected
from gui.main_window import MainWindow
from gui.preferences import Preferences
from gui.state import AppState
from gui.theme import theme
from gui.widgets.banner import Banner
from gui.workers import background
from tests.gui import small_pages
from tests.gui.small_pages import HEAVY, LAST, PLAIN

OpenWindow = Callable[..., tuple[AppState, MainWindow]]


@pytest.fixture
def open_window(qtbot: QtBot, restored_theme, restored_language) -> Iterator[OpenWindow]:
    """Opens the window as at a start of the application, with what was remembered."""
    states: list[AppState] = []
    small_pages.made.clear()

    def open_it(*, is_ready: bool = True) -> tuple[AppState, MainWindow]:
        state = AppState(Preferences.load())
        states.append(state)
        window = MainWindow(state, [PLAIN, HEAVY, LAST])
        qtbot.addWidget(window)
        window.show()
        if is_ready:
            with qtbot.waitSignal(state.preload.ready):
                state.preload.start()
        return state, window

    yield open_it
    for state in states:
        assert state.shut_down()


def leave(state: AppState, window: MainWindow) -> None:
    """Closes the application as its main function does."""
    window.close()
    state.save()
    assert state.shut_down()


def button(banner: Banner, name: str) -> QAbstractButton:
    """Returns a button of a banner by what it says."""
    return next(each for each in banner.findChildren(QAbstractButton) if name in (each.text(), each.accessibleName()))


def long_training() -> RunConfig:
    training = {"epochs": 1000, "batch_size": 64, "threads": 1}
    return RunConfig.make(dataset="digits", model="softmax_regression", training=training)


def test_the_rail_leads_to_the_pages_and_the_header_says_where_one_is(qtbot, open_window) -> None:
    _state, window = open_window()
    assert window.header.heading() == "A plain page"
    qtbot.mouseClick(window.rail.item("train"), Qt.MouseButton.LeftButton)
    assert window.header.heading() == "A heavy page"
    assert isinstance(window.stack.currentWidget(), small_pages.HeavyPage)
    qtbot.keyClick(window.rail.item("train"), Qt.Key.Key_Up)
    assert window.header.heading() == "A plain page"
    qtbot.keyClick(window.rail.item("plain"), Qt.Key.Key_End)
    assert window.header.heading() == "The last"
    qtbot.keyClick(window, Qt.Key.Key_2, Qt.KeyboardModifier.ControlModifier)
    assert window.header.heading() == "A heavy page"


def test_a_page_is_made_when_it_is_first_shown_and_once(qtbot, open_window) -> None:
    state, window = open_window()
    assert small_pages.made == ["plain"]
    for key in ("train", "plain", "train"):
        state.open_page(key)
    assert small_pages.made == ["plain", "heavy"]
    assert window.rail.current() == "train"


def test_a_page_that_needs_torch_waits_for_it_behind_a_quiet_word(qtbot, open_window) -> None:
    state, window = open_window(is_ready=False)
    qtbot.mouseClick(window.rail.item("train"), Qt.MouseButton.LeftButton)
    assert "heavy" not in small_pages.made
    assert window.header.heading() == "A heavy page"
    with qtbot.waitSignal(state.preload.ready):
        state.preload.start()
    assert isinstance(window.stack.currentWidget(), small_pages.HeavyPage)


def test_a_page_whose_libraries_cannot_be_loaded_waits_for_them_no_more(qtbot, open_window, capsys) -> None:
    state, window = open_window(is_ready=False)
    state.preload._importer._modules = ("no_such_module_anywhere",)
    qtbot.mouseClick(window.rail.item("train"), Qt.MouseButton.LeftButton)
    with qtbot.waitSignal(state.preload.failed):
        state.preload.start()
    assert "could not be loaded" in window.banner.message()[0]
    waiting = window.stack.currentWidget().findChild(QLabel)
    assert waiting.text() == "PyTorch could not be loaded. The message above says what to do."
    assert "no_such_module_anywhere" in capsys.readouterr().err


def test_a_page_is_painted_a_breath_after_it_is_turned_to(qtbot, open_window) -> None:
    _state, window = open_window()
    window._breath.setInterval(3_600_000)
    window.rail.set_current("train")
    QApplication.processEvents()
    assert not window.stack.updatesEnabled()
    window._breath.start(0)
    qtbot.waitUntil(window.stack.updatesEnabled)


def test_the_first_paint_is_said_once(qtbot, open_window) -> None:
    _state, window = open_window(is_ready=False)
    with qtbot.waitSignal(window.painted):
        window.repaint()
    with qtbot.assertNotEmitted(window.painted, wait=50):
        window.repaint()


def test_language_and_look_are_switched_in_the_header_and_remembered(qtbot, open_window) -> None:
    state, window = open_window()
    state.set_theme("light")
    qtbot.mouseClick(window.header.theme_button, Qt.MouseButton.LeftButton)
    qtbot.mouseClick(window.header.language_button, Qt.MouseButton.LeftButton)
    assert theme().palette.is_dark
    leave(state, window)
    state, window = open_window()
    assert (state.preferences.theme, state.preferences.language) == ("dark", "zh_CN")
    assert theme().palette.is_dark
    qtbot.mouseClick(window.header.language_button, Qt.MouseButton.LeftButton)
    assert state.preferences.language == "en"


def test_the_window_comes_back_as_large_as_it_was(open_window) -> None:
    state, window = open_window(is_ready=False)
    window.resize(900, 650)
    leave(state, window)
    _state, window = open_window(is_ready=False)
    assert (window.width(), window.height()) == (900, 650)


def test_an_error_is_said_in_one_place_with_details_if_nobody_expected_it(qtbot, open_window, capsys) -> None:
    state, window = open_window(is_ready=False)
    state.report(DataError("The file is broken.", "Download it again."))
    assert window.banner.isVisible()
    assert window.banner.message() == ("The file is broken.", "Download it again.")
    state.noticed.emit("Of 42 rows, 40 are used.")
    assert window.banner.message() == ("The file is broken.", "Download it again.")
    qtbot.mouseClick(button(window.banner, "Dismiss this message"), Qt.MouseButton.LeftButton)
    assert window.banner.message() == ("Of 42 rows, 40 are used.", "")
    assert window.banner.kind() == "info"
    state.report(unexpected(KeyError("oops")))
    assert "KeyError" in window.banner.message()[0]
    capsys.readouterr()


def test_an_error_goes_when_a_run_comes_to_train_and_a_notice_waits_for_that(qtbot, open_window) -> None:
    state, window = open_window()
    for notice in ("", "Of 42 rows, 40 are used."):
        state.report(DataError("The file is broken."))
        if notice:
            state.noticed.emit(notice)
        assert state.train(long_training())
        assert window.banner.message() == ("The file is broken.", ""), "it may still be in the way"
        qtbot.waitUntil(lambda: state.session.state == "training")
        assert window.banner.isHidden() == (not notice)
        with qtbot.waitSignal(state.session.ended):
            state.session.stop()
    assert window.banner.message() == ("Of 42 rows, 40 are used.", "")


def test_the_header_says_what_is_in_training_and_on_what(qtbot, open_window) -> None:
    state, window = open_window()
    qtbot.waitUntil(window.header.device_pill.isVisible)
    assert not window.header.run_pill.isVisible()
    assert state.train(long_training())
    assert window.header.run_pill.text() == "run 1 · Softmax regression · Adam"
    qtbot.waitUntil(lambda: window.header.device_pill.text() == "CPU · 1 thread")
    with qtbot.waitSignal(state.session.ended):
        state.session.stop()


def test_other_work_is_held_off_while_the_window_turns_to_a_page_or_changes_its_looks(
    qtbot, open_window, monkeypatch
) -> None:
    state, window = open_window()
    asked: list[float] = []
    asked_of_jobs: list[float] = []
    monkeypatch.setattr(state.session, "hold_off", asked.append)
    monkeypatch.setattr(background, "hold_off", asked_of_jobs.append)
    qtbot.mouseClick(window.rail.item("train"), Qt.MouseButton.LeftButton)
    qtbot.mouseClick(window.header.theme_button, Qt.MouseButton.LeftButton)
    qtbot.mouseClick(window.header.language_button, Qt.MouseButton.LeftButton)
    assert len(asked) == 4, "twice for a page, before it is made and before it is painted"
    assert all(0 < seconds < 1 for seconds in asked)
    assert asked_of_jobs == asked


def test_leaving_in_mid_training_loses_nothing_and_the_next_start_offers_to_go_on(qtbot, open_window) -> None:
    state, window = open_window()
    steps = []
    state.session.batch.connect(steps.extend)
    state.train(long_training())
    qtbot.waitUntil(lambda: len(steps) > 3)
    leave(state, window)
    run = RunStore().find("last")
    assert run.is_resumable()
    left_at = list(run.history())[-1].step
    assert left_at > 0

    state, window = open_window()
    qtbot.waitUntil(window.offer.isVisible)
    assert "Softmax regression" in window.offer.message()[0]
    steps = []
    state.session.batch.connect(steps.extend)
    qtbot.mouseClick(button(window.offer, "Resume"), Qt.MouseButton.LeftButton)
    assert not window.offer.isVisible()
    assert window.rail.current() == "train"
    assert state.current_run.name == run.name
    qtbot.waitUntil(lambda: any(getattr(event, "last_step", 0) > left_at for event in steps))
    leave(state, window)


def test_an_offer_that_was_declined_does_not_come_back(qtbot, open_window) -> None:
    state, window = open_window()
    state.train(long_training())
    qtbot.waitUntil(lambda: state.session.state == "training")
    leave(state, window)
    state, window = open_window()
    qtbot.waitUntil(window.offer.isVisible)
    qtbot.mouseClick(button(window.offer, "Dismiss this message"), Qt.MouseButton.LeftButton)
    leave(state, window)
    state, window = open_window()
    qtbot.wait(300)
    assert not window.offer.isVisible()
    state.resume(RunStore().find("last"))
    with qtbot.waitSignal(state.session.ended):
        state.session.stop()


def test_nothing_is_offered_where_nothing_was_left(qtbot, open_window) -> None:
    _state, window = open_window()
    qtbot.wait(300)
    assert not window.offer.isVisible()


def test_a_banner_takes_room_only_while_it_is_there(qtbot, open_window) -> None:
    state, window = open_window(is_ready=False)
    qtbot.waitUntil(lambda: window.stack.y() == window.header.height())
    state.report(DataError("The file is broken."))
    qtbot.waitUntil(lambda: window.stack.y() > window.header.height() + window.banner.height())
    qtbot.mouseClick(button(window.banner, "Dismiss this message"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.stack.y() == window.header.height())
