"""A message: one sentence on what happened, one on what to do, a button that does it, and technical details."""

from typing import Literal

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from core.i18n import _
from gui.icons import icon, icon_pixmap
from gui.retranslate import on_language_change
from gui.theme import GAP, GAP_SMALL, MONOSPACE_FAMILIES, PADDING, font, set_role, set_variant, theme

Kind = Literal["info", "success", "warning", "error"]
_ICONS: dict[str, tuple[str, str]] = {
    "info": ("info", "accent_text"),
    "success": ("check", "success"),
    "warning": ("warning", "warning"),
    "error": ("error", "error"),
}


class Banner(QFrame):
    """Hidden until it has a message.

    Signals:
        action_triggered: the action's button was pressed; the banner stays.
        dismissed: the user closed the banner.
    """

    action_triggered = Signal()
    dismissed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._kind: Kind = "info"
        self._icon = QLabel()
        self._what, self._advice = QLabel(), QLabel()
        set_role(self._what, "strong")
        set_role(self._advice, "muted")
        self._action = QPushButton()
        self._action.clicked.connect(self.action_triggered)
        self._more = QPushButton()
        self._more.setCheckable(True)
        self._more.toggled.connect(self._unfold)
        self._close = QToolButton()
        self._close.setIcon(icon("close", "muted"))
        self._close.setIconSize(QSize(16, 16))
        self._close.clicked.connect(self._dismiss)
        for button in (self._more, self._close):
            set_variant(button, "quiet")
        self._details = QPlainTextEdit()
        self._details.setReadOnly(True)
        self._details.setFont(font(12, families=MONOSPACE_FAMILIES))
        self._details.setFixedHeight(140)
        self._copy = QPushButton()
        self._copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self._details.toPlainText()))
        self._fold = QWidget()
        self._lay_out()
        self.hide()
        theme().changed.connect(self._tint)
        on_language_change(self, self._set_texts)

    def show_message(self, kind: Kind, what: str, advice: str = "", *, action: str = "", details: str = "") -> None:
        """Shows a message in place of the last one.

        Args:
            kind: the severity; it sets the icon and the colour.
            what: one translated sentence that says what happened.
            advice: one translated sentence that says what to do about it.
            action: text of a button that does it; empty for no button.
            details: text of any length for reports, hidden until the user asks for it.
        """
        self._kind = kind
        for label, text in ((self._what, what), (self._advice, advice)):
            label.setText(text)
            label.setVisible(bool(text))
        self._action.setText(action)
        self._action.setToolTip(action)
        self._action.setVisible(bool(action))
        self._details.setPlainText(details)
        self._more.setVisible(bool(details))
        self._more.setChecked(False)
        self.setProperty("kind", kind)
        self.setAccessibleName(f"{what} {advice}".strip())
        self.style().unpolish(self)
        self.style().polish(self)
        self._tint()
        self.show()

    def message(self) -> tuple[str, str]:
        """Returns what happened and the advice."""
        return self._what.text(), self._advice.text()

    def kind(self) -> Kind:
        """Returns the kind of the last message."""
        return self._kind

    def _lay_out(self) -> None:
        for label in (self._what, self._advice):
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        texts = QVBoxLayout()
        texts.setSpacing(2)
        texts.addWidget(self._what)
        texts.addWidget(self._advice)
        row = QHBoxLayout()
        row.setSpacing(GAP_SMALL)
        row.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        row.addSpacing(4)
        row.addLayout(texts, 1)
        row.addSpacing(GAP)
        for button in (self._more, self._action, self._close):
            row.addWidget(button, 0, Qt.AlignmentFlag.AlignVCenter)
        below = QVBoxLayout(self._fold)
        below.setContentsMargins(0, 0, 0, 0)
        below.addWidget(self._details)
        below.addWidget(self._copy, 0, Qt.AlignmentFlag.AlignRight)
        self._fold.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(PADDING, 10, 10, 10)
        layout.addLayout(row)
        layout.addWidget(self._fold)

    def _unfold(self, shown: bool) -> None:
        self._fold.setVisible(shown)

    def _dismiss(self) -> None:
        self.hide()
        self.dismissed.emit()

    def _tint(self) -> None:
        name, tint = _ICONS[self._kind]
        self._icon.setPixmap(icon_pixmap(name, 18, tint))

    def _set_texts(self) -> None:
        self._more.setText(_("Details"))
        self._more.setToolTip(_("Show the technical details, for a report"))
        self._copy.setText(_("Copy details"))
        self._copy.setToolTip(_("Copy the technical details to the clipboard"))
        self._details.setAccessibleName(_("Technical details"))
        self._details.setToolTip(_("Technical details"))
        self._close.setToolTip(_("Dismiss this message"))
        self._close.setAccessibleName(_("Dismiss this message"))
