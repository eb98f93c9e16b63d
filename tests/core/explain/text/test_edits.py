"""Small changes to sentences, in English and in Chinese."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.data.tokenizer import Tokenizer
from core.explain.text.edits import can_change, delete, negate, replace, stands_alone

TOKENIZER = Tokenizer.build(["a"], 200)


def changed(change: object, text: str, word: str, *more: str) -> str:
    words = TOKENIZER.encode(text).words
    index = next(i for i, each in enumerate(words) if each.text == word)
    return change(text, words, index, *more).text


@pytest.mark.parametrize(
    ("text", "word", "result"),
    [
        ("The food was not bad.", "not", "The food was bad."),
        ("I don't care", "n't", "I do care"),
        ("I can't care", "n't", "I can care"),
        ("We won't go", "n't", "We will go"),
        ("Good film", "Good", "film"),
        ("good , really", "really", "good ,"),
        ("nice 😍 film", "😍", "nice film"),
        ("不好看", "不", "好看"),
        ("AI很好", "很", "AI好"),
        ("<b>bold</b>", "bold", "<b></b>"),
    ],
)
def test_leaving_a_word_out(text: str, word: str, result: str) -> None:
    assert changed(delete, text, word) == result


@pytest.mark.parametrize(
    ("text", "word", "result"),
    [
        ("It is good", "good", "It is not good"),
        ("It is good", "is", "It is not good"),
        ("I don't hate AI", "hate", "I do hate AI"),
        ("I can't stand it", "stand", "I can stand it"),
        ("not bad", "bad", "bad"),
        ("Never again", "Never", "again"),
        ("Good film", "Good", "Not good film"),
        ("GREAT film", "GREAT", "NOT GREAT film"),
        ("这部电影好看", "好", "这部电影不好看"),
        ("这部电影不好看", "好", "这部电影好看"),
        ("我有钱", "有", "我没有钱"),
    ],
)
def test_negating_a_word(text: str, word: str, result: str) -> None:
    assert changed(negate, text, word) == result


@pytest.mark.parametrize(
    ("text", "word", "other", "result"),
    [
        ("Good film", "Good", "awful", "Awful film"),
        ("a GREAT film", "GREAT", "bad", "a BAD film"),
        ("I love AI", "AI", "rain", "I love rain"),
        ("AI很好", "很", "not", "AI not好"),
        ("好看", "好", "难", "难看"),
    ],
)
def test_replacing_a_word(text: str, word: str, other: str, result: str) -> None:
    assert changed(replace, text, word, other) == result


def test_halves_of_contractions_do_not_stand_alone() -> None:
    words = TOKENIZER.encode("I can't. 好看 AI好!").words
    assert [word.text for i, word in enumerate(words) if not stands_alone(words, i)] == ["ca", "n't"]


def test_marks_are_not_changed_but_pictures_are() -> None:
    words = TOKENIZER.encode("so , good !!! :( 😍 <").words
    assert [word.text for word in words if can_change(word)] == ["so", "good", ":(", "😍"]


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=60) | st.text("no't !,不好 a'I<", max_size=40))
def test_any_word_of_any_text_can_be_changed(text: str) -> None:
    words = TOKENIZER.encode(text).words
    for index, word in enumerate(words):
        for edit in (delete(text, words, index), negate(text, words, index), replace(text, words, index, "other")):
            assert isinstance(edit.text, str)
            assert 0 <= edit.index < len(words)
            assert words[edit.index].text == edit.before
        assert len(delete(text, words, index).text) <= len(text) + 2
        assert word.text
    assert all(one.end <= other.start for one, other in pairwise(words))
