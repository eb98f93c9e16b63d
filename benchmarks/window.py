"""What the window costs a training, and what a training costs the window.

The chapter's CNN trains in the window's own session. Turns of a few seconds alternate: with the Train page visible and
its charts live, and with an idle window that receives no events. Steps are counted in the optimizer. While the charts
are live, a 16 ms timer in the window records how late it fires.

usage: python -m benchmarks.window [--seconds 60]
"""

import argparse
import os
import statistics
import sys
import tempfile
import time
from array import array
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

if sys.platform.startswith("linux") and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
from PySide6.QtCore import QElapsedTimer, QEventLoop, QObject, Qt, QTimer, Slot

from benchmarks.report import Result, main, spread

SECONDS = 60.0  # with live charts; as long again beside an idle window
TURN = 3.0
SETTLE = 0.4  # after a change of pages, before anything counts
TICK_MS = 16
PROMISED_RATIO = 0.90
PROMISED_MS = {"p95": 12.0, "p99": 16.0, "worst": 50.0}


class Ticker(QObject):
    """A precise timer that records how late it fires each time.

    Attributes:
        lateness_ms: of each tick.
        worked_ms: how long the window's thread had a processor since the last tick; the rest of the time it waited for
            a processor, for Python's interpreter, or for something to do.
    """

    def __init__(self) -> None:
        super().__init__()
        # Not lists: its own memory must not grow as fast as what other code measures.
        self.lateness_ms, self.worked_ms = array("f"), array("f")
        self._worked_s = 0.0
        self._clock = QElapsedTimer()
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self._tick)

    def start(self) -> None:
        """Begins to record."""
        self._worked_s = time.thread_time()
        self._clock.start()
        self._timer.start()

    def stop(self) -> None:
        """Stops recording."""
        self._timer.stop()

    @Slot()
    def _tick(self) -> None:
        self.lateness_ms.append(max(self._clock.nsecsElapsed() / 1e6 - TICK_MS, 0.0))
        self._clock.restart()
        before, self._worked_s = self._worked_s, time.thread_time()
        self.worked_ms.append(1000 * (self._worked_s - before))


class Steps:
    """Counts the optimizer steps of every training in this process."""

    def __init__(self) -> None:
        from core.training import loop

        self.count = 0
        make_step = loop.train_step

        def counted(*given: Any, **settings: Any) -> Any:
            self.count += 1
            return make_step(*given, **settings)

        loop.train_step = counted


def measure(seconds: float = SECONDS) -> list[Result]:
    """Trains for twice as long as `seconds`, with and without live charts."""
    with tempfile.TemporaryDirectory() as folder, _window(Path(folder)) as (state, window):
        from benchmarks.side_by_side import digits

        config = _config(digits()["key"])
        steps, ticker = Steps(), Ticker()
        page: Any = window.page("train")
        page.settings.set_config(config)
        _wait_until(lambda: page.forecast.values.value("parameters") != "–")
        assert state.train(config)
        _wait_until(lambda: page.progress.step > 0)
        _wait(2000)
        speeds: dict[bool, list[float]] = {True: [], False: []}
        for turn in range(2 * max(3, round(seconds / TURN))):
            is_live = turn % 4 in (0, 3)  # live, idle, idle, live: a slow change of speed affects both equally
            speeds[is_live].append(_turn(state, window, steps, ticker, is_live=is_live))
    return _results(speeds[True], speeds[False], ticker.lateness_ms)


def _results(live: list[float], idle: list[float], lateness_ms: Sequence[float]) -> list[Result]:
    pairs = [with_charts / without for with_charts, without in zip(live, idle, strict=True)]
    how = f"{statistics.median(live):.0f} against {statistics.median(idle):.0f} steps/s; {spread(pairs)}"
    results = [
        Result("training with live charts, against beside an idle window", statistics.median(pairs), PROMISED_RATIO,
               "x", "higher", how)
    ]  # fmt: skip
    figures = {
        "p95": float(np.percentile(lateness_ms, 95)),
        "p99": float(np.percentile(lateness_ms, 99)),
        "worst": max(lateness_ms),
    }
    for name, figure in figures.items():
        note = f"{len(lateness_ms):,} ticks while the charts are live; median {statistics.median(lateness_ms):.2f} ms"
        results.append(
            Result(f"lateness of a {TICK_MS} ms timer, {name}", figure, PROMISED_MS[name], "ms", "lower", note)
        )
    return results


def _config(dataset: Any) -> Any:
    from core.runs.config import RunConfig

    # Validation and checkpoints cost the same with and without charts, and would only make the turns differ.
    training = {"epochs": 1000, "batch_size": 32, "keep_epochs": False, "checkpoint_seconds": 3600.0}
    return RunConfig.make(dataset={"key": dataset, "validation_fraction": 0.01}, model="chapter_cnn", training=training)


def _turn(state: Any, window: Any, steps: Steps, ticker: Ticker, *, is_live: bool) -> float:
    """Returns steps a second of one turn."""
    state.session.blockSignals(not is_live)
    window.rail.set_current("train" if is_live else "settings")
    _wait(int(1000 * SETTLE))
    if is_live:
        ticker.start()
    before, began = steps.count, time.perf_counter()
    _wait(int(1000 * TURN))
    speed = (steps.count - before) / (time.perf_counter() - began)
    ticker.stop()
    return speed


@contextmanager
def _window(folder: Path) -> Iterator[tuple[Any, Any]]:
    """Opens the application's window with separate folders, and ends it with all its threads."""
    for name in ("RUNS", "SETTINGS", "LOGS"):
        os.environ[f"NEURARIUM_{name}"] = str(folder / name.lower())
    from gui.app import make_application
    from gui.main_window import MainWindow
    from gui.preferences import Preferences
    from gui.state import AppState

    application = make_application()
    state = AppState(Preferences(theme="light"))
    window = MainWindow(state)
    window.show()
    state.preload.start()
    _wait_until(lambda: state.preload.is_ready)
    window.rail.set_current("train")
    try:
        yield state, window
    finally:
        state.session.blockSignals(False)
        window.close()
        state.shut_down()
        application.processEvents()


def _wait(milliseconds: int) -> None:
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


def _wait_until(what: Any) -> None:
    while not what():
        _wait(20)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m benchmarks.window", description=__doc__)
    parser.add_argument("--seconds", type=float, default=SECONDS, help="with live charts (default: %(default)g)")
    asked = parser.parse_args()
    sys.exit(main(lambda: measure(asked.seconds)))
