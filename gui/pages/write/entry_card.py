"""A field for lines of text, the score of the cursor's line, and the networks that read it."""

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from core.i18n import N_, _
from gui.icons import icon
from gui.retranslate import on_language_change
from gui.theme import GAP, set_role, set_variant
from gui.widgets.card import Card
from gui.widgets.elided_label import ElidedLabel
from gui.widgets.model_chooser import ModelChooser
from gui.widgets.score_bar import ScoreBar
from gui.widgets.text_field import TextField


class EntryCard(Card):
    """The field, two model choosers, and a score for each network.

    Signals:
        open_wanted: the user wants to open a file of sentences.
    """

    open_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(N_("Your text"), parent)
        self.field = TextField()
        self.scores = (ScoreBar(), ScoreBar())
        self.model, self.second = (
            ModelChooser(lambda: _("The network that reads your text")),
            ModelChooser(lambda: _("A second network, to compare with"), lambda: _("compare with…")),
        )
        self.open_button = QToolButton()
        self.open_button.setIcon(icon("folder", "muted"))
        self.open_button.setIconSize(QSize(16, 16))
        self.open_button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        set_variant(self.open_button, "quiet")
        self.open_button.clicked.connect(self.open_wanted)
        self.notice = ElidedLabel()
        set_role(self.notice, "caption")
        for widget in (self.notice, self.open_button, self.model, self.second):
            self.add_action(widget)
        scores = QVBoxLayout()
        scores.setSpacing(4)
        self.place = ElidedLabel()
        set_role(self.place, "caption")
        scores.addWidget(self.place)
        for score in self.scores:
            score.setFixedWidth(250)
            scores.addWidget(score)
        row = QHBoxLayout()
        row.setSpacing(GAP + 4)
        row.addWidget(self.field, 1, Qt.AlignmentFlag.AlignTop)
        row.addLayout(scores)
        self.add(row)
        self.show_second(False)
        self.field.textChanged.connect(self._show_place)
        self.field.cursorPositionChanged.connect(self._show_place)
        on_language_change(self, self._set_entry_texts)

    def show_second(self, is_shown: bool) -> None:
        """Shows or hides the score of a second network."""
        self.scores[1].setVisible(is_shown)

    def show_notice(self, text: str) -> None:
        """Shows a translated note on how the text was changed when it was read."""
        self.notice.setText(text)
        self.notice.setVisible(bool(text))

    @Slot()
    def _show_place(self) -> None:
        """Shows which of several lines the score belongs to."""
        number, count = self.field.place()
        self.place.setText(
            _("Line {number} of {count}").format(number=f"{number:,}", count=f"{count:,}") if number else ""
        )
        self.place.setVisible(count > 1)

    def _set_entry_texts(self) -> None:
        self._show_place()
        self.field.setPlaceholderText(_("Type a sentence. One sentence per line makes a table."))
        self.field.setAccessibleName(_("Your text"))
        self.field.setToolTip(_("The line with the cursor is scored while you type; Tab leaves the field."))
        self.open_button.setText(_("Open…"))
        purpose = _("Score all sentences of a text or CSV file")
        self.open_button.setToolTip(purpose)
        self.open_button.setAccessibleName(purpose)
