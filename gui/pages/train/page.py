"""The Train page: settings on the left; transport, curves and advice on the right.

Composes the parts and lets the events of the training session flow to them. Draws nothing itself.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from core.config import RunConfig
from core.errors import NeurariumError
from core.events import EpochDone, Event, RunEnded, RunStarted
from core.i18n import _
from core.presets import CHAPTER
from core.training.advice import Advice, advise
from core.training.run_store import RESUMABLE, Run
from gui.pages.train.account import Account
from gui.pages.train.advice_card import AdviceCard
from gui.pages.train.charts import Charts
from gui.pages.train.forecast import Forecast
from gui.pages.train.overlays import Overlays
from gui.pages.train.settings import GUTTER, SettingsColumn
from gui.pages.train.transport import Transport
from gui.retranslate import on_language_change
from gui.state import AppState
from gui.theme import GAP, PADDING
from gui.workers.background import BackgroundTask

_AT_ONCE = 400  # events


@dataclass(frozen=True)
class Opened:
    """A run as it lies in its folder."""

    run: Run
    config: RunConfig
    events: list[Event]
    is_resumable: bool


def read(run: Run) -> Opened:
    """Reads what a run said, and whether it can go on.

    Raises:
        NeurariumError: its configuration cannot be read.
    """
    return Opened(run, run.config, list(run.history()), run.is_resumable())


class TrainPage(QWidget):
    """Trains networks and shows how.

    Args:
        state: what the pages share. torch must have been imported: the forms list what there is to train.
    """

    def __init__(self, state: AppState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._state = state
        self._session = state.session
        self.account = Account()
        self._run: Run | None = None
        self._config: RunConfig | None = None
        self._base_rate = 0.0
        self._is_rate_unknown = False
        self._advice: Advice | None = None
        self._error: NeurariumError | None = None
        self._is_left_over = self._is_opening = False
        self._unheard: list[Event] = []
        self._was_idle = True
        self._step_first = self._is_waiting = False
        self.settings = SettingsColumn(state.last_config() or CHAPTER.config())
        self.forecast = Forecast()
        self.transport = Transport()
        self.charts = Charts()
        self.overlays = Overlays()
        self.advice = AdviceCard()
        self._opening = BackgroundTask(self)
        self._lay_out()
        self._connect()
        self._follow_settings()
        self._show_state(self._session.state)
        self._open(self._session.run or state.current_run)
        on_language_change(self, self._show_all)

    def apply_config(self, config: RunConfig) -> None:
        """Fills in `config` for the next run; while one goes on it changes nothing."""
        if not self._session.is_running:
            self.settings.set_config(config)

    @Slot()
    def train(self) -> None:
        """Starts a run with the settings as they are."""
        self._start(paused=False)

    @Slot()
    def resume(self) -> None:
        """Goes on with the run on the charts, where it was stopped."""
        if self._run is not None and not self._session.is_running:
            self._begin_when_free(partial(self._state.resume, self._run))

    def _lay_out(self) -> None:
        self.settings.add_card(self.forecast)
        self.charts.add_tool(self.overlays)
        right = QVBoxLayout()
        right.setSpacing(GAP)
        right.addWidget(self.transport)
        right.addWidget(self.charts, 1)
        right.addWidget(self.advice)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(PADDING, PADDING, PADDING, PADDING)
        layout.setSpacing(PADDING - GUTTER)
        layout.addWidget(self.settings)
        layout.addLayout(right, 1)

    def _connect(self) -> None:
        self.settings.changed.connect(self._follow_settings)
        self.settings.problem_changed.connect(self._follow_problem)
        self.forecast.data_known.connect(self.settings.show_data)
        self.transport.train_wanted.connect(self.train)
        self.transport.pause_wanted.connect(self._session.pause)
        self.transport.resume_wanted.connect(self._session.unpause)
        self.transport.step_wanted.connect(self._step)
        self.transport.stop_wanted.connect(self._stop)
        self.transport.learning_rate_turned.connect(self._turn)
        self.advice.try_wanted.connect(self._try)
        self.advice.resume_wanted.connect(self.resume)
        self.charts.export_failed.connect(self._state.report)
        self.overlays.changed.connect(self.charts.set_references)
        self.overlays.failed.connect(self._state.report)
        self._session.batch.connect(self._hear_live)
        self._session.state_changed.connect(self._show_state)
        self._session.failed.connect(self._fail)
        self._opening.done.connect(self._show_opened)
        self._opening.failed.connect(self._fail_to_open)
        self._state.current_run_changed.connect(self._open_current)
        self._state.config_proposed.connect(self.apply_config)
        self._state.run_list_changed.connect(self._look_for_runs)
        self._look_for_runs()

    # -- what the learner does

    @Slot()
    def _follow_settings(self) -> None:
        config = self.settings.config()
        self._state.remember_config(config)
        self.forecast.look_at(self._state.as_run_here(config))
        if not self._session.is_running:
            self.transport.show_learning_rate(_rate(config))

    @Slot()
    def _follow_problem(self) -> None:
        self.transport.set_problem(self.settings.problem())
        self._show_progress()

    def _start(self, *, paused: bool) -> None:
        if not self._session.is_running and not self.settings.problem():
            self._step_first = paused
            self._begin_when_free(partial(self._state.train, self.settings.config(), paused=paused))

    def _begin_when_free(self, begin: Callable[[], bool]) -> None:
        """Begins as soon as no measurement is in progress: it would draw from the run's generator of random numbers."""
        if self._is_waiting:
            return
        self._is_waiting = True
        self.forecast.hold(partial(self._begin, begin))
        self._show_state(self._session.state)

    def _begin(self, begin: Callable[[], bool]) -> None:
        self._is_waiting = False
        if not begin():
            self._show_state(self._session.state)

    @Slot()
    def _step(self) -> None:
        if self._session.is_running:
            self._session.step()
        else:
            self._start(paused=True)

    @Slot()
    def _stop(self) -> None:
        if self._is_waiting:
            self._is_waiting = False
            self._show_state(self._session.state)
        else:
            self._session.stop()

    @Slot(float)
    def _turn(self, rate: float) -> None:
        self._base_rate = rate
        self._session.set_learning_rate(rate)

    @Slot()
    def _try(self) -> None:
        advice = self._advice
        if advice is None:
            return
        if self._session.is_running and advice.learning_rate is not None:
            self._turn(advice.learning_rate)
            self.transport.show_learning_rate(advice.learning_rate)
        elif advice.config is not None:
            self.settings.set_config(advice.config)

    # -- what the session says

    @Slot(str)
    def _show_state(self, state: str) -> None:
        is_idle = state == "idle"
        if self._was_idle and not is_idle:
            self._clear()
        self._was_idle = is_idle
        is_free = is_idle and not self._is_waiting
        self.transport.show_state("preparing" if self._is_waiting else state)
        self.settings.set_locked(not is_free)
        if is_free:
            self.forecast.release()
        elif not self._is_waiting:
            self.forecast.hold()
        self._show_progress()
        self._advise()

    def _clear(self) -> None:
        """Forgets the run before."""
        self._run = self._session.run
        self.account = Account()
        self._config = self._error = None
        self._is_left_over = False
        self._unheard = []
        self._opening.cancel()
        self._is_opening = False
        self.charts.begin("")
        self.forecast.show_ended(None)

    @Slot(list)
    def _hear_live(self, events: list[Event]) -> None:
        self._unheard += events
        if not self._is_opening:  # what went before is still being read
            self._hear_some()

    def _hear_some(self) -> None:
        """Hears a part of what there is, so that the past of a long run does not hold the window up."""
        some, self._unheard = self._unheard[:_AT_ONCE], self._unheard[_AT_ONCE:]
        if some:
            self._hear(some)
        if self._unheard:
            QTimer.singleShot(0, self, self._hear_some)

    def _hear(self, events: list[Event]) -> None:
        news = [event for event in events if not self.account.knows(event)]
        for event in news:
            if isinstance(event, RunStarted):
                self._note_start(event)
            self.account.hear(event)
        self.charts.hear(news)
        if self._is_rate_unknown and self.account.step and self._config is not None:
            self._base_rate = self.account.base_rate(self._config.schedule)
            self._is_rate_unknown = False
        if self.account.ended is not None:
            self.forecast.show_ended(self.account.ended)
        elif self._session.is_running and self.account.started is not None:
            self.transport.show_learning_rate(self._base_rate, self.account.learning_rate)
        self._show_progress()
        if any(isinstance(event, RunStarted | EpochDone | RunEnded) for event in news):
            self._advise()

    def _note_start(self, event: RunStarted) -> None:
        run = self._run
        config = run.config if run is not None else self.settings.config()
        self._config, self._base_rate = config, _rate(config)
        self.forecast.show_parameters(event.parameters)
        # It may have been turned by hand before the run was stopped.
        self._is_rate_unknown = event.first_step > 1 or not self._session.is_running
        self.charts.begin(run.title if run is not None else "")
        if event.first_step > 1 and self._session.is_running:
            self.settings.set_config(config)  # resumed, perhaps from another page
        if self._step_first:
            self._step_first = False
            self._session.step()

    @Slot(object)
    def _fail(self, error: NeurariumError) -> None:
        self._error = error
        self.charts.fail()
        self._show_progress()
        self._advise()

    # -- runs that are over, and those whose beginning was missed

    @Slot()
    def _open_current(self) -> None:
        """Shows the run that another page has chosen."""
        if not self._session.is_running:
            self._clear()
            self._open(self._state.current_run)

    def _open(self, run: Run | None) -> None:
        if run is not None:
            self._is_opening = True
            self._opening.run(read, run)

    @Slot(object)
    def _show_opened(self, opened: Opened) -> None:
        self._is_opening = False
        self._run, self._is_left_over = opened.run, opened.is_resumable
        self._unheard = [*opened.events, *self._unheard]
        self._hear_some()

    @Slot(object)
    def _fail_to_open(self, error: NeurariumError) -> None:
        self._is_opening = False
        self._state.report(error)

    @Slot()
    def _look_for_runs(self) -> None:
        self.overlays.look(self._state.store, self._run.name if self._run is not None else "")

    # -- what is shown

    def _show_progress(self) -> None:
        account, state = self.account, self._session.state
        position, pace = account.position(), account.pace()
        if self._is_waiting:
            position, pace = _("Getting ready…"), ""
        elif state == "idle" and account.started is None:
            position, pace = self.settings.problem() or _("Ready to train"), ""
        elif state == "stopping":
            position = _("Stopping…")
        elif state in ("paused", "stepping"):
            position = _("Paused · {position}").format(position=position)
        self.transport.progress.set_fraction(account.fraction())
        self.transport.progress.set_captions(position, pace)

    def _advise(self) -> None:
        account, is_running = self.account, self._session.is_running
        self._advice = None
        if self._error is not None and account.step > 0:
            what, proposal = (
                _("The run could not go on; what it has learned is kept."),
                _("Resume when that is mended."),
            )
            self._advice = Advice("bad", what, proposal)
        elif self._config is not None and account.started is not None:
            self._advice = advise(
                self._config,
                account.epochs,
                classes=len(account.started.class_names),
                learning_rate=self._base_rate,
                ended=account.ended,
            )
        was_cut_short = self._error is not None or (account.ended is not None and account.ended.reason in RESUMABLE)
        can_resume = not is_running and account.step > 0 and (was_cut_short or self._is_left_over)
        self.advice.show_advice(self._advice, is_running=is_running, can_resume=can_resume)

    def _show_all(self) -> None:
        self._show_progress()
        self._advise()
        self._look_for_runs()


def _rate(config: RunConfig) -> float:
    optimizer: Any = config.optimizer
    return float(optimizer.learning_rate)
