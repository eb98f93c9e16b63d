"""How long the chart takes to redraw two curves of 1,000,000 points: the raw values of a run and their average.

A redraw is all of it: choosing the points, handing them to the scene, and painting the widget. Beside it, in the same
run and interleaved with it, the same two curves drawn by pyqtgraph as they are.
"""

import os
import statistics
import sys
import time
from collections.abc import Callable

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
import pyqtgraph as pg
from PySide6.QtWidgets import QApplication

from gui.charts.curve_chart import CurveChart
from gui.theme import theme

POINTS = 1_000_000
PROMISED_MS = 8.0
SIZE = (850, 260)
ROUNDS = 5
REDRAWS_PER_ROUND = 12


def main() -> int:
    """Prints the medians and whether the promise is kept; returns 0 if it is."""
    application = QApplication.instance() or QApplication(sys.argv[:1])
    theme()
    losses = _losses()
    chart, plain = _chart(losses), _plain(losses)
    application.processEvents()
    redraw, stream, bare = [], [], []
    for _ in range(ROUNDS):
        redraw += [_milliseconds(lambda: _redraw(chart)) for _ in range(REDRAWS_PER_ROUND)]
        stream += [_milliseconds(lambda: _append_and_redraw(chart)) for _ in range(REDRAWS_PER_ROUND)]
        bare.append(_milliseconds(plain))
    median, before = statistics.median(redraw), statistics.median(bare)
    kept = median <= PROMISED_MS
    print(f"chart of two curves of {POINTS:,} points, {SIZE[0]} x {SIZE[1]} pixels, {len(redraw)} redraws")
    print(f"  redraw            {median:7.2f} ms median (worst {max(redraw):.2f})")
    print(f"  100 steps more    {statistics.median(stream):7.2f} ms median")
    print(f"  without thinning  {before:7.2f} ms median, {before / median:.1f} times as long")
    print(f"  promised: at most {PROMISED_MS:g} ms: {'pass' if kept else 'fall short'}")
    chart.close()
    return 0 if kept else 1


def _losses() -> np.ndarray:
    noise = np.random.default_rng(0).gamma(1.2, 0.1, POINTS)
    return 2.3 * np.exp(-np.arange(POINTS) / 80_000) + noise


def _chart(losses: np.ndarray) -> CurveChart:
    chart = CurveChart()
    chart.resize(*SIZE)
    chart.set_x_axis("steps")
    chart.begin("run", total_steps=2 * POINTS, total_epochs=40)
    steps = np.arange(1, POINTS + 1)
    chart.append_steps(steps, steps / 50_000, steps / 500, losses)
    chart.append_validation(POINTS / 2, 10, POINTS / 1000, 0.3)
    chart.show()
    return chart


def _plain(losses: np.ndarray) -> Callable[[], None]:
    plot = pg.PlotWidget()
    plot.resize(*SIZE)
    steps = np.arange(float(POINTS))
    curves = [pg.PlotCurveItem(pen=pg.mkPen(colour, width=1)) for colour in ("#99BBDD", "#0072B2")]
    for curve in curves:
        plot.addItem(curve)
    plot.show()

    def draw() -> None:
        for curve in curves:
            curve.setData(steps, losses)
        plot.viewport().repaint()

    return draw


def _redraw(chart: CurveChart) -> None:
    chart.fit()
    chart.plot.viewport().repaint()


def _append_and_redraw(chart: CurveChart) -> None:
    last = float(len(chart.run.training))
    steps = last + np.arange(1, 101)
    chart.append_steps(steps, steps / 50_000, steps / 500, np.full(100, 0.1))
    chart.refresh()
    chart.plot.viewport().repaint()


def _milliseconds(action: Callable[[], None]) -> float:
    start = time.perf_counter()
    action()
    return 1000 * (time.perf_counter() - start)


if __name__ == "__main__":
    sys.exit(main())
