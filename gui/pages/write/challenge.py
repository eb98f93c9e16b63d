"""Examines a network: its accuracy on negation, contrast and more, and the sentences it got wrong."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from core.data.sources.sentences import CLASS_NAMES
from core.explain.text.challenge import PHENOMENA, Challenge, challenge
from core.i18n import _
from core.inference.score import Scorer
from gui.plain import as_tooltip
from gui.retranslate import on_language_change
from gui.theme import GAP, set_role, set_variant
from gui.widgets.elided_label import ElidedLabel
from gui.widgets.probability_bars import BarRow, ProbabilityBars
from gui.workers.background import BackgroundTask

_LANGUAGES = {"english": "English", "chinese": "中文"}


class ChallengeView(QWidget):
    """Examines a network on request.

    Signals:
        sentence_chosen: a sentence it got wrong, to be analysed.
        failed: a `NeurariumError`.
    """

    sentence_chosen = Signal(str)
    failed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._scorer: Scorer | None = None
        self._result: Challenge | None = None
        self._task = BackgroundTask(self)
        self._task.done.connect(self._show)
        self._task.failed.connect(self.failed)
        self.start_button = QPushButton()
        set_variant(self.start_button, "primary")
        self.start_button.clicked.connect(self.start)
        self._what = QLabel()
        self._what.setWordWrap(True)
        set_role(self._what, "muted")
        self._summary = ElidedLabel()
        set_role(self._summary, "strong")
        self._wrong_title = ElidedLabel()
        set_role(self._wrong_title, "caption")
        self.bars = ProbabilityBars()
        self.list = QTreeWidget()
        self.list.setColumnCount(2)
        self.list.setHeaderHidden(True)
        self.list.setRootIsDecorated(False)
        self.list.header().setStretchLastSection(False)
        self.list.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.list.header().setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        self.list.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.list.itemActivated.connect(self._choose)
        self._lay_out()
        on_language_change(self, self._set_texts)

    @property
    def is_busy(self) -> bool:
        """Whether a network is being examined."""
        return self._task.is_running

    def result(self) -> Challenge | None:
        """Returns the result, or None before the examination."""
        return self._result

    def set_scorer(self, scorer: Scorer | None) -> None:
        """Removes the result of the last network."""
        if scorer is not self._scorer:
            self._scorer, self._result = scorer, None
            self._task.cancel()
            self._set_texts()

    @Slot()
    def start(self) -> None:
        """Examines the network."""
        if self._scorer is not None:
            self._task.run(challenge, self._scorer)
            self._set_texts()

    def _lay_out(self) -> None:
        left = QVBoxLayout()
        left.addWidget(self._summary)
        left.addWidget(self.bars, 1)
        right = QVBoxLayout()
        right.addWidget(self._wrong_title)
        right.addWidget(self.list, 1)
        self._results = QWidget()
        both = QHBoxLayout(self._results)
        both.setContentsMargins(0, 0, 0, 0)
        both.setSpacing(2 * GAP)
        both.addLayout(left, 2)
        both.addLayout(right, 3)
        self._before = QWidget()
        column = QVBoxLayout(self._before)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._what)
        column.addWidget(self.start_button, 0, Qt.AlignmentFlag.AlignLeft)
        column.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._before)
        layout.addWidget(self._results, 1)

    @Slot(object)
    def _show(self, result: Challenge | None) -> None:
        self._result = result
        self._set_texts()

    @Slot(QTreeWidgetItem)
    def _choose(self, item: QTreeWidgetItem) -> None:
        self.sentence_chosen.emit(item.data(0, Qt.ItemDataRole.DisplayRole))

    def _set_texts(self) -> None:
        self._what.setText(
            _(
                "A few hundred sentences, each hard for one reason: a negation, a contrast, an idiom… "
                "They show what this network has understood of language, and what it has only counted."
            )
        )
        self.start_button.setText(_("Examining…") if self.is_busy else _("Examine this network"))
        self.start_button.setToolTip(_("Ask it about all challenge sentences of the language it knows best"))
        self.start_button.setEnabled(self._scorer is not None and not self.is_busy)
        self._before.setVisible(self._result is None)
        self._results.setVisible(self._result is not None)
        self.bars.setAccessibleName(_("Accuracy by phenomenon"))
        self.bars.setToolTip(_("The share of sentences of each kind it got right; guessing gets half of them"))
        self.list.setAccessibleName(_("Sentences it got wrong"))
        self.list.setToolTip(_("Double-click a sentence, or press Enter on it, to look at it word by word"))
        if self._result is not None:
            self._show_result(self._result)

    def _show_result(self, result: Challenge) -> None:
        counted = [each for each in result.phenomena if each.total]
        total = sum(each.total for each in counted)
        self._summary.setText(
            _("{percent} % of {count} sentences right · {language}").format(
                percent=round(100 * result.accuracy), count=total, language=_LANGUAGES[result.language]
            )
        )
        self.bars.set_rows(
            [BarRow(f"{_(PHENOMENA[each.key])} ({each.total})", each.accuracy) for each in counted],
        )
        wrong = [(each.key, failure) for each in counted for failure in each.failures]
        self._wrong_title.setText(_("{count} wrong, the most confident first").format(count=len(wrong)))
        wrong.sort(key=lambda pair: -max(pair[1].score.probabilities))
        self.list.clear()
        for key, failure in wrong:
            said = _("{phenomenon}: {percent} % positive, right is {label}").format(
                phenomenon=_(PHENOMENA[key]),
                percent=round(100 * failure.score.probability),
                label=_(CLASS_NAMES[failure.sentence.label]),
            )
            item = QTreeWidgetItem(self.list, [failure.sentence.text, said])
            for column in range(2):
                item.setToolTip(column, as_tooltip(f"{failure.sentence.text}\n{said}"))
