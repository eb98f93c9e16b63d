"""What the page shows before any network has been trained on pictures: a sentence, and a button to train one."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from core.i18n import _
from gui.icons import icon, icon_pixmap
from gui.retranslate import on_language_change
from gui.theme import GAP, set_role, set_variant, theme


class NothingYet(QWidget):
    """Offers to train a network.

    Signals:
        train_wanted: the button was pressed.
    """

    train_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon, self._title, self._text = QLabel(), QLabel(), QLabel()
        set_role(self._title, "heading")
        set_role(self._text, "muted")
        self._text.setWordWrap(True)
        self.button = QPushButton(icon("train", "on_accent"), "")
        set_variant(self.button, "primary")
        self.button.clicked.connect(self.train_wanted)
        column = QVBoxLayout()
        column.setSpacing(GAP)
        column.addStretch(1)
        for label in (self._icon, self._title, self._text):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            column.addWidget(label)
        column.addWidget(self.button, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(1)
        layout = QHBoxLayout(self)
        layout.addStretch(1)
        layout.addLayout(column, 1)
        layout.addStretch(1)
        theme().changed.connect(self._tint)
        self._tint()
        on_language_change(self, self._set_texts)

    def _tint(self) -> None:
        self._icon.setPixmap(icon_pixmap("draw", 40, "muted"))

    def _set_texts(self) -> None:
        self._title.setText(_("No network to draw for yet"))
        self._text.setText(
            _("Train one on pictures of digits first; a minute is enough. Then draw here and see what it says and why.")
        )
        self.button.setText(_("Train a network"))
        self.button.setToolTip(_("Go to the page where networks are trained"))
