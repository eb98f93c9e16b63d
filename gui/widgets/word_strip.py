"""Words as chips coloured by what each added, and below them the curve of the score. Knows no network.

Blue spoke for the answer, orange against it. Saturation shows how strongly; so does the signed number below the chip.
One widget paints everything, so a thousand words cost no more than those that are visible.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleEvent,
    QColor,
    QFontMetrics,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from core.i18n import _
from gui.class_names import Scale, title_of
from gui.palette import diverging, text_on
from gui.plain import as_tooltip
from gui.retranslate import on_language_change
from gui.theme import colour, font, theme

_CHIP, _FIGURE = 30, 18
_WIDEST_MARK = 90
_SPACE, _INSIDE, _WIDEST, _NARROWEST = 10, 10, 220, 46
_CURVE, _TALLEST_CURVE, _BETWEEN = 52, 200, 12
_KEYS_BACK, _KEYS_ON = (Qt.Key.Key_Left, Qt.Key.Key_Up), (Qt.Key.Key_Right, Qt.Key.Key_Down)


@dataclass(frozen=True)
class StripWord:
    """One word.

    Attributes:
        text: the word as written.
        added: what it added to the score; None if that is not known (yet).
        running: after this word, the probability of the class that blue speaks for, 0..1; None if it is not known.
        note: translated; something special about it, such as how an unknown word was read.
    """

    text: str
    added: float | None = None
    running: float | None = None
    note: str = ""


class WordStrip(QWidget):
    """Shows words in lines; one of them is current.

    Signals:
        current_changed: the index of the word that the mouse or an arrow key reached, or -1.
        chosen: the index of a word that was clicked or on which Enter was pressed, and the position for a menu.
    """

    current_changed = Signal(int)
    chosen = Signal(int, QPoint)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words: list[StripWord] = []
        self._boxes: list[QRectF] = []
        self._rows = 1
        self._current = -1
        self._scale = Scale()
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        theme().changed.connect(self.update)
        on_language_change(self, self._set_texts)

    def words(self) -> list[StripWord]:
        """Returns the words."""
        return self._words

    def set_words(self, words: Sequence[StripWord], scale: Scale = Scale()) -> None:  # noqa: B008 (it is frozen)
        """Shows `words` in place of the last ones; `scale` says what their numbers refer to."""
        self._words, self._scale = list(words), scale
        self._current = min(self._current, len(self._words) - 1)
        self._arrange()
        self._say_what_colours_mean()
        self._describe()
        self.update()

    def current(self) -> int:
        """Returns the index of the current word, or -1."""
        return self._current

    def set_current(self, index: int) -> None:
        """Marks another word; -1 for none."""
        index = min(max(index, -1), len(self._words) - 1)
        if index != self._current:
            self._current = index
            self._describe()
            self.update()
            self.current_changed.emit(index)

    def box(self, index: int) -> QRectF:
        """Returns the rectangle of a word's chip."""
        return self._boxes[index]

    def index_at(self, place: QPointF) -> int:
        """Returns the index of the word at a point, or -1. Chip, number and curve point belong to a word."""
        for index, box in enumerate(self._boxes):
            if box.left() <= place.x() < box.right() and box.top() <= place.y() < box.top() + self._row_height():
                return index
        return -1

    def sizeHint(self) -> QSize:
        return QSize(480, self._least_height())

    def minimumSizeHint(self) -> QSize:
        return QSize(200, _CHIP + _FIGURE + _CURVE)

    # -- events

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        index = self.index_at(event.position())
        self.setCursor(Qt.CursorShape.PointingHandCursor if index >= 0 else Qt.CursorShape.ArrowCursor)
        if index >= 0:
            self.set_current(index)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        index = self.index_at(event.position())
        if index >= 0 and event.button() in (Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton):
            self._choose(index)
        else:
            super().mousePressEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if not self._words:
            super().keyPressEvent(event)
        elif key in _KEYS_BACK:
            self.set_current(max(self._current - 1, 0))
        elif key in _KEYS_ON:
            self.set_current(self._current + 1)
        elif key == Qt.Key.Key_Home:
            self.set_current(0)
        elif key == Qt.Key.Key_End:
            self.set_current(len(self._words) - 1)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space, Qt.Key.Key_Menu) and self._current >= 0:
            self._choose(self._current)
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            index = self.index_at(QPointF(event.pos()))
            text = as_tooltip(self.describe(index)) if index >= 0 else self.toolTip()
            QToolTip.showText(event.globalPos(), text, self)
            return True
        return super().event(event)

    def describe(self, index: int) -> str:
        """Returns a description of a word in a few lines."""
        word = self._words[index]
        lines = [f"“{shown(word.text)}”"]
        if word.added is not None:
            lines.append(_("Added {value} to the score").format(value=signed(word.added)))
        if word.running is not None:
            said = _("{name} after this word: {percent} %")
            lines.append(said.format(name=title_of(self._scale.towards), percent=round(100 * word.running)))
        return "\n".join([*lines, word.note] if word.note else lines)

    # -- layout

    def _arrange(self) -> None:
        metrics = QFontMetrics(font(15))
        self._boxes = []
        x, row = float(self._gutter()), 0
        right = self.width() - 2.0
        lines: list[int] = []
        for word in self._words:
            width = max(min(metrics.horizontalAdvance(shown(word.text)) + 2 * _INSIDE, _WIDEST), _NARROWEST)
            if x + width > right and x > self._gutter():
                x, row = float(self._gutter()), row + 1
            self._boxes.append(QRectF(x, 0, width, _CHIP))
            lines.append(row)
            x += width + _SPACE
        self._rows = row + 1
        self.setMinimumHeight(self._least_height())
        for box, line in zip(self._boxes, lines, strict=True):
            box.moveTop(line * (self._row_height() + _BETWEEN))

    def _least_height(self) -> int:
        return self._rows * (_CHIP + _FIGURE + _CURVE + _BETWEEN) - _BETWEEN

    def _row_height(self) -> float:
        return _CHIP + _FIGURE + self._curve_height()

    def _curve_height(self) -> float:
        fixed = self._rows * (_CHIP + _FIGURE + _BETWEEN) - _BETWEEN
        return min(max((self.height() - fixed) / self._rows, _CURVE), _TALLEST_CURVE)

    def _gutter(self) -> int:
        metrics = QFontMetrics(font(11))
        return min(max(metrics.horizontalAdvance(name) for name, _share in self._marks()), _WIDEST_MARK) + 14

    def _marks(self) -> list[tuple[str, float]]:
        """Returns the labels at the left of the curve and their probabilities."""
        marks = [(_(self._scale.towards), 1.0), (self._scale.foot, 0.0)]
        return marks if self._scale.band is None else [*marks, (_("unsure"), 0.5)]

    # -- painting

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            strongest = max((abs(word.added) for word in self._words if word.added is not None), default=0.0)
            height = self._row_height()
            for row in range(self._rows):
                top = row * (height + _BETWEEN)
                if top < event.rect().bottom() and top + height > event.rect().top() and self._words:
                    inside = [index for index, box in enumerate(self._boxes) if abs(box.top() - top) < 1]
                    self._paint_ground(painter, top)
                    self._paint_curve(painter, inside)
                    for index in inside:
                        self._paint_chip(painter, index, strongest)

    def _paint_ground(self, painter: QPainter, row_top: float) -> None:
        left, right = self._gutter() - 4.0, self.width() - 2.0
        if self._scale.band is not None:
            lower, upper = (self._height_of(share, row_top) for share in self._scale.band)
            painter.fillRect(QRectF(left, upper, right - left, lower - upper), colour("hover"))
        painter.setPen(QPen(colour("line"), 1, Qt.PenStyle.DashLine))
        middle = round(self._height_of(0.5, row_top)) + 0.5
        painter.drawLine(QPointF(left, middle), QPointF(right, middle))
        painter.setPen(colour("muted"))
        painter.setFont(font(11))
        for name, share in self._marks():
            place = QRectF(0, self._height_of(share, row_top) - 8, left - 6, 16)
            said = painter.fontMetrics().elidedText(name, Qt.TextElideMode.ElideRight, int(place.width()))
            painter.drawText(place, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, said)

    def _paint_curve(self, painter: QPainter, inside: Sequence[int]) -> None:
        points = QPolygonF()
        row_top = self._boxes[inside[0]].top()
        before = self._words[inside[0] - 1].running if inside[0] > 0 else None
        if before is not None:  # continues from the line above
            points.append(QPointF(self._gutter() - 4, self._height_of(before, row_top)))
        known = [(index, running) for index in inside if (running := self._words[index].running) is not None]
        dots = [QPointF(self._boxes[index].center().x(), self._height_of(share, row_top)) for index, share in known]
        for dot in dots:
            points.append(dot)
        painter.setPen(QPen(colour("accent"), 2, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPolyline(points)
        painter.setPen(QPen(colour("surface"), 1.5))
        painter.setBrush(colour("accent"))
        for (index, _share), dot in zip(known, dots, strict=True):
            radius = 6.0 if index == self._current else 4.0
            painter.drawEllipse(dot, radius, radius)

    def _paint_chip(self, painter: QPainter, index: int, strongest: float) -> None:
        word, box = self._words[index], self._boxes[index]
        palette = theme().palette
        share = 0.0 if not word.added or not strongest else word.added / strongest
        ground = diverging(share, palette)
        is_current = index == self._current
        painter.setPen(QPen(colour("accent"), 2) if is_current else Qt.PenStyle.NoPen)
        painter.setBrush(QColor(ground))
        painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), 7, 7)
        painter.setFont(font(15))
        painter.setPen(QColor(text_on(ground, palette)))
        text = QFontMetrics(font(15)).elidedText(shown(word.text), Qt.TextElideMode.ElideRight, int(box.width()) - 12)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
        if word.note:
            width = QFontMetrics(font(15)).horizontalAdvance(text) / 2
            painter.setPen(QPen(QColor(text_on(ground, palette)), 1.6, Qt.PenStyle.DotLine))
            y = box.bottom() - 5
            painter.drawLine(QPointF(box.center().x() - width, y), QPointF(box.center().x() + width, y))
        if word.added is not None:
            painter.setFont(font(12))
            painter.setPen(colour("text" if abs(share) > 0.5 else "muted"))
            below = QRectF(box.left(), box.bottom(), box.width(), _FIGURE)
            painter.drawText(below, Qt.AlignmentFlag.AlignCenter, signed(word.added))

    def _height_of(self, share: float, row_top: float) -> float:
        return row_top + _CHIP + _FIGURE + 8 + (1 - share) * (self._curve_height() - 16)

    # -- the rest

    def _choose(self, index: int) -> None:
        self.set_current(index)
        self.chosen.emit(index, self.mapToGlobal(self._boxes[index].bottomLeft().toPoint()))

    def _describe(self) -> None:
        self.setAccessibleDescription(self.describe(self._current) if self._current >= 0 else self.toolTip())
        if self.hasFocus():
            QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.DescriptionChanged))

    def _say_what_colours_mean(self) -> None:
        said = (
            _("Blue words spoke for “{towards}”, orange ones for “{away}”. Click a word to change it.")
            if self._scale.band is None
            else _("Blue words spoke for “{towards}”, orange ones against it. Click a word to change it.")
        )
        self.setToolTip(as_tooltip(said.format(towards=_(self._scale.towards), away=_(self._scale.away))))

    def _set_texts(self) -> None:
        self.setAccessibleName(_("Words and what each added"))
        self._say_what_colours_mean()
        self._arrange()
        self._describe()
        self.update()


def shown(text: str) -> str:
    """Returns a word as it can be painted: invisible characters get a visible form."""
    return "".join(character if character.isprintable() else "�" for character in text)


def signed(value: float) -> str:
    """Returns a number with its sign, zero without one: "+0.55", "−0.62", "0.00"."""
    text = f"{value:+.2f}".replace("-", "−")
    return "0.00" if text in ("+0.00", "−0.00") else text
