"""An empty plot in the style of the theme: axes, grid, shaded epochs, and signals for mouse and keys.

It knows no curves. `zoomed` reports zooming and panning by hand; the owner of the plot decides when to fit it again.
"""

from collections.abc import Sequence
from typing import Literal

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from core.arrays import Floats64
from gui.charts import ranges
from gui.theme import colour, font

EmptySide = Literal["top", "bottom"]
_MOVES = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
_LEAST_BAND = 3.0
# The least distance between two numbers on an axis, in device-independent pixels.
_TICKS_APART = {"left": 28, "bottom": 84}
LEFT_WIDTH = 52
_LONG = 1_000_000  # from here on, numbers with all digits do not fit at the left
BOTTOM_HEIGHT = 22


class Plot(pg.PlotWidget):
    """A view with a left and a bottom axis.

    Args:
        empty_side: the side that curves leave empty at the end of a run; text is placed there.

    Signals:
        pointed: the abscissa under the mouse.
        walked: the crosshair moves by so many points; a huge number moves it to an end.
        left: the mouse has left the plot, or Escape was pressed.
        zoomed: the user has changed the range by hand.
        fit_wanted: a double click or the key 0 asks for the whole curve.
        resized: the number of pixels has changed.
    """

    pointed = Signal(float)
    walked = Signal(int)
    left = Signal()
    zoomed = Signal()
    fit_wanted = Signal()
    resized = Signal()

    def __init__(self, parent: QWidget | None = None, empty_side: EmptySide = "top") -> None:
        super().__init__(parent, background=None, axisItems={side: NumberAxis(side) for side in ("left", "bottom")})
        self.empty_side = empty_side
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.view: pg.ViewBox = self.getPlotItem().getViewBox()
        self.view.setMenuEnabled(False)
        self.view.setDefaultPadding(0)
        self.view.disableAutoRange()
        self.hideButtons()
        self.backdrop = Backdrop(self.getAxis("left"))
        self.addItem(self.backdrop, ignoreBounds=True)
        # Space for the numbers at the very ends of the axes.
        self.getPlotItem().layout.setContentsMargins(0, 8, 18, 0)
        self._unit = pg.LabelItem(justify="right")
        self._unit.setFixedHeight(BOTTOM_HEIGHT - 3)
        self.getPlotItem().layout.addItem(self._unit, 3, 0, alignment=Qt.AlignmentFlag.AlignBottom)
        self.view.sigRangeChangedManually.connect(self._zoomed)
        self.view.sigResized.connect(self.resized)
        self.restyle()

    def restyle(self) -> None:
        """Uses the current colours."""
        for side in ("left", "bottom"):
            axis = self.getAxis(side)
            axis.setTickFont(font(11))
            axis.setTextPen(colour("muted"))
            axis.setPen(pg.mkPen(colour("line") if side == "bottom" else None))
        # The surface is painted here instead of shining through: Qt then need not paint the widgets below.
        self.setBackground(colour("surface"))
        self._show_unit(self._unit.text)
        self.backdrop.update()

    def set_unit(self, unit: str, *, is_counted: bool = False) -> None:
        """Sets the translated name of the horizontal axis's unit, and whether it counts whole things."""
        self.getAxis("bottom").is_counted = is_counted
        self._show_unit(unit)

    def _show_unit(self, unit: str) -> None:
        self._unit.setText(unit.rstrip("\u2003") + "\u2003\u2003", color=colour("muted").name(), size="11px")

    def pixels_across(self) -> int:
        """Returns the width in pixels of the area in which curves are drawn."""
        return max(int(self.view.width()), 1)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        scene_point = self.mapToScene(event.position().toPoint())
        if self.view.sceneBoundingRect().contains(scene_point):
            self.pointed.emit(self.view.mapSceneToView(QPointF(scene_point)).x())
        else:
            self.left.emit()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        super().mouseDoubleClickEvent(event)
        self.fit_wanted.emit()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.left.emit()

    def focusOutEvent(self, event: QEvent) -> None:
        super().focusOutEvent(event)
        self.left.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key in _MOVES:
            far = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
            self.walked.emit(_MOVES[key] * (100 if far else 1))
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            self.walked.emit(-(2**30) if key == Qt.Key.Key_Home else 2**30)
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal, Qt.Key.Key_Minus):
            factor = 1.25 if key == Qt.Key.Key_Minus else 0.8
            self.view.scaleBy(x=factor)
            self.zoomed.emit()
        elif key == Qt.Key.Key_0:
            self.fit_wanted.emit()
        elif key == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            QWidget.keyPressEvent(self, event)

    def _zoomed(self, _mask: object) -> None:
        self.zoomed.emit()


