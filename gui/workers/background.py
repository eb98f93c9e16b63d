"""Short jobs beside the window: a prediction, an estimate, a look through a folder.

A job is any function that knows no Qt. If it returns a generator, that is pulled: what it yields is progress, what it
returns is the result, and it can be cancelled in between. Knows no page.
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

# One that takes long never keeps all others waiting; more of them than processors would only be in each other's way.
_THREADS = min(max(os.cpu_count() or 1, 2), 3)
_PROMPT_THREADS = 2  # of their own, so that no explanation and no estimate keeps an answer waiting
# A thread with helpers of torch's own makes a training beside it slower for as long as it lives, even asleep.
_EXPIRY_MS = 1000
_PROGRESS_S = 0.05
_LOOK_S = 0.01  # how often a job that is held off looks whether it may go on
_SHOWN_S = 0.03  # for the window to show an answer that somebody waits for


class BackgroundTask(QObject):
    """One purpose, one job at a time. Its signals come in the thread in which this object was made.

    A job asked for while another is in progress waits, and takes the place of one that waits already unless the task
    loses none.

    Args:
        parent: what it belongs to; with its end nothing more is said.
        drops_stale: whether a job in progress is cancelled, and says nothing more, when another is asked for. Without,
            its result is still delivered: for results that follow something live, such as a drawing.
        loses_none: whether all that was asked for is done, one after the other, even if the application ends meanwhile:
            for what changes files. Such a task drops nothing stale either.
        is_prompt: whether somebody watches the pen or the keys and waits: short answers only. Such jobs wait for no
            others, and do not give way to a training; another job that is to begin while the window shows a result
            waits until it is shown, once.

    Signals:
        done: the result of the function or generator.
        failed: the `NeurariumError` to show, a `gui.crash.UnexpectedError` if nobody expected it.
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
        """Whether a job is in progress or waits."""
        return self._current is not None

    def run(self, function: Callable[..., Any], *arguments: Any, **settings: Any) -> None:
        """Calls `function` in another thread; exactly one of `done` and `failed` follows, unless it is cancelled."""
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
        """Forgets what waits and what is in progress: it says nothing more. A generator ends at its next `yield`."""
        self._waiting.clear()
        if self._current is not None:
            self._current.is_cancelled.set()

    def do_what_waits(self) -> None:
        """Does the waiting jobs in the calling thread, and tells nobody. For the end of the application."""
        while self._waiting:
            self._waiting.popleft().work(lambda *_told: None)

    def _start(self, job: "_Job") -> None:
        self._current = job
        _job_pool().start(job)

    def _hear(self, job: "_Job", kind: str, value: Any) -> None:
        """Is told in the window's thread what became of a job; "progressed" is not the end of it."""
        is_wanted = not job.is_cancelled.is_set()
        if kind != "progressed":
            self._current = None
            if self._waiting:
                self._start(self._waiting.popleft())
        if is_wanted:
            getattr(self, kind).emit(value)


def hold_off(seconds: float) -> None:
    """Keeps all jobs but the prompt ones back for so long from now on, each at its beginning or its next `yield`.

    What the window is about to do at once would stutter beside them.
    """
    _job_pool().quiet.ask_for(seconds)


def finish(milliseconds: int = 5000) -> bool:
    """Cancels all jobs but those that may not be lost, and waits for their threads; returns whether all have ended.

    For the end of the application.
    """
    return _job_pool().finish(milliseconds)


class _Job:
    """A call to be made, and what is told of it."""

    def __init__(
        self, task: BackgroundTask, function: Callable[..., Any], arguments: tuple[Any, ...], settings: dict[str, Any]
    ) -> None:
        self.task = task
        self.is_prompt, self.loses_none = task.is_prompt, task.loses_none
        self.is_cancelled = threading.Event()
        self._call = lambda: function(*arguments, **settings)

    def work(self, tell: Callable[["_Job", str, Any], None], quiet: "_Quiet | None" = None) -> None:
        """Does the job in the calling thread, which gives way to others from then on if there is a quiet to keep."""
        if quiet is not None:
            give_way()
            quiet.begin(self.is_cancelled)
        if "torch" in sys.modules:
            keep_to_one_thread()  # a job that needs more asks for them itself
        try:
            with machine_errors():
                result = None if self.is_cancelled.is_set() else self._call()
                if isinstance(result, Generator):
                    result = self._pull(result, tell, quiet)
        except NeurariumError as error:
            tell(self, "failed", error)
        except Exception as error:  # noqa: BLE001 (nobody else could tell people about it)
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
    """A time that belongs to the window alone. Asked for in its thread, kept in the others."""

    def __init__(self) -> None:
        self._until = self._shown = 0.0

    def ask_for(self, seconds: float) -> None:
        """Lets it last for so long from now on, however long it was to last."""
        self._until = time.monotonic() + seconds

    def show(self) -> None:
        """Is told that the window shows an answer from now on."""
        self._shown = time.monotonic() + _SHOWN_S

    def end(self) -> None:
        """Lets nobody wait who does not already."""
        self._until = self._shown = 0.0

    def begin(self, is_cancelled: threading.Event) -> None:
        """Returns when a job may begin.

        It waits for the answer that is being shown, not for those that follow: while somebody draws, they never end.
        """
        is_cancelled.wait(max(self._shown - time.monotonic(), 0))
        self.keep(is_cancelled)

    def keep(self, is_cancelled: threading.Event) -> None:
        """Returns when it is over, or the job that waits is cancelled."""
        while time.monotonic() < self._until and not is_cancelled.wait(_LOOK_S):
            pass


class _JobPool(QObject):
    """The threads, and the way back from them; one for each application.

    Jobs tell this object and not their task, which may be gone by the time they end.
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
        with contextlib.suppress(RuntimeError):  # the application has ended: nobody wants to know any more
            self._told.emit(job, kind, value)

    def finish(self, milliseconds: int) -> bool:
        self.quiet.end()
        kept = [job for job in self._jobs if job.loses_none and shiboken6.isValid(job.task)]
        for job in self._jobs.difference(kept):
            job.is_cancelled.set()
            if shiboken6.isValid(job.task):
                job.task.cancel()  # what waits behind it would begin when its end is told, after this
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
