"""The run on the Train page, in training or opened: its config, its progress, and the advice about it.

It listens to the session, reads histories, and signals what is new. It knows no widget.
"""

from dataclasses import dataclass

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from core.errors import NeurariumError
from core.events import Event, RunStarted
from core.i18n import _
from core.runs.config import RunConfig
from core.runs.progress import RunProgress
from core.runs.run import RESUMABLE, Run
from core.training.advice import Advice, advise
from gui.workers.background import BackgroundTask
from gui.workers.session import TrainingSession

_AT_ONCE = 400  # events


@dataclass(frozen=True)
class Opened:
    """The contents of a run's folder."""

    run: Run
    config: RunConfig
    events: list[Event]
    is_resumable: bool


def read(run: Run) -> Opened:
    """Reads the history of a run, and whether it can be resumed.

    Raises:
        NeurariumError: its config cannot be read.
    """
    return Opened(run, run.config, list(run.history()), run.is_resumable())


class WatchedRun(QObject):
    """One run at a time: the run of the session; while that is idle, the opened run.

    Attributes:
        run: its folder, if it has one.
        progress: its state, from its events so far.
        config: its config; None before it has started.
        base_rate: the learning rate that its schedule multiplies, as last set.
        error: the error that ended it, if any.

    Signals:
        cleared: another run follows; nothing is known about it yet.
        started: its `RunStarted`, once, even if it was resumed.
        heard: a list of its new events in order; `started` comes before the first.
        failed_to_open: the `NeurariumError` that says why a run cannot be shown.
    """

    cleared = Signal()
    started = Signal(object)
    heard = Signal(list)
    failed_to_open = Signal(object)

    def __init__(self, session: TrainingSession, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._was_idle = session.state == "idle"
        self._is_opening = self._is_left_over = self._is_rate_unknown = False
        self._unheard: list[Event] = []
        self._forget()
        self._opening = BackgroundTask(self)
        self._opening.done.connect(self._take_up)
        self._opening.failed.connect(self._give_up)
        session.state_changed.connect(self._follow)
        session.batch.connect(self._hear_live)
        session.failed.connect(self._note_error)

    def open(self, run: Run | None) -> None:
        """Signals the events of `run` from its beginning; of the run in training also those that follow."""
        self._clear()
        if run is not None:
            self._is_opening = True
            self._opening.run(read, run)

    def advice(self) -> Advice | None:
        """Returns the advice for the run now."""
        if self.error is not None and self.progress.step > 0:
            what = _("The run could not go on; what it has learned is kept.")
            return Advice("bad", what, _("Resume when that is fixed."))
        if self.config is None or self.progress.started is None:
            return None
        return advise(
            self.config,
            self.progress.epochs,
            classes=len(self.progress.started.class_names),
            learning_rate=self.base_rate,
            ended=self.progress.ended,
        )

    def can_resume(self) -> bool:
        """Whether it is over and can be resumed."""
        ended = self.progress.ended
        was_cut_short = self.error is not None or (ended is not None and ended.reason in RESUMABLE)
        return not self._session.is_running and self.progress.step > 0 and (was_cut_short or self._is_left_over)

    def reads(self) -> str:
        """Returns the modality of its network if it is over and has learned classes; else an empty string."""
        started, ended = self.progress.started, self.progress.ended
        is_good = ended is not None and ended.reason != "diverged" and bool(self.progress.epochs)
        is_good = is_good and started is not None and bool(started.class_names)
        return self.config.model.modality if is_good and self.config is not None else ""

    @Slot(str)
    def _follow(self, state: str) -> None:
        is_idle = state == "idle"
        if self._was_idle and not is_idle:
            self._clear()
        self._was_idle = is_idle

    def _clear(self) -> None:
        self._opening.cancel()
        self._forget()
        self.cleared.emit()

    def _forget(self) -> None:
        self.run: Run | None = self._session.run
        self.progress = RunProgress()
        self.config: RunConfig | None = None
        self.base_rate = 0.0
        self.error: NeurariumError | None = None
        self._is_opening = self._is_left_over = self._is_rate_unknown = False
        self._config_read: RunConfig | None = None
        self._unheard = []

    @Slot(object)
    def _take_up(self, opened: Opened) -> None:
        self._is_opening = False
        if opened.run is not self.run:
            self.error = None  # the error of the run that trained before
        self.run, self._is_left_over = opened.run, opened.is_resumable
        self._config_read = opened.config
        self._unheard = [*opened.events, *self._unheard]
        self._hear_some()

    @Slot(object)
    def _give_up(self, error: NeurariumError) -> None:
        self._is_opening = False
        self.failed_to_open.emit(error)

    @Slot(list)
    def _hear_live(self, events: list[Event]) -> None:
        self._unheard += events
        if not self._is_opening:  # the earlier events are still being read
            self._hear_some()

    @Slot()
    def _hear_some(self) -> None:
        """Handles some of the waiting events, so that the past of a long run does not block the window."""
        some, self._unheard = self._unheard[:_AT_ONCE], self._unheard[_AT_ONCE:]
        if some:
            self._hear(some)
        if self._unheard:
            QTimer.singleShot(0, self, self._hear_some)

    def _hear(self, events: list[Event]) -> None:
        news = []
        for event in events:
            if not self.progress.knows(event):  # the history and the live events overlap
                if isinstance(event, RunStarted):
                    self._note_start(event)
                self.progress.hear(event)
                news.append(event)
        if self._is_rate_unknown and self.progress.step and self.config is not None:
            self.base_rate = self.progress.base_rate(self.config.schedule)
            self._is_rate_unknown = False
        self.heard.emit(news)

    def _note_start(self, event: RunStarted) -> None:
        config = self._config_read or self._session.config
        if self.progress.started is None and self.run is not None and config is not None:
            self.config = config
            self.base_rate = config.optimizer.learning_rate
            # It may have been changed by hand before the run was stopped.
            self._is_rate_unknown = event.first_step > 1 or not self._session.is_running
            self.started.emit(event)

    @Slot(object)
    def _note_error(self, error: NeurariumError) -> None:
        self.error = error
