"""Small changes to a sentence: leave a word out, negate it, or replace it. Text in, text out.

Uses simple rules for English and Chinese: the result is what a person might type, but not always good style. Knows no
network.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from core.data.tokenizer import Word
from core.data.words import normal_form
from core.inference.reader import is_mark

EditKind = Literal["delete", "negate", "replace"]

NEGATIONS = frozenset({"not", "n't", "never", "no", "不", "没", "別", "别", "无", "未"})
_AUXILIARY = re.compile("am|is|are|was|were|do|does|did|has|have|had|ca|can|could|should|would|wo|will|must|may|might")
_WHOLE = {"ca": "can", "wo": "will", "sha": "shall"}  # what is left of "can't", "won't", "shan't" without "n't"
_FIRST_IDEOGRAPH, _LAST_IDEOGRAPH = "\u3400", "\u9fff"
_NO_SPACE_BEFORE = ",.;:!?)]}%…"


@dataclass(frozen=True)
class Edit:
    """One small change.

    Attributes:
        kind: the kind of change.
        index: the number of the changed word in the text before the change.
        before: the old word.
        after: the new word; "" if it was left out.
        text: the whole text after the change.
    """

    kind: EditKind
    index: int
    before: str
    after: str
    text: str


def can_change(word: Word) -> bool:
    """Whether a word is more than punctuation."""
    return not is_mark(word.text)


def stands_alone(words: Sequence[Word], index: int) -> bool:
    """Whether a word can be changed alone, unlike the first half of "don't"."""
    word = words[index]
    beside = (words[at] for at in (index - 1, index + 1) if 0 <= at < len(words))
    return not any(
        (other.end == word.start or other.start == word.end) and _is_spelt(other.text) and _is_spelt(word.text)
        for other in beside
    )


def delete(text: str, words: Sequence[Word], index: int) -> Edit:
    """Leaves one word out."""
    word = words[index]
    if normal_form(word.text) == "n't" and index and (whole := _WHOLE.get(words[index - 1].text.lower())):
        verb = words[index - 1]
        return Edit("delete", index, word.text, "", _splice(text, verb.start, word.end, _like(verb.text, whole)))
    return Edit("delete", index, word.text, "", _splice(text, word.start, word.end, ""))


def replace(text: str, words: Sequence[Word], index: int, other: str) -> Edit:
    """Replaces one word by another, capitalised like it."""
    word = words[index]
    after = _like(word.text, other)
    return Edit("replace", index, word.text, after, _splice(text, word.start, word.end, after))


def negate(text: str, words: Sequence[Word], index: int) -> Edit:
    """Turns a word into its opposite: removes the negation that it is or that is next to it, or else adds one."""
    for at in (index, index - 1, index + 1):
        if 0 <= at < len(words) and normal_form(words[at].text) in NEGATIONS:
            taken = delete(text, words, at)
            return Edit("negate", at, taken.before, "", taken.text)
    word = words[index]
    if is_ideograph(word.text):
        after = ("没" if word.text == "有" else "不") + word.text
    elif _AUXILIARY.fullmatch(normal_form(word.text)):
        after = f"{word.text} not"
    elif word.text.isupper() or word.start == 0:
        after = _like(word.text, "not") + " " + (word.text if word.text.isupper() else _lowered(word.text))
    else:
        after = f"not {word.text}"
    return Edit("negate", index, word.text, after, _splice(text, word.start, word.end, after))


def _splice(text: str, start: int, end: int, new: str) -> str:
    """Returns `text` with `new` from `start` to `end`, and with the right spaces around it."""
    left, right = text[:start], text[end:]
    if not new:
        if left[-1:].isspace() and (not right or right[0].isspace() or right[0] in _NO_SPACE_BEFORE):
            left = left.rstrip(" ")
        return left + (right if left else right.lstrip(" "))
    before = " " if left and _touch(left[-1], new[0]) else ""
    behind = " " if right and _touch(new[-1], right[0]) else ""
    return left + before + new + behind + right


def _touch(left: str, right: str) -> bool:
    return _is_spelt(left) and _is_spelt(right)


def _is_spelt(text: str) -> bool:
    """Whether a word is written in letters, which need a space before the next word."""
    return any(c.isalnum() and not is_ideograph(c) for c in text)


def is_ideograph(text: str) -> bool:
    """Whether a word is a Chinese character, which needs no space before the next."""
    return _FIRST_IDEOGRAPH <= text[0] <= _LAST_IDEOGRAPH


def _like(model: str, word: str) -> str:
    """Returns `word` capitalised like `model`; abbreviations such as "AI" and "USA" change nothing."""
    if model.isupper() and 1 < len(model) <= 3:
        return word
    if len(model) > 3 and model.isupper():
        return word.upper()
    return word[0].upper() + word[1:] if model[0].isupper() else word


def _lowered(word: str) -> str:
    # "I" and names with several capitals stay as they are.
    return word if word == "I" or not word[1:].islower() else word.lower()
