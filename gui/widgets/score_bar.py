"""A network's answer to a text: the verdict, its probability, and a bar with the zone of unsure answers."""

from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from core.i18n import N_, _
from gui.class_names import title_of
from gui.plain import as_tooltip
from gui.retranslate import on_language_change
from gui.theme import colour, font, theme

_BAR = 10
_HEIGHT, _LINE = 68, 16  # height with one line below the bar, and of each further line
_GAP = 12


@dataclass(frozen=True)
class Answer:
    """What to show.

    Attributes:
        label: the verdict, as the dataset spells it; marked for translation.
        probability: how far the bar is filled, 0..1.
        unsure: whether the verdict cannot be trusted.
        reason: why not, translated.
        band: between which probabilities the network counts as unsure; None if there is no such simple rule.
        about: the class of `probability`, as the dataset spells it.
    """

    label: str
    probability: float
    unsure: bool = False
    reason: str = ""
    band: tuple[float, float] | None = (0.4, 0.6)
    about: str = N_("positive")


class ScoreBar(QWidget):
    """Shows an answer, or that there is none."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = ""
        self._answer: Answer | None = None
        self._is_waiting = False
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        theme().changed.connect(self.update)
        on_language_change(self, self._set_texts)

    def set_title(self, title: str) -> None:
        """Sets whose answer it is; empty if that is clear."""
        self._title = title
        self.updateGeometry()
        self._set_texts()

    def show_answer(self, answer: Answer | None) -> None:
        """Shows an answer; None if there is no text."""
        self._answer = answer
        self._set_texts()

    def set_waiting(self, is_waiting: bool) -> None:
        """Shows that there is no answer yet because the network is being loaded."""
        self._is_waiting = is_waiting
        self._set_texts()

    def answer(self) -> Answer | None:
        """Returns the answer."""
        return self._answer

    def verdict(self) -> str:
        """Returns the verdict, translated."""
        if self._answer is None:
            return _("Loading the network…") if self._is_waiting else _("No verdict")
        if self._answer.unsure:
            return _("Unsure")
        return title_of(self._answer.label)

    def sizeHint(self) -> QSize:
        return QSize(240, self.minimumSizeHint().height())

    def minimumSizeHint(self) -> QSize:
        return QSize(200, _HEIGHT + (_LINE if self._title else 0))

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            top = QRectF(0, 0, self.width(), 28)
            left, right = Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight
            middle = Qt.AlignmentFlag.AlignVCenter
            painter.setFont(font(20, 600))
            painter.setPen(colour("muted" if self._answer is None else "text"))
            metrics, end = QFontMetrics(font(20)), Qt.TextElideMode.ElideRight
            figure = metrics.elidedText(self._figure(), end, round(0.6 * self.width()))
            room = self.width() - metrics.horizontalAdvance(figure) - _GAP
            painter.drawText(top, left | middle, painter.fontMetrics().elidedText(self.verdict(), end, room))
            if self._answer is not None:
                painter.setFont(font(20))
                painter.drawText(top, right | middle, figure)
            self._paint_bar(painter, QRectF(0, 34, self.width(), _BAR))
            painter.setFont(font(11))
            painter.setPen(colour("muted"))
            for line, text in enumerate(self.captions()):
                caption = painter.fontMetrics().elidedText(text, end, self.width())
                painter.drawText(QRectF(0, 50 + line * _LINE, self.width(), _LINE), left | middle, caption)

    def _paint_bar(self, painter: QPainter, groove: QRectF) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour("hover"))
        painter.drawRoundedRect(groove, _BAR / 2, _BAR / 2)
        answer = self._answer
        if answer is not None:
            is_for = answer.band is None or answer.probability > 0.5
            painter.setBrush(colour("outline" if answer.unsure else "positive" if is_for else "negative"))
            filled = QRectF(groove)
            filled.setWidth(max(groove.width() * answer.probability, _BAR))
            painter.drawRoundedRect(filled, _BAR / 2, _BAR / 2)
        painter.setPen(QPen(colour("text"), 1))
        for share in (answer.band or ()) if answer is not None else (0.4, 0.6):
            x = round(groove.left() + share * groove.width())
            painter.drawLine(x, round(groove.top() - 3), x, round(groove.bottom() + 3))

    def _figure(self) -> str:
        """Returns the percentage, with its class if that differs from the verdict."""
        answer = self._answer
        if answer is None:
            return ""
        figure = f"{100 * answer.probability:.0f} %"
        is_plain = answer.about == Answer.about or (answer.about == answer.label and not answer.unsure)
        return figure if is_plain else f"{figure} {_(answer.about)}"

    def captions(self) -> list[str]:
        """Returns the lines below the bar: whose answer it is, and when it counts as unsure or why it does."""
        answer = self._answer
        band = answer.band if answer is not None else (0.4, 0.6)
        said = ""
        if band is not None:
            low, high = (round(100 * share) for share in band)
            said = _("unsure between {low} % and {high} %").format(low=low, high=high)
        if answer is not None and answer.unsure and not (band and band[0] <= answer.probability <= band[1]):
            said = answer.reason
        return [line for line in (self._title, said) if line]

    def _set_texts(self) -> None:
        why = self._answer.reason if self._answer is not None else ""
        self.setAccessibleName(_("Score"))
        self.setAccessibleDescription(" ".join(filter(None, (self.verdict(), self._figure(), *self.captions(), why))))
        about = _(self._answer.about if self._answer is not None else Answer.about)
        what = _("How probably the text is {name}, as the network sees it.").format(name=about)
        lines = (what, *self.captions(), why)
        self.setToolTip(as_tooltip("\n".join(dict.fromkeys(filter(None, lines)))))
        self.update()
