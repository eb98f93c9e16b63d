"""The accuracy of a network on each phenomenon of language."""

import pytest

from core.data.sources.sentences import sentences
from core.errors import RunError
from core.explain.text.challenge import PHENOMENA, Language, challenge, languages_of
from core.inference.score import open_scorer
from core.runs.run import Run
from core.runs.store import RunStore
from recipes.ship import read_figures
from tests.core.text_networks import ALL, scorer_of


def test_every_phenomenon_is_examined_on_sentences_the_network_has_not_seen(text_run: Run) -> None:
    scorer = open_scorer(text_run)
    found = challenge(scorer)
    assert found.language == "english"
    assert [each.key for each in found.phenomena] == list(PHENOMENA)
    assert sum(each.total for each in found.phenomena) == 430
    assert 0.5 < found.accuracy < 1
    for each in found.phenomena:
        assert len(each.failures) == each.total - each.right
        for failure in each.failures:
            assert failure.sentence.split == "test"
            assert scorer.score(failure.sentence.text).index != failure.sentence.label
        certainty = [max(failure.score.probabilities) for failure in each.failures]
        assert certainty == sorted(certainty, reverse=True)


@pytest.mark.parametrize("language", ["english", "chinese"])
def test_a_network_that_comes_with_the_program_does_as_well_as_its_card_says(
    language: Language, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()  # other tests must not see these networks
    run = RunStore().find(f"shipped/{language}")
    found = challenge(open_scorer(run))
    assert found.language == language
    assert {each.key: each.accuracy for each in found.phenomena} == pytest.approx(read_figures(run.path)["phenomena"])


def test_every_phenomenon_of_the_sentences_has_a_title() -> None:
    for language in ("english", "chinese"):
        assert {sentence.phenomenon for sentence in sentences(language)} == set(PHENOMENA)


def test_a_network_reads_the_languages_whose_words_it_knows(text_run: Run) -> None:
    scorer = open_scorer(text_run)
    assert languages_of(scorer) == ["english"]
    assert challenge(scorer, "chinese").accuracy == pytest.approx(0.5, abs=0.1)


def test_a_network_of_other_classes_is_not_examined(text_run: Run) -> None:
    with pytest.raises(RunError, match="other classes"):
        challenge(scorer_of(ALL[1], text_run, classes=3))
