"""What tests of the window stand on: the language is given back, and no QThread is left behind."""

from collections.abc import Iterator

import pytest
import shiboken6
from PySide6.QtCore import QCoreApplication, QEvent, QThread, QThreadPool

from gui.retranslate import set_language


@pytest.fixture(autouse=True)
def language_is_given_back() -> Iterator[None]:
    """Speaks English after every test that had a window."""
    yield
    if QCoreApplication.instance() is not None:
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
    assert QThreadPool.globalInstance().waitForDone(2000), "work left in the pool of threads"
    left = [thread for thread in started if shiboken6.isValid(thread) and not thread.wait(2000)]
    assert not left, f"threads left behind: {left}"
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
