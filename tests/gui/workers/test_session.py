"""The window starts, pauses, steps, stops and resumes a training, and gets its events in batches."""

import contextlib
import math
import os
import sys
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QObject, QThread, Slot
from pytestqt.qtbot import QtBot

from core import paths
from core.errors import ConfigError, DataError, NeurariumError
from core.events import EpochDone, Event, RunEnded, RunStarted, StepsDone
from core.runs.config import RunConfig
from core.runs.store import RunStore
from core.training.loop import fit
from gui.crash import UnexpectedError
from gui.workers.session import TrainingSession


def small(epochs: int = 1, **training: Any) -> RunConfig:
    settings = {"epochs": epochs, "batch_size": 64, "threads": 1} | training
    return RunConfig.make(dataset="digits", model="softmax_regression", training=settings)


class Listener(QObject):
    """Records the signals of a session, and in which thread they come."""

    def __init__(self, session: TrainingSession) -> None:
        super().__init__()
        self.events: list[Event] = []
        self.batches: list[int] = []
        self.states: list[str] = []
        self.endings: list[RunEnded] = []
        self.errors: list[NeurariumError] = []
        self.threads: set[QThread] = set()
        session.batch.connect(self.hear)
        session.state_changed.connect(self.see)
        session.ended.connect(self.end)
        session.failed.connect(self.fail)

    @Slot(list)
    def hear(self, events: list[Event]) -> None:
        self.threads.add(QThread.currentThread())
        self.batches.append(len(events))
        self.events += events

    @Slot(str)
    def see(self, state: str) -> None:
        self.threads.add(QThread.currentThread())
        self.states.append(state)

    @Slot(object)
    def end(self, ending: RunEnded) -> None:
        self.threads.add(QThread.currentThread())
        self.endings.append(ending)

    @Slot(object)
    def fail(self, error: NeurariumError) -> None:
        self.threads.add(QThread.currentThread())
        self.errors.append(error)

    @property
    def last_step(self) -> int:
        return max((event.last_step for event in self.events if isinstance(event, StepsDone)), default=0)

    def of(self, kind: type) -> list[Any]:
        return [event for event in self.events if isinstance(event, kind)]


@pytest.fixture
def session(qtbot: QtBot) -> TrainingSession:
    return TrainingSession()


@pytest.fixture
def listener(session: TrainingSession) -> Listener:
    return Listener(session)


def finish(qtbot: QtBot, session: TrainingSession, what: Callable[[], None] | None = None) -> None:
    with qtbot.waitSignal(session.ended):
        if what is not None:
            what()


def losses(events: list[Event]) -> np.ndarray:
    return np.concatenate([event.losses for event in events if isinstance(event, StepsDone)])


def first_losses(config: RunConfig, steps: int) -> np.ndarray:
    """Returns the losses of the first steps of a training that nothing pauses."""
    told: list[Event] = []
    with contextlib.closing(fit(config)) as events:
        while not told or told[-1].last_step < steps:
            told += [event for event in [next(events)] if isinstance(event, StepsDone)]
    return losses(told)[:steps]


def let_it_come_to_the_gate(qtbot: QtBot, session: TrainingSession) -> None:
    """Waits until a paused training stands still and has reported everything.

    When it was paused, steps may have been in progress. Another step replaces them or follows them.
    """
    session.step()
    qtbot.waitUntil(lambda: session.state == "paused" and not session._worker.heard)


def test_the_window_hears_what_the_loop_says_and_in_its_own_thread(qtbot, session, listener) -> None:
    finish(qtbot, session, lambda: session.start(small(epochs=2)))
    assert listener.threads == {session.thread()}
    alone = list(fit(small(epochs=2)))
    assert np.array_equal(losses(listener.events), losses(alone))
    assert [event.validation["accuracy"] for event in listener.of(EpochDone)] == [
        event.validation["accuracy"] for event in alone if isinstance(event, EpochDone)
    ]
    assert listener.endings == [listener.events[-1]]
    assert listener.endings[0].reason == "finished"
    assert listener.states[0] == "preparing"
    assert listener.states[-1] == "idle"
    assert not session.is_running


def test_events_come_in_portions_and_not_one_by_one(qtbot, session, listener) -> None:
    finish(qtbot, session, lambda: session.start(small(epochs=60)))
    assert len(listener.of(StepsDone)) > 20
    assert max(listener.batches) > 1, "how many come together depends on how busy the computer is"
    assert len(listener.batches) < len(listener.events)
    assert min(listener.batches) > 0


def test_pause_holds_and_unpause_goes_on_as_if_nothing_had_been(qtbot, session, listener) -> None:
    session.start(small(epochs=10_000))
    qtbot.waitUntil(lambda: listener.last_step > 0)
    session.pause()
    assert session.state == "paused"
    let_it_come_to_the_gate(qtbot, session)
    step = listener.last_step
    qtbot.wait(300)
    assert listener.last_step == step
    session.unpause()
    qtbot.waitUntil(lambda: listener.last_step > step + 40)
    finish(qtbot, session, session.stop)
    assert np.array_equal(losses(listener.events), first_losses(small(epochs=10_000), listener.last_step))


def test_held_off_it_makes_no_step_until_then_and_stops_at_once_all_the_same(qtbot, session, listener) -> None:
    session.hold_off(60)  # nothing to hold off
    session.start(small(epochs=10_000), paused=True)
    qtbot.waitUntil(lambda: session.state == "paused")
    session.hold_off(3600)
    session.unpause()
    qtbot.wait(500)
    assert listener.last_step == 0
    session.hold_off(0)  # what was said last counts
    qtbot.waitUntil(lambda: listener.last_step > 0)
    session.hold_off(3600)
    finish(qtbot, session, session.stop)


