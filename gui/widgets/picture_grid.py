"""Many small pictures in rows; mouse or arrow keys choose one. Knows no network."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QHelpEvent, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from gui.plain import as_tooltip
from gui.theme import colour, font, theme
from gui.widgets import heat

_GAP = 7
_CAPTION = 16
_STEPS = {Qt.Key.Key_Left: (0, -1), Qt.Key.Key_Right: (0, 1), Qt.Key.Key_Up: (-1, 0), Qt.Key.Key_Down: (1, 0)}


@dataclass(frozen=True)
class Tile:
    """One picture (H, W, 3), a short caption below it, and its tooltip."""

    colours_HW3: NDArray[np.uint8] = field(repr=False)
    caption: str = ""
    tooltip: str = ""


class PictureGrid(QWidget):
    """Shows tiles of one size from left to right and top to bottom; its height grows with them.

    Signals:
        chosen: the number of the tile that was clicked or reached by keys.
    """

    chosen = Signal(int)

    def __init__(self, side: int = 48, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._side = side
        self._tiles: list[Tile] = []
        self._images: list[QImage] = []
        self._current = -1
        self.is_choosable = True
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        theme().changed.connect(self.update)

    def set_tiles(self, tiles: Sequence[Tile], side: int | None = None) -> None:
        """Shows other tiles, of another size if `side` is given; keeps the choice if that tile still exists."""
        self._tiles, self._side = list(tiles), side or self._side
        self._images = [heat.image(tile.colours_HW3) for tile in tiles]
        if self._current >= len(tiles):
            self._current = -1
        self._fit()
        self.update()

    def tiles(self) -> list[Tile]:
        """Returns the tiles."""
        return self._tiles

    def current(self) -> int:
        """Returns the number of the chosen tile, or -1."""
        return self._current

    def set_current(self, index: int) -> None:
        """Marks a tile as chosen without a signal; -1 for none."""
        self._current = index
        self._describe()
        self.update()

    def rect_of(self, index: int) -> QRect:
        """Returns the rectangle of a tile's picture."""
        row, column = divmod(index, self._columns())
        return QRect(column * self._pitch() + 1, row * self._row_height() + 1, self._side, self._side)

    def height_for(self, tiles: Sequence[Tile], side: int, width: int) -> int:
        """Returns the height that tiles of a size need in a width."""
        columns = max((width + _GAP - 2) // (side + _GAP), 1)
        return -(-len(tiles) // columns) * (side + _GAP + _caption_height(tiles)) + 2

    def sizeHint(self) -> QSize:
        return QSize(6 * self._pitch(), self.minimumHeight())

    def minimumSizeHint(self) -> QSize:
        return QSize(self._pitch(), self._side)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            index = self._at(event.pos())
            text = as_tooltip(self._tiles[index].tooltip) if index >= 0 else self.toolTip()
            QToolTip.showText(event.globalPos(), text, self)
            return True
        return super().event(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        index = self._at(event.position().toPoint())
        if event.button() == Qt.MouseButton.LeftButton and index >= 0:
            self._choose(index)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key in _STEPS and self._tiles:
            rows, columns = _STEPS[key]
            index = self._current + columns + rows * self._columns() if self._current >= 0 else 0
            self._choose(min(max(index, 0), len(self._tiles) - 1))
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setFont(font(11))
            for index, (tile, image) in enumerate(zip(self._tiles, self._images, strict=True)):
                place = self.rect_of(index)
                if not place.adjusted(-4, -4, 4, _CAPTION + 4).intersects(event.rect()):
                    continue
                painter.drawImage(place, image)
                if tile.caption:
                    painter.setPen(colour("muted"))
                    words = QRect(place.left() - 3, place.bottom() + 1, place.width() + 6, _CAPTION)
                    text = painter.fontMetrics().elidedText(tile.caption, Qt.TextElideMode.ElideRight, words.width())
                    painter.drawText(words, Qt.AlignmentFlag.AlignCenter, text)
                if index == self._current:
                    painter.setPen(QPen(colour("accent"), 2))
                    painter.drawRect(QRectF(place).adjusted(-0.5, -0.5, 0.5, 0.5))
            if self.hasFocus() and self._current < 0 and self._tiles:
                painter.setPen(colour("accent"))
                painter.drawRect(self.rect_of(0).adjusted(-1, -1, 0, 0))

    def _choose(self, index: int) -> None:
        if self.is_choosable:
            self.set_current(index)
            self.chosen.emit(index)

    def _describe(self) -> None:
        tile = self._tiles[self._current] if 0 <= self._current < len(self._tiles) else None
        self.setAccessibleDescription(tile.tooltip or tile.caption if tile is not None else "")

    def _at(self, point: QPoint) -> int:
        return next((index for index in range(len(self._tiles)) if self.rect_of(index).contains(point)), -1)

    def _pitch(self) -> int:
        return self._side + _GAP

    def _row_height(self) -> int:
        return self._pitch() + _caption_height(self._tiles)

    def _columns(self) -> int:
        return max((self.width() + _GAP - 2) // self._pitch(), 1)

    def _fit(self) -> None:
        rows = -(-len(self._tiles) // self._columns())
        self.setMinimumHeight(rows * self._row_height() + 2)


def _caption_height(tiles: Sequence[Tile]) -> int:
    return _CAPTION if any(tile.caption for tile in tiles) else 0
