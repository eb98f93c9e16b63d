"""Check the English sentences the project ships: shape, balance, originality between splits, and what counting misses.

Reads the file and its README alone; knows nothing of tokenizers, datasets or models of the laboratory.
"""

import csv
import math
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[4] / "assets" / "sentences"
COLUMNS = ["text", "label", "phenomenon", "topic", "template", "split"]
PHENOMENA = {
    "plain",
    "negation",
    "double_negation",
    "contrast",
    "intensifier",
    "diminisher",
    "comparison",
    "question",
    "idiom",
}
TOPICS = {"films", "food", "school", "ai", "travel", "products", "people", "weather"}
SHARES = {"train": 0.70, "validation": 0.15, "test": 0.15}
NEAR_IDENTICAL = 0.6
WORD = re.compile(r"[a-z0-9]+(?:'[a-z]+)?")
STOP_WORDS = frozenset(
    re.findall(
        r"\S+",
        """a an the this that these those it its it's is was are were be been am i i'm i've i'd my me we our us you your
        he his him she her they their them of in on at to for from with by as and or so there who what when how do does
        did have has had will would can could""",
    )
)


@dataclass(frozen=True)
class Sentence:
    text: str
    label: str
    phenomenon: str
    topic: str
    template: str
    split: str

    @property
    def words(self) -> list[str]:
        return WORD.findall(self.text.lower().replace("’", "'"))


@pytest.fixture(scope="module")
def sentences() -> list[Sentence]:
    with (FOLDER / "english.tsv").open(encoding="utf-8", newline="") as file:
        rows = csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        assert next(rows) == COLUMNS
        return [Sentence(*row) for row in rows]


def pairs_sharing_words(sentences: list[Sentence]) -> Iterator[tuple[Sentence, Sentence, float]]:
    """Yield every pair of sentences sharing a content word, with the Jaccard similarity of their word sets."""
    word_sets = [frozenset(sentence.words) for sentence in sentences]
    holders: dict[str, list[int]] = defaultdict(list)
    for index, words in enumerate(word_sets):
        for word in words - STOP_WORDS or words:
            holders[word].append(index)
    candidates = {pair for indices in holders.values() for pair in combinations(indices, 2)}
    for left, right in candidates:
        shared = len(word_sets[left] & word_sets[right])
        union = len(word_sets[left]) + len(word_sets[right]) - shared
        yield sentences[left], sentences[right], shared / union


def word_evidence(sentences: list[Sentence]) -> dict[str, float]:
    """Weigh each word by its log-odds of standing in a positive sentence (naive Bayes, add-one smoothing)."""
    counts = Counter((word, sentence.label) for sentence in sentences for word in set(sentence.words))
    return {word: math.log((counts[word, "1"] + 1) / (counts[word, "0"] + 1)) for word, _ in counts}


def test_the_file_is_utf8_with_unix_line_ends_and_the_agreed_columns() -> None:
    raw = (FOLDER / "english.tsv").read_bytes()
    assert b"\r" not in raw
    assert not raw.startswith(b"\xef\xbb\xbf")
    assert raw.endswith(b"\n")
    lines = raw.decode("utf-8").removesuffix("\n").split("\n")
    assert lines[0].split("\t") == COLUMNS
    assert {len(line.split("\t")) for line in lines} == {len(COLUMNS)}


def test_every_value_is_one_of_those_allowed(sentences: list[Sentence]) -> None:
    assert {sentence.label for sentence in sentences} == {"0", "1"}
    assert {sentence.phenomenon for sentence in sentences} == PHENOMENA
    assert {sentence.topic for sentence in sentences} == TOPICS
    assert {sentence.split for sentence in sentences} == set(SHARES)
    assert all(sentence.template for sentence in sentences)


def test_texts_are_clean_and_three_to_thirty_words_long(sentences: list[Sentence]) -> None:
    for sentence in sentences:
        assert sentence.text == " ".join(sentence.text.split())
        assert 3 <= len(sentence.text.split()) <= 30, sentence.text


def test_there_are_enough_sentences_of_every_kind(sentences: list[Sentence]) -> None:
    assert len(sentences) >= 2500
    assert min(Counter(sentence.phenomenon for sentence in sentences).values()) >= 200
    assert min(Counter(sentence.topic for sentence in sentences).values()) >= 250


