"""A run that was killed is resumed as if nothing had happened."""

import hashlib
import random
import subprocess
import sys
import time
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from core.runs import checkpoint
from core.runs.run import Run
from core.runs.store import RunStore
from core.training.loop import fit
from core.training.state import TrainingState
from tests.core.training.runs import small_config, told

# The learning rate is so high that the best epoch comes early: before the run is killed, or after.
CONFIG = small_config(epochs=10, checkpoint_seconds=0.1).with_changes(optimizer={"key": "adam", "learning_rate": 0.05})
KILLS, SLOWEST_S = 50, 0.05  # about the duration of an epoch, at whose end three checkpoints are written
TIMES = {field.name for field in fields(TrainingState) if "seconds" in field.name}

# It waits at step `last`, so that it cannot finish before it is killed.
TRAIN = """
import sys
import time
from core.events import StepsDone
from core.training.loop import Control, fit
from core.runs.store import RunStore
run, last = RunStore().find(sys.argv[1]), int(sys.argv[2])
for event in fit(run.config, run, Control(cadence=0.005)):
    if isinstance(event, StepsDone):
        print(event.last_step, flush=True)
        while event.last_step == last:
            time.sleep(1)
"""

DIE_WRITING = """
import os
import sys
from core import files
from core.training.loop import Control, fit
from core.runs.store import RunStore
name, moment, left = sys.argv[1], sys.argv[2], int(sys.argv[3])
module = os if moment == "fsync" else files
do = getattr(module, moment)

def die_or_do(*given):
    global left
    left -= 1
    if not left:
        os._exit(70)
    return do(*given)

setattr(module, moment, die_or_do)
run = RunStore().find(name)
# At this cadence it writes only at the start and at the end of each epoch.
for event in fit(run.config, run, Control(cadence=3600.0)):
    pass
"""


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Run:
    run = RunStore(tmp_path_factory.mktemp("whole")).create(CONFIG)
    list(fit(CONFIG, run))
    return run


def killed_after(run: Run, steps: int, of: int, seconds: float = 0.0) -> None:
    """Trains in another process and kills it `seconds` after it has reported so many steps."""
    line = [sys.executable, "-c", TRAIN, str(run.path), str(of)]
    with subprocess.Popen(line, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            assert any(int(line) >= steps for line in process.stdout)
            time.sleep(seconds)
        finally:
            process.kill()


def steps_of(run: Run) -> int:
    return len(told(run)[0])


def checkpoints(run: Run) -> dict[str, tuple[dict[str, str], dict[str, Any]]]:
    """Returns the content of each checkpoint: digests of its tensors, and everything else without durations."""
    found = {}
    for path in run.checkpoints.iterdir():
        tensors, state = checkpoint.read(path)
        digests = {name: hashlib.sha256(tensor.numpy().tobytes()).hexdigest() for name, tensor in tensors.items()}
        state["progress"] = {key: value for key, value in state.get("progress", {}).items() if key not in TIMES}
        found[path.name] = (digests, state)
    return found


def assert_goes_on_bit_for_bit(run: Run, whole: Run) -> None:
    list(fit(run.config, run))
    assert told(run) == told(whole)
    assert checkpoints(run) == checkpoints(whole)
    assert run.status() == "finished"


def half_written(run: Run) -> list[str]:
    return [path.name for path in run.path.rglob("*.part")]


def test_a_run_killed_in_mid_epoch_goes_on_bit_for_bit(store: RunStore, whole: Run) -> None:
    run = store.create(CONFIG)
    killed_after(run, steps_of(whole) // 2, of=steps_of(whole))
    assert run.status() == "interrupted"
    assert_goes_on_bit_for_bit(run, whole)


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_a_run_killed_at_fifty_random_moments_goes_on_bit_for_bit(tmp_path: Path, whole: Run) -> None:
    moments, steps = random.Random(0), steps_of(whole)
    for i in range(KILLS):
        run = RunStore(tmp_path / str(i)).create(CONFIG)
        killed_after(run, moments.randrange(1, 2 * steps // 3), of=steps, seconds=moments.uniform(0, SLOWEST_S))
        assert run.status() == "interrupted"
        assert_goes_on_bit_for_bit(run, whole)
        assert half_written(run) == []


@pytest.mark.parametrize("moment", ["fsync", "_rename"])
@pytest.mark.parametrize(
    ("count", "file"),
    [(1, "reading.json"), (6, "best.safetensors"), (7, "last.safetensors")],
    ids=str,
)
def test_a_run_that_dies_while_it_writes_a_file_goes_on_bit_for_bit_and_leaves_no_half_of_it(
    store: RunStore, whole: Run, moment: str, count: int, file: str
) -> None:
    run = store.create(CONFIG)
    dies_writing(run, moment, count, file)
    assert_goes_on_bit_for_bit(run, whole)
    assert half_written(run) == []


def test_a_run_that_dies_while_it_cuts_its_history_back_goes_on_bit_for_bit(store: RunStore, whole: Run) -> None:
    run = store.create(CONFIG)
    dies_writing(run, "_rename", 7, "last.safetensors")
    dies_writing(run, "_rename", 1, "history.jsonl")
    assert_goes_on_bit_for_bit(run, whole)
    assert half_written(run) == []


def dies_writing(run: Run, moment: str, count: int, file: str) -> None:
    """Trains in another process, which exits when it reaches `moment` for the `count`th time, at `file`."""
    done = subprocess.run([sys.executable, "-c", DIE_WRITING, str(run.path), moment, str(count)], check=False)
    assert done.returncode == 70
    assert [name for name in half_written(run) if name.startswith(f".{file}.")]
    assert run.status() == "interrupted"


def test_a_history_whose_last_line_was_cut_short_still_opens(store: RunStore, whole: Run) -> None:
    run = store.create(CONFIG)
    text = (whole.path / "history.jsonl").read_text()
    (run.path / "history.jsonl").write_text(text[: len(text) // 2])
    assert run.status() == "interrupted"
    losses, _rates, _epochs = told(run)
    assert losses == told(whole)[0][: len(losses)]
