"""How long the chart takes to redraw two curves of 1,000,000 points: the raw values of a run and their average.

A redraw includes choosing the points, passing them to the scene, and painting the widget. For comparison, pyqtgraph
draws the same two curves without thinning, in turns with ours.
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

from benchmarks.report import Result, main
from gui.charts.curve_chart import CurveChart
from gui.theme import theme

POINTS = 1_000_000
PROMISED_MS = 8.0
SIZE = (850, 260)
ROUNDS = 5
REDRAWS_PER_ROUND = 12


def measure() -> list[Result]:
    """Redraws in turns; the curves without thinning take half a second and are drawn once a round."""
    application = QApplication.instance() or QApplication(sys.argv[:1])
    theme()
    losses = _losses()
    chart, plain = _chart(losses), _plain(losses)
    application.processEvents()
    redraws, longer, bare = [], [], []
    for _round in range(ROUNDS):
        redraws += [_milliseconds(lambda: _redraw(chart)) for _ in range(REDRAWS_PER_ROUND)]
        longer += [_milliseconds(lambda: _append_and_redraw(chart)) for _ in range(REDRAWS_PER_ROUND)]
        bare.append(_milliseconds(plain))
    chart.close()
    ours, grown, theirs = map(statistics.median, (redraws, longer, bare))
    note = (
        f"{SIZE[0]} x {SIZE[1]} pixels; {len(redraws)} redraws, {min(redraws):.2f} to {max(redraws):.2f} ms; "
        f"{grown:.2f} ms with 100 steps more each time; "
        f"{theirs:.0f} ms without thinning, {theirs / ours:.0f} times as long"
    )
    return [Result("redraw of two curves of 1,000,000 points", ours, PROMISED_MS, "ms", "lower", note)]


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
    sys.exit(main(measure))
