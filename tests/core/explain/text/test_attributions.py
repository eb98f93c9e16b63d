"""The contribution of each word, on every kind of network for text."""

import numpy as np
import pytest
import torch

from core.explain.text.attributions import integrated_gradients, leave_one_out
from core.inference.score import open_scorer
from core.models.base import ModelConfig
from core.runs.run import Run
from tests.core.text_networks import ALL, name, scorer_of

every_network = pytest.mark.parametrize("config", ALL, ids=name)
SENTENCE = "I don't hate zyzzyvas at all, it is surprisingly good!"


@every_network
def test_integrated_gradients_add_up_to_the_difference_from_an_empty_text(config: ModelConfig, text_run: Run) -> None:
    scorer = scorer_of(config, text_run)
    score = scorer.score(SENTENCE)
    found = integrated_gradients(scorer, score)
    # The maximum over states is not differentiable everywhere, so no number of points is exact.
    tolerance = 0.03 if getattr(config, "pooling", "") == "max" else 0.011
    assert found.values_W.sum() == pytest.approx(found.total, abs=tolerance * max(abs(found.total), 1))
    assert found.total == found.value - found.baseline
    assert found.gap == found.values_W.sum() - found.total
    assert found.value == pytest.approx(score.logits[1] - score.logits[0], abs=1e-5)
    assert len(found.values_W) == len(score.words)


@every_network
def test_leaving_a_word_out_is_scoring_the_text_without_it(config: ModelConfig, text_run: Run) -> None:
    scorer = scorer_of(config, text_run)
    text = "good film but never dull"
    found = leave_one_out(scorer, scorer.score(text))
    words = text.split()
    for i, value in enumerate(found.values_W):
        without = scorer.score(" ".join(words[:i] + words[i + 1 :])).logits
        assert value == pytest.approx(found.value - (without[1] - without[0]), abs=1e-5)


def test_in_a_bag_of_words_every_word_has_the_vote_of_its_embedding(text_run: Run) -> None:
    config = next(config for config in ALL if config.key == "bag_of_embeddings")
    scorer = scorer_of(config, text_run)
    score = scorer.score("good but not great")
    weight_2E = scorer.model.get_parameter("dense.weight")
    votes_T = scorer.model.embed(torch.tensor(score.read.ids)) @ (weight_2E[1] - weight_2E[0]) / 4
    assert integrated_gradients(scorer, score).values_W == pytest.approx(votes_T.double().numpy(), abs=1e-6)


def test_the_word_that_carries_the_verdict_counts_most(text_run: Run) -> None:
    scorer = open_scorer(text_run)
    spaces = [("Absolutely {} food.", word) for word in ("wonderful", "awful")]
    for frame, word in spaces:
        score = scorer.score(frame.format(word))
        for method in (integrated_gradients, leave_one_out):
            values_W = method(scorer, score).values_W
            assert np.sign(values_W[1]) == (1 if word == "wonderful" else -1), method.__name__


@pytest.mark.parametrize("text", ["", "  ", "x", "!", "good " * 300])
def test_texts_at_the_edges_are_explained_too(text: str, text_run: Run) -> None:
    scorer = open_scorer(text_run)
    score = scorer.score(text)
    for method in (integrated_gradients, leave_one_out):
        found = method(scorer, score)
        assert len(found.values_W) == len(found.words) == len(score.words)
        assert np.isfinite(found.values_W).all()


def test_with_more_classes_the_verdict_is_explained_against_its_closest_rival(text_run: Run) -> None:
    scorer = scorer_of(ALL[1], text_run, classes=4)
    score = scorer.score(SENTENCE)
    found = integrated_gradients(scorer, score)
    assert found.contrast.target == score.index
    assert found.value == pytest.approx(sorted(score.logits)[-1] - sorted(score.logits)[-2], abs=1e-5)


def test_explaining_draws_no_random_number(text_run: Run) -> None:
    scorer = open_scorer(text_run)
    before = torch.get_rng_state(), np.random.get_state()[1].copy()  # noqa: NPY002 (whether it is left alone)
    score = scorer.score(SENTENCE)
    integrated_gradients(scorer, score)
    leave_one_out(scorer, score)
    assert torch.equal(before[0], torch.get_rng_state())
    assert (before[1] == np.random.get_state()[1]).all()  # noqa: NPY002
