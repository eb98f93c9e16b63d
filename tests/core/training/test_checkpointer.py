"""A run is resumed on the data it was trained on, and on no other."""

import json

import pytest

from core.errors import RunError
from core.events import StepsDone
from core.runs import checkpoint
from core.runs.run import Run
from core.runs.store import RunStore
from core.training.loop import Control, fit
from tests.core.training.runs import small_config, take_until


@pytest.fixture
def stopped_run(store: RunStore) -> Run:
    run = store.create(small_config())
    events = fit(run.config, run, Control(cadence=0))
    take_until(events, StepsDone, 3)
    events.close()
    return run


def scale_mean(run: Run, factor: float) -> None:
    path = run.path / "reading.json"
    spec = json.loads(path.read_text())
    spec["input"]["mean"] = [mean * factor for mean in spec["input"]["mean"]]
    path.write_text(json.dumps(spec))


def test_a_run_from_another_processor_whose_mean_has_other_last_digits_is_resumed(stopped_run: Run) -> None:
    scale_mean(stopped_run, 1 + 1e-6)
    list(fit(stopped_run.config, stopped_run))
    assert stopped_run.status() == "finished"


def test_a_run_whose_data_has_changed_is_not_resumed(stopped_run: Run) -> None:
    scale_mean(stopped_run, 1.01)
    with pytest.raises(RunError, match="has changed since it began"):
        list(fit(stopped_run.config, stopped_run))


def test_a_run_whose_epochs_would_be_judged_by_another_metric_is_not_resumed(stopped_run: Run) -> None:
    before = (stopped_run.path / "history.jsonl").read_bytes()
    by_loss = stopped_run.config.with_changes(objective={"key": "classification", "best_by": "loss"})
    with pytest.raises(RunError, match="does not fit its configuration") as caught:
        list(fit(by_loss, stopped_run))
    assert caught.value.advice == "Undo the changes to its config.json, or start a new run."
    assert (stopped_run.path / "history.jsonl").read_bytes() == before


def test_a_checkpoint_that_does_not_name_its_metric_is_judged_by_accuracy(stopped_run: Run) -> None:
    tensors, state = checkpoint.read(stopped_run.last)
    assert state["progress"].pop("primary") == "accuracy"
    checkpoint.write(stopped_run.last, tensors, state)
    list(fit(stopped_run.config, stopped_run))
    assert stopped_run.status() == "finished"
