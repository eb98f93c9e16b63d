"""What computing can do to a run: numbers that are none, memory that runs out, a lost processor, clocks that jump."""

import ast
import math
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

import core
from core.errors import MemoryShortage, NeurariumError
from core.events import EpochDone, RunEnded, StepsDone
from core.runs.run import Run
from core.runs.store import RunStore
from core.training import loop
from core.training.loop import fit
from tests.core.training.runs import small_config, told

CONFIG = small_config(epochs=3)
DURING = 15  # the step, in the second epoch, at which things go wrong
CLOCKS = {"time.time", "time.time_ns", "datetime.now", "datetime.utcnow", "datetime.today", "date.today"}


@pytest.fixture
def run(tmp_path: Path) -> Run:
    return RunStore(tmp_path / "runs").create(CONFIG)


def at_step(monkeypatch: pytest.MonkeyPatch, number: int, change: Callable[[Any], Any]) -> None:
    """Lets `change` have what every real step from step `number` on returns."""
    make_step, count = loop.train_step, 0

    def counted(*given: Any) -> Any:
        nonlocal count
        count += 1
        made = make_step(*given)
        return change(made) if count >= number else made

    monkeypatch.setattr(loop, "train_step", counted)


@pytest.mark.parametrize("loss", [math.nan, math.inf, -math.inf, 1e30])
def test_a_loss_that_is_no_use_any_more_ends_the_run_and_spoils_no_checkpoint(
    run: Run, monkeypatch: pytest.MonkeyPatch, loss: float
) -> None:
    at_step(monkeypatch, DURING, lambda made: (torch.tensor(loss), made[1]))
    ended = list(fit(CONFIG, run))[-1]
    assert isinstance(ended, RunEnded)
    assert ended.reason == run.status() == "diverged"
    assert "learning rate" in ended.message
    assert all(tensor.isfinite().all() for tensor in load_file(run.last).values())
    assert told(run)[0]


@pytest.mark.parametrize(
    ("error", "kind", "sentence"),
    [
        (MemoryError(), MemoryShortage, "ran out of memory"),
        (torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 20.00 GiB."), MemoryShortage, "smaller batch"),
        (RuntimeError("[enforce fail] DefaultCPUAllocator: can't allocate memory"), MemoryShortage, "smaller batch"),
        (torch.AcceleratorError("CUDA error: unspecified launch failure"), NeurariumError, "stopped answering"),
        (RuntimeError("CUDA error: device-side assert triggered"), NeurariumError, "set the device to “cpu”"),
    ],
    ids=["memory", "memory of the graphics processor", "memory, as torch says it", "processor lost", "its assertion"],
)
def test_what_runs_out_or_is_lost_in_mid_step_is_said_and_the_run_goes_on_later(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception, kind: type[Exception], sentence: str
) -> None:
    def fail(_made: object) -> None:
        raise error

    at_step(monkeypatch, DURING, fail)
    with pytest.raises(kind, match=sentence) as caught:
        list(fit(CONFIG, run))
    assert isinstance(caught.value, NeurariumError)
    assert caught.value.advice
    assert run.status() == "failed"
    monkeypatch.undo()
    whole = RunStore(tmp_path / "whole").create(CONFIG)
    list(fit(CONFIG, run))
    list(fit(CONFIG, whole))
    assert told(run) == told(whole)


def test_an_error_nobody_expected_leaves_the_run_resumable(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    at_step(monkeypatch, DURING, lambda made: made["mistake"])
    with pytest.raises(TypeError):
        list(fit(CONFIG, run))
    assert run.status() == "failed"
    assert run.is_resumable()


@pytest.mark.parametrize("jump", [-86_400.0 * 400, 86_400.0 * 400])
def test_a_clock_that_is_set_in_mid_run_changes_no_duration(
    run: Run, monkeypatch: pytest.MonkeyPatch, jump: float
) -> None:
    seconds: list[float] = []
    real, is_set = time.time, False
    monkeypatch.setattr(time, "time", lambda: real() + jump * is_set)
    began = time.perf_counter()
    for event in fit(CONFIG, run):
        is_set = is_set or isinstance(event, EpochDone)
        if isinstance(event, StepsDone):
            seconds += event.seconds.tolist()
    assert seconds == sorted(seconds)
    assert 0 <= seconds[-1] <= time.perf_counter() - began
    assert np.isfinite(seconds).all()


def asked_clocks(source: str) -> list[str]:
    """Returns where a piece of code asks a clock that people set, and which."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute):
            names = [".".join(ast.unparse(node).split(".")[-2:])]
        elif isinstance(node, ast.ImportFrom):
            names = [f"{node.module}.{each.name}" for each in node.names]
        else:
            continue
        found += [f"{node.lineno}: {name}" for name in names if name in CLOCKS]
    return found


def test_no_duration_is_taken_from_a_clock_that_people_set() -> None:
    root = Path(core.__file__).parents[1]
    files = [*(root / "core").rglob("*.py"), *(root / "gui").rglob("*.py")]
    asked = {path.relative_to(root).as_posix(): asked_clocks(path.read_text(encoding="utf-8")) for path in files}
    assert {name: places for name, places in asked.items() if places} == {}


@pytest.mark.parametrize(
    "line",
    [
        "began = time.time()",
        "clock = time.time_ns",
        "from time import sleep, time",
        "datetime.now(UTC)",
        "datetime.datetime.now()",
        "datetime.datetime.utcnow()",
        "date.today()",
        "datetime.date.today()",
    ],
)
def test_a_clock_that_people_set_is_found(line: str) -> None:
    assert len(asked_clocks(line)) == 1


@pytest.mark.parametrize("line", ["time.perf_counter()", "time.monotonic()", "from time import sleep", "self.time.now"])
def test_a_clock_that_nobody_sets_may_be_asked(line: str) -> None:
    assert asked_clocks(line) == []
