"""What all tests of the window share: no screen, theme and language restored, no QThread left behind."""

import os
import shutil
from collections.abc import Iterator
from functools import partialmethod
from pathlib import Path
from typing import Any

import pytest
import shiboken6
from PySide6.QtCore import QCoreApplication, QEvent, QThread, QThreadPool
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Ignores that Qt's off-screen platform has no window manager, and that QTest sends keys that no widget takes."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            said = ("^This plugin does not support", "^Keyboard event not accepted")
            item.add_marker(pytest.mark.qt_log_ignore(*said, extend=True))


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Gives a slow computer time: a test waits until the event comes or the whole test times out."""
    for name in ("waitUntil", "waitSignal", "waitSignals", "waitExposed", "waitActive"):
        monkeypatch.setattr(QtBot, name, partialmethod(getattr(QtBot, name), timeout=60_000))


@pytest.fixture(autouse=True)
def widgets_outlive_their_test(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Keeps every widget until pytest-qt has closed it.

    It holds them weakly: a chart that only the test knew would lose its items one by one as Python frees them, with a
    repaint still to come.
    """
    kept: list[QWidget] = []
    add = QtBot.addWidget

    def add_and_keep(bot: QtBot, widget: QWidget, **settings: Any) -> None:
        kept.append(widget)
        add(bot, widget, **settings)

    monkeypatch.setattr(QtBot, "addWidget", add_and_keep)
    yield
    kept.clear()


@pytest.fixture(scope="session")
def runs_to_copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a run on pictures and one on sentences, trained once."""
    from tests.gui.whole_window import train_two

    folder = tmp_path_factory.mktemp("runs")
    train_two(folder)
    return folder


@pytest.fixture
def runs_on_two_kinds(runs_to_copy: Path) -> None:
    """Puts a run on pictures and one on sentences into the test's own folder of runs."""
    from core.paths import runs_folder

    shutil.copytree(runs_to_copy, runs_folder())


@pytest.fixture
def restored_theme(qapp) -> Iterator[None]:
    """Lets a test switch between light and dark."""
    from gui.theme import theme

    yield
    theme().set_choice("light")


@pytest.fixture
def restored_language(qapp) -> Iterator[None]:
    """Lets a test switch the language."""
    from gui.retranslate import set_language

    yield
    set_language("en")


@pytest.fixture(autouse=True)
def no_qthread_is_left_behind(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Fails a test that leaves a QThread running, or work in the pool that all of Qt shares."""
    started: list[QThread] = []
    start = QThread.start

    def noted_start(thread: QThread, *arguments: QThread.Priority) -> None:
        started.append(thread)
        start(thread, *arguments)

    monkeypatch.setattr(QThread, "start", noted_start)
    yield
    if QCoreApplication.instance() is None:
        return
    assert QThreadPool.globalInstance().waitForDone(30_000), "work left in the pool of threads"
    left = [thread for thread in started if shiboken6.isValid(thread) and not thread.wait(30_000)]
    assert not left, f"threads left behind: {left}"
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
