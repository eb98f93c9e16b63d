"""Scoring sentences: answer, doubt, and the answer after every word, on every kind of network for text."""

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.data.sources.sentences import sentences
from core.errors import RunError
from core.inference.calibration import calibration_of, read_calibration, temperature_of
from core.inference.reader import batch_of
from core.inference.score import Scorer, open_scorer
from core.models.base import ModelConfig
from core.runs.run import Run
from tests.core.text_networks import ALL, name, scorer_of

pytestmark = pytest.mark.usefixtures("one_thread")
every_network = pytest.mark.parametrize("config", ALL, ids=name)
SENTENCE = "I don't hate AI at all, it is surprisingly good!"


def test_a_trained_network_tells_good_from_bad(scorer: Scorer) -> None:
    held_back = [sentence for sentence in sentences("english") if sentence.split == "train"]
    scores = scorer.score_many([sentence.text for sentence in held_back])
    right = sum(score.index == sentence.label for score, sentence in zip(scores, held_back, strict=True))
    assert right / len(held_back) > 0.7


def test_label_probability_and_probabilities_agree(scorer: Scorer) -> None:
    for score in scorer.score_many([sentence.text for sentence in sentences("english")[:100]]):
        assert score.label == ("positive" if score.probability > 0.5 else "negative")
        assert score.probability == score.probabilities[1]
        assert sum(score.probabilities) == pytest.approx(1)


@every_network
def test_the_running_score_ends_in_the_score(config: ModelConfig, text_run: Run) -> None:
    scorer = scorer_of(config, text_run)
    score = scorer.score(SENTENCE)
    assert len(score.running) == len(score.words) == 13
    assert score.running[-1] == score.probability
    assert score.running_WK[-1].tolist() == list(score.probabilities)
    logits_K = scorer.model(*batch_of([score.read.ids]))[0]
    torch.testing.assert_close(torch.tensor(score.logits), logits_K, rtol=1e-5, atol=1e-5)


@every_network
def test_the_score_after_a_word_is_that_of_the_text_up_to_it(config: ModelConfig, text_run: Run) -> None:
    scorer = scorer_of(config, text_run)
    score = scorer.score(SENTENCE)
    for word, probability in zip(score.words, score.running, strict=True):
        beginning = scorer.score(SENTENCE[: word.end], trace=False)
        assert beginning.probability == pytest.approx(probability, abs=1e-6)


@every_network
def test_many_at_once_are_scored_like_each_alone(config: ModelConfig, text_run: Run) -> None:
    scorer = scorer_of(config, text_run)
    texts = [SENTENCE, "", "bad", "xyzzyx", "good " * 70, SENTENCE[:20]]
    together = scorer.score_many(texts)
    assert [score.text for score in together] == texts
    for text, score in zip(texts, together, strict=True):
        assert score.probabilities == pytest.approx(scorer.score(text).probabilities, abs=1e-6)


def test_a_long_text_is_followed_at_evenly_chosen_words(text_run: Run) -> None:
    config = next(config for config in ALL if config.key == "bilstm")
    scorer = scorer_of(config, text_run)
    object.__setattr__(scorer.reader, "max_length", 300)
    running = scorer.score("not bad at all " * 50).running
    asked = np.flatnonzero(np.isfinite(running))
    assert len(running) == 200
    assert len(asked) == 96
    assert asked[-1] == 199
    assert np.diff(asked).max() <= 3


@pytest.mark.parametrize("text", ["", "   ", "\n\t", "\x00\x1b\u202e\u200b"])
def test_a_text_without_words_is_unsure_and_says_why(text: str, scorer: Scorer) -> None:
    score = scorer.score(text)
    assert score.unsure
    assert "no words" in score.reason
    assert score.words == ()
    assert score.running_WK.shape == (0, 2)


@pytest.mark.parametrize("text", ["xyzzyx", "qwrtpsdf zzzxq!", "???", "!", "... , ;", "ﷺ", "𓂀"])
def test_only_unknown_words_or_marks_are_unsure_whatever_the_network_says(text: str, scorer: Scorer) -> None:
    score = scorer.score(text)
    assert score.unsure
    assert "none of these words" in score.reason


def test_unknown_words_are_marked_with_what_they_are_read_as(scorer: Scorer) -> None:
    read = scorer.read("I haaaate zyzzyvas 𓂀")
    assert [word.known for word in read.words] == [True, False, False, False]
    assert read.read_as[0] == "i"
    assert read.read_as[1] == "hate"
    assert read.read_as[2].replace("·", "") == "zyzzyvas"
    assert "·" in read.read_as[2]
    assert read.read_as[3] == "?"


