"""A training as the window sees it: it can be started, paused, stepped and stopped, and reports five times a second.

The training itself is `core.training.loop.fit`. A separate thread runs it and touches no widget: it appends events to a
deque, and a timer in the window's thread passes them on. Knows no page.
"""

import contextlib
import math
import threading
import time
from collections import deque
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QObject, QThread, QTimer, Signal, Slot

from core import allocator
from core.errors import NeurariumError
from core.i18n import _
from gui import crash
from gui.workers.threads import STACK, give_way, keep_to_one_thread

if TYPE_CHECKING:
    from core.events import Event, RunEnded, RunStarted
    from core.runs.config import RunConfig
    from core.runs.progress import RunProgress
    from core.runs.run import Run

State = Literal["idle", "preparing", "training", "paused", "stepping", "stopping"]

TICK_MS = 200  # repainting more often slows training down
CADENCE = 1 / 10
_SETTLED_S = 0.06  # a training waits so long until the window has painted that it begins


class TrainingSession(QObject):
    """One training at a time. All signals are emitted in the thread in which this object was made.

    `batch` carries all events since the last tick, in order. A resumed training repeats its past: after `RunStarted`
    come the `StepsDone` and `EpochDone` of its history, then the new ones. At the end of a training there is a last
    `batch`, then `state_changed("idle")`, then `ended` or `failed`; from then on a new one may be started.

    Signals:
        batch: a list of `core.events.Event`, never empty.
        ended: the `core.events.RunEnded` that says why; after `stop` too.
        failed: the `NeurariumError` to show. The run can be resumed if it had begun to train. An error that was not
            expected is a `gui.crash.UnexpectedError` with `details`.
        state_changed: the new `State`.
    """

    batch = Signal(list)
    ended = Signal(object)
    failed = Signal(object)
    state_changed = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._worker: _Worker | None = None
        self._state: State = "idle"
        self._timer = QTimer(self)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self._tick)

    @property
    def state(self) -> State:
        """The state of the training."""
        return self._state

    @property
    def is_running(self) -> bool:
        """Whether there is a training, even a paused one."""
        return self._worker is not None

    @property
    def config(self) -> "RunConfig | None":
        """The config of the training, if there is one; that of a resumed run is known when it starts."""
        return self._worker.config if self._worker is not None else None

    @property
    def run(self) -> "Run | None":
        """The folder of the training in progress; None if there is none or it keeps no run."""
        return self._worker.run_folder if self._worker is not None else None

    def start(self, config: "RunConfig", run: "Run | None" = None, *, paused: bool = False) -> None:
        """Starts a training.

        Args:
            config: what to train.
            run: the folder to keep it in; None keeps nothing.
            paused: prepares everything and waits before the first step.
        """
        self._begin(config, run, paused)

    def resume(self, run: "Run", *, paused: bool = False) -> None:
        """Resumes `run` from its last checkpoint, with its own config."""
        self._begin(None, run, paused)

    @Slot()
    def pause(self) -> None:
        """Pauses the training after the current steps; while it prepares, before its first step."""
        self._let(0)

    @Slot()
    def unpause(self) -> None:
        """Continues after a pause or single steps."""
        self._let(math.inf)

    @Slot()
    def step(self) -> None:
        """Pauses if necessary and makes a single step. Called again before that is done, it makes one more."""
        if self._worker is not None:
            self._worker.gate.add_one()
            self._update_state()

    @Slot()
    def stop(self) -> None:
        """Ends the training after the current batch; it can be resumed. Does nothing if there is none."""
        if self._worker is not None:
            self._worker.gate.stop()
            self._worker.control.cadence = self._worker.control.not_before = 0.0
            self._update_state()

    @Slot(float)
    def set_learning_rate(self, rate: float) -> None:
        """Makes `rate` the base learning rate from the next step on; the schedule multiplies it as before."""
        if self._worker is not None:
            self._worker.control.learning_rate = rate

    def hold_off(self, seconds: float) -> None:
        """Makes no step for so long from now on, because the window is about to do much at once and would stutter.

        A later call replaces the time.
        """
        if self._worker is not None and not self._worker.gate.is_stopped:
            self._worker.control.not_before = time.perf_counter() + seconds

    def wait(self, milliseconds: int) -> bool:
        """Waits up to `milliseconds` for the end of the training and its last signals; returns whether it has ended.

        Call `stop` first. For the end of the application only, since it blocks the window.
        """
        if self._worker is None:
            return True
        done = self._worker.wait(milliseconds)
        if done:
            self._finish()
        return done

    def _begin(self, config: "RunConfig | None", run: "Run | None", paused: bool) -> None:
        assert self._worker is None, "one training at a time"
        keep_to_one_thread()
        self._worker = _Worker(config, run, 0 if paused else math.inf)
        self._worker.finished.connect(self._finish)
        self._worker.start(QThread.Priority.LowPriority)
        self._timer.start()
        self._update_state()

    def _let(self, steps: float) -> None:
        if self._worker is not None:
            self._worker.gate.let(steps)
            self._update_state()

    @Slot()
    def _tick(self) -> None:
        worker = self._worker
        if worker is None:
            return
        events = []
        while worker.heard:
            events.append(worker.heard.popleft())
        if events:
            self.batch.emit(events)
        self._update_state()

    @Slot()
    def _finish(self) -> None:
        worker = self._worker
        if worker is None or not worker.isFinished():
            return  # `wait` has finished this training already
        self._timer.stop()
        self._tick()
        self._worker = None
        worker.deleteLater()
        self._update_state()
        if worker.error is not None:
            self.failed.emit(worker.error)
        else:
            self.ended.emit(worker.ending)

    def _update_state(self) -> None:
        state: State = self._worker.state() if self._worker is not None else "idle"
        if state != self._state:
            self._state = state
            self.state_changed.emit(state)


