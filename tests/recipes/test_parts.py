"""The parts that recipes are made of."""

import random
import re
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from core.data.library import load
from core.data.text import TextData
from core.events import CheckpointSaved
from core.generators import pull
from core.inference.snapshot import load_snapshot
from core.runs.config import RunConfig
from core.runs.run import Run
from core.runs.store import RunStore
from core.training.loop import fit
from recipes.english import mistyped, sentences_of, with_words_changed
from recipes.measure import as_usually_typed, calibration
from recipes.own import own_sentences
from recipes.ship import hashes_of, ship
from recipes.soft import SoftData, SoftSplit
from recipes.trials import moved, with_line
from recipes.turns import BAD, GOOD, turned_sentences


@pytest.fixture(scope="module")
def chapter() -> tuple[RunConfig, TextData]:
    config = RunConfig.make(
        dataset="chapter_sentences",
        model={"key": "lstm", "dropout": 0.0},
        training={"epochs": 3, "batch_size": 3, "device": "cpu", "threads": 1},
    )
    data = pull(load(config.dataset, 0))
    assert isinstance(data, TextData)
    return config, data


def test_a_network_learns_what_its_teacher_thinks(chapter: tuple[RunConfig, TextData], tmp_path: Path) -> None:
    config, data = chapter
    config = config.with_changes(training=config.training.model_dump() | {"epochs": 60})
    opinions_NK = torch.tensor([[0.2, 0.8], [0.7, 0.3], [0.5, 0.5]])
    run = RunStore(tmp_path).create(config)
    for _event in fit(config, run, data=SoftData(data, opinions_NK)):
        pass
    (inputs, _targets) = data.split("train").batch(torch.arange(3))
    with torch.no_grad():
        learned_NK = load_snapshot(run, run.last).model(*inputs).softmax(1)
    torch.testing.assert_close(learned_NK, opinions_NK, atol=0.08, rtol=0)


def test_what_a_teacher_thinks_moves_to_another_device(chapter: tuple[RunConfig, TextData]) -> None:
    split = SoftData(chapter[1], torch.rand(3, 2)).split("train").to(torch.device("meta"))
    assert isinstance(split, SoftSplit)
    assert split.tokens_S.is_meta
    assert split.probabilities_NK.is_meta


def test_a_shipped_network_says_the_same_but_calibrated(chapter: tuple[RunConfig, TextData], tmp_path: Path) -> None:
    config, data = chapter
    run = RunStore(tmp_path / "runs").create(config)
    for _event in fit(config, run):
        pass
    temperature = ship(run, data, tmp_path / "shipped")
    shipped = Run(tmp_path / "shipped")
    inputs, _targets = data.split("validation").batch(torch.arange(3))
    with torch.no_grad():
        before, after = (load_snapshot(each).model(*inputs) for each in (run, shipped))
    torch.testing.assert_close(after, before / temperature, atol=0.02, rtol=0.01)
    assert shipped.best.stat().st_size < 0.55 * run.best.stat().st_size
    assert len(hashes_of(shipped.path)) == 4


def test_the_weights_of_the_last_epochs_can_be_averaged(chapter: tuple[RunConfig, TextData], tmp_path: Path) -> None:
    config, data = chapter
    run = RunStore(tmp_path / "runs").create(config)
    for _event in fit(config, run):
        pass
    temperature = ship(run, data, tmp_path / "shipped", averaged=2)
    kept = [load_snapshot(run, run.epoch_weights()[epoch]).model.state_dict() for epoch in (2, 3)]
    shipped = load_snapshot(Run(tmp_path / "shipped")).model.state_dict()
    mean = (kept[0]["dense.bias"] + kept[1]["dense.bias"]) / 2 / temperature
    torch.testing.assert_close(shipped["dense.bias"], mean, atol=1e-3, rtol=1e-2)


def test_a_recipe_decides_the_first_weights_once(chapter: tuple[RunConfig, TextData], tmp_path: Path) -> None:
    config, _data = chapter
    run = RunStore(tmp_path).create(config)
    begun: list[int] = []

    def with_zeros(model: torch.nn.Module) -> None:
        begun.append(1)
        torch.nn.init.zeros_(model.get_parameter("dense.weight"))

    events = fit(config, run, begin=with_zeros)
    for event in events:
        if isinstance(event, CheckpointSaved):
            break
    events.close()
    assert not load_snapshot(run, run.last).model.get_parameter("dense.weight").any()
    for _event in fit(config, run, begin=with_zeros):
        pass
    assert begun == [1]


