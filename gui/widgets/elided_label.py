"""One line of text that ends in an ellipsis if it does not fit; the tooltip shows the whole text."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QStyle, QStyleOption, QWidget

from gui.plain import as_tooltip


class ElidedLabel(QLabel):
    """A `QLabel` of plain text that may be as narrow as its layout wants."""

    def __init__(
        self,
        text: str = "",
        parent: QWidget | None = None,
        mode: Qt.TextElideMode = Qt.TextElideMode.ElideRight,
    ) -> None:
        super().__init__(parent)
        self._mode = mode
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setText(text)

    def setText(self, text: str) -> None:
        super().setText(text)
        self._explain()

    def shown_text(self) -> str:
        """Returns the visible text: all of it, or its beginning and an ellipsis."""
        return self.fontMetrics().elidedText(self.text(), self._mode, self.contentsRect().width())

    def minimumSizeHint(self) -> QSize:
        return QSize(self.fontMetrics().horizontalAdvance("…") * 2, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._explain()

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            option = QStyleOption()
            option.initFrom(self)
            self.style().drawPrimitive(QStyle.PrimitiveElement.PE_Widget, option, painter, self)
            self.style().drawItemText(
                painter,
                self.contentsRect(),
                self.alignment() | Qt.AlignmentFlag.AlignVCenter,
                self.palette(),
                self.isEnabled(),
                self.shown_text(),
                self.foregroundRole(),
            )

    def _explain(self) -> None:
        self.setToolTip(as_tooltip(self.text()) if self.shown_text() != self.text() else "")
