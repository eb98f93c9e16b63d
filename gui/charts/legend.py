"""The legend of a chart in one row: a sample of each line before its name."""

from dataclasses import dataclass
from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.plain import as_tooltip
from gui.theme import colour, font, theme

_SAMPLE = 14
_GAP = 5
_BETWEEN = 14
_HEIGHT = 20
_LONGEST = 190


@dataclass(frozen=True)
class Entry:
    """One line of the chart.

    Args:
        name: translated.
        colour: as `#rrggbb`.
        dash: pattern as of QPen in units of the line's width; empty for a solid line.
        dot: colour of the points on the line; empty for a line without points.
    """

    name: str
    colour: str
    dash: tuple[float, ...] = ()
    dot: str = ""


class Legend(QWidget):
    """Shows as many entries as fit, and how many do not. The tooltip lists all."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._entries: tuple[Entry, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        theme().changed.connect(self.update)

    def entries(self) -> tuple[Entry, ...]:
        """Returns the entries."""
        return self._entries

    def set_entries(self, entries: tuple[Entry, ...]) -> None:
        """Shows these entries."""
        if entries != self._entries:
            self._entries = entries
            names = [entry.name for entry in entries]
            self.setToolTip(as_tooltip("\n".join(names)))
            self.setAccessibleName(", ".join(names))
            self.updateGeometry()
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(int(sum(map(_width, self._entries))) + 1, _HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return QSize(0, _HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            self.draw(painter, QRectF(self.rect()))

    def draw(self, painter: QPainter, area: QRectF) -> None:
        """Draws the entries into `area`, aligned to its right edge."""
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(font(12))
        shown, rest = self._fitting(area.width())
        x = area.right() - sum(map(_width, shown)) - (_width(rest) if rest else 0) + _BETWEEN
        for entry in shown:
            _draw_entry(painter, entry, x, area.center().y())
            x += _width(entry)
        if rest:
            _draw_text(painter, rest.name, x, area.center().y())
        painter.restore()

    def _fitting(self, width: float) -> tuple[list[Entry], Entry | None]:
        shown = list(self._entries)
        rest: Entry | None = None
        while shown and sum(map(_width, shown)) + (_width(rest) if rest else 0) - _BETWEEN > width:
            shown.pop()
            rest = Entry(f"+{len(self._entries) - len(shown)}", "")
        return shown, rest


@lru_cache(maxsize=256)
def _elided(name: str) -> str:
    return QFontMetricsF(font(12)).elidedText(name, Qt.TextElideMode.ElideRight, _LONGEST)


@lru_cache(maxsize=256)
def _width(entry: Entry) -> float:
    return (
        (_SAMPLE + _GAP if entry.colour else 0)
        + QFontMetricsF(font(12)).horizontalAdvance(_elided(entry.name))
        + _BETWEEN
    )


def _draw_entry(painter: QPainter, entry: Entry, x: float, y: float) -> None:
    pen = QPen(QColor(entry.colour), 2.0 if not entry.dash else 1.5)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    if entry.dash:
        pen.setDashPattern(entry.dash)
    painter.setPen(pen)
    painter.drawLine(QPointF(x, y), QPointF(x + _SAMPLE, y))
    if entry.dot:
        painter.setPen(QPen(QColor(entry.colour), 1))
        painter.setBrush(QColor(entry.dot))
        painter.drawEllipse(QPointF(x + _SAMPLE / 2, y), 3.5, 3.5)
    _draw_text(painter, entry.name, x + _SAMPLE + _GAP, y)


def _draw_text(painter: QPainter, name: str, x: float, y: float) -> None:
    painter.setPen(colour("muted"))
    box = QRectF(x, y - _HEIGHT / 2, _LONGEST + 10, _HEIGHT)
    painter.drawText(box, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, _elided(name))
