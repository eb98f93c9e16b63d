"""Words as points: neighbours, leanings, and maps of them."""

import numpy as np
import pytest
import torch
from sklearn.decomposition import PCA

from core.explain.text.word_map import pca_map, tsne_map
from core.explain.text.word_space import WordSpace
from core.runs.run import Run
from tests.core.text_networks import ALL, scorer_of


def test_neighbours_are_those_with_the_greatest_cosine(space: WordSpace) -> None:
    found = space.neighbours("good", 5)
    own_E = space.vector("good")
    cosines = {
        word: float(vector_E @ own_E / np.linalg.norm(vector_E) / np.linalg.norm(own_E))
        for word, vector_E in zip(space.words, space.vectors_VE, strict=True)
        if word[0].isalpha() and word != "good"
    }
    assert [neighbour.word for neighbour in found] == sorted(cosines, key=cosines.get, reverse=True)[:5]
    assert [neighbour.similarity for neighbour in found] == pytest.approx(sorted(cosines.values(), reverse=True)[:5])


def test_opposite_neighbours_lean_the_other_way(space: WordSpace) -> None:
    for word in ("wonderful", "awful"):
        alone = space.scorer.score(word).probability
        for neighbour in space.neighbours(word, opposite=True):
            assert (neighbour.probability > 0.5) != (alone > 0.5)
            assert neighbour.probability == pytest.approx(space.scorer.score(neighbour.word).probability, abs=1e-6)


def test_neighbours_can_be_kept_to_one_script(text_run: Run) -> None:
    scorer = scorer_of(ALL[1], text_run)
    scorer.reader.tokenizer._words[:6] = "好坏不爱恨看"
    space = WordSpace(scorer)
    assert {neighbour.word for neighbour in space.neighbours("人", same_script=True)} == set("好坏不爱恨看")
    assert not {neighbour.word for neighbour in space.neighbours("a", 500, same_script=True)} & set("好坏不爱恨看")


def test_a_word_outside_the_vocabulary_has_neighbours_too(space: WordSpace) -> None:
    assert len(space.neighbours("zyzzyvas")) == 8
    assert space.vector("zyzzyvas").shape == space.vector("good").shape
    assert space.vector("").tolist() == [0.0] * 24


def test_pca_is_the_plane_of_greatest_variance(space: WordSpace) -> None:
    found = pca_map(space)
    judge = PCA(2).fit(space.vectors_VE)
    np.testing.assert_allclose(np.abs(found.points_V2), np.abs(judge.transform(space.vectors_VE)), atol=1e-6)
    assert found.explained == pytest.approx(judge.explained_variance_ratio_.sum())
    assert found.words == tuple(space.words)
    assert pca_map(space).points_V2.tolist() == found.points_V2.tolist()


def test_words_of_a_sentence_are_on_the_map_known_or_not(space: WordSpace) -> None:
    found = pca_map(space, ["good", "zyzzyvas"])
    assert found.words == (*space.words, "zyzzyvas")
    assert len(found.points_V2) == len(found.probabilities_V) == len(found.words)
    assert found.probabilities_V[-1] == pytest.approx(space.scorer.score("zyzzyvas").probability, abs=1e-6)


def test_tsne_settles_step_by_step_and_keeps_near_words_near(space: WordSpace) -> None:
    state, numpy_state = torch.get_rng_state(), np.random.get_state()[1].copy()  # noqa: NPY002
    maps = list(tsne_map(space, ["zyzzyvas"], largest=120, rounds=2))
    assert [found.progress for found in maps] == [0.5, 1.0]
    assert all(found.words[-1] == "zyzzyvas" and len(found.words) == 121 for found in maps)
    last = maps[-1]
    assert np.isfinite(last.points_V2).all()
    assert list(tsne_map(space, ["zyzzyvas"], largest=120, rounds=2))[-1].points_V2.tolist() == last.points_V2.tolist()
    vectors_VE = space.vectors_VE[:120] / np.linalg.norm(space.vectors_VE[:120], axis=1, keepdims=True)
    nearest_V = (vectors_VE @ vectors_VE.T - 2 * np.eye(120)).argmax(axis=1)
    distances_VV = np.linalg.norm(last.points_V2[:120, None] - last.points_V2[None, :120], axis=-1)
    assert np.median(distances_VV[np.arange(120), nearest_V]) < 0.5 * np.median(distances_VV)
    assert torch.equal(state, torch.get_rng_state())
    assert (numpy_state == np.random.get_state()[1]).all()  # noqa: NPY002


def test_with_more_classes_words_have_no_leaning(text_run: Run) -> None:
    space = WordSpace(scorer_of(ALL[1], text_run, classes=3))
    assert (space.probabilities_V == 0.5).all()
    assert space.neighbours("good", opposite=True) == []
