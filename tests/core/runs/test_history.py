"""An event is the same after it was written and read as a line of JSON; an invalid line is refused."""

import dataclasses
import json

import numpy as np
import pytest

from core.events import EpochDone, Event, RunEnded, RunStarted, StepsDone
from core.metric import Metric
from core.runs import history

ERROR = Metric("error", "Error", "lower", hint="It falls.")
STARTED = RunStarted("MLP", 100, 1000, 100, 2, 50, 1, "CPU", 1, (), (ERROR,), "error")
STEPS = StepsDone(
    epoch=1,
    last_step=7,
    losses=np.array([1.5, np.nan, 0.25]),
    metrics={"error": np.array([3.0, 2.0, 1.0])},
    learning_rates=np.array([0.1, 0.1, 0.1]),
    seconds=np.array([1.0, 2.0, 3.0]),
    samples_per_second=100.0,
)
EPOCH = EpochDone(1, 50, {"loss": 1.5, "error": 2.0}, {"loss": 1.25, "error": float("inf")}, 3.5, 100.0, True)
ENDED = RunEnded("finished", "Finished.", 2, 100, 7.0, 100.0)


@pytest.mark.parametrize("event", [STARTED, STEPS, EPOCH, ENDED], ids=lambda event: type(event).__name__)
def test_an_event_survives_a_line(event: Event) -> None:
    line = history.to_line(event)
    assert line.startswith(history.begins(type(event)))
    again = history.from_line(line)
    assert type(again) is type(event)
    for field in dataclasses.fields(event):
        one, other = getattr(event, field.name), getattr(again, field.name)
        np.testing.assert_equal(other, json.loads(json.dumps(one), parse_constant=lambda _name: np.nan)
                                if field.name == "validation" else one)  # fmt: skip


def test_a_history_says_its_version() -> None:
    assert json.loads(history.to_line(STARTED))["version"] == history.VERSION == 2


def test_a_shortened_portion_has_less_of_everything() -> None:
    short = history.shortened(STEPS, 1)
    assert short.last_step == 6
    assert short.steps.tolist() == [5, 6]
    assert short.metrics["error"].tolist() == [3.0, 2.0]
    assert len(short.losses) == len(short.learning_rates) == len(short.seconds) == 2


@pytest.mark.parametrize(
    ("event", "change"),
    [
        (STARTED, {"metrics": [{"key": "error"}]}),
        (STARTED, {"metrics": [dataclasses.asdict(ERROR) | {"title": 3}]}),
        (STARTED, {"metrics": [dataclasses.asdict(ERROR) | {"direction": "sideways"}]}),
        (STARTED, {"metrics": "error"}),
        (STARTED, {"primary": None}),
        (STARTED, {"epochs": 0}),
        (STARTED, {"steps_per_epoch": 0}),
        (STARTED, {"steps_per_epoch": -3}),
        (STEPS, {"metrics": {"error": ["a"]}}),
        (STEPS, {"metrics": [1.0]}),
        (STEPS, {"metrics": {"error": []}}),
        (STEPS, {"losses": [], "metrics": {}, "learning_rates": [], "seconds": []}),
        (STEPS, {"learning_rates": [0.1]}),
        (STEPS, {"seconds": [1.0, 2.0, 3.0, 4.0]}),
        (STEPS, {"losses": [[1.5], [1.0], [0.5]]}),
        (EPOCH, {"validation": {"loss": "low"}}),
        (EPOCH, {"validation": 0.5}),
        (ENDED, {"reason": "bored"}),
    ],
)
def test_what_is_no_such_event_is_no_line(event: Event, change: dict[str, object]) -> None:
    made_up = json.dumps(json.loads(history.to_line(event)) | change)
    with pytest.raises(history.NO_RECORD):
        history.from_line(made_up)
