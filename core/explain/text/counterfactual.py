"""Counterfactuals: the answer when a word is left out, negated or replaced, and the smallest change that flips it.

Decides which texts to try and scores many at once; `core.explain.text.edits` makes the changes. Draws no random number:
the same input gives the same result, unless the time limit ends the search.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass

from core.data.words import normal_form
from core.explain.text.attributions import leave_one_out
from core.explain.text.edits import NEGATIONS, Edit, can_change, delete, negate, replace, stands_alone
from core.explain.text.word_space import WordSpace
from core.inference.score import Contrast, Score, Scorer

_NEIGHBOURS = 4
_WORDS_TO_REPLACE = 12
_BEAM = 6
_WORDS_TO_CHANGE_NEXT = 10
_FLIPS = 5


@dataclass(frozen=True)
class Change:
    """One or two edits, and the network's answer to the changed text.

    Attributes:
        edits: in the order in which they were made; the last one's `text` is the changed text.
        score: the answer to the changed text, without its beginnings.
        shift: the change of the score, in units of the logit; positive is towards the class that is explained.
        flips: whether the predicted class changed.
    """

    edits: tuple[Edit, ...]
    score: Score
    shift: float
    flips: bool

    @property
    def text(self) -> str:
        """The changed text."""
        return self.edits[-1].text


@dataclass(frozen=True)
class Flips:
    """The changes that flip an answer.

    Attributes:
        changes: those that flip it, the smallest first: fewest edits, then answers that are not unsure, then fewest
            replacements, then the largest shift. Empty if none was found.
        tried: the number of texts that were scored.
        complete: False if the time limit ended the search.
    """

    changes: tuple[Change, ...]
    tried: int
    complete: bool


def changes_of(
    scorer: Scorer, score: Score, index: int, space: WordSpace, neighbours: int = _NEIGHBOURS
) -> list[Change]:
    """Returns the possible changes of one word: leave it out, negate it, or replace it.

    Args:
        scorer: the network.
        score: its answer to the original text.
        index: the word.
        space: the words it knows.
        neighbours: how many similar words to try, and how many similar words with the opposite answer.
    """
    return _ask(scorer, score, [(edit,) for edit in _edits(score, index, space, neighbours)])


def smallest_flips(scorer: Scorer, score: Score, space: WordSpace, seconds: float = 2.0) -> Flips:
    """Looks for the smallest change that flips the answer: every single edit, then pairs that start with the best.

    Args:
        scorer: the network.
        score: its answer to the original text.
        space: the words it knows.
        seconds: time limit, after which no further portion of texts is started.
    """
    end = time.monotonic() + seconds
    singles = _ask(scorer, score, [(edit,) for edit in _all_edits(scorer, score, space, None)])
    tried = len(singles)
    flips = [change for change in singles if change.flips]
    complete = True
    if not flips:
        # The best edits move the score most towards the other class.
        contrast = scorer.contrast(score)
        side = 1.0 if score.index == contrast.target else -1.0
        for first in sorted(singles, key=lambda change: side * change.shift)[:_BEAM]:
            if time.monotonic() > end:
                complete = False
                break
            seconds_edits = _all_edits(scorer, first.score, space, _WORDS_TO_CHANGE_NEXT)
            pairs = _ask(scorer, score, [(*first.edits, edit) for edit in seconds_edits if edit.text != score.text])
            tried += len(pairs)
            flips += [change for change in pairs if change.flips]
    flips.sort(key=_size)
    different = list({change.text: change for change in reversed(flips)}.values())[::-1]
    return Flips(tuple(different[:_FLIPS]), tried, complete)


def _all_edits(scorer: Scorer, score: Score, space: WordSpace, limit: int | None) -> list[Edit]:
    """Returns the edits of the `limit` words with the largest effect (None: all); replaces only the top words."""
    values_W = leave_one_out(scorer, score).values_W
    by_weight = sorted(range(len(score.words)), key=lambda i: -abs(values_W[i]))
    return [
        edit
        for rank, index in enumerate(by_weight[:limit])
        for edit in _edits(score, index, space, _NEIGHBOURS if rank < _WORDS_TO_REPLACE else 0)
    ]


def _edits(score: Score, index: int, space: WordSpace, neighbours: int) -> list[Edit]:
    """Returns the edits of one word; each gives a different text."""
    text, words, word = score.text, score.words, score.words[index]
    if not can_change(word):
        return []
    edits = [negate(text, words, index)]
    if stands_alone(words, index) or normal_form(word.text) in NEGATIONS:
        edits.append(delete(text, words, index))
    if neighbours and stands_alone(words, index):
        found = [
            neighbour
            for opposite in (False, True)
            for neighbour in space.neighbours(word.text, neighbours, opposite=opposite, same_script=True)
        ]
        edits += [replace(text, words, index, neighbour.word) for neighbour in found]
    return list({edit.text: edit for edit in edits if edit.text != text}.values())


def _ask(scorer: Scorer, before: Score, tried: Sequence[tuple[Edit, ...]]) -> list[Change]:
    """Scores each changed text; texts without a known word are left out."""
    contrast = scorer.contrast(before)
    scores = scorer.score_many([edits[-1].text for edits in tried])
    return [
        Change(edits, score, _value(score, contrast) - _value(before, contrast), score.index != before.index)
        for edits, score in zip(tried, scores, strict=True)
        if score.read.knows_a_word
    ]


def _size(change: Change) -> tuple[int, bool, int, float]:
    replaced = sum(edit.kind == "replace" for edit in change.edits)
    return len(change.edits), change.score.unsure, replaced, -abs(change.shift)


def _value(score: Score, contrast: Contrast) -> float:
    return score.logits[contrast.target] - score.logits[contrast.rival]
