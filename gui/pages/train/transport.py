"""The transport of a training: train, pause, resume, step, stop; its progress; and the live learning rate.

It signals what was pressed and shows what it is given. It knows no session and no config.
"""

from PySide6.QtCore import QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QKeySequence, QMouseEvent, QResizeEvent, QShortcut
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from core.i18n import N_, _
from core.quantities import learning_rate as as_rate
from gui.icons import icon
from gui.retranslate import on_language_change
from gui.theme import GAP, PADDING, set_role, set_variant
from gui.widgets.card import Card
from gui.widgets.log_slider import LogSlider
from gui.widgets.progress import Progress

KEYS = {"train": "Ctrl+Return", "pause": "F6", "step": "F10", "stop": "Ctrl+."}
LEAST_RATE, GREATEST_RATE = 1e-7, 10.0
_ONE_ROW = 720  # if narrower than this, the progress gets a separate row

# For each state of a session, the first button's text, icon, purpose and key.
_GO = {
    "train": (N_("Train"), "play", N_("Start a new run with these settings"), "train"),
    "pause": (N_("Pause"), "pause", N_("Hold the run where it is; nothing is lost"), "pause"),
    "resume": (N_("Resume"), "play", N_("Go on from here"), "pause"),
}


class Transport(Card):
    """Buttons with their keys, a progress bar, and a slider.

    Signals:
        train_wanted, pause_wanted, resume_wanted, step_wanted, stop_wanted: what was pressed, by mouse or key.
        learning_rate_turned: the new base learning rate, during a run.
    """

    train_wanted = Signal()
    pause_wanted = Signal()
    resume_wanted = Signal()
    step_wanted = Signal()
    stop_wanted = Signal()
    learning_rate_turned = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self._state = "idle"
        self._problem = ""
        self._scheduled: float | None = None
        self.go_button, self.step_button, self.stop_button = (_Button(), _Button(), _Button())
        self.progress = Progress()
        self.progress.setMinimumWidth(1)  # may shrink until `_place` gives it a separate row
        self.rate = LogSlider(LEAST_RATE, GREATEST_RATE, N_("Learning rate, live: turn it while the network trains"))
        self.rate.value_changed.connect(self.learning_rate_turned)
        self._rate_title, self._rate_now = QLabel(), QLabel()
        for label in (self._rate_title, self._rate_now):
            set_role(label, "caption")
        self._lay_out()
        self._connect()
        on_language_change(self, self._set_button_texts)

    def show_state(self, state: str) -> None:
        """Offers what can be done in a state of `gui.workers.session.TrainingSession`."""
        self._state = state
        self._update()

    def set_problem(self, problem: str) -> None:
        """Shows why no run can start now, in one translated sentence; empty if one can."""
        self._problem = problem
        self._update()

    def show_learning_rate(self, base: float, now: float | None = None) -> None:
        """Shows the base learning rate and, if a schedule changes it, the current one."""
        with QSignalBlocker(self.rate):
            self.rate.set_value(base)
        is_other = now is not None and abs(now - base) > 0.005 * base
        self._scheduled = now if is_other else None
        self._show_scheduled()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def _lay_out(self) -> None:
        buttons = QHBoxLayout()
        buttons.setSpacing(6)
        for button in (self.go_button, self.step_button, self.stop_button):
            buttons.addWidget(button)
        titles = QHBoxLayout()
        titles.addWidget(self._rate_title)
        titles.addStretch(1)
        titles.addWidget(self._rate_now)
        self._rate_box = QWidget()
        column = QVBoxLayout(self._rate_box)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addLayout(titles)
        column.addWidget(self.rate)
        self._rate_box.setMinimumWidth(146)
        self._rate_box.setMaximumWidth(164)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(GAP)
        self._grid.setVerticalSpacing(10)
        self._grid.setColumnStretch(1, 1)
        self._grid.addLayout(buttons, 0, 0)
        self._grid.addWidget(self._rate_box, 0, 2)
        self.body.addLayout(self._grid)
        self._is_in_one_row: bool | None = None
        self._place()

    def _place(self) -> None:
        in_one_row = self.width() >= _ONE_ROW
        if in_one_row == self._is_in_one_row:
            return
        self._is_in_one_row = in_one_row
        self._grid.removeWidget(self.progress)
        if in_one_row:
            self._grid.addWidget(self.progress, 0, 1, Qt.AlignmentFlag.AlignVCenter)
        else:
            self._grid.addWidget(self.progress, 1, 0, 1, 3)

    def _connect(self) -> None:
        self.go_button.clicked.connect(self._go)
        self.step_button.clicked.connect(self.step_wanted)
        self.stop_button.clicked.connect(self.stop_wanted)
        for name, press in {
            "train": self._press_train,
            "pause": self._press_pause,
            "step": self.step_button.click,
            "stop": self.stop_button.click,
        }.items():
            QShortcut(QKeySequence(KEYS[name]), self, press)

    def _press_train(self) -> None:
        if self._go_means() == "train":
            self.go_button.click()

    def _press_pause(self) -> None:
        if self._go_means() != "train":
            self.go_button.click()

    def _go_means(self) -> str:
        if self._state == "idle":
            return "train"
        return "resume" if self._state in ("paused", "stepping") else "pause"

    def _go(self) -> None:
        meaning = {"train": self.train_wanted, "pause": self.pause_wanted, "resume": self.resume_wanted}
        meaning[self._go_means()].emit()

    def _update(self) -> None:
        state, blocked = self._state, self._state == "idle" and bool(self._problem)
        is_under_way = state in ("training", "paused", "stepping")
        self.go_button.setEnabled(is_under_way or (state == "idle" and not blocked))
        self.step_button.setEnabled(is_under_way or (state == "idle" and not blocked))
        self.stop_button.setEnabled(is_under_way or state == "preparing")
        self._rate_box.setEnabled(is_under_way)
        self._set_button_texts()

    def _set_button_texts(self) -> None:
        means = self._go_means()
        text, name, purpose, key = _GO[means]
        is_primary = means != "pause"
        set_variant(self.go_button, "primary" if is_primary else "")
        self.go_button.setIcon(icon(name, "on_accent" if is_primary else "text"))
        self.go_button.explain(_(text), self._problem if means == "train" and self._problem else _(purpose), KEYS[key])
        self.go_button.reserve([_(each) for each, *_rest in _GO.values()])
        self.step_button.setIcon(icon("step"))
        step = _("Make a single step and pause") if self._state != "idle" else _("Start a run and pause after one step")
        self.step_button.explain(_("Step"), step, KEYS["step"])
        self.stop_button.setIcon(icon("stop", "error" if self.stop_button.isEnabled() else "muted"))
        set_variant(self.stop_button, "danger")
        is_stopping = self._state == "stopping"
        stop = _("Ends after the current batch") if is_stopping else _("End the run; it can be resumed later")
        self.stop_button.explain(_("Stop"), stop, KEYS["stop"])
        self._rate_title.setText(_("live learning rate"))
        self._show_scheduled()

    def _show_scheduled(self) -> None:
        now = self._scheduled
        self._rate_now.setText("" if now is None else _("now {rate}").format(rate=as_rate(now)))
        self._rate_now.setToolTip(_("The learning rate at this step, set by the schedule"))


class _Button(QPushButton):
    """Keeps its width for every text, and takes a double click for one click."""

    def __init__(self) -> None:
        super().__init__()
        self.setIconSize(QSize(16, 16))

    def explain(self, text: str, purpose: str, key: str) -> None:
        self.setText(text)
        self.setAccessibleName(text)
        self.setAccessibleDescription(purpose)
        shown = QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)
        self.setToolTip(f"{purpose} ({shown})")

    def reserve(self, texts: list[str]) -> None:
        """Makes space for the longest of `texts`."""
        metrics = self.fontMetrics()
        longest = max(metrics.horizontalAdvance(text) for text in texts)
        self.setMinimumWidth(longest + self.iconSize().width() + 2 * PADDING + 6)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        event.accept()
