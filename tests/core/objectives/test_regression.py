"""A run without classes is trained, stopped, resumed, evaluated and listed by the same code as all others."""

import json

import numpy as np
import pytest
from safetensors.torch import load_file
from typer.testing import CliRunner, Result

from core.cli.commands import app
from core.errors import RunError
from core.events import EpochDone, RunEnded, RunStarted, StepsDone
from core.generators import pull
from core.inference.catalogue import answers, find_model
from core.inference.snapshot import load_snapshot
from core.runs.run import Run
from core.runs.store import RunStore
from core.runs.summary import summarise
from core.training.advice import advise
from core.training.estimate import estimate
from core.training.examine import examine
from core.training.loop import Control, fit
from tests.core.objectives.toy_regression import MEAN_ERROR, registered, spots
from tests.core.training.runs import take_until

KEY = MEAN_ERROR.key


@pytest.fixture(autouse=True)
def regression(monkeypatch: pytest.MonkeyPatch) -> None:
    registered(monkeypatch)


@pytest.fixture
def run() -> Run:
    run = RunStore().create(spots())
    list(fit(run.config, run))
    return run


def told(run: Run) -> list[object]:
    """Returns the content of a history, without the seconds."""
    said: list[object] = []
    for event in run.history():
        if isinstance(event, StepsDone):
            said += zip(event.losses.tolist(), event.metrics[KEY].tolist(), strict=True)
        elif isinstance(event, EpochDone):
            said.append((event.train, event.validation, event.is_best))
    return said


def neurarium(*arguments: str) -> Result:
    result = CliRunner().invoke(app, list(arguments))
    assert result.exit_code == 0, result.output
    return result


def test_it_learns_and_keeps_the_epoch_with_the_least_error() -> None:
    events = list(fit(spots(training={"epochs": 20})))
    epochs = [event for event in events if isinstance(event, EpochDone)]
    assert epochs[-1].validation[KEY] < epochs[0].validation[KEY] / 2
    assert epochs[-1].train.keys() == epochs[-1].validation.keys() == {"loss", KEY}
    ended = events[-1]
    assert isinstance(ended, RunEnded)
    assert ended.best_epoch == min(epochs, key=lambda epoch: epoch.validation[KEY]).epoch


def test_a_run_says_what_it_is_judged_by(run: Run) -> None:
    (started,) = (event for event in run.history() if isinstance(event, RunStarted))
    assert started.metrics == (MEAN_ERROR,)
    assert started.primary_metric == MEAN_ERROR
    assert started.class_names == ()


def test_the_figures_of_an_epoch_are_means_over_its_steps(run: Run) -> None:
    steps = [event for event in run.history() if isinstance(event, StepsDone)]
    (first, *_others) = (event for event in run.history() if isinstance(event, EpochDone))
    errors = np.concatenate([event.metrics[KEY] for event in steps])[:6]
    assert first.train[KEY] == pytest.approx(errors.mean())


@pytest.mark.parametrize("stop_after", [1, 7, 12])
def test_a_stopped_run_goes_on_bit_for_bit_whatever_the_cadence(run: Run, stop_after: int) -> None:
    parts = RunStore().create(spots())
    events = fit(parts.config, parts, Control(cadence=0))
    take_until(events, StepsDone, stop_after)
    events.close()
    list(fit(parts.config, parts))
    assert told(parts) == told(run)
    ours, theirs = load_file(parts.last), load_file(run.last)
    assert ours.keys() == theirs.keys()
    assert all((ours[name] == theirs[name]).all() for name in ours)


def test_early_stopping_names_what_has_not_improved() -> None:
    config = spots(training={"epochs": 50, "early_stopping": 2}, optimizer={"key": "sgd", "learning_rate": 1e-9})
    ended = list(fit(config))[-1]
    assert isinstance(ended, RunEnded)
    assert ended.message == "Stopped early: validation mean absolute error has not improved for 2 epochs."


def test_the_cost_is_known_beforehand() -> None:
    config = spots()
    cost = pull(estimate(config, config.dataset.info()))  # type: ignore[attr-defined]
    assert cost.parameters == (36 * 16 + 16) + (16 + 1)


def test_it_is_evaluated_without_classes(run: Run) -> None:
    found = examine(run)
    assert found.result.examples == 32
    assert 0 < found.result.metrics[KEY] < 1
    assert found.result.confusion_KK is None
    assert found.per_class == {}


def test_the_command_line_evaluates_it_by_its_own_figures(run: Run) -> None:
    said = neurarium("evaluate", "--run", run.name).stdout
    assert "mean absolute error 0." in said
    assert "class" not in said
    answer = json.loads(neurarium("evaluate", "--run", run.name, "--json").stdout)
    assert answer[KEY] == examine(run).result.metrics[KEY]
    assert "accuracy" not in answer


def test_the_command_line_lists_it_by_its_best_error(run: Run) -> None:
    summary = summarise(run)
    assert summary.primary == MEAN_ERROR
    best = min(event.validation[KEY] for event in run.history() if isinstance(event, EpochDone))
    assert summary.best_value == best
    assert f"{best:.4f}" in neurarium("runs").stdout
    (record,) = map(json.loads, neurarium("runs", "--json").stdout.splitlines())
    assert (record["primary"], record["best"][KEY], record["best_accuracy"]) == (KEY, best, None)


def test_the_command_line_trains_it() -> None:
    chosen = ["--dataset", "toy_spots", "--model", "mlp", "--set", "objective.key=toy_regression", "--threads", "1"]
    result = neurarium("train", *chosen, "--epochs", "1", "--json")
    epoch, end = map(json.loads, result.stdout.splitlines())
    assert epoch[f"validation_{KEY}"] == end[f"validation_{KEY}"]
    assert "epoch 1: training mean absolute error 0." in result.stderr.replace("\n", " ")


def test_advice_tells_its_best_figure_and_guesses_at_nothing(run: Run) -> None:
    epochs = [event for event in run.history() if isinstance(event, EpochDone)]
    advice = advise(run.config, epochs, classes=0, ended=run.ending())
    assert advice is not None
    assert advice.what.startswith("The best validation mean absolute error so far is 0.")
    assert advice.config is None


def test_its_network_is_opened_and_not_offered_where_classes_are_asked_for(run: Run) -> None:
    assert load_snapshot(run).epoch > 0
    assert not answers(run, "image")
    with pytest.raises(RunError, match="tells no classes apart"):
        find_model(run.name, "image")