@pytest.mark.parametrize(
    "group_of",
    [
        pytest.param(lambda sentence: "all", id="overall"),
        pytest.param(lambda sentence: sentence.phenomenon, id="phenomenon"),
        pytest.param(lambda sentence: sentence.topic, id="topic"),
        pytest.param(lambda sentence: sentence.split, id="split"),
        pytest.param(lambda sentence: (sentence.split, sentence.phenomenon), id="phenomenon of each split"),
    ],
)
def test_positive_and_negative_sentences_are_balanced(
    sentences: list[Sentence], group_of: Callable[[Sentence], object]
) -> None:
    labels = defaultdict(list)
    for sentence in sentences:
        labels[group_of(sentence)].append(int(sentence.label))
    for group, of_group in labels.items():
        assert 0.45 <= sum(of_group) / len(of_group) <= 0.55, group


def test_words_that_name_no_feeling_do_not_give_the_label_away(sentences: list[Sentence]) -> None:
    for word in ("ai", "film", "food", "not", "never", "but", "he", "she", "teacher", "rain"):
        labels = [int(sentence.label) for sentence in sentences if word in sentence.words]
        assert len(labels) >= 10, word
        assert 0.3 <= sum(labels) / len(labels) <= 0.7, word


def test_no_sentence_occurs_twice_even_in_other_case_or_punctuation(sentences: list[Sentence]) -> None:
    repeated = {text: n for text, n in Counter(" ".join(s.words) for s in sentences).items() if n > 1}
    assert repeated == {}


def test_no_template_crosses_splits(sentences: list[Sentence]) -> None:
    splits = defaultdict(set)
    for sentence in sentences:
        splits[sentence.template].add(sentence.split)
    assert {template: found for template, found in splits.items() if len(found) > 1} == {}


def test_templates_are_many_and_their_families_small(sentences: list[Sentence]) -> None:
    families = Counter(sentence.template for sentence in sentences)
    assert len(families) >= 500
    assert min(families.values()) >= 2
    assert max(families.values()) <= 16


def test_splits_have_their_shares_and_each_holds_every_phenomenon_and_topic(sentences: list[Sentence]) -> None:
    for split, share in SHARES.items():
        of_split = [sentence for sentence in sentences if sentence.split == split]
        assert abs(len(of_split) / len(sentences) - share) < 0.02
        assert {sentence.phenomenon for sentence in of_split} == PHENOMENA
        assert {sentence.topic for sentence in of_split} == TOPICS


def test_nothing_near_identical_crosses_from_one_split_to_another(sentences: list[Sentence]) -> None:
    for left, right, similarity in pairs_sharing_words(sentences):
        if left.split != right.split:
            assert similarity <= NEAR_IDENTICAL, (left.text, right.text)


def test_nothing_crosses_splits_that_differs_in_stop_words_only(sentences: list[Sentence]) -> None:
    splits = defaultdict(set)
    for sentence in sentences:
        content = frozenset(sentence.words) - STOP_WORDS
        if len(content) > 1:
            splits[content].add(sentence.split)
    assert {content: found for content, found in splits.items() if len(found) > 1} == {}


def test_counting_words_reads_plain_sentences_but_neither_negation_nor_contrast(sentences: list[Sentence]) -> None:
    train = [sentence for sentence in sentences if sentence.split == "train"]
    evidence = word_evidence(train)
    right = defaultdict(list)
    for sentence in sentences:
        if sentence.split != "train":
            positive = sum(evidence[word] for word in set(sentence.words) & evidence.keys()) > 0
            right[sentence.phenomenon].append(positive == (sentence.label == "1"))
    accuracy = {phenomenon: sum(hits) / len(hits) for phenomenon, hits in right.items()}
    assert accuracy["plain"] >= 0.70
    assert accuracy["intensifier"] >= 0.70
    assert accuracy["negation"] <= 0.60
    assert accuracy["contrast"] <= 0.60
    assert accuracy["double_negation"] < accuracy["plain"]


@pytest.mark.parametrize("column", ["phenomenon", "topic"])
def test_the_readme_counts_what_the_file_holds(sentences: list[Sentence], column: str) -> None:
    english = (FOLDER / "README.md").read_text(encoding="utf-8").split("## English")[1].split("## 中文")[0]
    for name in {getattr(sentence, column) for sentence in sentences}:
        rows = [sentence for sentence in sentences if getattr(sentence, column) == name]
        of_split = Counter(sentence.split for sentence in rows)
        counts = f"| `{name}` | {len(rows)} | {of_split['train']} | {of_split['validation']} | {of_split['test']} |"
        assert counts in english
