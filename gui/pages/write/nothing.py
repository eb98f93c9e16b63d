"""What the Write page shows before any network can read, and a button to train one."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QPushButton, QWidget

from core.i18n import _
from gui.retranslate import on_language_change
from gui.theme import GAP, set_role, set_variant
from gui.widgets.card import Card

_WIDTH = 520


class Nothing(Card):
    """Stands in for the page before any network can read.

    Signals:
        train_wanted: the button was pressed.
    """

    train_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self._what, self._why = QLabel(), QLabel()
        set_role(self._what, "title")
        set_role(self._why, "muted")
        for label in (self._what, self._why):
            label.setWordWrap(True)
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            label.setTextFormat(Qt.TextFormat.PlainText)
        self._why.setFixedWidth(_WIDTH)
        self.train_button = QPushButton()
        set_variant(self.train_button, "primary")
        self.train_button.clicked.connect(self.train_wanted)
        centre = Qt.AlignmentFlag.AlignHCenter
        self.body.setSpacing(GAP)
        self.body.addStretch(1)
        self.body.addWidget(self._what)
        self.body.addWidget(self._why, 0, centre)
        self.body.addWidget(self.train_button, 0, centre)
        self.body.addStretch(2)
        on_language_change(self, self._set_nothing_texts)

    def _set_nothing_texts(self) -> None:
        self._what.setText(_("No network has learned to read yet"))
        self._why.setText(
            _(
                "A network that reads is trained on sentences that people have called positive or negative. Train one "
                "on the sentences that come with Neurarium: it takes a minute or two. Then come back and type."
            )
        )
        # A label beside stretches asks for the height of its narrowest form, or of none.
        self._why.setMinimumHeight(self._why.heightForWidth(_WIDTH))
        self.train_button.setText(_("Train a network that reads"))
        self.train_button.setToolTip(_("Opens Train with an LSTM and our sentences filled in"))
