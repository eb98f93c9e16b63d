"""A small picture whose pixels are crisp squares that the user can point at. Knows no network."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QImage, QKeyEvent, QMouseEvent, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from core.arrays import Floats32
from gui.theme import colour, theme
from gui.widgets import heat

_ARROWS = {Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, -1), Qt.Key.Key_Down: (0, 1)}
_RADIUS = 5


class PixelView(QWidget):
    """Shows grey levels or colours as a square, as large as the widget.

    Args:
        side: width and height; with `grows` the smallest ones.
        can_point: whether mouse and arrow keys point at pixels; otherwise the whole picture can be clicked.

    Signals:
        pointed: column and row of the pixel under the mouse or chosen by keys.
        clicked: the picture was clicked, or chosen with the Enter or Space key.
    """

    pointed = Signal(int, int)
    clicked = Signal()

    def __init__(
        self, side: int, *, can_point: bool = False, grows: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._image: QImage | None = None
        self._can_point = can_point
        self._pixel: QPoint | None = None
        self.setMinimumSize(side, side)
        self._side = side
        if grows:
            self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        else:
            self.setFixedSize(side, side)
        if can_point:
            self.setMouseTracking(True)
            self.set_clickable()
        theme().changed.connect(self.update)

    def set_clickable(self) -> None:
        """Makes it clickable and reachable by Tab."""
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.CrossCursor if self._can_point else Qt.CursorShape.PointingHandCursor)

    def show_levels(self, levels_HWC: Floats32 | None) -> None:
        """Shows levels 0..1, grey (H, W, 1) or coloured (H, W, 3), or nothing."""
        self.show_colours(None if levels_HWC is None else heat.plain(levels_HWC))

    def show_colours(self, colours_HW3: NDArray[np.uint8] | None) -> None:
        """Shows colours (H, W, 3), or nothing."""
        self._show(None if colours_HW3 is None else heat.image(colours_HW3))

    def set_pixel(self, column: int, row: int) -> None:
        """Points at a pixel without a signal."""
        self._pixel = QPoint(column, row)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._side, self._side)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._point(event.position().toPoint())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self.focusPolicy() != Qt.FocusPolicy.NoFocus:
            self._point(event.position().toPoint())
            self.clicked.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if self._can_point and key in _ARROWS and self._image is not None:
            x, y = _ARROWS[key]
            before = self._pixel or QPoint(self._image.width() // 2, self._image.height() // 2)
            self._choose(before + QPoint(x, y))
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.clicked.emit()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            place = self._place()
            shape = QPainterPath()
            shape.addRoundedRect(place, _RADIUS, _RADIUS)
            painter.fillPath(shape, colour("hover"))
            if self._image is not None:
                painter.setClipPath(shape)
                painter.drawImage(place, self._image)
                if self._pixel is not None and self._can_point:
                    self._paint_pointer(painter, place, self._image, self._pixel)
                painter.setClipping(False)
            if self.hasFocus():
                painter.setPen(colour("accent"))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRoundedRect(place.adjusted(0.5, 0.5, -0.5, -0.5), _RADIUS, _RADIUS)

    def _paint_pointer(self, painter: QPainter, place: QRectF, image: QImage, pixel: QPoint) -> None:
        sx, sy = place.width() / image.width(), place.height() / image.height()
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QColor("#E69F00"))
        painter.drawRect(QRectF(place.left() + pixel.x() * sx, place.top() + pixel.y() * sy, sx, sy))

    def _show(self, image: QImage | None) -> None:
        self._image = image
        self.update()

    def _place(self) -> QRectF:
        side = min(self.width(), self.height())
        return QRectF((self.width() - side) / 2, (self.height() - side) / 2, side, side)

    def _point(self, at: QPoint) -> None:
        if self._can_point and self._image is not None:
            place = self._place()
            scale = self._image.width() / place.width(), self._image.height() / place.height()
            self._choose(QPoint(int((at.x() - place.left()) * scale[0]), int((at.y() - place.top()) * scale[1])))

    def _choose(self, pixel: QPoint) -> None:
        assert self._image is not None
        column = min(max(pixel.x(), 0), self._image.width() - 1)
        row = min(max(pixel.y(), 0), self._image.height() - 1)
        if self._pixel != QPoint(column, row):
            self._pixel = QPoint(column, row)
            self.update()
            self.pointed.emit(column, row)