def test_a_step_is_a_single_one_however_often_asked_for(qtbot, session, listener) -> None:
    session.start(small(epochs=5), paused=True)
    qtbot.waitUntil(lambda: session.state == "paused")
    assert listener.last_step == 0
    session.step()
    assert session.state == "stepping"
    qtbot.waitUntil(lambda: session.state == "paused" and listener.last_step == 1)
    for _ in range(3):
        session.step()
    qtbot.waitUntil(lambda: session.state == "paused" and listener.last_step == 4)
    qtbot.wait(250)
    assert listener.last_step == 4
    assert all(len(event.losses) == 1 for event in listener.of(StepsDone))
    finish(qtbot, session, session.stop)


def test_stop_says_so_at_once_and_leaves_a_run_that_can_be_resumed(qtbot, session, listener) -> None:
    run = RunStore().create(small(epochs=500))
    session.start(run.config, run)
    qtbot.waitUntil(lambda: listener.last_step > 30)
    assert session.run is run
    session.stop()
    assert session.state == "stopping"
    finish(qtbot, session)
    ending = listener.endings[0]
    assert (ending.reason, ending.step) == ("stopped", listener.last_step)
    assert listener.events[-1] is ending
    assert run.is_resumable()
    recorded = list(run.history())[-1]
    assert (recorded.step, recorded.epoch) == (ending.step, ending.epoch)


def test_a_resumed_run_tells_its_past_and_ends_like_one_never_stopped(qtbot, session, listener) -> None:
    config = small(epochs=30)
    run, stopped_at = RunStore().create(config), 31
    session.start(config, run, paused=True)
    for _step in range(stopped_at):
        session.step()
    qtbot.waitUntil(lambda: session.state == "paused" and listener.last_step == stopped_at)
    finish(qtbot, session, session.stop)
    listener.events.clear()
    finish(qtbot, session, lambda: session.resume(run))
    assert listener.of(RunStarted)[0].first_step == stopped_at + 1
    assert np.allclose(losses(listener.events), losses(list(fit(config))), rtol=0, atol=1e-8)
    assert [event.epoch for event in listener.of(EpochDone)] == list(range(1, 31))


def test_stopping_while_paused_or_before_the_first_step_ends_too(qtbot, session, listener) -> None:
    session.start(small(), paused=True)
    qtbot.waitUntil(lambda: session.state == "paused")
    finish(qtbot, session, session.stop)
    finish(qtbot, session, lambda: (session.start(small()), session.stop()))
    assert [ending.reason for ending in listener.endings] == ["stopped", "stopped"]
    assert [ending.step for ending in listener.endings] == [0, 0]


def test_the_learning_rate_can_be_turned_while_it_trains(qtbot, session, listener) -> None:
    session.start(small(epochs=500))
    qtbot.waitUntil(lambda: listener.last_step > 0)
    session.set_learning_rate(0.025)
    qtbot.waitUntil(lambda: math.isclose(listener.of(StepsDone)[-1].learning_rates[-1], 0.025))
    finish(qtbot, session, session.stop)


def test_waiting_for_the_end_sends_its_signals_once(qtbot, session, listener) -> None:
    session.start(small(epochs=500))
    qtbot.waitUntil(lambda: listener.last_step > 0)
    session.stop()
    assert session.wait(60_000)
    assert len(listener.endings) == 1
    qtbot.wait(50)
    assert len(listener.endings) == 1
    assert session.wait(0)


def test_what_a_learner_can_mend_is_said_and_the_session_is_free_again(qtbot, session, listener) -> None:
    with qtbot.waitSignal(session.failed):
        session.start(small().with_changes(dataset={"key": "csv", "path": "gone.csv"}, model="lstm"))
    assert isinstance(listener.errors[0], DataError)
    assert "gone.csv" in listener.errors[0].what
    assert listener.states[-1] == "idle"
    finish(qtbot, session, lambda: session.start(small()))


def test_a_hand_edited_config_fails_with_a_sentence(qtbot, session, listener) -> None:
    run = RunStore().create(small())
    (run.path / "config.json").write_text("{", encoding="utf-8")
    with qtbot.waitSignal(session.failed):
        session.resume(run)
    assert isinstance(listener.errors[0], ConfigError)


def test_an_unexpected_error_becomes_a_sentence_and_a_report(qtbot, session, listener, capsys) -> None:
    with qtbot.waitSignal(session.failed):
        session.start("not a config")
    error = listener.errors[0]
    assert isinstance(error, UnexpectedError)
    assert "AttributeError" in error.what
    (report,) = paths.log_folder().glob("crash-*.txt")
    assert str(report) in error.advice
    assert report.read_text(encoding="utf-8") == error.details == capsys.readouterr().err
    assert "Traceback" in error.details


@pytest.mark.skipif(sys.platform != "linux", reason="only there priorities belong to threads")
def test_training_gives_way_to_the_window(qtbot, session, listener, monkeypatch) -> None:
    niceness: list[int] = []
    lower, before = os.setpriority, os.getpriority(os.PRIO_PROCESS, 0)
    monkeypatch.setattr(os, "setpriority", lambda *given: (lower(*given), niceness.append(os.getpriority(*given[:2]))))
    finish(qtbot, session, lambda: session.start(small()))
    assert niceness == [10]
    assert os.getpriority(os.PRIO_PROCESS, 0) == before, "the window's thread stays as it was"
