"""A sheet of paper with strokes or a picture on it: its content, its history and its painting. Handles no input.

The sheet measures 280 x 280 units at any size on screen. Strokes are drawn into a pixmap piece by piece, so each new
point costs the same, however much ink there is. Knows no network: `source` is the input that one would read.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QImage, QPainter, QPaintEvent, QPixmap, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from core.i18n import _
from core.ink.picture_file import Picture
from core.ink.prepare import Drawing
from gui.theme import RADIUS, colour, font, theme
from gui.widgets import ink_painter as paint
from gui.widgets.ink_history import Ink, InkHistory
from gui.widgets.ink_painter import PEN, SIDE

_NEAR = 0.4  # closer points would only cost time
_COMPRESSION = (
    Qt.ApplicationAttribute.AA_CompressHighFrequencyEvents,
    Qt.ApplicationAttribute.AA_CompressTabletEvents,
)


@dataclass(frozen=True)
class Mark:
    """A box (left, top, right, bottom) round something on the sheet, in the units of `Canvas.source`, and its name.

    `is_chosen` makes it stand out from the others.
    """

    box: tuple[float, float, float, float]
    text: str
    is_chosen: bool = False


class Sheet(QWidget):
    """Shows ink. A subclass that handles the pen calls `_begin`, `_go_on` and `_finish`.

    Signals:
        changed: the ink has changed, if only by one point.
        history_changed: what can be undone or redone, or whether the sheet is empty, has changed.
    """

    changed = Signal()
    history_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.pen_width = PEN
        self._history = InkHistory()
        self._layer: QPixmap | None = None
        self._points: list[tuple[float, float]] = []
        self._widths: list[float] = []
        self._erases = False
        self._cursor = QPointF(SIDE / 2, SIDE / 2)
        self._is_cursor_shown = False
        self._marks: list[Mark] = []
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(160, 160)
        theme().changed.connect(self._redraw)

    # -- content

    def source(self) -> Drawing | Picture | None:
        """Returns the picture if there is one, else the strokes; None for an empty sheet."""
        ink = self._ink()
        if ink.picture is not None:
            return paint.flattened(ink) if ink.strokes else ink.picture
        if not any(not stroke.erase for stroke in ink.strokes):
            return None
        return paint.drawing_of(ink)

    def is_empty(self) -> bool:
        """Returns whether nothing was drawn or opened."""
        return self._history.current.is_empty and not self._points

    @property
    def can_undo(self) -> bool:
        """Whether there is anything to undo."""
        return self._history.can_undo

    @property
    def can_redo(self) -> bool:
        """Whether there is anything to redo."""
        return self._history.can_redo

    def undo(self) -> None:
        """Undoes the last stroke, picture or clearing."""
        self._finish()
        if self._history.undo():
            self._show_state()

    def redo(self) -> None:
        """Redoes what was undone last."""
        self._finish()
        if self._history.redo():
            self._show_state()

    def clear(self) -> None:
        """Removes everything; it can be undone."""
        self._finish()
        if not self._history.current.is_empty:
            self._put(Ink())

    def show_picture(self, picture: Picture) -> None:
        """Puts a picture on an empty sheet; it can be undone."""
        self._finish()
        self._put(Ink((), picture))

    def set_marks(self, marks: Sequence[Mark]) -> None:
        """Shows boxes around parts of the last `source`."""
        if list(marks) != self._marks:
            self._marks = list(marks)
            self.update()

    def marks(self) -> list[Mark]:
        """Returns the boxes."""
        return self._marks

    def image(self, side: int = 2 * SIDE) -> QImage:
        """Returns the sheet as an image; strokes are black on white."""
        image = QImage(side, side, QImage.Format.Format_RGB32)
        image.fill(QColor("white"))
        with QPainter(image) as painter:
            painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
            painter.scale(side / SIDE, side / SIDE)
            self._paint_committed(painter, QColor("black"))
        return image

    def _ink(self) -> Ink:
        """Returns the ink together with the stroke that is being drawn."""
        ink = self._history.current
        return ink.with_stroke(self._points, self._widths, erase=self._erases) if self._points else ink

    def _put(self, ink: Ink) -> None:
        self._history.put(ink)
        self._show_state()

    def _show_state(self) -> None:
        self._marks = []
        self._redraw()
        self.history_changed.emit()
        self.changed.emit()

    # -- drawing a stroke

    def _begin(self, at: QPointF, width: float, *, erase: bool) -> None:
        self._finish()
        for attribute in _COMPRESSION:  # while drawing, Qt must deliver every point
            QCoreApplication.setAttribute(attribute, False)
        self._erases = erase
        self._points, self._widths = [(at.x(), at.y())], [width]
        self._marks = []
        if erase:
            self._wipe(0)
        self.update()
        self.history_changed.emit()
        self.changed.emit()

    def _go_on(self, points: Sequence[tuple[QPointF, float]]) -> None:
        before = len(self._points)
        for at, width in points:
            x, y = self._points[-1]
            if abs(at.x() - x) + abs(at.y() - y) >= _NEAR:
                self._points.append((at.x(), at.y()))
                self._widths.append(width)
        if len(self._points) == before:
            return
        dirty = paint.tail_rect(self._points[:before], self._widths[:before])
        if self._erases:
            for index in range(before, len(self._points)):
                dirty = dirty.united(self._wipe(index))
        else:
            with self._layer_painter() as painter:
                for index in range(before, len(self._points)):
                    piece = paint.paint_piece(painter, self._points, self._widths, index, self._colours()[1])
                    dirty = dirty.united(piece)
        self.update(self._to_widget(dirty.united(paint.tail_rect(self._points, self._widths))).toAlignedRect())
        self.changed.emit()

    def _finish(self) -> None:
        """Ends the stroke that is being drawn, if there is one."""
        if not self._points:
            return
        for attribute in _COMPRESSION:
            QCoreApplication.setAttribute(attribute, True)
        ink = self._ink()
        self._points, self._widths = [], []
        self._history.put(ink)
        # Erasing is drawn as the network will see it; a line only lacks its end.
        if self._erases or self._layer is None:
            self._redraw()
        else:
            stroke = ink.strokes[-1]
            with self._layer_painter() as painter:
                points, widths = stroke.points_S2.tolist(), stroke.widths_S.tolist()
                paint.paint_tail(painter, points, widths, self._colours()[1])
            self.update()
        self.history_changed.emit()
        self.changed.emit()

    def _wipe(self, index: int) -> QRectF:
        """Erases from point `index - 1` of the eraser's path to `index`; returns the rectangle."""
        points, widths = self._points[max(index - 1, 0) : index + 1], self._widths[max(index - 1, 0) : index + 1]
        with self._layer_painter() as painter:
            if self._history.current.picture is None:
                painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Clear)
            paint.paint_line(painter, points, widths, self._colours()[0])
        return paint.tail_rect(points, widths)

    # -- on screen

    def sizeHint(self) -> QSize:
        return QSize(SIDE, SIDE)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._redraw()

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            sheet = self._sheet()
            painter.setPen(colour("accent" if self.hasFocus() else "line"))
            painter.setBrush(self._colours()[0])
            painter.drawRoundedRect(sheet.adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)
            painter.setClipRect(sheet.adjusted(1, 1, -1, -1))
            if self._layer is None or self._layer.devicePixelRatio() != self.devicePixelRatioF():
                self._draw_layer()
            assert self._layer is not None
            painter.drawPixmap(sheet.topLeft(), self._layer)
            if self.is_empty():
                self._paint_hint(painter, sheet)
            painter.translate(sheet.topLeft())
            painter.scale(sheet.width() / SIDE, sheet.width() / SIDE)
            if self._points and not self._erases:
                paint.paint_tail(painter, self._points, self._widths, self._colours()[1])
            self._paint_marks(painter)
            if self._is_cursor_shown:
                self._paint_cursor(painter)

    def _paint_hint(self, painter: QPainter, sheet: QRectF) -> None:
        painter.setPen(colour("muted"))
        middle = sheet.center().y()
        for text, size, weight, offset in (
            (_("Draw a digit"), 17, 500, -14),
            (_("or drop, paste or open a picture of one"), 12, 400, 14),
        ):
            painter.setFont(font(size, weight))
            line = QRectF(sheet.left() + 8, middle + offset - 14, sheet.width() - 16, 28)
            painter.drawText(line, Qt.AlignmentFlag.AlignCenter, text)

    def _paint_marks(self, painter: QPainter) -> None:
        if not self._marks:
            return
        painter.setFont(font(11, 600))
        stands_out = [mark.is_chosen for mark in self._marks]
        for mark in self._marks:
            box, tag = self._places_of(mark)
            # The marks that are not chosen are paler, and also thinner for people who see no colours.
            steps_back = any(stands_out) and not mark.is_chosen
            painter.setPen(paint.pen(colour("outline" if steps_back else "accent"), 1.0 if steps_back else 2.0))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(box, 4, 4)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour("muted" if steps_back else "accent"))
            painter.drawRoundedRect(tag, 4, 4)
            painter.setPen(colour("surface" if steps_back else "on_accent"))
            painter.drawText(tag, Qt.AlignmentFlag.AlignCenter, mark.text)

    def _places_of(self, mark: Mark) -> tuple[QRectF, QRectF]:
        """Returns the rectangles of a mark's box and name on the sheet."""
        left, top, right, bottom = mark.box
        box = self._source_to_sheet()(QRectF(left, top, right - left, bottom - top)).adjusted(-3, -3, 3, 3)
        width = QFontMetrics(font(11, 600)).horizontalAdvance(mark.text) + 8
        above = box.top() - 16 if box.top() > 17 else box.bottom() + 1
        return box, QRectF(min(max(box.left(), 0.0), SIDE - width), min(above, SIDE - 16), width, 15)

    def _mark_at(self, at: QPointF) -> int:
        """Returns the number of the mark at a point of the sheet, the nearest if boxes overlap; -1 for none."""
        found = []
        for index, mark in enumerate(self._marks):
            box, tag = self._places_of(mark)
            if box.contains(at) or tag.contains(at):
                found.append(((box.center() - at).manhattanLength(), index))
        return min(found)[1] if found else -1

    def _paint_cursor(self, painter: QPainter) -> None:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        half = self.pen_width / 2
        for tint, width in ((self._colours()[0], 2.6), (colour("accent"), 1.2)):
            painter.setPen(paint.pen(tint, width))
            painter.drawEllipse(self._cursor, half, half)

    def _redraw(self) -> None:
        self._layer = None
        self.update()

    def _draw_layer(self) -> None:
        ratio, side = self.devicePixelRatioF(), self._sheet().width()
        self._layer = QPixmap(QSize(max(round(side * ratio), 1), max(round(side * ratio), 1)))
        self._layer.setDevicePixelRatio(ratio)
        self._layer.fill(Qt.GlobalColor.transparent)
        with self._layer_painter() as painter:
            self._paint_committed(painter, self._colours()[1])
            if self._points and not self._erases:
                for index in range(1, len(self._points)):
                    paint.paint_piece(painter, self._points, self._widths, index, self._colours()[1])

    def _paint_committed(self, painter: QPainter, tint: QColor) -> None:
        ink = self._history.current
        if ink.picture is not None:
            paint.paint_over_picture(painter, ink)
        else:
            paint.paint_ink(painter, ink, tint)

    @contextmanager
    def _layer_painter(self) -> Iterator[QPainter]:
        """A painter on the layer in units of the sheet."""
        if self._layer is None:
            self._draw_layer()
        assert self._layer is not None
        with QPainter(self._layer) as painter:
            painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
            scale = self._sheet().width() / SIDE
            painter.scale(scale, scale)
            yield painter

    def _colours(self) -> tuple[QColor, QColor]:
        """Returns paper and ink."""
        picture = self._history.current.picture
        if picture is not None:
            paper = paint.paper_of(picture)
            return paper, paint.ink_on(paper)
        return colour("field" if theme().palette.is_dark else "surface"), colour("text")

    def _sheet(self) -> QRectF:
        side = min(self.width(), self.height())
        return QRectF((self.width() - side) // 2, (self.height() - side) // 2, side, side)

    def _to_sheet(self, at: QPointF) -> QPointF:
        sheet = self._sheet()
        return (at - sheet.topLeft()) * (SIDE / max(sheet.width(), 1))

    def _to_widget(self, rect: QRectF) -> QRectF:
        sheet = self._sheet()
        scale = sheet.width() / SIDE
        return QRectF(rect.topLeft() * scale + sheet.topLeft(), rect.size() * scale)

    def _source_to_sheet(self) -> "paint.Mapping":
        return paint.source_to_sheet(self._history.current)

    def _move_cursor(self, at: QPointF, *, shown: bool) -> None:
        was_shown, before = self._is_cursor_shown, self._cursor_rect()
        self._cursor, self._is_cursor_shown = at, shown
        if was_shown or shown:
            self.update(before.united(self._cursor_rect()).toAlignedRect())

    def _cursor_rect(self) -> QRectF:
        half = self.pen_width / 2 + 4
        return self._to_widget(QRectF(self._cursor.x() - half, self._cursor.y() - half, 2 * half, 2 * half))
