"""A sheet to draw on with mouse, finger, pen or keys, and to drop or paste pictures on. Knows no network."""

from pathlib import Path
from typing import Literal

from PySide6.QtCore import QEvent, QMimeData, QPointF, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleEvent,
    QDragEnterEvent,
    QDropEvent,
    QFocusEvent,
    QGuiApplication,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPointingDevice,
    QTabletEvent,
    QTouchEvent,
)
from PySide6.QtWidgets import QWidget

from core.i18n import _
from gui.retranslate import on_language_change
from gui.widgets import ink_painter as paint
from gui.widgets.ink_painter import SIDE
from gui.widgets.sheet import Sheet

Tool = Literal["pen", "eraser"]

_STEP, _FINE_STEP = 8.0, 2.0
_ARROWS = {Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, -1), Qt.Key.Key_Down: (0, 1)}
_TURNS = {Qt.Key.Key_PageDown: 1, Qt.Key.Key_PageUp: -1}
_STILL = 4.0  # a pen that moves less than this on a mark points at it
_PRESSURE = (0.4, 1.4)  # width at no pressure and at full pressure, in units of the chosen width


class Canvas(Sheet):
    """A sheet that mouse, finger, pen and keys draw on.

    tool: what the pen does: draw or erase.
    pen_width: width of the pen, in units of the sheet.
        pen_width: how wide it is, in units of the sheet.

    Signals:
        file_given: the `Path` of a file that was dropped or pasted; the receiver reads it and calls `show_picture`.
        mark_chosen: the number of the mark that was clicked or reached with Page Up and Page Down.
    """

    file_given = Signal(object)
    mark_chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.tool: Tool = "pen"
        self._is_typing = False
        self._pointed: tuple[int, QPointF, float] | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_AcceptTouchEvents)
        self.setMouseTracking(True)
        self.setAcceptDrops(True)
        self.setCursor(Qt.CursorShape.CrossCursor)
        on_language_change(self, self._set_texts)

    # -- clipboard and files

    def copy(self) -> None:
        """Copies the sheet to the clipboard as an image."""
        self._finish()
        if not self.is_empty():
            QGuiApplication.clipboard().setImage(self.image())

    def paste(self) -> None:
        """Puts the image from the clipboard on the sheet, or signals the file that is there."""
        data: QMimeData | None = QGuiApplication.clipboard().mimeData()  # None if nothing was ever copied
        if data is not None:
            self.take(data)

    def take(self, data: QMimeData) -> bool:
        """Takes an image, or signals a file; returns whether it was either."""
        files = [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
        if files:
            self.file_given.emit(files[0])
        elif data.hasImage():
            image = QImage(data.imageData())
            if not image.isNull():
                self.show_picture(paint.picture_of(image))
        return bool(files) or data.hasImage()

    # -- mouse, finger, pen

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._is_typing = False
            self._press(self._to_sheet(event.position()), self.pen_width, erase=self.tool == "eraser")

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at = self._to_sheet(event.position())
        self._move_cursor(at, shown=self.tool == "eraser")
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._drag(at, self.pen_width)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and not self._is_typing:
            self._lift()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        if not self._is_typing:
            self._move_cursor(self._cursor, shown=False)

    def tabletEvent(self, event: QTabletEvent) -> None:
        at = self._to_sheet(event.position())
        thin, thick = _PRESSURE
        erase = self.tool == "eraser" or event.pointerType() == QPointingDevice.PointerType.Eraser
        width = self.pen_width * (1.0 if erase else thin + (thick - thin) * event.pressure())
        kind = event.type()
        if kind == QEvent.Type.TabletPress:
            self._press(at, width, erase=erase)
        elif kind == QEvent.Type.TabletMove:
            self._drag(at, width)
        elif kind == QEvent.Type.TabletRelease:
            self._lift()
        event.accept()

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QTouchEvent):
            return self._touch(event)
        return super().event(event)

    def _touch(self, event: QTouchEvent) -> bool:
        kind = event.type()
        if kind == QEvent.Type.TouchBegin:
            at = self._to_sheet(event.points()[0].position())
            self._press(at, self.pen_width, erase=self.tool == "eraser")
        elif kind == QEvent.Type.TouchUpdate:
            self._drag(self._to_sheet(event.points()[0].position()), self.pen_width)
        elif kind == QEvent.Type.TouchEnd:
            self._lift()
        elif kind == QEvent.Type.TouchCancel:
            self._pointed = None
            self._finish()
        event.accept()
        return True

    def _press(self, at: QPointF, width: float, *, erase: bool) -> None:
        """Sets the pen down. On a mark, only the next movement decides whether it draws or points."""
        index = -1 if erase else self._mark_at(at)
        self._pointed = (index, at, width) if index >= 0 else None
        if self._pointed is None:
            self._begin(at, width, erase=erase)

    def _drag(self, at: QPointF, width: float) -> None:
        if self._pointed is not None:
            _index, start, first_width = self._pointed
            if (at - start).manhattanLength() < _STILL:
                return
            self._pointed = None
            self._begin(start, first_width, erase=False)
        if self._points:
            self._go_on([(at, width)])

    def _lift(self) -> None:
        if self._pointed is not None:
            (index, _start, _width), self._pointed = self._pointed, None
            if index < len(self._marks):
                self.mark_chosen.emit(index)
        self._finish()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasImage() or any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        if self.take(event.mimeData()):
            event.acceptProposedAction()

    # -- keys

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key in _ARROWS:
            step = _FINE_STEP if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else _STEP
            x, y = _ARROWS[key]
            at = QPointF(
                min(max(self._cursor.x() + step * x, 0.0), SIDE), min(max(self._cursor.y() + step * y, 0.0), SIDE)
            )
            self._is_typing = True
            if self._points:
                self._go_on([(at, self.pen_width)])
            self._move_cursor(at, shown=True)
            self._announce()
        elif key == Qt.Key.Key_Space and not event.isAutoRepeat():
            self._is_typing = True
            if self._points:
                self._finish()
            else:
                self._begin(self._cursor, self.pen_width, erase=self.tool == "eraser")
            self._move_cursor(self._cursor, shown=True)
            self._announce()
        elif key in _TURNS and self._marks:
            chosen = next((index for index, mark in enumerate(self._marks) if mark.is_chosen), 0)
            self.mark_chosen.emit((chosen + _TURNS[key]) % len(self._marks))
            self._announce()
        elif key == Qt.Key.Key_Escape and self._points:
            self._finish()
            self._announce()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        by_key = event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)
        if by_key:
            self._is_typing = True
        self._move_cursor(self._cursor, shown=by_key)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if self._is_typing:
            self._finish()
            self._is_typing = False
        self._move_cursor(self._cursor, shown=False)
        self.update()

    def _announce(self) -> None:
        where = _("column {x}, row {y} of 280").format(x=round(self._cursor.x()), y=round(self._cursor.y()))
        state = _("drawing") if self._points and not self._erases else _("erasing") if self._points else _("pen up")
        chosen = next((mark.text for mark in self._marks if mark.is_chosen), "")
        about = _("Looking into {name}.").format(name=chosen) + " " if chosen else ""
        self.setAccessibleDescription(f"{about}{state}, {where}. {self._help()}")
        QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.DescriptionChanged))

    def _help(self) -> str:
        usual = _("Arrow keys move, with Shift finely; Space sets the pen down and lifts it.")
        if not any(mark.is_chosen for mark in self._marks):
            return usual
        return f"{usual} {_('Page Up and Page Down choose which digit to look into.')}"

    def _set_texts(self) -> None:
        self.setAccessibleName(_("Sheet to draw on"))
        self.setToolTip(f"{_('Draw with mouse, pen or finger; drop or paste a picture.')}\n{self._help()}")
        self.setAccessibleDescription(self._help())
        self.update()