@given(st.lists(st.tuples(st.floats(0.1, 1), st.booleans()), min_size=1, max_size=60))
def test_the_calibration_error_lies_between_none_and_all(answers: list[tuple[float, bool]]) -> None:
    sure = np.array([p for p, _right in answers])
    right = np.array([int(r) for _p, r in answers])
    found = calibration(np.ones_like(right), sure, right)
    assert 0 <= found["expected_error"] <= 1
    assert sum(each["count"] for each in found["bins"]) == len(answers)


def test_a_network_as_sure_as_it_is_right_has_no_calibration_error() -> None:
    answers, targets = np.ones(1000, int), np.repeat([1, 0], [750, 250])
    assert calibration(answers, np.full(1000, 0.75), targets)["expected_error"] == pytest.approx(0)
    assert calibration(answers, np.full(1000, 0.95), targets)["expected_error"] == pytest.approx(0.2)


@pytest.mark.parametrize("what", ["rotated", "scaled", "sheared"])
def test_moved_digits_keep_their_ink_in_the_frame(what: str) -> None:
    square = torch.zeros(50, 1, 28, 28)
    square[:, :, 9:19, 9:19] = 1
    other = moved(square, what)
    assert other.shape == square.shape
    assert not torch.equal(other, square)
    assert float(other.amax()) <= 1 + 1e-6
    middle = float((other.sum((0, 1, 2)) @ torch.arange(28.0)) / other.sum())
    assert middle == pytest.approx(13.5, abs=0.6)
    assert torch.equal(moved(square, what), other)


def test_a_thick_pen_adds_ink_and_a_thin_one_takes_it() -> None:
    line_HW = np.zeros((112, 112), np.float32)
    line_HW[20:90, 50:60] = 255
    ink = [float(with_line(line_HW, change, 112).sum()) for change in (-1, 0, 1)]
    assert ink[0] < ink[1] < ink[2]


@given(st.text(max_size=60), st.integers(0, 5))
def test_slips_of_the_finger_change_little(text: str, seed: int) -> None:
    slipped = mistyped(text, random.Random(seed))
    assert abs(len(slipped) - len(text)) <= 2
    assert not text.isascii() or slipped.isascii()


def test_reviews_fall_into_sentences_of_a_useful_length() -> None:
    review = "Great!\nI really liked the film a lot. It has a plot that one can follow? Yes."
    assert list(sentences_of(review)) == ["I really liked the film a lot.", "It has a plot that one can follow?"]


def test_changed_sentences_are_made_of_given_words() -> None:
    changed = with_words_changed("one two three four five six", ["seven"], random.Random(1))
    assert set(changed.split()) <= {"one", "two", "three", "four", "five", "six", "seven"}


def test_tokens_are_put_together_as_people_type() -> None:
    assert as_usually_typed("it 's n't bad , but do n't hurry .") == "It'sn't bad, but don't hurry."


def test_our_own_test_sentences_are_not_among_those_to_learn_from() -> None:
    for language in ("english", "chinese"):
        assert not set(own_sentences(language, "train").texts) & set(own_sentences(language, "test").texts)


def test_sentences_that_turn_have_the_label_of_their_meaning() -> None:
    made = dict(zip(*turned_sentences(20_000, 1), strict=True))
    for pattern, labels in ((r"[\w ]+ is not ([a-z ]+)[.!]?", (0, 1)), (r"isn't [\w ]+ (\w+)\?", (1, 0))):
        words = [(found[1], label) for text, label in made.items() if (found := re.fullmatch(pattern, text.lower()))]
        assert {label for word, label in words if word in GOOD} == {labels[0]}
        assert {label for word, label in words if word in BAD} == {labels[1]}
    negated = [label for text, label in made.items() if "not boring" in text.lower() and "but" not in text]
    assert negated
    assert all(label == 1 for label in negated)
    assert 0.45 < sum(made.values()) / len(made) < 0.55


def test_no_sentence_that_turns_is_one_of_our_test_sentences() -> None:
    made = {text.lower().rstrip(".!") for text in turned_sentences(20_000, 0).texts}
    assert not made & {text.lower().rstrip(".!") for text in own_sentences("english", "test").texts}
