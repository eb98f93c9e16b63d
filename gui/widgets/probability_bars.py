"""One bar for each answer: a name, a bar for its probability, and the number. Knows no network."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.theme import colour, font, theme

_ROW, _SMALLEST_ROW, _LARGEST_ROW = 17, 15, 44
_BAR = 10
_MOST_ROWS = 13
_MOST = 2 * _MOST_ROWS


@dataclass(frozen=True)
class BarRow:
    """One answer.

    Attributes:
        name: translated.
        probability: 0..1, or None if there is no question yet.
        stands_out: whether it is the network's answer.
    """

    name: str
    probability: float | None = None
    stands_out: bool = False


class ProbabilityBars(QWidget):
    """Shows rows in their order: in two columns if there are many, and only the most probable of very many.

    The three most probable become the accessible description. The owner sets the accessible name.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: list[BarRow] = []
        self._is_doubtful = False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        theme().changed.connect(self.update)

    def set_rows(self, rows: Sequence[BarRow], *, doubtful: bool = False) -> None:
        """Shows `rows` in place of the last ones; `doubtful` removes their colour."""
        rows = _most_probable(rows)
        if len(rows) != len(self._rows):
            self.updateGeometry()
        self._rows, self._is_doubtful = rows, doubtful
        self._describe()
        self.update()

    def rows(self) -> list[BarRow]:
        """Returns the rows."""
        return self._rows

    def sizeHint(self) -> QSize:
        return QSize(240, _ROW * self._lines())

    def minimumSizeHint(self) -> QSize:
        return QSize(120, _SMALLEST_ROW * self._lines())

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._rows:
            return
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            lines = self._lines()
            columns = math.ceil(len(self._rows) / lines)
            height = min(self.height() / lines, _LARGEST_ROW)
            width = (self.width() - 24 * (columns - 1)) / columns
            usual, strong = font(13), font(13, 700)
            names = max(QFontMetrics(strong).horizontalAdvance(row.name) for row in self._rows)
            names = min(names, round(width * 0.4))
            for index, row in enumerate(self._rows):
                column, line = divmod(index, lines)
                place = QRectF(column * (width + 24), line * height, width, height)
                self._paint_row(painter, row, place, names, strong if row.stands_out else usual)

    def _paint_row(self, painter: QPainter, row: BarRow, place: QRectF, names: int, name_font: QFont) -> None:
        painter.setFont(name_font)
        painter.setPen(colour("text"))
        left = QRectF(place.left(), place.top(), names, place.height())
        name = QFontMetrics(name_font).elidedText(row.name, Qt.TextElideMode.ElideRight, names)
        painter.drawText(left, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, name)
        figures = 58
        groove = QRectF(left.right() + 14, 0, place.right() - left.right() - 14 - figures, _BAR)
        groove.moveTop(place.center().y() - _BAR / 2)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour("hover"))
        painter.drawRoundedRect(groove, _BAR / 2, _BAR / 2)
        if row.probability is None:
            return
        self._paint_bar(painter, groove, row)
        painter.setFont(font(13))
        painter.setPen(colour("text" if row.stands_out else "muted"))
        right = QRectF(place.right() - figures, place.top(), figures, place.height())
        painter.drawText(right, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, percent(row.probability))

    def _paint_bar(self, painter: QPainter, groove: QRectF, row: BarRow) -> None:
        assert row.probability is not None
        if row.probability < 0.0005:
            return
        tint = QColor(colour("outline" if self._is_doubtful else "accent"))
        if not row.stands_out:
            tint.setAlphaF(0.55)
        painter.setBrush(tint)
        painter.save()
        painter.setClipRect(QRectF(groove.left(), groove.top(), max(groove.width() * row.probability, 1.5), _BAR))
        painter.drawRoundedRect(_filled(groove, row.probability), _BAR / 2, _BAR / 2)
        painter.restore()

    def _lines(self) -> int:
        count = max(len(self._rows), 1)
        return count if count <= _MOST_ROWS else math.ceil(count / 2)

    def _describe(self) -> None:
        known = [row for row in self._rows if row.probability is not None]
        best = sorted(known, key=lambda row: -(row.probability or 0))[:3]
        self.setAccessibleDescription(", ".join(f"{row.name} {percent(row.probability or 0)}" for row in best))


def _filled(groove: QRectF, fraction: float) -> QRectF:
    return QRectF(groove.left(), groove.top(), max(groove.width() * fraction, _BAR), _BAR)


def _most_probable(rows: Sequence[BarRow]) -> list[BarRow]:
    if len(rows) <= _MOST:
        return list(rows)
    order = sorted(range(len(rows)), key=lambda index: -(rows[index].probability or 0))[:_MOST]
    return [rows[index] for index in sorted(order)]


def percent(share: float) -> str:
    """Returns a share from 0 to 1 as a percentage with one decimal."""
    return f"{100 * share:.1f} %"
