"""Short jobs in background threads: a prediction, an estimate, a search through a folder.

A job is any function that knows no Qt. If it returns a generator, the generator is run: what it yields is progress,
what it returns is the result, and it can be cancelled at each `yield`. Knows no page.
"""

import contextlib
import os
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Generator
from typing import Any

import shiboken6
from PySide6.QtCore import QCoreApplication, QObject, Qt, QThread, QThreadPool, Signal, Slot

from core.errors import NeurariumError, machine_errors
from gui import crash
from gui.workers.threads import give_way, keep_to_one_thread

# More than one, so that a long job does not block all others; more than the processors would only compete.
_THREADS = min(max(os.cpu_count() or 1, 2), 3)
_PROMPT_THREADS = 2  # separate ones, so that an answer never waits for an explanation or an estimate
# A thread in which torch has started helper threads slows a training as long as it lives, even while it sleeps.
_EXPIRY_MS = 1000
_PROGRESS_S = 0.05
_LOOK_S = 0.01  # how often a paused job checks whether it may go on
_SHOWN_S = 0.03  # time for the window to show an answer that the user waits for


class BackgroundTask(QObject):
    """Runs one job at a time for one purpose. Its signals are emitted in the thread in which this object was made.

    A job that is requested while another one runs waits. It replaces a waiting job, unless the task loses none.

    Args:
        parent: the owner; nothing is signalled after its end.
        drops_stale: whether a new request cancels the running job, which then signals nothing. If not, the result of
            that job is still delivered: for results that follow something live, such as a drawing.
        loses_none: whether all requested jobs are done, one after the other, even if the application ends: for jobs
            that change files. Such a task never drops a stale job.
        is_prompt: whether the user waits with the pen or the keys: for short answers only. Such jobs wait for no others
            and do not give way to a training. Another job that is about to begin while the window shows a result waits
            once until it is shown.

    Signals:
        done: the result of the function or generator.
        failed: the `NeurariumError` to show; a `gui.crash.UnexpectedError` if the error was not expected.
        progressed: what a generator yielded last, at most twenty times a second.
    """

    done = Signal(object)
    failed = Signal(object)
    progressed = Signal(object)

    def __init__(
        self,
        parent: QObject | None = None,
        *,
        drops_stale: bool = True,
        loses_none: bool = False,
        is_prompt: bool = False,
    ) -> None:
        super().__init__(parent)
        self._drops_stale = drops_stale and not loses_none
        self.loses_none = loses_none
        self.is_prompt = is_prompt
        self._current: _Job | None = None
        self._waiting: deque[_Job] = deque()

    @property
    def is_running(self) -> bool:
        """Whether a job runs or waits."""
        return self._current is not None

    def run(self, function: Callable[..., Any], *arguments: Any, **settings: Any) -> None:
        """Calls `function` in another thread. Then `done` or `failed` is emitted, unless it is cancelled."""
        job = _Job(self, function, arguments, settings)
        if self._current is None:
            self._start(job)
            return
        if not self.loses_none:
            self._waiting.clear()
        self._waiting.append(job)
        if self._drops_stale:
            self._current.is_cancelled.set()

    @Slot()
    def cancel(self) -> None:
        """Cancels the waiting and the running job, which signal nothing more. A generator ends at its next `yield`."""
        self._waiting.clear()
        if self._current is not None:
            self._current.is_cancelled.set()

    def do_what_waits(self) -> None:
        """Runs the waiting jobs in the calling thread without signals. For the end of the application."""
        while self._waiting:
            self._waiting.popleft().work(lambda *_told: None)

    def _start(self, job: "_Job") -> None:
        self._current = job
        _job_pool().start(job)

    def _hear(self, job: "_Job", kind: str, value: Any) -> None:
        """Handles in the window's thread what a job reports. "progressed" does not end the job."""
        is_wanted = not job.is_cancelled.is_set()
        if kind != "progressed":
            self._current = None
            if self._waiting:
                self._start(self._waiting.popleft())
        if is_wanted:
            getattr(self, kind).emit(value)


def hold_off(seconds: float) -> None:
    """Pauses all jobs but the prompt ones for so long from now on, each at its beginning or its next `yield`.

    Beside them, the window would stutter in what it is about to do.
    """
    _job_pool().quiet.ask_for(seconds)


def finish(milliseconds: int = 5000) -> bool:
    """Cancels all jobs except those that must not be lost, and waits for their threads; returns whether all have ended.

    For the end of the application.
    """
    return _job_pool().finish(milliseconds)


