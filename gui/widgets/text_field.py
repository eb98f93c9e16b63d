"""A field for lines of plain text: Tab leaves it, and pasted text loses its formatting."""

from PySide6.QtCore import QMimeData, QSize, QTimer, Signal, Slot
from PySide6.QtGui import QResizeEvent, QTextOption
from PySide6.QtWidgets import QPlainTextEdit, QSizePolicy, QWidget

from gui.theme import font, theme

_LEAST_LINES, _MOST_LINES = 2, 5


class TextField(QPlainTextEdit):
    """Grows with its lines up to a few, then scrolls.

    Signals:
        line_changed: the text of the cursor's line has changed, by typing or because the cursor moved to another line.
    """

    line_changed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._line = ""
        self.setTabChangesFocus(True)
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.setFont(font(16))
        self.setStyleSheet("font-size: 16px;")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.textChanged.connect(self._follow)
        self.cursorPositionChanged.connect(self._follow)
        self.document().documentLayout().documentSizeChanged.connect(self._fit)
        theme().changed.connect(self.update)
        self._fit()

    def line(self) -> str:
        """Returns the text of the cursor's line."""
        return self._line

    def lines(self) -> list[str]:
        """Returns the lines that hold more than spaces."""
        return [line for line in self.toPlainText().split("\n") if line.strip()]

    def place(self) -> tuple[int, int]:
        """Returns which of `lines()` the cursor is in, from 1 (0 in an empty line), and how many there are."""
        before = self.toPlainText().split("\n")[: self.textCursor().blockNumber() + 1]
        number = sum(bool(line.strip()) for line in before)
        return number if before[-1].strip() else 0, len(self.lines())

    def go_to_line(self, text: str) -> bool:
        """Puts the cursor at the end of the first line that equals `text`; returns whether there is one."""
        block = self.document().begin()
        while block.isValid():
            if block.text() == text:
                cursor = self.textCursor()
                cursor.setPosition(block.position() + len(text.encode("utf-16-le")) // 2)
                self.setTextCursor(cursor)
                return True
            block = block.next()
        return False

    def replace_line(self, text: str) -> None:
        """Replaces the cursor's line by `text`; it can be undone."""
        cursor = self.textCursor()
        cursor.beginEditBlock()
        cursor.movePosition(cursor.MoveOperation.StartOfBlock)
        cursor.movePosition(cursor.MoveOperation.EndOfBlock, cursor.MoveMode.KeepAnchor)
        cursor.insertText(text)
        cursor.endEditBlock()
        self.setTextCursor(cursor)

    def sizeHint(self) -> QSize:
        return QSize(320, self.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def insertFromMimeData(self, source: QMimeData) -> None:
        # Qt's version would scroll to the cursor at once. After a drop the lines have no layout yet, and it would
        # crash.
        self.textCursor().insertText(source.text())
        QTimer.singleShot(0, self, self.ensureCursorVisible)

    @Slot()
    def _follow(self) -> None:
        line = self.textCursor().block().text()
        if line != self._line:
            self._line = line
            self.line_changed.emit(line)

    @Slot()
    def _fit(self) -> None:
        # The height of a plain document is a number of lines; wrapped ones count.
        lines = min(max(round(self.document().size().height()), _LEAST_LINES), _MOST_LINES)
        height = lines * self.fontMetrics().lineSpacing() + 2 * round(self.document().documentMargin()) + 18
        if height != self.height():
            self.setFixedHeight(height)
