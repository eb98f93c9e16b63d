"""Check the Chinese sentences the project ships: shape, balance, originality between splits.

Reads the file alone; knows nothing of tokenizers, datasets or models.
"""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

SENTENCES = Path(__file__).parents[4] / "assets" / "sentences" / "chinese.tsv"
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
KIND_WORDS = re.compile(
    "漂亮|精彩|喜欢|开心|惊喜|感动|舒服|满意|热情|聪明|新鲜|干净|快乐|有趣|诚意|完美|舒坦|享受|优秀|贴心|好|美|香|值|爱|笑|赞"
)
UNKIND_WORDS = re.compile(
    "失望|后悔|无聊|抱怨|烂|差|难|坏|丑|臭|哭|骂|烦|气|累|贵|慢|吵|脏|糟|坑|怕|冷|破|卡|闷|退|痛|疼|假"
)


@dataclass(frozen=True)
class Sentence:
    text: str
    label: str
    phenomenon: str
    topic: str
    template: str
    split: str


def fold(text: str) -> str:
    """Keep letters, ideographs and digits only, full width made half width and upper case lower."""
    normal = unicodedata.normalize("NFKC", text).lower()
    return "".join(character for character in normal if unicodedata.category(character)[0] in "LN")


def bigrams(text: str) -> set[str]:
    folded = fold(text)
    return {folded[start : start + 2] for start in range(len(folded) - 1)}


def jaccard(left: set[str], right: set[str]) -> float:
    return len(left & right) / len(left | right)


def net_kindness(text: str) -> int:
    return len(KIND_WORDS.findall(text)) - len(UNKIND_WORDS.findall(text))


@pytest.fixture(scope="module")
def sentences() -> list[Sentence]:
    lines = SENTENCES.read_text(encoding="utf-8").splitlines()
    return [Sentence(*line.split("\t")) for line in lines[1:]]


def test_the_file_is_utf8_with_unix_line_ends_and_the_agreed_columns() -> None:
    raw = SENTENCES.read_bytes()
    assert b"\r" not in raw
    assert not raw.startswith(b"\xef\xbb\xbf")
    assert raw.endswith(b"\n")
    lines = raw.decode("utf-8").splitlines()
    assert lines[0].split("\t") == COLUMNS
    assert {len(line.split("\t")) for line in lines} == {len(COLUMNS)}


def test_every_value_is_one_of_those_allowed(sentences: list[Sentence]) -> None:
    assert {sentence.label for sentence in sentences} == {"0", "1"}
    assert {sentence.phenomenon for sentence in sentences} == PHENOMENA
    assert {sentence.topic for sentence in sentences} == TOPICS
    assert {sentence.split for sentence in sentences} == set(SHARES)
    assert all(sentence.template for sentence in sentences)


def test_texts_are_chinese_clean_and_of_readable_length(sentences: list[Sentence]) -> None:
    for sentence in sentences:
        text = sentence.text
        assert text == text.strip()
        assert 4 <= len(text) <= 40, text
        assert '"' not in text, text
        assert sum("一" <= character <= "鿿" for character in text) >= len(text) / 2, text


def test_there_are_enough_sentences_of_every_kind(sentences: list[Sentence]) -> None:
    assert len(sentences) >= 1500
    assert min(Counter(sentence.phenomenon for sentence in sentences).values()) >= 110
    assert min(Counter(sentence.topic for sentence in sentences).values()) >= 130


@pytest.mark.parametrize(
    "group_of",
    [
        pytest.param(lambda sentence: "all", id="overall"),
        pytest.param(lambda sentence: sentence.phenomenon, id="phenomenon"),
        pytest.param(lambda sentence: sentence.topic, id="topic"),
        pytest.param(lambda sentence: sentence.split, id="split"),
    ],
)
def test_kind_and_unkind_sentences_are_balanced(sentences: list[Sentence], group_of: Callable[[Sentence], str]) -> None:
    labels = defaultdict(list)
    for sentence in sentences:
        labels[group_of(sentence)].append(int(sentence.label))
    for group, of_group in labels.items():
        assert 0.45 <= sum(of_group) / len(of_group) <= 0.55, group


def test_no_sentence_occurs_twice_even_with_other_punctuation(sentences: list[Sentence]) -> None:
    repeated = {text: count for text, count in Counter(fold(s.text) for s in sentences).items() if count > 1}
    assert repeated == {}


def test_no_template_crosses_splits(sentences: list[Sentence]) -> None:
    splits = defaultdict(set)
    for sentence in sentences:
        splits[sentence.template].add(sentence.split)
    assert {template: found for template, found in splits.items() if len(found) > 1} == {}


def test_templates_are_many_and_their_families_small(sentences: list[Sentence]) -> None:
    families = Counter(sentence.template for sentence in sentences)
    assert len(families) >= 300
    assert min(families.values()) >= 2
    assert max(families.values()) <= 6


def test_splits_have_their_shares_and_each_holds_every_phenomenon_and_topic(sentences: list[Sentence]) -> None:
    for split, share in SHARES.items():
        of_split = [sentence for sentence in sentences if sentence.split == split]
        assert abs(len(of_split) / len(sentences) - share) < 0.02
        assert {sentence.phenomenon for sentence in of_split} == PHENOMENA
        assert {sentence.topic for sentence in of_split} == TOPICS


def test_nothing_near_identical_crosses_from_one_split_to_another(sentences: list[Sentence]) -> None:
    by_split = defaultdict(list)
    for sentence in sentences:
        by_split[sentence.split].append((sentence.text, bigrams(sentence.text)))
    for left, right in (("train", "test"), ("train", "validation"), ("validation", "test")):
        for text, grams in by_split[left]:
            for other_text, other_grams in by_split[right]:
                assert jaccard(grams, other_grams) <= 0.6, (text, other_text)


@pytest.mark.parametrize("phenomenon", ["negation", "contrast"])
def test_counting_kind_words_is_wrong_on_a_good_share(sentences: list[Sentence], phenomenon: str) -> None:
    hits = [s for s in sentences if s.phenomenon == phenomenon and net_kindness(s.text) != 0]
    right = sum((net_kindness(s.text) > 0) == (s.label == "1") for s in hits)
    assert len(hits) >= 50
    assert right / len(hits) <= 0.6


def test_counting_kind_words_works_on_intensified_sentences(sentences: list[Sentence]) -> None:
    hits = [s for s in sentences if s.phenomenon == "intensifier" and net_kindness(s.text) != 0]
    right = sum((net_kindness(s.text) > 0) == (s.label == "1") for s in hits)
    assert right / len(hits) >= 0.8
