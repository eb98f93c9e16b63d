"""The time from a movement of the pen to the bars that answer it: on an idle computer, and beside a training.

Real mouse events draw on the real page; the time runs from the event until the bars are painted. If the answer to a
movement was replaced by a later one before it was painted, its time runs until that later answer.
"""

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
from PySide6.QtCore import QEvent, QEventLoop, QObject, QPointF, Qt, QTimer
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication

from benchmarks.report import Result, main
from core.runs.config import RunConfig
from core.training.loop import fit
from gui.app import make_application
from gui.pages.draw import DrawPage
from gui.preferences import Preferences
from gui.state import AppState

IDLE_MS, TRAINING_MS = 50.0, 100.0
SIZE = (1200, 760)
EVERY_MS = 8  # a mouse of 125 Hz
STROKES, POINTS = 12, 40


def measure() -> list[Result]:
    """Draws the same strokes on an idle computer, and beside a training of the chapter's CNN."""
    application = QApplication.instance() or make_application()
    with tempfile.TemporaryDirectory() as folder:
        for name in ("RUNS", "DATA", "SETTINGS"):
            os.environ[f"NEURARIUM_{name}"] = str(Path(folder) / name.lower())
        state = AppState(Preferences(theme="light"))
        list(fit(_config("conv_bn", 2000, 1), state.store.create(_config("conv_bn", 2000, 1))))
        page = DrawPage(state)
        page.resize(*SIZE)
        page.show()
        _live_until(lambda: page.networks[0].network is not None and not page.networks[0].is_busy)
        _Pen(page).draw(3)
        idle = _Pen(page).draw(STROKES)
        state.train(_config("chapter_cnn", 8000, 50))
        _live_until(lambda: state.session.state == "training")
        _live(1500)
        training = _Pen(page).draw(STROKES)
        assert state.session.is_running
        state.session.stop()
        page.close()
        state.shut_down()
        page.deleteLater()
        application.processEvents()
    return [
        _result("pen to bars, idle", idle, IDLE_MS),
        _result("pen to bars, beside a training", training, TRAINING_MS),
    ]


class _Pen(QObject):
    """Draws, and records for each movement when the bars that include it were painted."""

    def __init__(self, page: DrawPage) -> None:
        super().__init__()
        self._page = page
        self._moved: list[float] = []
        self._questions: dict[int, float] = {}
        self._covers = 0.0
        self._latencies: list[float] = []

    def draw(self, strokes: int) -> list[float]:
        """Returns the latency of each movement in milliseconds."""
        page = self._page
        bars = page.verdict_card.panels[0].bars
        run = page.predictor._task.run

        def noted(function: Callable[..., list[object]], *arguments: object) -> None:
            run(self._dated, time.perf_counter(), function, *arguments)

        page.predictor._task.run = noted  # type: ignore[method-assign]
        page.predictor.answered.connect(self._answered)
        bars.installEventFilter(self)
        rng = np.random.default_rng(0)
        for _stroke in range(strokes):
            self._stroke(rng)
            _live(150)
            page.canvas.clear()
            self._moved.clear()
            _live(60)
        bars.removeEventFilter(self)
        page.predictor.answered.disconnect(self._answered)
        page.predictor._task.run = run  # type: ignore[method-assign]
        return self._latencies

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint and self._covers:
            QTimer.singleShot(0, self, self._painted)
        return False

    def _dated(self, asked: float, function: Callable[..., list[object]], *arguments: object) -> list[object]:
        """Answers in the other thread, and records which question it answers."""
        answer = function(*arguments)
        self._questions[id(answer)] = asked
        return answer

    def _answered(self, verdicts: object) -> None:
        self._covers = self._questions.pop(id(verdicts), 0.0)

    def _painted(self) -> None:
        now = time.perf_counter()
        answered = [moved for moved in self._moved if moved <= self._covers]
        self._moved = [moved for moved in self._moved if moved > self._covers]
        self._latencies += [1000 * (now - moved) for moved in answered]

    def _stroke(self, rng: np.random.Generator) -> None:
        side = self._page.canvas.width()
        turns_2 = rng.uniform(1, 2.5, 2)
        phase_2 = rng.uniform(0, 6, 2)
        for step in range(POINTS):
            x, y = side / 2 + side * 0.3 * np.sin(turns_2 * step / POINTS * 3 + phase_2)
            self._mouse(QEvent.Type.MouseMove if step else QEvent.Type.MouseButtonPress, QPointF(x, y))
            _live(EVERY_MS)
        self._mouse(QEvent.Type.MouseButtonRelease, QPointF(x, y))

    def _mouse(self, kind: QEvent.Type, at: QPointF) -> None:
        button = Qt.MouseButton.NoButton if kind == QEvent.Type.MouseMove else Qt.MouseButton.LeftButton
        held = Qt.MouseButton.NoButton if kind == QEvent.Type.MouseButtonRelease else Qt.MouseButton.LeftButton
        self._moved.append(time.perf_counter())
        event = QMouseEvent(kind, at, at, button, held, Qt.KeyboardModifier.NoModifier)
        QApplication.sendEvent(self._page.canvas, event)


def _config(model: str, examples: int, epochs: int) -> RunConfig:
    dataset = {"key": "strokes", "examples": examples}
    return RunConfig.make(dataset=dataset, model=model, training={"epochs": epochs, "batch_size": 32})


def _live(milliseconds: int) -> None:
    """Processes the window's events for so long, without holding Python's lock in between."""
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


def _live_until(what: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 120
    while not what():
        assert time.monotonic() < deadline
        _live(20)


def _result(promise: str, latencies: list[float], bound: float) -> Result:
    p99 = float(np.quantile(latencies, 0.99))
    note = (
        f"p99 of {len(latencies)} movements, a mouse of {1000 // EVERY_MS} Hz; "
        f"median {statistics.median(latencies):.1f}, worst {max(latencies):.1f} ms"
    )
    return Result(promise, p99, bound, "ms", "lower", note)


if __name__ == "__main__":
    sys.exit(main(measure))
