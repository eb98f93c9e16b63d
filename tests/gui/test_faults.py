"""The window's banner reports what goes wrong in a training, and the window goes on."""

import contextlib
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from pytestqt.qtbot import QtBot

from core.events import EpochDone
from core.runs.config import RunConfig
from core.runs.run import Run
from core.runs.store import RunStore
from core.training import loop
from gui.charts.legend import Legend
from gui.main_window import MainWindow
from gui.preferences import Preferences
from gui.state import AppState
from tests.core.training.runs import take_until
from tests.gui.small_pages import HEAVY, PLAIN

CONFIG = RunConfig.make(
    dataset={"key": "digits", "train_examples": 320},
    model="softmax_regression",
    training={"epochs": 3, "batch_size": 32, "threads": 1, "device": "cpu"},
)

HOLD = """
import sys
from pathlib import Path
from core.runs.run import Run
with Run(Path(sys.argv[1])).locked():
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def state(qapp) -> Iterator[AppState]:
    state = AppState(Preferences(theme="light"))
    yield state
    assert state.shut_down()


@pytest.fixture
def window(qtbot: QtBot, state: AppState) -> MainWindow:
    window = MainWindow(state, [PLAIN, HEAVY])
    qtbot.addWidget(window)
    window.show()
    with qtbot.waitSignal(state.preload.ready):
        state.preload.start()
    return window


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (KeyError("mistake"), "KeyError"),
        (MemoryError(), "ran out of memory"),
        (torch.OutOfMemoryError("CUDA out of memory."), "ran out of memory"),
        (torch.AcceleratorError("CUDA error: device lost"), "stopped answering"),
    ],
    ids=["nobody expected it", "memory", "memory of the graphics processor", "processor lost"],
)
def test_an_error_in_mid_training_is_said_in_the_banner_and_the_run_can_go_on(
    qtbot, state, window, monkeypatch, capsys, error: Exception, sentence: str
) -> None:
    make_step, count = loop.train_step, 0

    def fail_later(*given: object) -> object:
        nonlocal count
        count += 1
        if count == 15:
            raise error
        return make_step(*given)

    monkeypatch.setattr(loop, "train_step", fail_later)
    with qtbot.waitSignal(state.session.failed):
        assert state.train(CONFIG)
    what, advice = window.banner.message()
    assert window.banner.isVisible()
    assert sentence in what
    assert advice
    with qtbot.waitSignal(state.session.ended):
        assert state.resume(RunStore().find("last"))
    assert RunStore().find("last").status() == "finished"


def test_the_second_window_on_a_run_says_so(qtbot, state, window) -> None:
    run = RunStore().create(CONFIG)
    with Run(run.path).locked():
        with qtbot.waitSignal(state.session.failed):
            state.resume(run)
        assert "another window" in window.banner.message()[0]
    assert not state.session.is_running


def test_a_run_that_another_process_trains_is_left_to_it_and_goes_on_once_that_is_gone(qtbot, state, window) -> None:
    run = RunStore().create(CONFIG)
    with contextlib.closing(loop.fit(CONFIG, run)) as events:
        take_until(events, EpochDone)
    with another_process_on(run) as other:
        assert run.status() == "running"
        with qtbot.waitSignal(state.session.failed):
            state.resume(run)
        assert "another window" in window.banner.message()[0]
        assert run.last.is_file()
        other.kill()
        other.wait()
    assert run.status() == "stopped"
    with qtbot.waitSignal(state.session.ended):
        assert state.resume(run)
    assert run.status() == "finished"


@contextlib.contextmanager
def another_process_on(run: Run) -> Iterator[subprocess.Popen[str]]:
    """Makes another process lock the folder as a training does, until it is killed or this block ends."""
    program = [sys.executable, "-c", HOLD, str(run.path)]
    with subprocess.Popen(program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield process


def test_an_error_in_painting_that_somebody_keeps_does_not_leave_the_painter_on_the_window(
    qtbot, qtlog, monkeypatch
) -> None:
    def break_down(*_given: object) -> None:
        raise RuntimeError("no ink")

    legend = Legend()
    qtbot.addWidget(legend)
    with qtbot.waitExposed(legend):
        legend.show()
    monkeypatch.setattr(legend, "draw", break_down)
    with pytest.raises(RuntimeError, match="no ink") as kept:
        legend.repaint()
    assert kept.traceback
    assert [record.message for record in qtlog.records if "painter" in record.message] == []


def test_every_painter_is_ended_by_its_block() -> None:
    begun = re.compile(r"QPainter\((?!\))")
    lines = [
        line
        for path in (Path(__file__).parents[2] / "gui").rglob("*.py")
        for line in path.read_text("utf-8").splitlines()
    ]
    found = [line.strip() for line in lines if begun.search(line)]
    assert len(found) > 10
    assert [line for line in found if not line.startswith("with ")] == []
