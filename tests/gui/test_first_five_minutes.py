"""A new user opens the window and does what it proposes: train, draw, train again, write. Every step is a click."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from core.errors import NeurariumError
from gui.main_window import MainWindow
from gui.pages.draw import DrawPage
from gui.pages.start import StartPage
from gui.pages.train import TrainPage
from gui.pages.write import WritePage
from gui.preferences import Preferences
from gui.state import AppState
from tests.gui.whole_window import SENTENCE, SEVEN


@pytest.fixture
def window(qtbot: QtBot, restored_theme, restored_language) -> Iterator[MainWindow]:
    state = AppState(Preferences.load())
    state.preferences.threads = 1
    window = MainWindow(state)
    qtbot.addWidget(window)
    window.show()
    window.painted.connect(state.preload.start)
    qtbot.waitUntil(lambda: state.preload.is_ready)
    yield window
    window.close()
    assert state.shut_down()


def click(button: QAbstractButton) -> None:
    assert button.isVisible()
    assert button.isEnabled()
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def primaries(page: QWidget) -> list[str]:
    """Returns the texts of the highlighted buttons: the next step of a page."""
    found = page.findChildren(QPushButton)
    return [each.text() for each in found if each.isVisible() and each.property("variant") == "primary"]


def write(line: QLineEdit, text: str) -> None:
    line.setFocus()
    line.selectAll()
    QTest.keyClicks(line, text)
    QTest.keyClick(line, Qt.Key.Key_Tab)


def choose(page: TrainPage, dataset: str, examples: str) -> None:
    """Chooses data with the arrow keys, and little of it."""
    box = page.settings.dataset.box
    while box.currentData() != dataset:
        QTest.keyClick(box, Qt.Key.Key_Down if box.currentIndex() < box.findData(dataset) else Qt.Key.Key_Up)
    name = "examples" if dataset == "strokes" else "train_examples"
    _little(page, name, examples)
    write(page.settings.training.row("epochs").editor.main.lineEdit(), "1")


def _little(page: TrainPage, name: str, examples: str) -> None:
    form = page.settings.dataset.form()
    if not form.row(name).editor.main.isVisible():
        click(form.more_button)
    write(form.row(name).editor.main.lineEdit(), examples)


def test_from_the_first_page_to_a_drawing_and_a_sentence(qtbot: QtBot, window: MainWindow) -> None:
    state = window._state
    reported: list[NeurariumError] = []
    state.reported.connect(reported.append)

    start = window.page("start")
    assert isinstance(start, StartPage)
    assert primaries(start) == ["Train"]
    click(start.cards["train"].button)

    train = window.page("train")
    assert isinstance(train, TrainPage)
    assert window.stack.currentWidget() is train
    assert primaries(train) == ["Train"]
    choose(train, "strokes", "300")
    assert state.last_config().dataset.examples == 300
    with qtbot.waitSignal(state.session.ended):
        click(train.transport.go_button)
    qtbot.waitUntil(lambda: train.advice.next_button.isVisible())
    assert train.advice.next_button.text() == "Draw for it"
    click(train.advice.next_button)

    draw = window.page("draw")
    assert isinstance(draw, DrawPage)
    assert window.stack.currentWidget() is draw
    qtbot.waitUntil(lambda: draw.networks[0].network is not None)
    qtbot.waitUntil(lambda: draw.canvas.width() > 200)
    scale = draw.canvas.width() / 280
    places = [QPoint(round(x * scale), round(y * scale)) for x, y in SEVEN]
    QTest.mousePress(draw.canvas, Qt.MouseButton.LeftButton, pos=places[0])
    for place in places[1:]:
        QTest.mouseMove(draw.canvas, place)
    QTest.mouseRelease(draw.canvas, Qt.MouseButton.LeftButton, pos=places[-1])
    qtbot.waitUntil(lambda: bool(draw._verdicts) and not draw.is_busy)

    QTest.mouseClick(window.rail.item("write"), Qt.MouseButton.LeftButton)
    page = window.page("write")
    assert isinstance(page, WritePage)
    qtbot.waitUntil(lambda: page.nothing.isVisible() or page.networks[0].network is not None)
    if page.nothing.isVisible():  # without a ready-made network that reads
        assert primaries(page) == ["Train a network that reads"]
        click(page.nothing.train_button)
    else:
        QTest.mouseClick(window.rail.item("train"), Qt.MouseButton.LeftButton)
    choose(train, "sentences", "200")
    with qtbot.waitSignal(state.session.ended):
        click(train.transport.go_button)
    qtbot.waitUntil(lambda: train.advice.next_button.text() == "Write to it" and train.advice.next_button.isVisible())
    click(train.advice.next_button)

    assert window.stack.currentWidget() is page
    qtbot.waitUntil(lambda: page.networks[0].network is not None)
    QTest.keyClicks(page.entry.field, SENTENCE)
    qtbot.waitUntil(lambda: bool(page.scores()) and page.scores()[0][1].text == SENTENCE)
    qtbot.waitUntil(lambda: not page.asker.is_busy and not page.explainer.is_busy and not page.flips.is_busy)
    assert [str(error) for error in reported] == []
    assert not window.banner.isVisible()


def test_whoever_wants_to_draw_first_is_shown_the_way(qtbot: QtBot, window: MainWindow) -> None:
    QTest.mouseClick(window.rail.item("draw"), Qt.MouseButton.LeftButton)
    draw = window.page("draw")
    assert isinstance(draw, DrawPage)
    qtbot.waitUntil(lambda: not draw.is_busy)
    if draw.networks[0].choice is None:  # without a ready-made network that sees
        assert primaries(draw) == ["Train a network"]
        click(draw.nothing_yet.button)
        assert window.rail.current() == "train"
