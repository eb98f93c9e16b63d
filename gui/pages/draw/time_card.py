"""A slider over the epochs that a run has kept, and a button that plays them. Knows no network."""

from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSlider, QToolButton, QWidget

from core.i18n import _
from gui.icons import icon
from gui.retranslate import on_language_change
from gui.theme import GAP, set_role
from gui.widgets.card import Card
from gui.widgets.elided_label import ElidedLabel

_PLAY_MS = 500


class TimeCard(Card):
    """Shows which epoch answers.

    Signals:
        epoch_wanted: the epoch that the slider reached; 0 is before training.
    """

    epoch_wanted = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self._epochs: list[int] = []
        self._heading, self._first, self._last, self._now = QLabel(), QLabel(), QLabel(), QLabel()
        set_role(self._heading, "strong")
        self._none = ElidedLabel()
        for label in (self._first, self._last, self._none):
            set_role(label, "caption")
        set_role(self._now, "number")
        self.play_button = QToolButton()
        self.play_button.setIconSize(QSize(14, 14))
        self.play_button.clicked.connect(self._play)
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.valueChanged.connect(self._slide)
        self._timer = QTimer(self)
        self._timer.setInterval(_PLAY_MS)
        self._timer.timeout.connect(self._tick)
        row = QHBoxLayout()
        row.setSpacing(GAP)
        for widget in (self._heading, self.play_button, self._first):
            row.addWidget(widget)
        row.addWidget(self.slider, 1)
        row.addWidget(self._none, 1)
        row.addWidget(self._last)
        row.addWidget(self._now)
        self.add(row)
        self.notice_label = QLabel()
        self.notice_label.setWordWrap(True)
        set_role(self.notice_label, "caption")
        self.notice_label.hide()
        self.add(self.notice_label)
        self.setContentsMargins(0, -6, 0, -6)
        on_language_change(self, self._set_card_texts)

    def set_epochs(self, epochs: Sequence[int]) -> None:
        """Offers these epochs, in order."""
        if list(epochs) != self._epochs:
            self._epochs = list(epochs)
            with QSignalBlocker(self.slider):
                self.slider.setRange(0, max(len(self._epochs) - 1, 0))
            self._set_card_texts()

    def set_notice(self, notice: str) -> None:
        """Shows a translated sentence below the slider, or none."""
        self.notice_label.setText(notice)
        self.notice_label.setVisible(bool(notice))

    def show_epoch(self, epoch: int) -> None:
        """Moves the slider to `epoch` without a signal, if it is one of its epochs."""
        if epoch in self._epochs:
            with QSignalBlocker(self.slider):
                self.slider.setValue(self._epochs.index(epoch))
        self._show_now()

    def epoch(self) -> int | None:
        """Returns the epoch of the slider."""
        return self._epochs[self.slider.value()] if self._epochs else None

    @Slot(int)
    def _slide(self, place: int) -> None:
        self._show_now()
        if self._epochs:
            self.epoch_wanted.emit(self._epochs[place])

    @Slot()
    def _play(self) -> None:
        if self._timer.isActive():
            self._timer.stop()
        else:
            if self.slider.value() == self.slider.maximum():
                self.slider.setValue(0)
            self._timer.start()
        self._show_now()

    @Slot()
    def _tick(self) -> None:
        self.slider.setValue(self.slider.value() + 1)
        if self.slider.value() == self.slider.maximum() or not self.isVisible():
            self._timer.stop()
        self._show_now()

    def _show_now(self) -> None:
        can = len(self._epochs) > 1
        for widget in (self.slider, self.play_button):
            widget.setEnabled(can)
            widget.setVisible(bool(self._epochs))
        self._none.setVisible(not self._epochs)
        is_playing = self._timer.isActive()
        self.play_button.setIcon(icon("pause" if is_playing else "play"))
        purpose = _("Hold it here") if is_playing else _("Play the epochs and watch how the answer develops")
        self.play_button.setToolTip(purpose)
        self.play_button.setAccessibleName(purpose)
        now = self.epoch()
        text = "" if now is None else _("epoch {epoch}").format(epoch=now) if now else _("before training")
        self._now.setText(text)
        self.slider.setAccessibleDescription(text)

    def _set_card_texts(self) -> None:
        self._heading.setText(_("Time machine"))
        self._first.setText(f"{self._epochs[0]:,}" if self._epochs else "")
        self._last.setText(f"{self._epochs[-1]:,}" if self._epochs else "")
        self._none.setText(_("No epochs of this network were kept. Train one with “Keep every epoch” switched on."))
        metrics = self._now.fontMetrics()
        self._now.setMinimumWidth(metrics.horizontalAdvance(_("before training")) + 4 if self._epochs else 0)
        purpose = _("The epoch of the run that answers: see how the answer to this drawing developed")
        for widget in (self.slider, self._heading):
            widget.setToolTip(purpose)
        self.slider.setAccessibleName(purpose)
        self.setAccessibleName(_("Time machine"))
        self._show_now()