class NumberAxis(pg.AxisItem):
    """Few ticks at round numbers, written as people write them; on a log axis at 1, 2 and 5 times powers of ten.

    Attributes:
        is_counted: shows only whole numbers if at least two of them are visible.
    """

    def __init__(self, side: str) -> None:
        super().__init__(side)
        self.is_counted = False
        self._apart = _TICKS_APART[side]
        self.enableAutoSIPrefix(False)
        # Numbers change far less often than curves, so they are painted once and then copied.
        self.setCacheMode(QGraphicsItem.CacheMode.DeviceCoordinateCache)
        self.setStyle(tickLength=0, tickTextOffset=6, autoExpandTextSpace=False, hideOverlappingLabels=False)
        if side == "left":
            self.setWidth(LEFT_WIDTH)
        else:
            self.setHeight(BOTTOM_HEIGHT)

    def tickValues(self, minVal: float, maxVal: float, size: float) -> list[tuple[float, list[float]]]:
        wanted = max(size / self._apart, 2)
        if self.logMode:
            return [(1.0, log_ticks(minVal, maxVal, wanted))]
        spacing = ranges.round_spacing((maxVal - minVal) / wanted)
        if self.is_counted and maxVal - minVal >= 1 and spacing % 1:
            spacing = 1.0 if spacing < 1 else 2.0
        # A tick at an end must not be lost to a rounding error.
        first, last = np.ceil(minVal / spacing - 1e-6), np.floor(maxVal / spacing + 1e-6)
        return [(spacing, [tick * spacing for tick in range(int(first), int(last) + 1)])]

    def generateDrawSpecs(self, p: QPainter) -> tuple[object, list[object], list[object]] | None:
        specs = super().generateDrawSpecs(p)
        # Numbers and grid lines show where a value is; ticks of length 0 would be drawn as dots.
        return specs and (specs[0], [], specs[2])

    def tickStrings(self, values: Sequence[float], scale: float, spacing: float) -> list[str]:
        if self.logMode:
            return [_shortly(10**value) for value in values]
        if self.orientation == "left" and max(map(abs, values), default=0) >= _LONG:
            return [_shortly(value) for value in values]
        digits = next((count for count in range(12) if abs(round(spacing, count) - spacing) < 1e-9 * spacing), 12)
        # The unit stands beside the first number of the bottom axis, so that number is kept short.
        is_bare_zero = self.orientation == "bottom"
        return ["0" if is_bare_zero and value == 0 else f"{value:,.{digits}f}" for value in values]


def _shortly(value: float) -> str:
    """Returns a number with three digits; a large or small one with a power of ten: "0.05", "1.5e6"."""
    return f"{value:.3g}".replace("e-0", "e-").replace("e+0", "e").replace("e+", "e")


def log_ticks(low: float, high: float, wanted: float) -> list[float]:
    """Returns decimal logarithms from `low` to `high`: of 1, 2 and 5 times powers of ten, or only of these powers."""
    decades = np.arange(np.floor(low), np.ceil(high) + 1)
    steps = np.log10((1.0, 2.0, 5.0)) if 3 * (high - low) <= wanted + 1 else np.zeros(1)
    ticks = (decades[:, None] + steps).ravel()
    every = 1 if len(steps) > 1 else max(1, int(np.ceil((high - low) / wanted)))
    return [float(tick) for tick in ticks[(ticks >= low) & (ticks <= high)][::every]]


class Backdrop(pg.GraphicsObject):
    """The background of the curves: every second epoch is shaded, and each value tick has a grid line."""

    def __init__(self, axis: NumberAxis) -> None:
        super().__init__()
        self._axis = axis
        self._edges: Floats64 = np.empty(0)
        self.setZValue(-1000)

    def set_edges(self, edges: Floats64) -> None:
        """Shades from the first of `edges` to the second, from the third to the fourth, and so on."""
        if not np.array_equal(edges, self._edges):
            self._edges = np.array(edges)
            self.update()

    def viewRangeChanged(self, *_args: object) -> None:
        self.prepareGeometryChange()

    def boundingRect(self) -> QRectF:
        return QRectF(self.viewRect())

    def paint(self, painter: QPainter, _option: QStyleOptionGraphicsItem, _widget: QWidget | None = None) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        view, box = self.boundingRect(), self.getViewBox()
        painter.setPen(QPen(Qt.PenStyle.NoPen))
        painter.setBrush(colour("band"))
        least = _LEAST_BAND * view.width() / max(box.width(), 1)
        for start, stop in zip(self._edges[0::2], self._edges[1::2], strict=False):
            # Too many epochs to tell apart: shading them would only make everything grey.
            if stop - start >= least and stop > view.left() and start < view.right():
                painter.drawRect(QRectF(start, view.top(), stop - start, view.height()))
        painter.setPen(pg.mkPen(colour("grid"), width=1))
        for _spacing, ticks in self._axis.tickValues(view.top(), view.bottom(), box.height()):
            for tick in ticks:
                painter.drawLine(QPointF(view.left(), tick), QPointF(view.right(), tick))