class _Gate:
    """Lets the worker make any number of steps, none, or so many. One thread sets it, another waits at it.

    A queued slot would never run in a thread that is busy with training.
    """

    def __init__(self, steps: float) -> None:
        self._changed = threading.Condition()
        self.steps = steps
        self.is_stopped = False

    def let(self, steps: float) -> None:
        with self._changed:
            self.steps = steps
            self._changed.notify()

    def add_one(self) -> None:
        with self._changed:
            self.steps = 1 if math.isinf(self.steps) else self.steps + 1
            self._changed.notify()

    def stop(self) -> None:
        with self._changed:
            self.is_stopped = True
            self._changed.notify()

    def wait(self) -> None:
        """Returns when a step may be made or the training was stopped."""
        with self._changed:
            self._changed.wait_for(lambda: self.steps > 0 or self.is_stopped)

    def count(self) -> None:
        """Counts a step that was made."""
        with self._changed:
            self.steps = max(self.steps - 1, 0)


class _Worker(QThread):
    """Runs one training from beginning to end. Then the session reads the result from its attributes."""

    def __init__(self, config: "RunConfig | None", run: "Run | None", steps: float) -> None:
        from core.training.loop import Control

        super().__init__()
        self.setStackSize(STACK)
        self.config = config
        self.run_folder = run
        self.gate = _Gate(steps)
        self.control = Control(cadence=CADENCE)
        self.heard: deque[Event] = deque()
        self.is_prepared = False
        self.ending: RunEnded | None = None
        self.error: NeurariumError | None = None

    def state(self) -> State:
        if self.gate.is_stopped:
            return "stopping"
        if not self.is_prepared:
            return "preparing"
        steps = self.gate.steps
        return "training" if math.isinf(steps) else "stepping" if steps else "paused"

    def run(self) -> None:
        give_way()
        time.sleep(_SETTLED_S)
        try:
            self._pull()
        except NeurariumError as error:
            self.error = error
        except Exception as error:  # noqa: BLE001 (nobody else could report it)
            self.error = crash.unexpected(error)
        allocator.hand_back()

    def _pull(self) -> None:
        from core.events import RunEnded, RunStarted, StepsDone
        from core.runs.progress import RunProgress
        from core.training.loop import fit

        if self.config is None:
            assert self.run_folder is not None
            self.config = self.run_folder.config
        progress = RunProgress()
        # The generator is closed in the thread in which it ran, since what it holds belongs to this thread.
        with contextlib.closing(fit(self.config, self.run_folder, self.control)) as events:
            while self.ending is None:
                if self.is_prepared:
                    self.gate.wait()
                if self.gate.is_stopped:
                    break
                self.control.cadence = CADENCE if math.isinf(self.gate.steps) else 0.0
                event = next(events)
                progress.hear(event)
                self.heard.append(event)
                if isinstance(event, RunStarted):
                    self._tell_past(event, progress)
                    self.is_prepared = True
                elif isinstance(event, StepsDone):
                    self.gate.count()
                elif isinstance(event, RunEnded):
                    self.ending = event
        if self.ending is None:
            kept = self.run_folder.ending() if self.run_folder is not None and self.is_prepared else None
            self.ending = kept or _stopped(progress)
            self.heard.append(self.ending)

    def _tell_past(self, started: "RunStarted", progress: "RunProgress") -> None:
        from core.events import EpochDone, StepsDone

        if self.run_folder is not None and started.first_step > 1:
            # A run that was resumed ends its history here; the generator does not run now, so nothing is added to it.
            past = list(self.run_folder.history(StepsDone, EpochDone))
            for event in past:
                progress.hear(event)
            self.heard.extend(past)


def _stopped(progress: "RunProgress") -> "RunEnded":
    """Returns the end of a training that was stopped, since a closed generator yields nothing more."""
    from core.events import RunEnded

    step, best = progress.step, progress.best
    message = _("Stopped. It can be resumed where it left off.") if step else _("Stopped before it began.")
    return RunEnded(
        reason="stopped",
        message=message,
        epoch=progress.epochs_done,
        step=step,
        seconds=progress.seconds,
        samples_per_second=progress.speed,
        best_epoch=best.epoch if best else None,
    )
