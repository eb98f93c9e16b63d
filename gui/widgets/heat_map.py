"""A table of numbers as colours: one column for each word, one row for each unit. Knows no network.

It is painted from one small image, however many cells there are. One cell is current: the one under the mouse, or the
one that the arrow keys reached. Values of 0..1 go from pale to blue; signed values from orange over pale to blue.
"""

import math
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from core.arrays import Floats64
from core.i18n import _
from gui.palette import Palette, diverging, sequential
from gui.retranslate import on_language_change
from gui.theme import colour, font, theme

_TITLE, _NAME = 20, 16
_LEVELS = 256
_STEPS = {
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
}


class HeatMap(QWidget):
    """Shows a matrix, and marks one cell and its column.

    Signals:
        cell_changed: row and column of the current cell.
    """

    cell_changed = Signal(int, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = ""
        self._values_RC: Floats64 = np.zeros((0, 0))
        self._is_signed = False
        self._limit = 1.0
        self._image = QImage()
        self._names: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())
        self._cell = (-1, -1)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        theme().changed.connect(self._colour_in)
        on_language_change(self, self._describe)

    def set_values(
        self,
        title: str,
        values_RC: Floats64,
        *,
        signed: bool = False,
        limit: float = 1.0,
        rows: Sequence[str] = (),
        columns: Sequence[str] = (),
    ) -> None:
        """Shows a matrix in place of the last one.

        Args:
            title: what the values are, translated.
            values_RC: one row for each unit, one column for each word.
            signed: whether values have both signs.
            limit: the value with the strongest colour.
            rows: names of the rows; not written if there is no space.
            columns: names of the columns.
        """
        self._names = (tuple(rows), tuple(columns))
        self._title, self._values_RC = title, values_RC
        self._is_signed, self._limit = signed, max(limit, 1e-9)
        row_count, column_count = values_RC.shape
        self._cell = (min(self._cell[0], row_count - 1), min(self._cell[1], column_count - 1))
        self._colour_in()
        self._describe()

    def values(self) -> Floats64:
        """Returns the matrix (R, C)."""
        return self._values_RC

    def title(self) -> str:
        """Returns what the values are, translated."""
        return self._title

    def names(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Returns the names of rows and columns."""
        return self._names

    def cell(self) -> tuple[int, int]:
        """Returns row and column of the current cell, -1 if there is none."""
        return self._cell

    def set_cell(self, row: int, column: int) -> None:
        """Marks a cell without a signal, so that several maps can follow each other."""
        if (row, column) != self._cell:
            self._cell = (row, column)
            self._describe()
            self.update()

    def cell_at(self, place: QPointF) -> tuple[int, int]:
        """Returns row and column at a point, -1 and -1 outside."""
        area = self._area()
        rows, columns = self._values_RC.shape
        if not area.contains(place) or not rows or not columns:
            return -1, -1
        row = int((place.y() - area.top()) / area.height() * rows)
        column = int((place.x() - area.left()) / area.width() * columns)
        return min(row, rows - 1), min(column, columns - 1)

    def rect_of(self, row: int, column: int) -> QRectF:
        """Returns the rectangle of a cell."""
        return self._place(self._area(), row, column)

    def _place(self, area: QRectF, row: int, column: int) -> QRectF:
        rows, columns = self._values_RC.shape
        width, height = area.width() / columns, area.height() / rows
        return QRectF(area.left() + column * width, area.top() + row * height, width, height)

    def sizeHint(self) -> QSize:
        return QSize(240, 150)

    def minimumSizeHint(self) -> QSize:
        return QSize(90, 62)

    # -- events

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._go(*self.cell_at(event.position()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = _STEPS.get(Qt.Key(event.key()))
        rows, columns = self._values_RC.shape
        if step is None or not rows or not columns:
            super().keyPressEvent(event)
            return
        row, column = (max(now, 0) + by for now, by in zip(self._cell, step, strict=True))
        self._go(min(max(row, 0), rows - 1), min(max(column, 0), columns - 1))

    def _go(self, row: int, column: int) -> None:
        if row >= 0 and (row, column) != self._cell:
            self.set_cell(row, column)
            self.cell_changed.emit(row, column)

    # -- painting

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setFont(font(12))
            painter.setPen(colour("muted"))
            title = painter.fontMetrics().elidedText(self._title, Qt.TextElideMode.ElideRight, self.width())
            painter.drawText(QRectF(0, 0, self.width(), _TITLE - 2), Qt.AlignmentFlag.AlignVCenter, title)
            rows, columns = self._values_RC.shape
            if not rows or not columns:
                return
            area = self._area()
            painter.drawImage(area, self._image)
            if area.width() / columns >= 6 and area.height() / rows >= 6:
                self._paint_gaps(painter, area, rows, columns)
            self._paint_names(painter, area, rows, columns)
            row, column = self._cell
            painter.setBrush(Qt.BrushStyle.NoBrush)
            if column >= 0:
                painter.setPen(QPen(colour("outline"), 1))
                first, last = self._place(area, 0, column), self._place(area, rows - 1, column)
                painter.drawRect(first.united(last).adjusted(0, 0, -1, -1))
            if row >= 0 and column >= 0:
                painter.setPen(QPen(colour("text"), 2))
                painter.drawRect(self._place(area, row, column).adjusted(0, 0, -1, -1))
            if self.hasFocus():
                painter.setPen(QPen(colour("accent"), 1))
                painter.drawRect(area.adjusted(-1.5, -1.5, 1.5, 1.5))

    def _paint_gaps(self, painter: QPainter, area: QRectF, rows: int, columns: int) -> None:
        painter.setPen(QPen(colour("surface"), 1))
        across = [area.left() + column * area.width() / columns for column in range(1, columns)]
        down = [area.top() + row * area.height() / rows for row in range(1, rows)]
        painter.drawLines(
            [
                *(QLineF(x, area.top(), x, area.bottom()) for x in across),
                *(QLineF(area.left(), y, area.right(), y) for y in down),
            ]
        )

    def _paint_names(self, painter: QPainter, area: QRectF, rows: int, columns: int) -> None:
        painter.setPen(colour("muted"))
        painter.setFont(font(11))
        metrics = painter.fontMetrics()
        height, width = area.height() / rows, area.width() / columns
        if height >= metrics.height() - 2:
            for index, name in enumerate(self._names[0]):
                place = QRectF(0, area.top() + index * height, area.left() - 6, height)
                painter.drawText(place, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, name)
        if width >= 20:
            for index, name in enumerate(self._names[1]):
                place = QRectF(area.left() + index * width, area.bottom() + 1, width, _NAME)
                text = metrics.elidedText(name, Qt.TextElideMode.ElideRight, int(width) - 2)
                painter.drawText(place, Qt.AlignmentFlag.AlignCenter, text)

    def _area(self) -> QRectF:
        metrics = QFontMetrics(font(11))
        left = max((metrics.horizontalAdvance(name) + 8 for name in self._names[0]), default=2)
        area = QRectF(self.rect()).adjusted(left, _TITLE, -2, -2 - (_NAME if self._names[1] else 0))
        columns = max(self._values_RC.shape[1], 1)
        # With few words in a wide map the cells would be as wide as bars.
        area.setWidth(min(area.width(), columns * (110 if self._names[1] else 64)))
        return area

    def _colour_in(self) -> None:
        levels_RC = np.nan_to_num(self._values_RC) / self._limit
        if self._is_signed:
            levels_RC = (levels_RC + 1) / 2
        index_RC = np.clip(np.rint(levels_RC * (_LEVELS - 1)), 0, _LEVELS - 1).astype(np.intp)
        pixels_RC = np.ascontiguousarray(_table(theme().palette, self._is_signed)[index_RC])
        rows, columns = pixels_RC.shape
        self._image = (
            QImage(pixels_RC.tobytes(), columns, rows, 4 * columns, QImage.Format.Format_RGB32).copy()
            if rows and columns
            else QImage()
        )
        self.update()

    def _describe(self) -> None:
        row, column = self._cell
        self.setAccessibleName(self._title or _("Heat map"))
        self.setToolTip(_("{title}: point at a cell, or walk with the arrow keys.").format(title=self._title))
        if row >= 0 and column >= 0 and self._values_RC.size:
            value = float(self._values_RC[row, column])
            figure = f"{value:.3f}" if math.isfinite(value) else "–"
            self.setAccessibleDescription(
                _("row {row}, column {column}: {value}").format(row=row + 1, column=column + 1, value=figure)
            )


@lru_cache(maxsize=4)
def _table(palette: Palette, is_signed: bool) -> NDArray[np.uint32]:
    """Returns the colours of all levels as 0xffRRGGBB."""
    levels = np.linspace(-1 if is_signed else 0, 1, _LEVELS)
    scale = diverging if is_signed else sequential
    return np.array([QColor(scale(float(level), palette)).rgb() for level in levels], np.uint32)