def test_ten_thousand_words_are_cut_with_a_notice(scorer: Scorer) -> None:
    score = scorer.score("very good " * 5000)
    assert len(score.read.ids) == scorer.reader.max_length == 64
    assert score.cut == 10_000 - 64
    assert "64" in score.notice
    assert "9936" in score.notice
    assert score.probabilities == pytest.approx(scorer.score("very good " * 32).probabilities)


def test_a_word_cut_in_the_middle_keeps_the_pieces_that_were_read(scorer: Scorer) -> None:
    read = scorer.read("good " * 62 + "zyzzyvas")
    assert len(read.ids) == 64
    assert read.words[-1].last == 63
    assert read.cut > 0
    assert sum(len(word.pieces) for word in read.words) == 64


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=120) | st.text("ab !?<>&;:()'\"\u202e\u05d0好😍\u200d\x07", max_size=60))
def test_anything_can_be_typed(text: str, scorer: Scorer) -> None:
    score = scorer.score(text)
    assert 0 <= score.probability <= 1
    assert np.isfinite(score.running).all()
    assert len(score.running) == len(score.words) == len(score.read.read_as)
    ends = [0]
    for word in score.words:
        assert ends[-1] <= word.start < word.end <= len(text)
        assert text[word.start : word.end] == word.text
        ends.append(word.end)


def test_calibration_widens_the_unsure_band_and_leaves_verdicts_alone(scorer: Scorer) -> None:
    hot = Scorer(scorer.snapshot, temperature=3.0)
    assert Scorer(scorer.snapshot).band == pytest.approx((0.4, 0.6))
    texts = [sentence.text for sentence in sentences("english")[:200]]
    cold_scores, hot_scores = Scorer(scorer.snapshot).score_many(texts), hot.score_many(texts)
    assert [score.label for score in cold_scores] == [score.label for score in hot_scores]
    low, high = hot.band
    for score in hot_scores:
        assert score.unsure == (low < score.probability < high)
    assert sum(score.unsure for score in hot_scores) > sum(score.unsure for score in cold_scores)


def test_the_temperature_of_logits_blown_up_by_three_is_three() -> None:
    generator = torch.Generator().manual_seed(0)
    logits_NK = torch.randn(20_000, 3, generator=generator) * 1.5
    targets_N = torch.multinomial(logits_NK.softmax(1), 1, generator=generator).squeeze(1)
    assert temperature_of(logits_NK, targets_N) == pytest.approx(1, rel=0.05)
    assert temperature_of(3 * logits_NK, targets_N) == pytest.approx(3, rel=0.05)


def test_the_temperature_stays_finite_where_every_answer_is_right_or_wrong() -> None:
    logits_NK = torch.tensor([[5.0, -5.0], [-5.0, 5.0]])
    assert temperature_of(logits_NK, torch.tensor([0, 1])) == pytest.approx(0.05, rel=0.01)
    assert temperature_of(logits_NK, torch.tensor([1, 0])) == pytest.approx(20, rel=0.01)


def test_a_calibration_is_measured_once_and_kept_beside_its_weights(text_run: Run) -> None:
    scorer = open_scorer(text_run)
    measured = calibration_of(text_run, scorer.snapshot)
    assert measured is not None
    assert measured.examples == 428
    assert measured.temperature > 0
    assert read_calibration(text_run.weights, scorer.snapshot.epoch) == measured
    assert read_calibration(text_run.weights, scorer.snapshot.epoch + 1) is None
    assert open_scorer(text_run).temperature == measured.temperature


def test_more_than_two_classes_have_a_verdict_a_lead_and_a_running_score(text_run: Run) -> None:
    scorer = scorer_of(ALL[1], text_run, classes=4)
    score = scorer.score(SENTENCE)
    assert score.probability == max(score.probabilities)
    assert scorer.class_names[score.index] == score.label
    assert score.running[-1] == score.probability
    first, second = sorted(score.probabilities, reverse=True)[:2]
    assert score.unsure == (first - second < 0.2)
    contrast = scorer.contrast(score)
    assert contrast.target == score.index
    assert score.probabilities[contrast.rival] == second


def test_scoring_draws_no_random_number(scorer: Scorer, text_run: Run) -> None:
    before = torch.get_rng_state()
    scorer.score(SENTENCE)
    scorer.score_many([SENTENCE])
    calibration_of(text_run, scorer.snapshot)
    assert torch.equal(before, torch.get_rng_state())


def test_a_run_of_pictures_is_refused_with_advice(reader: Run) -> None:
    with pytest.raises(RunError, match="trained on sentences"):
        open_scorer(reader)
