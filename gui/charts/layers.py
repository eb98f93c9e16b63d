"""Curves on a plot: the run that is watched, and earlier runs for comparison.

A layer draws the part of a `RunCurve` that is visible in a `Window`, with no more points than there are pixels.
"""

from dataclasses import dataclass

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Qt

from core.arrays import Floats64
from gui.charts.decimate import decimate, sample
from gui.charts.legend import Entry
from gui.charts.marks import Marks
from gui.charts.plot import Plot
from gui.charts.run_curve import RunCurve
from gui.palette import Palette, blend
from gui.theme import colour, font

DASHES: tuple[tuple[float, ...], ...] = ((4, 3), (1.5, 2.5), (8, 3), (8, 3, 1.5, 3))


@dataclass(frozen=True)
class Window:
    """Which part of the curves is visible, and how it is drawn.

    Args:
        axis: one of `run_curve.AXES`.
        log: whether values are drawn by their decimal logarithm.
        left: smallest visible abscissa.
        right: greatest visible abscissa.
        pixels: width of the picture.
        density: how many pixels of the screen lie in one of these pixels.
    """

    axis: str
    log: bool
    left: float
    right: float
    pixels: int
    density: float

    def noisy(self, curve: RunCurve) -> tuple[Floats64, Floats64]:
        """Returns the points to draw for the values of steps."""
        xs, ys = curve.training[self.axis], curve.training["values"]
        return self.scale(*decimate(xs, ys, self.left, self.right, self.pixels, curve.extremes))

    def smooth(self, curve: RunCurve) -> tuple[Floats64, Floats64]:
        """Returns the points to draw for the average: fewer, since a thick line of many points is slow."""
        xs, ys = curve.training[self.axis], curve.smoothed["values"]
        return self.scale(*sample(xs, ys, self.left, self.right, self.pixels // 2))

    def scale(self, xs: Floats64, ys: Floats64) -> tuple[Floats64, Floats64]:
        """Returns the points in the units of the axes. A logarithmic axis has only positive values."""
        if not self.log:
            return xs, ys
        positive = ys > 0
        return xs[positive], np.log10(ys[positive])


class RunLayer:
    """The watched run: raw values pale, their average strong, validation points joined, marks on top."""

    def __init__(self, plot: Plot) -> None:
        self._marks: tuple[object, ...] = ()
        # Raw values are noise: without antialiasing they look the same and cost a fifth.
        self._raw = pg.PlotCurveItem(skipFiniteCheck=True, antialias=False)
        self._smooth = pg.PlotCurveItem(skipFiniteCheck=True, antialias=True)
        # A thick line costs a third when it is drawn segment by segment instead of as one path.
        self._smooth.setSegmentedLineMode("on")
        self._joined = pg.PlotCurveItem(antialias=True)
        self._points = Marks(8)
        self._best = Marks(16)
        self._end = pg.InfiniteLine(angle=90)
        self._end_label = pg.InfLineLabel(
            self._end, position=0.93 if plot.empty_side == "top" else 0.07, anchors=[(-0.03, 0.5), (1.03, 0.5)]
        )
        for z, item in enumerate((self._raw, self._smooth, self._joined, self._points, self._best, self._end)):
            item.setZValue(10 + z)
            plot.addItem(item, ignoreBounds=True)
        self.restyle()

    def restyle(self, density: float = 1.0) -> None:
        """Uses the current colours, and draws lines for a screen of this pixel density."""
        # Opaque: blending every pixel of a million points costs more than the points do.
        self._raw.setPen(pg.mkPen(blend(colour("training").name(), colour("surface").name(), 0.3), width=1))
        self._smooth.setPen(pg.mkPen(colour("training"), width=2 * density))
        self._joined.setPen(pg.mkPen(colour("validation_line"), width=2 * density))
        self._points.set_edge(colour("validation_line"), 1)
        self._best.set_edge(colour("best"), 2)
        self._marks = ()
        self._density = density
        self._end_label.setFont(font(12, 600))

    def draw(self, curve: RunCurve, window: Window) -> None:
        """Draws `curve`, or nothing if it is empty."""
        self._raw.setData(*window.noisy(curve))
        self._smooth.setData(*window.smooth(curve))
        marks = (curve, len(curve.validation), curve.best_epoch, curve.end_reason, window.axis, window.log)
        if marks != self._marks or curve.end_reason:
            self._marks = marks
            self._mark(curve, window)

    def end_text(self) -> str:
        """Returns the text at the end of the curve, empty if there is none."""
        return str(self._end_label.textItem.toPlainText()) if self._end.isVisible() else ""

    def _mark(self, curve: RunCurve, window: Window) -> None:
        validation = window.scale(curve.validation[window.axis], curve.validation["values"])
        self._joined.setData(*validation)
        self._points.set_points(*validation, [colour("validation_line")])
        best = curve.best(window.axis)
        points = ([best[0]], [best[1]]) if best else ([], [])
        self._best.set_points(*window.scale(np.array(points[0]), np.array(points[1])), [None])
        self._end.setVisible(bool(curve.end_reason))
        if curve.end_reason:
            self._end.setValue(curve.extent(window.axis))
            tint, ground = ("error", "error_soft") if curve.ended_badly else ("muted", "hover")
            self._end.setPen(pg.mkPen(colour(tint), width=self._density, style=Qt.PenStyle.DashLine))
            self._end_label.setColor(colour(tint))
            self._end_label.fill = pg.mkBrush(colour(ground))
            self._end_label.setText(curve.end_reason)


class ReferenceLayer:
    """An earlier run: its average as a dashed line in the colour of its position.

    Args:
        place: from 0; 0 takes the first colour of the palette's `others`, 1 the second, and so on.
    """

    def __init__(self, plot: Plot, place: int) -> None:
        self._place = place
        self.item = pg.PlotCurveItem(skipFiniteCheck=True, antialias=True)
        self.item.setZValue(10.5)
        plot.addItem(self.item, ignoreBounds=True)

    def entry(self, curve: RunCurve, palette: Palette) -> Entry:
        """Returns the line of the legend."""
        place = self._place % len(palette.others)
        # Each run has its own colour and pattern. When the colours repeat, they are combined with other patterns.
        dash = DASHES[(self._place + self._place // len(palette.others)) % len(DASHES)]
        return Entry(curve.name, palette.others[place], dash)

    def draw(self, curve: RunCurve, window: Window, palette: Palette) -> None:
        """Draws `curve`. If only its epochs are known, draws its validation points."""
        entry = self.entry(curve, palette)
        pen = pg.mkPen(entry.colour, width=1.5 * window.density)
        pen.setDashPattern(entry.dash)
        self.item.setPen(pen)
        if len(curve.training):
            shown = window.smooth(curve)
        else:
            shown = window.scale(curve.validation[window.axis], curve.validation["values"])
        self.item.setData(*shown)
