"""Many points in a plane, some of them with names: a map of words. Knows no network.

Points are drawn into a picture once, and again only when they, the size or the theme change. The wheel zooms, dragging
moves, a click finds the nearest point; arrow keys move through the named ones.
"""

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetrics,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from core.arrays import Floats64
from core.i18n import _
from gui.palette import diverging
from gui.retranslate import on_language_change
from gui.theme import colour, font, theme
from gui.widgets.word_strip import shown

_MARGIN = 26
_NEAR = 18.0
_BUCKETS = 15
_RING, _CURRENT_RING = 4.5, 6.0
_LINE = 18.0


class ScatterMap(QWidget):
    """Shows points.

    Signals:
        chosen: the index of a point that was clicked or reached by keys.
    """

    chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._places_N2: Floats64 = np.zeros((0, 2))
        self._values_N: Floats64 = np.zeros(0)
        self._names: Sequence[str] = ()
        self._named: list[int] = []
        self._current = -1
        self._zoom = 1.0
        self._centre = np.array([0.5, 0.5])
        self._pressed: QPointF | None = None
        self._has_moved = False
        self._ground = QPixmap()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        theme().changed.connect(self._redraw)
        on_language_change(self, self._describe)

    def set_points(self, places_N2: Floats64, values_N: Floats64, names: Sequence[str]) -> None:
        """Shows points in place of the last ones.

        Args:
            places_N2: their positions, in any unit.
            values_N: their colours, from -1 (orange) to 1 (blue).
            names: their names.
        """
        low, high = places_N2.min(0), places_N2.max(0)
        self._places_N2 = (places_N2 - low) / np.maximum(high - low, 1e-9)
        self._values_N, self._names = values_N, names
        self._named = [index for index in self._named if index < len(names)]
        self._current = -1
        self._redraw()

    def set_named(self, indices: Sequence[int]) -> None:
        """Writes these points' names beside them."""
        self._named = list(dict.fromkeys(indices))
        self.update()

    def named(self) -> list[int]:
        """Returns the points with names, without the current one."""
        return self._named

    def set_current(self, index: int) -> None:
        """Marks a point; -1 for none."""
        self._current = index
        self._describe()
        self.update()

    def current(self) -> int:
        """Returns the marked point, or -1."""
        return self._current

    def place_of(self, index: int) -> QPointF:
        """Returns the position of a point on the widget."""
        x, y = self._on_widget()[index]
        return QPointF(float(x), float(y))

    def labels(self) -> dict[int, QRectF]:
        """Returns the rectangles of the names, by point.

        The current point comes first. A name that would cover an earlier name or a ring is left out.
        """
        places, marked = self._on_widget(), self._marked()
        rings = [QRectF(x - _CURRENT_RING, y - _CURRENT_RING, 12, 12) for x, y in places[marked].tolist()]
        whole, found = QRectF(self.rect()), dict[int, QRectF]()
        for index, ring in zip(marked, rings, strict=True):
            width = QFontMetrics(self._font_of(index)).horizontalAdvance(shown(self._names[index])) + 8.0
            label = QRectF(0, 0, width, _LINE)
            label.moveCenter(ring.center())
            aside, away = (ring.width() + width) / 2 + 2, (ring.height() + _LINE) / 2
            tries = [label.translated(x, y) for x, y in ((aside, 0), (-aside, 0), (0, away), (0, -away))]
            within = [each for each in tries if whole.contains(each)]
            taken = (*rings, *found.values())
            free = [each for each in within if not any(each.intersects(other) for other in taken)]
            if free or (within and index == self._current):
                found[index] = (free or within)[0]
        return found

    def sizeHint(self) -> QSize:
        return QSize(420, 220)

    def minimumSizeHint(self) -> QSize:
        return QSize(200, 130)

    # -- events

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._redraw()

    def wheelEvent(self, event: QWheelEvent) -> None:
        self._scale(1.2 ** (event.angleDelta().y() / 120))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._pressed, self._has_moved = event.position(), False

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._pressed is None:
            return
        way = event.position() - self._pressed
        if self._has_moved or way.manhattanLength() > 4:
            self._has_moved = True
            self._pressed = event.position()
            self._centre -= np.array([way.x(), -way.y()]) / self._scale_of()
            self._redraw()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._pressed is not None and not self._has_moved and len(self._names):
            here = np.array([event.position().x(), event.position().y()])
            distances = np.linalg.norm(self._on_widget() - here, axis=1)
            nearest = int(distances.argmin())
            if distances[nearest] <= _NEAR:
                self._choose(nearest)
        self._pressed = None

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Up: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Down: 1}
        key = Qt.Key(event.key())
        if key in steps and self._named:
            before = self._named.index(self._current) if self._current in self._named else -steps[key]
            self._choose(self._named[(before + steps[key]) % len(self._named)])
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal, Qt.Key.Key_Minus):
            self._scale(1 / 1.2 if key == Qt.Key.Key_Minus else 1.2)
        elif key == Qt.Key.Key_0:
            self._zoom, self._centre = 1.0, np.array([0.5, 0.5])
            self._redraw()
        else:
            super().keyPressEvent(event)

    def _choose(self, index: int) -> None:
        self.set_current(index)
        self.chosen.emit(index)

    def _scale(self, by: float) -> None:
        self._zoom = min(max(self._zoom * by, 1.0), 40.0)
        if self._zoom == 1.0:
            self._centre = np.array([0.5, 0.5])
        self._redraw()

    # -- painting

    def _scale_of(self) -> Floats64:
        room = np.array([self.width() - 2 * _MARGIN, self.height() - 2 * _MARGIN], np.float64)
        return np.maximum(room, 1.0) * self._zoom

    def _on_widget(self) -> Floats64:
        middle = np.array([self.width() / 2, self.height() / 2])
        away_N2 = (self._places_N2 - self._centre) * self._scale_of()
        placed: Floats64 = middle + away_N2 * np.array([1.0, -1.0])
        return placed

    def _redraw(self) -> None:
        ratio = self.devicePixelRatioF()
        self._ground = QPixmap(self.size() * ratio)
        self._ground.setDevicePixelRatio(ratio)
        self._ground.fill(Qt.GlobalColor.transparent)
        if len(self._names) and not self._ground.isNull():
            with QPainter(self._ground) as painter:
                painter.setRenderHint(QPainter.RenderHint.Antialiasing)
                self._paint_points(painter)
        self.update()

    def _paint_points(self, painter: QPainter) -> None:
        places = self._on_widget()
        steps = np.rint((np.clip(self._values_N, -1, 1) + 1) / 2 * (_BUCKETS - 1)).astype(int)
        # The strongest on top; one pen for each colour.
        for step in sorted(range(_BUCKETS), key=lambda step: abs(step - _BUCKETS // 2)):
            value = 2 * step / (_BUCKETS - 1) - 1
            tint = colour("outline") if step == _BUCKETS // 2 else QColor(diverging(value, theme().palette))
            painter.setPen(QPen(tint, 5, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
            painter.drawPoints([QPointF(float(x), float(y)) for x, y in places[steps == step]])

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.drawPixmap(0, 0, self._ground)
            if not len(self._names):
                return
            places = self._on_widget()
            for index in reversed(self._marked()):
                painter.setPen(QPen(colour("text"), 2 if index == self._current else 1.2))
                painter.setBrush(QColor(diverging(float(self._values_N[index]), theme().palette)))
                radius = _CURRENT_RING if index == self._current else _RING
                painter.drawEllipse(QPointF(*places[index].tolist()), radius, radius)
            ground = colour("surface")
            ground.setAlphaF(0.8)
            painter.setPen(colour("text"))
            for index, label in self.labels().items():
                painter.fillRect(label, ground)
                painter.setFont(self._font_of(index))
                painter.drawText(label, Qt.AlignmentFlag.AlignCenter, shown(self._names[index]))

    def _marked(self) -> list[int]:
        """Returns the points with rings, the most important first."""
        return list(dict.fromkeys([*([self._current] if self._current >= 0 else []), *self._named]))

    def _font_of(self, index: int) -> QFont:
        return font(13, 700 if index == self._current else 500)

    def _describe(self) -> None:
        self.setAccessibleName(_("Map of words"))
        self.setAccessibleDescription(self._names[self._current] if 0 <= self._current < len(self._names) else "")
        self.setToolTip(
            _("Click a word for its neighbours; arrow keys walk through those of your text. The wheel zooms.")
        )