class _Job:
    """A call to make, and the state of it."""

    def __init__(
        self, task: BackgroundTask, function: Callable[..., Any], arguments: tuple[Any, ...], settings: dict[str, Any]
    ) -> None:
        self.task = task
        self.is_prompt, self.loses_none = task.is_prompt, task.loses_none
        self.is_cancelled = threading.Event()
        self._call = lambda: function(*arguments, **settings)

    def work(self, tell: Callable[["_Job", str, Any], None], quiet: "_Quiet | None" = None) -> None:
        """Runs the job in the calling thread. With a `quiet`, lowers the priority of the thread and waits for it."""
        if quiet is not None:
            give_way()
            quiet.begin(self.is_cancelled)
        if "torch" in sys.modules:
            keep_to_one_thread()  # a job that needs more sets it itself
        try:
            with machine_errors():
                result = None if self.is_cancelled.is_set() else self._call()
                if isinstance(result, Generator):
                    result = self._pull(result, tell, quiet)
        except NeurariumError as error:
            tell(self, "failed", error)
        except Exception as error:  # noqa: BLE001 (nobody else could report it)
            tell(self, "failed", crash.unexpected(error))
        else:
            tell(self, "done", result)

    def _pull(
        self, steps: Generator[Any, None, Any], tell: Callable[["_Job", str, Any], None], quiet: "_Quiet | None"
    ) -> Any:
        told = 0.0
        while not self.is_cancelled.is_set():
            try:
                progress = next(steps)
            except StopIteration as end:
                return end.value
            if time.monotonic() - told >= _PROGRESS_S:
                told = time.monotonic()
                tell(self, "progressed", progress)
            if quiet is not None:
                quiet.keep(self.is_cancelled)
        steps.close()
        return None


class _Quiet:
    """A time in which only the window works. It is set in the window's thread and kept by the others."""

    def __init__(self) -> None:
        self._until = self._shown = 0.0

    def ask_for(self, seconds: float) -> None:
        """Sets it to last for so long from now on."""
        self._until = time.monotonic() + seconds

    def show(self) -> None:
        """Marks that the window begins to show an answer."""
        self._shown = time.monotonic() + _SHOWN_S

    def end(self) -> None:
        """Ends it: nobody waits any longer."""
        self._until = self._shown = 0.0

    def begin(self, is_cancelled: threading.Event) -> None:
        """Returns when a job may begin.

        It waits for the answer that is being shown, not for later ones: while the user draws, these never end.
        """
        is_cancelled.wait(max(self._shown - time.monotonic(), 0))
        self.keep(is_cancelled)

    def keep(self, is_cancelled: threading.Event) -> None:
        """Returns when the quiet time is over or the waiting job is cancelled."""
        while time.monotonic() < self._until and not is_cancelled.wait(_LOOK_S):
            pass


class _JobPool(QObject):
    """The threads, and the way of their results back to the window's thread; one for each application.

    Jobs report to this object and not to their task, which may no longer exist when they end.
    """

    _told = Signal(object, str, object)

    def __init__(self, application: QCoreApplication) -> None:
        super().__init__(application)
        self.quiet = _Quiet()
        self._jobs: set[_Job] = set()
        self._usual, self._prompt = QThreadPool(self), QThreadPool(self)
        self._usual.setMaxThreadCount(_THREADS)
        self._usual.setThreadPriority(QThread.Priority.LowPriority)
        self._prompt.setMaxThreadCount(_PROMPT_THREADS)
        for pool in (self._usual, self._prompt):
            pool.setExpiryTimeout(_EXPIRY_MS)
        self._told.connect(self._pass_on)

    def start(self, job: _Job) -> None:
        self._jobs.add(job)
        if job.is_prompt:
            self._prompt.start(lambda: job.work(self._tell))
        else:
            self._usual.start(lambda: job.work(self._tell, self.quiet))

    def _tell(self, job: _Job, kind: str, value: Any) -> None:
        with contextlib.suppress(RuntimeError):  # the application has ended
            self._told.emit(job, kind, value)

    def finish(self, milliseconds: int) -> bool:
        self.quiet.end()
        kept = [job for job in self._jobs if job.loses_none and shiboken6.isValid(job.task)]
        for job in self._jobs.difference(kept):
            job.is_cancelled.set()
            if shiboken6.isValid(job.task):
                job.task.cancel()  # otherwise the next waiting job would begin when this one ends
        ended = [pool.waitForDone(milliseconds) for pool in (self._prompt, self._usual)]
        for job in kept:
            if all(ended):
                job.task.do_what_waits()
        return all(ended)

    @Slot(object, str, object)
    def _pass_on(self, job: _Job, kind: str, value: Any) -> None:
        if kind != "progressed":
            self._jobs.discard(job)
        if job.is_prompt:
            self.quiet.show()
        if shiboken6.isValid(job.task):
            job.task._hear(job, kind, value)


def _job_pool() -> _JobPool:
    application = QCoreApplication.instance()
    assert application is not None, "background tasks need a QApplication first"
    found = application.findChild(_JobPool, "", Qt.FindChildOption.FindDirectChildrenOnly)
    return found if isinstance(found, _JobPool) else _JobPool(application)
