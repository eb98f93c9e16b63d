"""Snapshots are made of usable weights only; those of a run that diverged are refused."""

import json
import math

import pytest

from core.errors import RunError
from core.inference.snapshot import load_snapshot
from core.runs import checkpoint
from core.runs.config import RunConfig
from core.runs.run import Run
from core.runs.store import RunStore
from core.training.loop import fit


@pytest.fixture
def diverged() -> Run:
    config = RunConfig.make(
        dataset="digits",
        model="mlp",
        optimizer={"key": "sgd", "learning_rate": 10.0},
        training={"epochs": 2, "threads": 1, "keep_epochs": True},
    )
    run = RunStore().create(config)
    list(fit(config, run))
    assert run.status() == "diverged"
    return run


@pytest.mark.parametrize("name", ["", "last"])
def test_a_run_that_diverged_before_its_first_epoch_was_over_has_nothing_to_say(diverged: Run, name: str) -> None:
    with pytest.raises(RunError, match="it has learned nothing"):
        load_snapshot(diverged, diverged.last if name else None)


def test_its_untrained_start_can_still_be_looked_at(diverged: Run) -> None:
    assert load_snapshot(diverged, diverged.epoch_weights()[0]).epoch == 0


def test_weights_that_are_not_numbers_are_refused(diverged: Run) -> None:
    start = diverged.epoch_weights()[0]
    tensors, state = checkpoint.read(start)
    next(tensor for name, tensor in tensors.items() if name.startswith("model.")).view(-1)[0] = math.nan
    checkpoint.write(start, tensors, state)
    with pytest.raises(RunError, match="not numbers any more"):
        load_snapshot(diverged, start)


def test_weights_of_a_network_that_reads_something_else_are_refused(diverged: Run) -> None:
    text = {"kind": "text", "vocabulary_size": 9, "max_length": 4, "tokenizer": {}}
    (diverged.path / "reading.json").write_text(json.dumps({"input": text, "class_names": ["a", "b"]}))
    with pytest.raises(RunError, match="reads no images"):
        load_snapshot(diverged, diverged.epoch_weights()[0])
