"""Explains the colours of a diverging scale: orange speaks against, blue speaks for. Knows no numbers."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from core.i18n import _
from gui.class_names import Scale
from gui.palette import diverging
from gui.retranslate import on_language_change
from gui.theme import colour, font, theme

_SQUARES = 7
_SIDE = 12
_WIDEST_END = 120


class ScaleLegend(QWidget):
    """The ends of the scale with their names, and the steps between them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._scale = Scale()
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme().changed.connect(self.update)
        on_language_change(self, self._set_texts)

    def set_scale(self, scale: Scale) -> None:
        """Sets the names of the ends."""
        if scale != self._scale:
            self._scale = scale
            self._set_texts()

    def sizeHint(self) -> QSize:
        metrics = QFontMetrics(font(12))
        texts = sum(metrics.horizontalAdvance(text) for text in self._ends())
        return QSize(texts + _SQUARES * _SIDE + 14, 18)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setFont(font(12))
            painter.setPen(colour("muted"))
            first, last = self._ends()
            start = painter.fontMetrics().horizontalAdvance(first) + 6
            whole = QRectF(self.rect())
            painter.drawText(whole, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, first)
            painter.drawText(whole, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, last)
            for index in range(_SQUARES):
                value = 2 * index / (_SQUARES - 1) - 1
                square = QRectF(start + index * _SIDE, (self.height() - _SIDE) / 2, _SIDE - 1, _SIDE)
                painter.fillRect(square, QColor(diverging(value, theme().palette)))

    def _ends(self) -> tuple[str, str]:
        metrics = QFontMetrics(font(12))
        away, towards = (
            metrics.elidedText(_(name), Qt.TextElideMode.ElideRight, _WIDEST_END)
            for name in (self._scale.away, self._scale.towards)
        )
        return f"− {away}", f"{towards} +"

    def _set_texts(self) -> None:
        self.setToolTip(
            _("The stronger the colour, the more a word moved the score. The figure below each word says the same.")
        )
        self.setAccessibleName(_("Legend"))
        self.setAccessibleDescription(" … ".join(self._ends()))
        self.updateGeometry()
        self.update()
