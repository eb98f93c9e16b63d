"""One line on how the run goes and what to try next, with a button that does it. The rules are in core.training."""

from html import escape

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QWidget

from core.i18n import N_, _
from core.modalities.image import IMAGE
from core.modalities.text import TEXT
from core.quantities import learning_rate
from core.training.advice import Advice
from gui.icons import icon, icon_pixmap
from gui.retranslate import on_language_change
from gui.theme import GAP, theme
from gui.widgets.card import Card

_ICONS = {"good": ("check", "success"), "hint": ("info", "accent_text"), "bad": ("warning", "warning")}
_WAITING = N_("Press Train and watch the curves: here you will read how it goes, and what to try next.")
_NEXT = {  # by modality: the page for such networks, and the button's text and tooltip
    IMAGE.key: ("draw", N_("Draw for it"), N_("Go to the page where one draws for this network")),
    TEXT.key: ("write", N_("Write to it"), N_("Go to the page where one writes to this network")),
}
_WATCHING = N_("Training. After the first epoch you will read here how it goes.")


class AdviceCard(Card):
    """Shows an `Advice`, or what to wait for if there is none.

    Signals:
        try_wanted: the proposed change was accepted.
        resume_wanted: the stopped run is to be resumed.
        next_wanted: the network is to be used; the key of the page for it.
    """

    try_wanted = Signal()
    resume_wanted = Signal()
    next_wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self._advice: Advice | None = None
        self._is_running = self._can_resume = False
        self._reads = self._problem = ""
        self._icon = QLabel()
        self._text = QLabel()
        self._text.setWordWrap(True)
        self._text.setProperty("isRich", True)
        self._text.setTextFormat(Qt.TextFormat.RichText)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._text.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.try_button, self.resume_button, self.next_button = QPushButton(), QPushButton(), QPushButton()
        self.next_button.setIcon(icon("chevron_right"))
        self.next_button.setIconSize(QSize(14, 14))
        self.next_button.clicked.connect(lambda: self.next_wanted.emit(_NEXT[self._reads][0]))
        self.resume_button.setIcon(icon("play"))
        self.resume_button.setIconSize(QSize(14, 14))
        self.try_button.clicked.connect(self.try_wanted)
        self.resume_button.clicked.connect(self.resume_wanted)
        row = QHBoxLayout()
        row.setSpacing(GAP)
        row.addWidget(self._icon)
        row.addWidget(self._text, 1)
        row.addWidget(self.resume_button)
        row.addWidget(self.try_button)
        row.addWidget(self.next_button)
        self.add(row)
        theme().changed.connect(self._update)
        on_language_change(self, self._update)

    def show_advice(
        self,
        advice: Advice | None,
        *,
        is_running: bool,
        can_resume: bool = False,
        reads: str = "",
        problem: str = "",
    ) -> None:
        """Shows `advice`; without one, what to wait for.

        Args:
            advice: the result of `core.training.advice.advise`.
            is_running: whether the run goes on; then only what can be changed during training can be tried.
            can_resume: whether to offer to resume the stopped run.
            reads: the modality of the network, if it has learned and can be used.
            problem: what is wrong with the settings, so that no run can start; translated.
        """
        wanted = (advice, is_running, can_resume, reads, problem)
        if wanted != (self._advice, self._is_running, self._can_resume, self._reads, self._problem):
            self._advice, self._is_running, self._can_resume, self._reads, self._problem = wanted
            self._update()

    def text(self) -> str:
        """Returns the text in the current language, without markup."""
        advice = self._advice
        if advice is None:
            if self._problem and not self._is_running:
                return _("This setting keeps the training from starting. {problem}").format(problem=self._problem)
            return _(_WATCHING) if self._is_running else _(_WAITING)
        return f"{advice.what} {advice.proposal}".strip()

    def _update(self) -> None:
        advice = self._advice
        name, tint = _ICONS[advice.mood] if advice is not None else ("info", "muted")
        self._icon.setPixmap(icon_pixmap(name, 18, tint))
        shown = escape(self.text()) if advice is None else f"{escape(advice.what)} <b>{escape(advice.proposal)}</b>"
        self._text.setText(shown.replace(" %", "\u00a0%"))  # a number and its sign stay on one line
        mood = advice.mood if advice is not None else ""
        if mood != self.property("mood"):
            self.setProperty("mood", mood)
            self.style().unpolish(self)
            self.style().polish(self)
        self.setAccessibleName(_("Advice"))
        self.setAccessibleDescription(self.text())
        self.try_button.setVisible(self._can_try())
        self.try_button.setText(_("Try it now") if self._is_running else _("Try it"))
        self.try_button.setToolTip(self._what_trying_does())
        self.try_button.setAccessibleDescription(self._what_trying_does())
        self.resume_button.setText(_("Resume"))
        self.resume_button.setToolTip(_("Go on with this run where it was stopped"))
        self.resume_button.setVisible(self._can_resume)
        self.next_button.setVisible(self._reads in _NEXT)
        if self._reads in _NEXT:
            _page, title, purpose = _NEXT[self._reads]
            self.next_button.setText(_(title))
            self.next_button.setToolTip(_(purpose))
        # As high with a button as without, so that the charts above do not move and are not repainted.
        self._text.setMinimumHeight(self.next_button.sizeHint().height())

    def _can_try(self) -> bool:
        if self._advice is None:
            return False
        return (self._advice.learning_rate if self._is_running else self._advice.config) is not None

    def _what_trying_does(self) -> str:
        if self._advice is not None and self._is_running and self._advice.learning_rate is not None:
            rate = learning_rate(self._advice.learning_rate)
            return _("Turn the learning rate to {rate} while the network trains").format(rate=rate)
        return _("Fill in the settings of this run with this one change, for the next run")
