"""Counterfactuals: changes of one word, and the smallest change that flips an answer."""

import math

import pytest
import torch

from core.data.sources.sentences import CLASS_NAMES
from core.explain.text.counterfactual import changes_of, smallest_flips
from core.explain.text.word_space import WordSpace
from core.inference.score import Scorer
from core.models.base import ModelConfig
from core.runs.run import Run
from tests.core.text_networks import ALL, name, scorer_of


def test_every_change_of_a_word_comes_with_the_score_of_the_changed_text(scorer: Scorer, space: WordSpace) -> None:
    score = scorer.score("The food was good.")
    changes = changes_of(scorer, score, 3, space)
    assert {change.edits[0].kind for change in changes} == {"delete", "negate", "replace"}
    assert len(changes) == 10
    assert {"The food was.", "The food was not good."} <= {change.text for change in changes}
    for change in changes:
        alone = scorer.score(change.text)
        assert change.score.probability == pytest.approx(alone.probability, abs=1e-6)
        assert change.flips == (alone.label != score.label)
        before, after = score.logits[1] - score.logits[0], alone.logits[1] - alone.logits[0]
        assert change.shift == pytest.approx(after - before, abs=1e-5)


def test_a_flip_is_found_and_flips(scorer: Scorer, space: WordSpace) -> None:
    for text in ("The food was wonderful.", "A boring, awful film."):
        score = scorer.score(text)
        flips = smallest_flips(scorer, score, space, seconds=math.inf)
        assert flips.complete
        assert flips.changes, text
        for change in flips.changes:
            assert scorer.score(change.text).label != score.label
        assert len({change.text for change in flips.changes}) == len(flips.changes)
        assert len(flips.changes[0].edits) == min(len(change.edits) for change in flips.changes)


def test_one_edit_is_preferred_to_two_and_two_are_tried_where_one_is_not_enough(
    scorer: Scorer, space: WordSpace
) -> None:
    sure = max(
        (scorer.score(text) for text in ("wonderful, wonderful and lovely", "awful, awful and dreadful")),
        key=lambda score: max(score.probabilities),
    )
    flips = smallest_flips(scorer, sure, space, seconds=math.inf)
    singles = [change for i in range(len(sure.words)) for change in changes_of(scorer, sure, i, space)]
    one_is_enough = any(change.flips for change in singles)
    assert all(len(change.edits) == (1 if one_is_enough else 2) for change in flips.changes)
    assert flips.tried >= len(singles) or one_is_enough


def test_a_search_without_time_says_that_it_is_incomplete(text_run: Run) -> None:
    config = next(config for config in ALL if config.key == "bag_of_embeddings")
    scorer = scorer_of(config, text_run)
    with torch.no_grad():
        scorer.model.get_parameter("dense.bias")[0] += 100  # nothing flips this
    flips = smallest_flips(scorer, scorer.score("good film"), WordSpace(scorer), seconds=-1)
    assert flips.changes == ()
    assert not flips.complete
    assert flips.tried > 0


def test_nothing_that_would_leave_no_word_is_offered(scorer: Scorer, space: WordSpace) -> None:
    assert "" not in {change.text for change in changes_of(scorer, scorer.score("good"), 0, space)}
    assert changes_of(scorer, scorer.score("good!"), 1, space) == []
    assert smallest_flips(scorer, scorer.score(""), space).changes == ()


@pytest.mark.parametrize("config", ALL, ids=name)
def test_every_kind_of_network_can_be_asked_what_if(config: ModelConfig, text_run: Run) -> None:
    scorer = scorer_of(config, text_run, classes=4 if config.key == "gru" else 2)
    score = scorer.score("not a good film")
    flips = smallest_flips(scorer, score, WordSpace(scorer), seconds=math.inf)
    assert all(change.score.label != score.label for change in flips.changes)
    assert flips.tried > 10


def test_asking_what_if_draws_no_random_number(scorer: Scorer, space: WordSpace) -> None:
    before = torch.get_rng_state()
    smallest_flips(scorer, scorer.score("a good film"), space)
    assert torch.equal(before, torch.get_rng_state())
    assert scorer.class_names == CLASS_NAMES
