"""Dots and rings of a fixed size on a plot. A plain item, since pyqtgraph's scatter plot costs more than the curves."""

from collections.abc import Sequence

import numpy as np
import pyqtgraph as pg
from numpy.typing import ArrayLike
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPen
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from core.arrays import Floats64


class Marks(pg.GraphicsObject):
    """Draws a circle around each point.

    Args:
        diameter: in device-independent pixels.
    """

    def __init__(self, diameter: float) -> None:
        super().__init__()
        self._radius = diameter / 2
        self._xs: Floats64 = np.empty(0)
        self._ys: Floats64 = np.empty(0)
        self._fills: Sequence[QColor | None] = ()
        self._edge = QPen(Qt.PenStyle.NoPen)

    def set_edge(self, colour: QColor, width: float) -> None:
        """Sets the colour and width of the circles' outline."""
        self._edge = QPen(colour, width)
        self.update()

    def set_points(self, xs: ArrayLike, ys: ArrayLike, fills: Sequence[QColor | None]) -> None:
        """Moves the circles.

        Args:
            xs: shape (n,).
            ys: shape (n,).
            fills: colours of the insides, repeated in turn; None leaves a circle empty.
        """
        self._xs, self._ys = np.array(xs, dtype=float), np.array(ys, dtype=float)
        self._fills = fills
        self.update()

    def points(self) -> list[tuple[float, float]]:
        """Returns the centres of the circles."""
        return list(zip(self._xs.tolist(), self._ys.tolist(), strict=True))

    def viewRangeChanged(self, *_args: object) -> None:
        self.prepareGeometryChange()

    def boundingRect(self) -> QRectF:
        return QRectF(self.viewRect())

    def paint(self, painter: QPainter, _option: QStyleOptionGraphicsItem, _widget: QWidget | None = None) -> None:
        if not len(self._xs):
            return
        to_pixels = painter.transform()
        painter.save()
        painter.resetTransform()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(self._edge)
        for index, (x, y) in enumerate(self.points()):
            fill = self._fills[index % len(self._fills)]
            painter.setBrush(QBrush(Qt.BrushStyle.NoBrush) if fill is None else fill)
            painter.drawEllipse(to_pixels.map(QPointF(x, y)), self._radius, self._radius)
        painter.restore()
