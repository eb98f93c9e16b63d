"""What version 0.1.0 left on people's disks is still theirs: runs are listed, asked and resumed, drawings are read.

Everything happens in a copy of `tests/fixtures/v010`; its README.md says what lies there and how it was made.
"""

import json
import math
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.data.drawing_store import DrawingStore
from core.runs import consent
from core.runs.config import RunConfig
from core.runs.store import RunStore
from tests.fixtures.v010.look import answers, outlook, read_anew
from tests.golden.adapter import go_on, tell
from tests.golden.compare import Mode, differences, mode
from tests.golden.configs import USUAL
from tests.golden.machine import machine

V010 = Path(__file__).parents[2] / "fixtures" / "v010"
EXPECTED: dict[str, Any] = json.loads((V010 / "expected.json").read_text(encoding="utf-8"))
RUNS: dict[str, Any] = EXPECTED["runs"]
STOPPED = [name for name, expected in RUNS.items() if "rest" in expected]
HOW: Mode = mode(EXPECTED["machine"], machine(), has_dropout=True)

pytestmark = pytest.mark.usefixtures("one_thread")


@pytest.fixture(autouse=True)
def old(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of what 0.1.0 left, in use."""
    folder = tmp_path / "v010"
    for name in ("runs", "data", "settings"):
        shutil.copytree(V010 / name, folder / name)
        monkeypatch.setenv(f"NEURARIUM_{name.upper()}", str(folder / name))
    return folder


def test_all_old_runs_are_listed_newest_first() -> None:
    assert [run.name for run in RunStore().runs()] == sorted(RUNS, reverse=True)


def test_the_newest_stopped_one_is_offered_to_be_resumed() -> None:
    offered = RunStore().unfinished()
    assert offered is not None
    assert offered.name == max(STOPPED)


@pytest.mark.parametrize("name", RUNS)
def test_an_old_run_stands_as_it_stood(name: str) -> None:
    assert outlook(RunStore().find(name)) == RUNS[name]["outlook"]


@pytest.mark.parametrize("name", RUNS)
def test_an_old_history_tells_every_step(name: str) -> None:
    told = tell(RunStore().find(name).history())
    steps, epochs = told["steps"], told["epochs"]
    assert told["ending"]["reason"] == RUNS[name]["outlook"]["status"]
    assert len(steps["loss"]) == len(steps["accuracy"]) == len(steps["learning_rate"]) == told["ending"]["step"] > 0
    assert len(epochs["validation_accuracy"]) == RUNS[name]["outlook"]["epochs_done"] == told["ending"]["epoch"]
    best = RUNS[name]["outlook"]["best_accuracy"]
    assert best == max(epochs["validation_accuracy"], default=None)


@pytest.mark.parametrize("name", RUNS)
def test_an_old_network_answers_as_it_did(name: str) -> None:
    found, expected = answers(RunStore().find(name), DrawingStore()), RUNS[name]["answers"]
    if expected is None:
        assert found is None, "it diverged before it had learned anything"
    else:
        assert found is not None
        assert found == {asked: pytest.approx(answer, abs=1e-5) for asked, answer in expected.items()}


@pytest.mark.parametrize("name", [pytest.param(name, id=f"{name} {HOW}") for name in STOPPED])
def test_a_stopped_run_goes_on_as_it_would_have(name: str) -> None:
    run = RunStore().find(name)
    before = tell(run.history())
    if HOW != "bit for bit":
        read_anew(run)
    rest = go_on(run)
    assert not differences(rest, RUNS[name]["rest"], HOW, USUAL)
    after = tell(run.history())
    assert after["ending"]["reason"] == run.status() == "finished"
    for group in ("steps", "epochs"):
        for told, values in after[group].items():
            # A history keeps nine digits of each number of a step.
            assert values == pytest.approx(before[group][told] + rest[group][told], rel=1e-8), told


def test_a_diverged_run_ends_with_a_hopeless_loss() -> None:
    (name,) = (name for name in RUNS if RUNS[name]["outlook"]["status"] == "diverged")
    last = tell(RunStore().find(name).history())["steps"]["loss"][-1]
    assert not math.isfinite(last) or last > 1e4


def test_old_drawings_are_read_with_their_classes_and_strokes() -> None:
    store = DrawingStore()
    assert store.counts() == {"1": 1, "4": 1, "7": 2, "?": 1}
    entries = store.entries()
    assert [(entry.number, entry.label) for entry in entries] == [(1, "7"), (2, "1"), (3, "7"), (4, "4"), (5, "?")]
    for entry in entries:
        picture_HW = store.read(entry)
        assert picture_HW.shape == (28, 28)
        assert picture_HW.dtype == np.uint8
        assert picture_HW.max() > 200
    drawn = [store.strokes(entry) for entry in entries]
    assert [drawing is not None for drawing in drawn] == [True, True, True, False, True]
    seven = drawn[0]
    assert seven is not None
    assert (seven.width, seven.height, seven.pen) == (280, 280, 26)
    (stroke,) = seven.strokes
    assert not stroke.erase
    assert len(stroke.points_S2) == len(stroke.widths_S) == 13
    assert stroke.points_S2[[0, 6, 12]].tolist() == [[90, 60], [190, 55], [130, 220]]


def test_a_new_drawing_is_numbered_after_the_old_ones() -> None:
    kept = DrawingStore().keep(np.full((28, 28), 200, np.uint8), "7")
    assert kept.number == 6


def test_what_was_given_to_be_trained_on_stays_given() -> None:
    given, other = (
        RunConfig.make(dataset={"key": "image_folder", "folder": folder}, model="mlp")
        for folder in ("/home/ada/leaves", "/home/ada/letters")
    )
    assert consent.is_given(given)
    assert not consent.is_given(other)


def test_threads_that_were_left_open_are_as_many_as_the_run_was_trained_on() -> None:
    run = RunStore().find("0005-bag_of_embeddings-adagrad")
    assert run.config.training.threads == json.loads((run.path / "environment.json").read_bytes())["threads"] == 2
