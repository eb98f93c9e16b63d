"""Runs of version 0.1.0 do not say which frame their pictures have; they are read and resumed correctly."""

import json
from pathlib import Path

import pytest

from core.events import EpochDone, RunEnded
from core.runs.config import RunConfig
from core.runs.run import Run
from core.runs.store import RunStore
from core.training.loop import fit

PHOTOS = Path("tests/cases/own_photos").resolve()


def make_old(run: Run) -> None:
    """Removes from a run what version 0.1.0 did not write."""
    file = run.path / "reading.json"
    written = json.loads(file.read_text())
    del written["input"]["frame"]
    file.write_text(json.dumps(written))


@pytest.mark.parametrize(
    "dataset",
    [{"key": "image_folder", "folder": str(PHOTOS), "size": 28}, {"key": "digits", "train_examples": 100}],
    ids=["pictures", "ink"],
)
def test_one_that_was_broken_off_goes_on(store: RunStore, dataset: dict[str, object]) -> None:
    training = {"epochs": 3, "batch_size": 4, "threads": 1, "device": "cpu"}
    config = RunConfig.make(dataset=dataset, model="softmax_regression", training=training)
    run = store.create(config)
    events = fit(config, run)
    while not isinstance(next(events), EpochDone):
        pass
    events.close()
    make_old(run)
    assert isinstance(list(fit(config, run))[-1], RunEnded)
    assert run.status() == "finished"
