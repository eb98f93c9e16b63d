"""Short jobs run in background threads, report in the window's thread, and leave nothing behind."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject, QThread, Slot
from pytestqt.qtbot import QtBot

from core.errors import DataError, MemoryShortage
from core.inference.features import outside_the_heap
from gui.crash import UnexpectedError
from gui.workers import background
from gui.workers.background import BackgroundTask


class Listener(QObject):
    """Records the signals of a task, and in which thread they come."""

    def __init__(self, task: BackgroundTask) -> None:
        super().__init__()
        self.results: list[object] = []
        self.errors: list[Exception] = []
        self.progress: list[object] = []
        self.threads: set[QThread] = set()
        task.done.connect(self.take)
        task.failed.connect(self.fail)
        task.progressed.connect(self.watch)

    @Slot(object)
    def take(self, result: object) -> None:
        self.threads.add(QThread.currentThread())
        self.results.append(result)

    @Slot(object)
    def fail(self, error: Exception) -> None:
        self.threads.add(QThread.currentThread())
        self.errors.append(error)

    @Slot(object)
    def watch(self, progress: object) -> None:
        self.threads.add(QThread.currentThread())
        self.progress.append(progress)


@pytest.fixture
def threads_end(qapp) -> Iterator[None]:
    yield
    assert background.finish(60_000)


@pytest.fixture
def task(threads_end) -> BackgroundTask:
    return BackgroundTask()


@pytest.fixture
def listener(task: BackgroundTask) -> Listener:
    return Listener(task)


def test_a_result_comes_back_to_the_windows_thread(qtbot: QtBot, task, listener) -> None:
    def work(number: int, *, times: int) -> tuple[int, int]:
        return number * times, threading.get_native_id()

    with qtbot.waitSignal(task.done):
        task.run(work, 6, times=7)
    (result, thread), *others = listener.results
    assert (result, others) == (42, [])
    assert thread != threading.get_native_id()
    assert listener.threads == {task.thread()}
    assert not task.is_running


def test_a_generator_tells_its_progress_and_returns_its_result(qtbot, task, listener) -> None:
    def work() -> Iterator[int]:
        for percent in (0, 50, 100):
            yield percent
            time.sleep(0.06)
        return "all of it"

    with qtbot.waitSignal(task.done):
        task.run(work)
    assert listener.progress == [0, 50, 100]
    assert listener.results == ["all of it"]


def test_progress_does_not_flood_the_window(qtbot, task, listener) -> None:
    def work() -> Iterator[int]:
        yield from range(100_000)

    began = time.monotonic()
    with qtbot.waitSignal(task.done):
        task.run(work)
    elapsed = time.monotonic() - began
    assert listener.progress[0] == 0
    assert len(listener.progress) <= 1 + elapsed / background._PROGRESS_S


def test_errors_come_back_as_sentences(qtbot, task, listener) -> None:
    def broken() -> None:
        raise DataError("The file is broken.", "Download it again.")

    def wrong() -> None:
        raise KeyError("mistake")

    with qtbot.waitSignal(task.failed):
        task.run(broken)
    with qtbot.waitSignal(task.failed):
        task.run(wrong)
    assert isinstance(listener.errors[0], DataError)
    assert isinstance(listener.errors[1], UnexpectedError)
    assert "KeyError" in listener.errors[1].details


def test_of_jobs_that_wait_only_the_latest_is_done(qtbot, task, listener) -> None:
    has_begun, is_free, done = threading.Event(), threading.Event(), []

    def work(number: int) -> int:
        has_begun.set()
        is_free.wait(60)
        done.append(number)
        return number

    task.run(work, 0)
    assert has_begun.wait(60)
    for number in range(1, 10):
        task.run(work, number)
    is_free.set()
    qtbot.waitUntil(lambda: not task.is_running)
    assert done == [0, 9]
    assert listener.results == [9]


def test_memory_that_runs_out_is_no_mistake_of_the_programs(qtbot, task, listener) -> None:
    def asks_for_too_much() -> None:
        outside_the_heap(1 << 55)

    with qtbot.waitSignal(task.failed):
        task.run(asks_for_too_much)
    assert isinstance(listener.errors[0], MemoryShortage)
    assert "Close other programs" in listener.errors[0].advice


def test_what_follows_something_live_delivers_every_result_it_has(qtbot, threads_end) -> None:
    task = BackgroundTask(drops_stale=False)
    listener, is_free = Listener(task), threading.Event()

    def work(number: int) -> int:
        is_free.wait(60)
        return number

    for number in range(10):
        task.run(work, number)
    is_free.set()
    qtbot.waitUntil(lambda: not task.is_running)
    assert listener.results == [0, 9]


def test_a_task_that_loses_none_does_all_in_the_order_it_was_asked_for(qtbot, threads_end) -> None:
    task = BackgroundTask(loses_none=True)
    listener, is_free = Listener(task), threading.Event()

    def work(number: int) -> int:
        is_free.wait(60)
        if number == 2:
            raise DataError("Two is wrong.", "Take another.")
        return number

    for number in range(5):
        task.run(work, number)
    is_free.set()
    qtbot.waitUntil(lambda: not task.is_running)
    assert listener.results == [0, 1, 3, 4]
    assert len(listener.errors) == 1


def test_a_cancelled_job_says_nothing_more_and_ends_at_its_next_yield(qtbot, task, listener) -> None:
    is_closed = threading.Event()

    def work() -> Iterator[int]:
        try:
            while True:
                yield 1
                time.sleep(0.001)
        finally:
            is_closed.set()

    task.run(work)
    qtbot.waitUntil(lambda: bool(listener.progress))
    task.cancel()
    qtbot.waitUntil(lambda: not task.is_running)
    assert is_closed.is_set()
    assert listener.results == listener.errors == []
    with qtbot.waitSignal(task.done):
        task.run(str, 5)
    assert listener.results == ["5"]


@pytest.mark.parametrize(
    ("how", "done"), [({"drops_stale": True}, [0]), ({"drops_stale": False}, [0]), ({"loses_none": True}, [0, 1])]
)
def test_only_what_may_not_be_lost_still_begins_when_the_application_ends(qtbot, threads_end, how, done) -> None:
    task = BackgroundTask(**how)
    has_begun, is_free, begun = threading.Event(), threading.Event(), []

    def work(number: int) -> None:
        begun.append(number)
        has_begun.set()
        is_free.wait(60)

    task.run(work, 0)
    assert has_begun.wait(60)
    task.run(work, 1)
    threading.Timer(0.05, is_free.set).start()
    assert background.finish(60_000)
    qtbot.waitUntil(lambda: not task.is_running)
    assert background.finish(60_000)
    assert begun == done


def test_two_tasks_do_not_wait_for_each_other(qtbot, task, listener) -> None:
    is_free = threading.Event()
    task.run(is_free.wait, 60)
    other = BackgroundTask()
    with qtbot.waitSignal(other.done):
        other.run(int)
    assert task.is_running
    is_free.set()
    qtbot.waitUntil(lambda: listener.results == [True])


def test_what_somebody_waits_for_waits_for_no_other_job(qtbot, threads_end) -> None:
    is_free = threading.Event()
    explanations = [BackgroundTask() for _number in range(12)]
    for each in explanations:
        each.run(is_free.wait, 60)
    answer = BackgroundTask(is_prompt=True)
    with qtbot.waitSignal(answer.done):
        answer.run(int)
    assert all(each.is_running for each in explanations)
    is_free.set()
    qtbot.waitUntil(lambda: not any(each.is_running for each in explanations))


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere threads have no niceness of their own")
def test_only_what_nobody_waits_for_gives_way_to_the_window(qtbot, threads_end) -> None:
    def niceness() -> int:
        return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())

    found = []
    for is_prompt in (True, False):
        task = BackgroundTask(is_prompt=is_prompt)
        task.done.connect(found.append)
        with qtbot.waitSignal(task.done):
            task.run(niceness)
    assert found[0] == niceness()
    assert found[1] > found[0] or found[0] >= 10


def test_jobs_stand_still_while_the_window_wants_to_be_alone(qtbot, threads_end) -> None:
    usual, prompt, going_on = BackgroundTask(), BackgroundTask(is_prompt=True), BackgroundTask()
    told, is_free = [], threading.Event()

    def steps() -> Iterator[int]:
        yield 0
        is_free.wait(60)
        yield 1
        told.append("went on")

    usual.done.connect(told.append)
    prompt.done.connect(told.append)
    with qtbot.waitSignal(going_on.progressed):
        going_on.run(steps)
    background.hold_off(3600)
    is_free.set()
    usual.run(str, "usual")
    prompt.run(str, "prompt")
    qtbot.waitUntil(lambda: bool(told))
    qtbot.wait(100)
    assert told == ["prompt"]
    background.hold_off(0)  # what was said last counts
    qtbot.waitUntil(lambda: len(told) == 3)
    assert set(told[1:]) == {"usual", "went on"}


def test_a_job_that_stands_still_can_be_cancelled(qtbot, task, listener) -> None:
    done: list[int] = []
    background.hold_off(3600)
    task.run(done.append, 1)
    assert background.finish(60_000)
    assert done == []


def test_a_task_that_is_gone_is_told_nothing(qtbot, threads_end) -> None:
    owner, is_free = QObject(), threading.Event()
    task = BackgroundTask(owner)
    task.run(is_free.wait, 60)
    owner.deleteLater()
    with qtbot.waitSignal(owner.destroyed):
        pass
    is_free.set()
    assert background.finish(60_000)
    qtbot.wait(20)


def test_torch_keeps_to_one_thread_in_a_job(qtbot, task, listener) -> None:
    import torch

    with qtbot.waitSignal(task.done):
        task.run(torch.get_num_threads)
    assert listener.results == [1]


def test_a_job_that_outlives_the_application_ends_without_a_word() -> None:
    script = (
        "import threading, shiboken6\n"
        "from PySide6.QtCore import QCoreApplication\n"
        "from gui.workers.background import BackgroundTask\n"
        "application, begun, over = QCoreApplication([]), threading.Event(), threading.Event()\n"
        "task = BackgroundTask()\n"
        "task.run(lambda: (begun.set(), over.wait()))\n"
        "begun.wait()\n"
        "threading.Timer(0.2, over.set).start()\n"
        "shiboken6.delete(application)\n"
        "print('over')\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=False)
    assert (done.stdout, done.stderr) == ("over\n", "")


def test_while_the_window_shows_an_answer_no_other_job_begins(qtbot) -> None:
    answering, explaining = BackgroundTask(is_prompt=True), BackgroundTask()
    answered: list[float] = []
    began: list[float] = []
    answering.done.connect(answered.append)
    explaining.done.connect(began.append)
    answering.done.connect(lambda _answer: explaining.run(time.monotonic))
    answering.run(time.monotonic)
    qtbot.waitUntil(lambda: len(began) == 1)
    assert began[0] - answered[0] >= background._SHOWN_S


def test_answers_that_follow_each_other_without_a_pause_do_not_keep_other_jobs_back(qtbot) -> None:
    answering, explaining = BackgroundTask(is_prompt=True), BackgroundTask()
    answered: list[int] = []
    explained: list[int] = []

    def answer(number: int) -> int:
        time.sleep(0.005)
        return number

    answering.done.connect(answered.append)
    answering.done.connect(lambda number: None if explained else answering.run(answer, number + 1))
    explaining.done.connect(lambda _value: explained.append(len(answered)))
    answering.run(answer, 0)
    qtbot.waitUntil(lambda: bool(answered))
    explaining.run(time.sleep, 0)
    qtbot.waitUntil(lambda: bool(explained))
    qtbot.waitUntil(lambda: not answering.is_running)
    assert answered == list(range(len(answered)))
