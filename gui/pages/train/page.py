"""The Train page: settings on the left; transport, curves and advice on the right.

It composes the parts and passes the events of the run to them. It draws nothing itself.
"""

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from core.errors import NeurariumError
from core.events import EpochDone, Event, Preparing, RunEnded, RunStarted
from core.i18n import _
from core.runs.config import RunConfig
from core.runs.presets import CHAPTER
from core.runs.progress import RunProgress
from gui.pages.train.advice_card import AdviceCard
from gui.pages.train.charts import Charts
from gui.pages.train.forecast import Forecast
from gui.pages.train.overlays import Overlays
from gui.pages.train.settings import GUTTER, SettingsColumn
from gui.pages.train.transport import Transport
from gui.pages.train.watched_run import WatchedRun
from gui.retranslate import on_language_change
from gui.state import AppState
from gui.theme import GAP, PADDING
from gui.widgets.scrolled import scrolled

_ONE_CHART = 200  # pixels


class TrainPage(QWidget):
    """Trains networks and shows how they learn.

    Args:
        state: the shared state of the pages. torch must have been imported, since the forms list what can be trained.
    """

    def __init__(self, state: AppState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._state = state
        self._session = state.session
        self._watched = WatchedRun(state.session, self)
        self._step_first = False
        self.settings = SettingsColumn(state.last_config() or CHAPTER.config())
        self.forecast = Forecast(state.store)
        self.transport = Transport()
        self.charts = Charts(self.settings.config().objective.metrics)
        self.overlays = Overlays()
        self.advice = AdviceCard()
        self._lay_out()
        self._connect()
        self._follow_settings()
        self._watched.open(self._session.run or state.current_run)
        self._show_state()
        on_language_change(self, self._show_all)

    @property
    def progress(self) -> RunProgress:
        """The state of the run on the page, from its events so far."""
        return self._watched.progress

    def apply_config(self, config: RunConfig) -> None:
        """Fills in `config` for the next run; does nothing during a training."""
        if not self._session.is_running:
            self.settings.set_config(config)

    @Slot(str)
    def _use(self, page: str) -> None:
        self._state.set_current_run(self._watched.run)
        self._state.open_page(page)

    @Slot()
    def train(self) -> None:
        """Starts a run with the current settings."""
        self._start(paused=False)

    @Slot()
    def resume(self) -> None:
        """Resumes the run on the page where it was stopped."""
        if self._watched.run is not None and not self._session.is_running:
            self._state.resume(self._watched.run)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.forecast.look_again()  # more drawings may have been kept meanwhile

    def _lay_out(self) -> None:
        self.settings.add_card(self.forecast)
        self.charts.add_tool(self.overlays)
        right = QVBoxLayout()
        right.setSpacing(GAP)
        right.addWidget(self.transport)
        right.addWidget(self._scrolled_charts(), 1)
        right.addWidget(self.advice)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(PADDING, PADDING, PADDING, PADDING)
        layout.setSpacing(PADDING - GUTTER)
        layout.addWidget(self.settings)
        layout.addLayout(right, 1)

    def _scrolled_charts(self) -> QScrollArea:
        """Returns the charts in an area that scrolls if a low window has space for only one of them."""
        self.charts.setObjectName("clear")
        scroll = scrolled(self.charts)
        scroll.setMinimumHeight(_ONE_CHART)
        return scroll

    def _connect(self) -> None:
        self.settings.changed.connect(self._follow_settings)
        self.settings.problem_changed.connect(self._follow_problem)
        self.forecast.data_known.connect(self.settings.show_data)
        self.forecast.threads_wanted.connect(self._set_threads)
        self.transport.train_wanted.connect(self.train)
        self.transport.pause_wanted.connect(self._session.pause)
        self.transport.resume_wanted.connect(self._session.unpause)
        self.transport.step_wanted.connect(self._step)
        self.transport.stop_wanted.connect(self._stop)
        self.transport.learning_rate_turned.connect(self._turn)
        self.advice.try_wanted.connect(self._try)
        self.advice.resume_wanted.connect(self.resume)
        self.advice.next_wanted.connect(self._use)
        self.charts.export_failed.connect(self._state.report)
        self.overlays.changed.connect(self.charts.set_references)
        self.overlays.failed.connect(self._state.report)
        self._watched.cleared.connect(self._clear)
        self._watched.started.connect(self._show_start)
        self._watched.heard.connect(self._show_news)
        self._watched.failed_to_open.connect(self._state.report)
        self._session.state_changed.connect(self._show_state)
        self._session.failed.connect(self._show_failure)
        self._state.current_run_changed.connect(self._open_current)
        self._state.config_proposed.connect(self.apply_config)
        self._state.threads_changed.connect(self._follow_settings)
        self._state.run_list_changed.connect(self._look_for_runs)
        self._look_for_runs()

    # -- what the user does

    @Slot()
    def _follow_settings(self) -> None:
        config = self.settings.config()
        self._state.remember_config(config)
        self.forecast.look_at(self._state.as_run_here(config))
        if not self._session.is_running:
            self.transport.show_learning_rate(config.optimizer.learning_rate)

    @Slot()
    def _follow_problem(self) -> None:
        self.transport.set_problem(self.settings.problem())
        self._show_progress()
        self._advise()

    @Slot(int)
    def _set_threads(self, threads: int) -> None:
        config = self.settings.config()
        self.apply_config(config.with_changes(training=config.training.model_copy(update={"threads": threads})))

    def _start(self, *, paused: bool) -> None:
        if not self._session.is_running and not self.settings.problem():
            self._step_first = self._state.train(self.settings.config(), paused=paused) and paused

    @Slot()
    def _step(self) -> None:
        if self._session.is_running:
            self._session.step()
        else:
            self._start(paused=True)

    @Slot()
    def _stop(self) -> None:
        self._session.stop()

    @Slot(float)
    def _turn(self, rate: float) -> None:
        self._watched.base_rate = rate
        self._session.set_learning_rate(rate)

    @Slot()
    def _try(self) -> None:
        advice = self._watched.advice()
        if advice is None:
            return
        if self._session.is_running and advice.learning_rate is not None:
            self._turn(advice.learning_rate)
            self.transport.show_learning_rate(advice.learning_rate)
        elif advice.config is not None:
            self.apply_config(advice.config)

    @Slot()
    def _open_current(self) -> None:
        """Shows the run that another page has chosen."""
        run = self._state.current_run
        if not self._session.is_running and (run is None or run is not self._watched.run):
            self._watched.open(run)

    # -- what the run reports

    @Slot()
    def _clear(self) -> None:
        self.charts.begin("")
        self.forecast.show_ended(None)
        self._show_progress()
        self._advise()

    @Slot(object)
    def _show_start(self, event: RunStarted) -> None:
        run, config = self._watched.run, self._watched.config
        self.charts.begin(run.title if run is not None else "")
        if self._session.is_running:
            self.forecast.show_parameters(event.parameters)
        if event.first_step > 1 and config is not None and self._session.is_running:
            self.settings.set_config(config)  # resumed, perhaps from another page
        if self._step_first:
            self._step_first = False
            self._session.step()

    @Slot(list)
    def _show_news(self, news: list[Event]) -> None:
        progress = self.progress
        self.charts.hear(news)
        for event in news:
            if isinstance(event, Preparing) and event.notice:
                self._state.noticed.emit(event.notice)
        if progress.ended is not None:
            self.forecast.show_ended(progress.ended)
        elif self._session.is_running and progress.started is not None:
            self.transport.show_learning_rate(self._watched.base_rate, progress.learning_rate)
        self._show_progress()
        if any(isinstance(event, RunStarted | EpochDone | RunEnded) for event in news):
            self._advise()

    @Slot(object)
    def _show_failure(self, _error: NeurariumError) -> None:
        self.charts.fail()
        self._show_progress()
        self._advise()

    @Slot()
    def _look_for_runs(self) -> None:
        run = self._watched.run
        self.overlays.look(self._state.store, run.name if run is not None else "")

    # -- what the page shows

    @Slot()
    def _show_state(self) -> None:
        state = self._session.state
        is_free = state == "idle"
        self.transport.show_state(state)
        self.settings.set_locked(not is_free)
        if is_free:
            self._step_first = False  # a run that was to make a single step may have been stopped first
            self.forecast.release()
        else:
            self.forecast.hold()
        self._show_progress()
        self._advise()

    def _show_progress(self) -> None:
        progress, state, problem = self.progress, self._session.state, self.settings.problem()
        position, pace = progress.position(), progress.pace()
        if state == "idle" and (problem or progress.started is None):
            position, pace = problem or _("Ready to train"), ""
        elif state == "stopping":
            position = _("Stopping…")
        elif state in ("paused", "stepping"):
            position = _("Paused · {position}").format(position=position)
        self.transport.progress.set_fraction(progress.fraction())
        self.transport.progress.set_captions(position, pace)

    def _advise(self) -> None:
        self.advice.show_advice(
            self._watched.advice(),
            is_running=self._session.is_running,
            can_resume=self._watched.can_resume(),
            reads="" if self._session.is_running else self._watched.reads(),
            problem=self.settings.problem(),
        )

    def _show_all(self) -> None:
        self._show_progress()
        self._advise()
        self._look_for_runs()
