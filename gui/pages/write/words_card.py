"""What each word added to the score, and the score after each word, for one network or two side by side."""

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QPoint, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from core.i18n import N_, _
from gui.class_names import Scale
from gui.retranslate import on_language_change
from gui.theme import GAP, PADDING, set_role, set_variant
from gui.widgets.card import Card
from gui.widgets.elided_label import ElidedLabel
from gui.widgets.scale_legend import ScaleLegend
from gui.widgets.scrolled import scrolled
from gui.widgets.segmented import Segmented
from gui.widgets.word_strip import StripWord, WordStrip

METHODS = (("integrated_gradients", N_("Integrated gradients")), ("leave_one_out", N_("Leave one out")))

_LEAST, _LEAST_FOR_TWO = 172, 325
_EXAMPLES = (
    "I love AI",
    "I hate bugs",
    "The food was good but the service was terrible",
    "一点也不无聊",
    "服务很好，但是房间太小",
)


class WordsCard(Card):
    """Shows strips of words.

    Attributes:
        strips: the strips of the first and the second network.

    Signals:
        method_changed: the method to compute contributions.
        word_chosen: the index of a word that was clicked, and the position for a menu.
        word_changed: the index of the word that the mouse or an arrow key reached.
        example_wanted: the example sentence that was clicked while there is no text.
    """

    method_changed = Signal(str)
    word_chosen = Signal(int, QPoint)
    word_changed = Signal(int)
    example_wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(N_("What each word added"), parent)
        self.strips = (WordStrip(), WordStrip())
        self._names = (ElidedLabel(), ElidedLabel())
        self._hint, self._sum = QLabel(), QLabel()
        self._sums = ("", "")
        self._hint.setWordWrap(True)
        set_role(self._hint, "muted")
        set_role(self._sum, "caption")
        self._sum.setTextFormat(Qt.TextFormat.PlainText)
        self._sum.setContentsMargins(0, 0, GAP, 0)
        self._sum.setMinimumWidth(1)  # a long sum must not keep the page from becoming narrow
        self.method = Segmented(
            METHODS,
            N_(
                "Integrated gradients follow the score from no words to these. Leave one out reads the text again "
                "without each word."
            ),
        )
        self.method.current_changed.connect(self.method_changed)
        self.legend = ScaleLegend()
        self.add_action(self._sum)
        self.add_action(self.legend)
        self.add_action(self.method)
        content = QWidget()
        content.setObjectName("clear")
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 6, 0)
        column.setSpacing(4)
        for name, strip in zip(self._names, self.strips, strict=True):
            set_role(name, "caption")
            column.addWidget(name)
            column.addWidget(strip, 1)
            strip.chosen.connect(self.word_chosen)
            strip.current_changed.connect(self._follow)
        scroll = scrolled(content)
        self._empty = QWidget()
        empty = QVBoxLayout(self._empty)
        empty.setContentsMargins(0, 0, 0, 0)
        empty.addWidget(self._hint)
        self.examples = [QPushButton(example) for example in _EXAMPLES]
        row = QHBoxLayout()
        for button in self.examples:
            set_variant(button, "link")
            button.clicked.connect(partial(self._take, button.text()))
            row.addWidget(button)
        row.addStretch(1)
        empty.addLayout(row)
        empty.addStretch(1)
        self.add(self._empty)
        self.add(scroll, 1)
        self._area = scroll
        self.show_second("", "")
        self.show_words(0, [])
        on_language_change(self, self._set_words_texts)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_sum()

    def show_second(self, first: str, second: str) -> None:
        """Shows the names of two networks side by side; two empty names if there is only one."""
        for label, name in zip(self._names, (first, second), strict=True):
            label.setText(name)
            label.setVisible(bool(second))
        self.strips[1].setVisible(bool(second))
        self.setMinimumHeight(_LEAST_FOR_TWO if second else _LEAST)

    def show_words(self, which: int, words: Sequence[StripWord], scale: Scale = Scale()) -> None:  # noqa: B008
        """Shows the words as one network reads them; none if there is no text."""
        self.strips[which].set_words(words, scale)
        if which == 0:
            self.legend.set_scale(scale)
            self._empty.setVisible(not words)
            self._area.setVisible(bool(words))
            self.legend.setVisible(bool(words))

    def show_sum(self, text: str, figures: str) -> None:
        """Shows the sum of the contributions, translated; only its numbers if there is little space."""
        self._sums = (text, figures)
        self._sum.setToolTip(text)
        self._sum.setAccessibleName(text)
        self._fit_sum()

    def show_examples(self, is_fit: Callable[[str], bool]) -> None:
        """Offers the example sentences for which `is_fit` is true; all of them if there are none."""
        fit = [is_fit(button.text()) for button in self.examples]
        for button, is_one in zip(self.examples, fit, strict=True):
            button.setVisible(is_one or not any(fit))

    def mark(self, index: int) -> None:
        """Marks a word without a signal."""
        for strip in self.strips:
            with QSignalBlocker(strip):
                strip.set_current(index)

    def _fit_sum(self) -> None:
        text, figures = self._sums
        beside = sum(widget.sizeHint().width() + GAP for widget in (self._label, self.legend, self.method))
        room = self.width() - 2 * PADDING - GAP - beside
        self._sum.setText(text if self._sum.fontMetrics().horizontalAdvance(text) <= room else figures)

    def _follow(self, index: int) -> None:
        self.mark(index)
        if index >= 0:
            self.word_changed.emit(index)

    def _take(self, example: str, _is_checked: bool = False) -> None:
        self.example_wanted.emit(example)

    def _set_words_texts(self) -> None:
        for button in self.examples:
            button.setToolTip(_("Write this sentence into the field"))
        self._hint.setText(
            _("Every word of your text appears here, coloured by what it added, with the score after each word below.")
        )
