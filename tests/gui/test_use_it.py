"""After a training, the page for its network switches to it, unless the user wants another network there."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QMenu, QWidget
from pytestqt.qtbot import QtBot

from core.runs.config import RunConfig
from core.runs.shipped import shipped_folder
from gui.main_window import MainWindow
from gui.pages.draw import DrawPage
from gui.pages.train import TrainPage
from gui.pages.write import WritePage
from gui.preferences import Preferences
from gui.state import AppState
from gui.widgets.model_chooser import Choice, ModelChooser

_TRAINING = {"epochs": 1, "threads": 1, "device": "cpu", "keep_epochs": False}
READS = RunConfig.make(
    dataset={"key": "sentences", "train_examples": 200, "vocabulary_size": 500}, model="lstm", training=_TRAINING
)
SEES = RunConfig.make(dataset={"key": "strokes", "examples": 300}, model="softmax_regression", training=_TRAINING)


@pytest.fixture
def window(qtbot: QtBot, restored_theme, restored_language) -> Iterator[MainWindow]:
    state = AppState(Preferences(theme="light", language="en"))
    errors: list[object] = []
    state.reported.connect(errors.append)
    window = MainWindow(state)
    qtbot.addWidget(window)
    window.show()
    with qtbot.waitSignal(state.preload.ready):
        state.preload.start()
    yield window
    window.close()
    assert state.shut_down()
    assert not errors


def click(button: QAbstractButton) -> None:
    assert button.isVisible()
    assert button.isEnabled()
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def go_to(window: MainWindow, key: str) -> None:
    QTest.mouseClick(window.rail.item(key), Qt.MouseButton.LeftButton)


def train(qtbot: QtBot, window: MainWindow, config: RunConfig) -> TrainPage:
    """Trains on the Train page to the end."""
    go_to(window, "train")
    page = window.page("train")
    assert isinstance(page, TrainPage)
    page.apply_config(config)
    with qtbot.waitSignal(page._state.session.ended):
        click(page.transport.go_button)
    qtbot.waitUntil(page.advice.next_button.isVisible)
    return page


def choose(chooser: ModelChooser, title: str) -> None:
    """Chooses a ready-made network from the menu."""
    chooser.menu().aboutToShow.emit()
    (action,) = (action for action in chooser.menu().actions() if action.text() == title)
    assert isinstance(chooser.menu(), QMenu)
    action.trigger()


def write_page(qtbot: QtBot, window: MainWindow) -> WritePage:
    go_to(window, "write")
    page = window.page("write")
    assert isinstance(page, WritePage)
    qtbot.waitUntil(lambda: page.networks[0].network is not None and not page._looking.is_running)
    return page


def test_a_write_page_that_was_open_turns_to_the_network_just_trained(qtbot: QtBot, window: MainWindow) -> None:
    write = write_page(qtbot, window)
    assert write.networks[0].choice == Choice(shipped_folder() / "english")
    training = train(qtbot, window, READS)
    trained = window._state.current_run
    assert training.advice.next_button.text() == "Write to it"
    click(training.advice.next_button)
    assert window.stack.currentWidget() is write
    assert write.networks[0].choice == Choice(trained.path)
    qtbot.waitUntil(lambda: write.networks[0].network.snapshot.title == trained.title)
    assert write.entry.model.text() == "run 1 · best epoch"

    choose(write.entry.model, "English (ready-made)")  # another one was wanted here, until the button says otherwise
    go_to(window, "train")
    go_to(window, "write")
    qtbot.waitUntil(lambda: not write._looking.is_running and not write.networks[0].is_busy)
    assert write.entry.model.text() == "English (ready-made)"
    go_to(window, "train")
    click(training.advice.next_button)
    assert write.networks[0].choice == Choice(trained.path)


def test_a_network_that_sees_is_no_reason_to_leave_the_one_that_reads(qtbot: QtBot, window: MainWindow) -> None:
    write = write_page(qtbot, window)
    before = write.networks[0].choice
    train(qtbot, window, SEES)
    qtbot.waitUntil(lambda: not write._looking.is_running)
    assert write.networks[0].choice == before


def test_a_draw_page_that_was_open_turns_to_a_network_that_kept_no_epochs(qtbot: QtBot, window: MainWindow) -> None:
    go_to(window, "draw")
    draw = window.page("draw")
    assert isinstance(draw, DrawPage)
    qtbot.waitUntil(lambda: not draw.is_busy)
    assert draw.networks[0].choice == Choice(shipped_folder() / "digits")
    training = train(qtbot, window, SEES)
    trained = window._state.current_run
    click(training.advice.next_button)
    assert window.stack.currentWidget() is draw
    qtbot.waitUntil(lambda: not draw.is_busy)
    assert draw.networks[0].choice == Choice(trained.path)
    assert draw.networks[0].network.snapshot.title == trained.title


def test_who_chose_another_network_during_a_training_keeps_it(qtbot: QtBot, window: MainWindow) -> None:
    write = write_page(qtbot, window)
    training = window.page("train")
    assert isinstance(training, TrainPage)
    training.apply_config(READS)
    go_to(window, "train")
    with qtbot.waitSignal(window._state.session.ended):
        click(training.transport.go_button)
        qtbot.waitUntil(lambda: window._state.session.is_running)
        choose(write.entry.model, "Chinese (ready-made)")
    qtbot.waitUntil(lambda: not write._looking.is_running and not write.networks[0].is_busy)
    assert write.networks[0].choice == Choice(shipped_folder() / "chinese")
    qtbot.waitUntil(training.advice.next_button.isVisible)
    click(training.advice.next_button)
    assert write.networks[0].choice == Choice(window._state.current_run.path)


class PaintCount(QObject):
    """Counts how often a widget is painted."""

    def __init__(self, watched: QWidget) -> None:
        super().__init__(watched)
        self.count = 0
        watched.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        self.count += event.type() == QEvent.Type.Paint
        return False


def test_a_page_is_painted_once_when_it_is_turned_to(qtbot: QtBot, window: MainWindow) -> None:
    for key in ("train", "start", "train", "start"):  # makes the pages and paints them for the first time
        go_to(window, key)
        qtbot.waitUntil(window.stack.updatesEnabled)
        qtbot.wait(300)
    page = window.page("train")
    assert isinstance(page, TrainPage)
    qtbot.waitUntil(lambda: not page.forecast.is_measuring)
    painted = PaintCount(page.settings), PaintCount(page.charts.loss.chart.plot.viewport())
    go_to(window, "train")
    qtbot.waitUntil(lambda: all(each.count for each in painted))
    qtbot.wait(300)
    assert [each.count for each in painted] == [1, 1]
