"""The time machine: the same text read by every kept epoch of a run, as a heat map of epochs and words."""

from collections.abc import Generator, Sequence

import numpy as np
from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from core.arrays import Floats64
from core.i18n import _
from core.inference.text_time_machine import TextMoment, TextTimeMachine
from core.runs.run import Run
from gui.retranslate import on_language_change
from gui.theme import set_role, set_variant
from gui.widgets.elided_label import ElidedLabel
from gui.widgets.heat_map import HeatMap
from gui.widgets.word_strip import shown
from gui.workers.background import BackgroundTask

_PAUSE_MS = 120


def answers(machine: TextTimeMachine, text: str) -> Generator[list[TextMoment], None, list[TextMoment]]:
    """Yields the answers of a run's kept networks to a text so far, epoch by epoch."""
    machine.refresh()
    found: list[TextMoment] = []
    for moment in machine.history(text):
        found = [*found, moment]
        yield found
    return found


class TimeView(QWidget):
    """Rows are epochs, columns are words; the colour is the score after each word.

    Signals:
        epoch_wanted: the epoch whose network is to read the text.
        failed: a `NeurariumError`.
    """

    epoch_wanted = Signal(int)
    failed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._machine: TextTimeMachine | None = None
        self._text = ""
        self._found: Sequence[TextMoment] = ()
        self.map = HeatMap()
        self.map.cell_changed.connect(self._look_closer)
        self._is_chosen = False
        self._said = ElidedLabel()
        set_role(self._said, "number")
        self._empty = QLabel()
        self._empty.setWordWrap(True)
        set_role(self._empty, "muted")
        self.use_button = QPushButton()
        set_variant(self.use_button, "quiet")
        self.use_button.clicked.connect(self._use)
        top = QHBoxLayout()
        top.addWidget(self._said, 1)
        top.addWidget(self.use_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addLayout(top)
        layout.addWidget(self._empty)
        layout.addWidget(self.map, 1)
        self._task = BackgroundTask(self)
        self._task.progressed.connect(self._show)
        self._task.done.connect(self._show)
        self._task.failed.connect(self.failed)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_PAUSE_MS)
        self._timer.timeout.connect(self._ask)
        on_language_change(self, self._set_texts)

    @property
    def is_busy(self) -> bool:
        """Whether answers are still to come."""
        return self._timer.isActive() or self._task.is_running

    def moments(self) -> Sequence[TextMoment]:
        """Returns the answers."""
        return self._found

    def look_at(self, run: Run, text: str) -> None:
        """Asks all kept networks of `run` about a text."""
        if self._machine is None or self._machine.run.path != run.path:
            self._machine, self._is_chosen = TextTimeMachine(run), False
        if text != self._text:
            self._text, self._is_chosen = text, False
        self._timer.start()

    @Slot()
    def _ask(self) -> None:
        if self._machine is not None:
            self._task.run(answers, self._machine, self._text)

    @Slot(object)
    def _show(self, found: list[TextMoment] | None) -> None:
        if found is None:
            return
        self._found = found
        words = max((len(moment.score.words) for moment in found), default=0)
        if words:
            self.map.set_values(
                self._title(),
                2 * np.stack([self._running(moment) for moment in found]) - 1,
                signed=True,
                rows=[_("epoch {number}").format(number=m.epoch) if m.epoch else _("untrained") for m in found],
                columns=[shown(word.text) for word in found[0].score.words],
            )
            if not self._is_chosen:
                self.map.set_cell(len(found) - 1, words - 1)
        self._set_texts()

    def _about(self) -> int:
        """Returns the class that all rows refer to: the second of two, or the answer of the latest network."""
        latest = self._found[-1].score
        return 1 if len(latest.probabilities) == 2 else latest.index

    def _running(self, moment: TextMoment) -> Floats64:
        return np.asarray(moment.score.running_WK[:, self._about()], np.float64)

    def _title(self) -> str:
        latest = self._found[-1].score
        if len(latest.probabilities) != 2:
            return _("probability of “{name}” after each word: orange below a half, blue above").format(
                name=_(latest.about)
            )
        said = _("score after each word: orange {away}, blue {towards}")
        return said.format(away=_(latest.rival), towards=_(latest.about))

    @Slot()
    def _look_closer(self) -> None:
        self._is_chosen = True
        self._set_texts()

    @Slot()
    def _use(self) -> None:
        row = self.map.cell()[0]
        if 0 <= row < len(self._found):
            self.epoch_wanted.emit(self._found[row].epoch)

    def _set_texts(self) -> None:
        has_words = bool(self._found) and bool(self._found[0].score.words)
        self._empty.setVisible(not has_words)
        self._empty.setText(
            _("Type something: every kept epoch of this network reads it, and you see when it learned which word.")
            if self._machine is None or self._found or self._machine.run.epoch_weights()
            else _("No epochs of this network were kept. Train one with “Keep every epoch” switched on.")
        )
        self.map.setVisible(has_words)
        row, column = self.map.cell()
        is_known = has_words and 0 <= row < len(self._found)
        self.use_button.setVisible(is_known)
        self._said.setText("")
        if not is_known:
            return
        moment = self._found[row]
        after = _("after epoch {number}").format(number=moment.epoch) if moment.epoch else _("before training")
        self.use_button.setText(_("Read with this moment"))
        self.use_button.setToolTip(_("Let the network of this epoch read your text above"))
        if 0 <= column < len(moment.score.words):
            self._said.setText(
                _("{moment}, up to “{word}”: {percent} % {name} · whole text: {whole} %").format(
                    moment=after,
                    word=shown(moment.score.words[column].text),
                    percent=round(100 * float(np.nan_to_num(self._running(moment)[column], nan=0.5))),
                    name=_(self._found[-1].score.about),
                    whole=round(100 * moment.score.probabilities[self._about()]),
                )
            )
