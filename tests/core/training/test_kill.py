"""A run that is killed without warning goes on as if nothing had happened."""

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from core.training.loop import fit
from core.training.run_store import Run, RunStore
from tests.core.training.runs import small_config, told

CONFIG = small_config(epochs=6, checkpoint_seconds=0.1)

TRAIN = """
import sys
from core.training.loop import Control, fit
from core.training.run_store import RunStore
run = RunStore().find(sys.argv[1])
for event in fit(run.config, run, Control(cadence=0.005)):
    print(type(event).__name__, flush=True)
"""


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Run:
    run = RunStore(tmp_path_factory.mktemp("whole")).create(CONFIG)
    list(fit(CONFIG, run))
    return run


def killed_after(run: Run, seconds: float) -> None:
    """Trains in another process and kills it `seconds` after its first step; leaves the folder as it lies."""
    process = subprocess.Popen([sys.executable, "-c", TRAIN, str(run.path)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    for line in process.stdout:
        if line.strip() == "StepsDone":
            break
    time.sleep(seconds)
    process.send_signal(signal.SIGKILL) if hasattr(signal, "SIGKILL") else process.kill()
    process.wait()
    process.stdout.close()


def assert_goes_on_bit_for_bit(run: Run, whole: Run) -> None:
    assert run.status() in ("interrupted", "finished")
    list(fit(run.config, run))
    assert told(run) == told(whole)
    ours, theirs = load_file(run.last), load_file(whole.last)
    assert ours.keys() == theirs.keys()
    assert all(torch.equal(ours[name], theirs[name]) for name in ours)
    assert run.status() == "finished"


def test_a_run_killed_in_mid_epoch_goes_on_bit_for_bit(store: RunStore, whole: Run) -> None:
    run = store.create(CONFIG)
    killed_after(run, 0.15)
    assert_goes_on_bit_for_bit(run, whole)


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_a_run_killed_at_fifty_random_moments_goes_on_bit_for_bit(tmp_path: Path, whole: Run) -> None:
    moments = random.Random(0)
    for i in range(50):
        run = RunStore(tmp_path / str(i)).create(CONFIG)
        killed_after(run, moments.uniform(0, 0.6))
        assert_goes_on_bit_for_bit(run, whole)


def test_a_history_whose_last_line_was_cut_short_still_opens(store: RunStore, whole: Run) -> None:
    run = store.create(CONFIG)
    text = (whole.path / "history.jsonl").read_text()
    (run.path / "history.jsonl").write_text(text[: len(text) // 2])
    assert run.status() == "interrupted"
    losses, _rates, _epochs = told(run)
    assert losses == told(whole)[0][: len(losses)]
