"""The card of a ready-made network in a separate window: what the network can do and what it cannot."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QTextBrowser, QVBoxLayout, QWidget

from core.i18n import _, current_language
from core.runs.shipped import ShippedRun
from gui.theme import GAP


class CardWindow(QDialog):
    """Shows the card in the current language."""

    def __init__(self, run: ShippedRun, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(run.title)
        self.text = QTextBrowser()
        self.text.setAccessibleName(run.title)
        self.text.setToolTip(_("The card of this network"))
        self.text.setSearchPaths([str(run.path)])
        self.text.setOpenLinks(False)
        self.text.setMarkdown(run.card(current_language()).read_text(encoding="utf-8"))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        close = buttons.button(QDialogButtonBox.StandardButton.Close)
        close.setText(_("Close"))
        close.setToolTip(_("Back to the page"))
        buttons.rejected.connect(self.close)
        QShortcut(QKeySequence.StandardKey.Close, self, self.close)
        layout = QVBoxLayout(self)
        layout.setSpacing(GAP)
        layout.addWidget(self.text)
        layout.addWidget(buttons)
        self.resize(760, 680)


def show_card(run: ShippedRun, parent: QWidget, _is_checked: bool = False) -> None:
    """Opens the card above a window, which stays usable."""
    CardWindow(run, parent).show()
