"""The crosshair: a line at the nearest step, a dot on each curve, and a box with their exact values."""

from dataclasses import dataclass
from html import escape

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QObject, QPointF, Qt, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QLabel

from core.arrays import Floats64
from core.i18n import _
from gui.charts.legend import Entry
from gui.charts.marks import Marks
from gui.charts.plot import Plot
from gui.charts.run_curve import RunCurve
from gui.charts.series import GrowingTable
from gui.theme import colour, theme

_OFFSET = 14


@dataclass(frozen=True)
class CurveValue:
    """One value under the crosshair: its name, its colour, and the position of its dot."""

    name: str
    colour: str
    x: float
    value: float


class Crosshair(QObject):
    """Shows the values of the curves where the mouse points or the arrow keys move.

    Signals:
        moved: the crosshair is at this abscissa.
        gone: the crosshair is hidden.
    """

    moved = Signal(float)
    gone = Signal()

    def __init__(self, plot: Plot) -> None:
        super().__init__(plot)
        self._plot = plot
        self._run = RunCurve("", 0.0)
        self._references: list[tuple[RunCurve, Entry]] = []
        self._axis, self._log = "epochs", False
        self._index: int | None = None
        self._line = pg.InfiniteLine(angle=90)
        self._dots = Marks(7)
        for item in (self._line, self._dots):
            item.setZValue(50)
            plot.addItem(item, ignoreBounds=True)
        self.box = QLabel(plot)
        self.box.setObjectName("readout")
        self.box.setProperty("isRich", True)
        self.box.setTextFormat(Qt.TextFormat.RichText)
        self.box.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()
        plot.pointed.connect(self.point)
        plot.walked.connect(self.walk)
        plot.left.connect(self.hide)
        plot.left.connect(self.gone)
        theme().changed.connect(self.hide)

    def look_at(self, run: RunCurve, references: list[tuple[RunCurve, Entry]], axis: str, *, log: bool) -> None:
        """Sets the curves to read, and updates the crosshair if it is visible."""
        if axis != self._axis or log != self._log or run is not self._run:
            self.hide()
        self._run, self._references, self._axis, self._log = run, references, axis, log
        if self.box.isVisible():
            self._read()

    def hide(self) -> None:
        """Hides the crosshair. The arrow keys continue from where it was."""
        for part in (self._line, self._dots, self.box):
            part.setVisible(False)

    def follow(self, x: float) -> None:
        """Moves to the point nearest to `x` on the horizontal axis because another chart's crosshair moved there."""
        xs = self._table()[self._axis]
        if len(xs) and self._plot.isVisible():
            self._index = nearest(xs, x)
            self._read()

    def point(self, x: float) -> None:
        """Moves to the point nearest to `x` on the horizontal axis."""
        self.follow(x)
        self.moved.emit(x)

    def walk(self, by: int) -> None:
        """Moves by so many points, at most to an end. The first move starts at the last point."""
        count = len(self._table())
        if count:
            start = count - 1 if self._index is None else self._index
            self._index = min(max(start + by, 0), count - 1)
            self._read()
            self.moved.emit(float(self._table()[self._axis][self._index]))

    def _table(self) -> GrowingTable:
        """Returns the points to choose from: steps of the run, else of an earlier run, else epochs."""
        curves = [self._run, *(curve for curve, _entry in self._references)]
        tables = [curve.training for curve in curves] + [curve.validation for curve in curves]
        return next((table for table in tables if len(table)), self._run.training)

    def _read(self) -> None:
        table = self._table()
        if self._index is None or self._index >= len(table):
            self.hide()
            return
        x = float(table[self._axis][self._index])
        values = self._curve_values(x)
        self._line.setPen(pg.mkPen(colour("muted"), width=1))
        self._line.setValue(x)
        seen = [one for one in values if np.isfinite(one.value) and (one.value > 0 or not self._log)]
        heights = [np.log10(one.value) if self._log else one.value for one in seen]
        self._dots.set_edge(colour("surface"), 1)
        self._dots.set_points([one.x for one in seen], heights, [QColor(one.colour) for one in seen])
        self.box.setText(_table_of(_where(table, self._index), values))
        self.box.adjustSize()
        self._place(x)
        for part in (self._line, self._dots, self.box):
            part.setVisible(True)

    def _curve_values(self, x: float) -> list[CurveValue]:
        palette = theme().palette
        result = []
        xs = self._run.training[self._axis]
        if len(xs):
            index = nearest(xs, x)
            raw, smooth = self._run.training["values"][index], self._run.smoothed["values"][index]
            result.append(CurveValue(_("training, averaged"), palette.training, float(xs[index]), float(smooth)))
            result.append(CurveValue(_("training, this step"), palette.training, float(xs[index]), float(raw)))
        xs = self._run.validation[self._axis]
        if len(xs):
            index = nearest(xs, x)
            name = _("validation, epoch {epoch}").format(epoch=f"{self._run.validation['epochs'][index]:.3g}")
            value = float(self._run.validation["values"][index])
            result.append(CurveValue(name, palette.validation_line, float(xs[index]), value))
        for curve, entry in self._references:
            xs = curve.training[self._axis] if len(curve.training) else curve.validation[self._axis]
            values = curve.smoothed["values"] if len(curve.training) else curve.validation["values"]
            if len(xs):
                index = nearest(xs, x)
                result.append(CurveValue(curve.name, entry.colour, float(xs[index]), float(values[index])))
        return result

    def _place(self, x: float) -> None:
        """Places the box beside the line, never over it, and if possible not over the end of the curve."""
        view = self._plot.view.sceneBoundingRect()
        at = self._plot.mapFromScene(self._plot.view.mapViewToScene(QPointF(x, 0))).x()
        fits = at + _OFFSET + self.box.width() < view.right()
        left = at + _OFFSET if fits else at - _OFFSET - self.box.width()
        at_top = self._plot.empty_side == "top"
        top = view.top() + 8 if at_top else view.bottom() - 8 - self.box.height()
        lowest = max(self._plot.height() - self.box.height(), 0)  # a low chart would cut off what hangs out
        self.box.move(int(max(left, 0)), int(min(max(top, 0), lowest)))


def nearest(xs: Floats64, x: float) -> int:
    """Returns the index of the element of `xs`, ascending and not empty, that is closest to `x`."""
    right = int(np.searchsorted(xs, x))
    candidates = [index for index in (right - 1, right) if 0 <= index < len(xs)]
    return min(candidates, key=lambda index: abs(float(xs[index]) - x))


def _where(table: GrowingTable, index: int) -> str:
    return _("step {step} · epoch {epoch} · {seconds} s").format(
        step=f"{table['steps'][index]:,.0f}",
        epoch=f"{table['epochs'][index]:.2f}",
        seconds=f"{table['seconds'][index]:,.1f}",
    )


def _table_of(heading: str, values: list[CurveValue]) -> str:
    rows = "".join(
        f"<tr><td style='color:{one.colour}'>■&nbsp;</td><td>{escape(one.name)}&nbsp;&nbsp;&nbsp;</td>"
        f"<td align='right'><b>{one.value:.6g}</b></td></tr>"
        for one in values
    )
    return f"<span style='color:{colour('muted').name()}'>{escape(heading)}</span><table cellspacing='1'>{rows}</table>"
