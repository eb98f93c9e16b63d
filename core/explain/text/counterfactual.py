"""What if: what a network says when a word is left out, negated or replaced, and the smallest change that flips it.

Knows which texts to try and asks the network about many at once; `core.explain.text.edits` knows how to change a text.
Draws no random number; the same question gets the same answer, unless time runs out.
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
    """One or two edits, and what the network says then.

    Attributes:
        edits: in the order in which they were made; the last one's `text` is the changed text.
        score: the answer to the changed text, without its beginnings.
        shift: how far the score moved, in units of the logit, towards the class that the explanation is about.
        flips: whether the verdict is another one now.
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
    """What was found out about how to flip a verdict.

    Attributes:
        changes: those that flip it, the smallest first: fewest edits, then verdicts that are not unsure, then
            fewest replacements, then the largest shift. Empty where none was found.
        tried: how many texts the network was asked about.
        complete: False where time ran out.
    """

    changes: tuple[Change, ...]
    tried: int
    complete: bool


def changes_of(
    scorer: Scorer, score: Score, index: int, space: WordSpace, neighbours: int = _NEIGHBOURS
) -> list[Change]:
    """Returns what can be done to one word: leave it out, negate it, or replace it.

    Args:
        scorer: the network.
        score: its answer to the text as it stands.
        index: the word.
        space: the words it knows.
        neighbours: how many words to offer that it reads alike, and as many that it reads the other way.
    """
    return _ask(scorer, score, [(edit,) for edit in _edits(score, index, space, neighbours)])


def smallest_flips(scorer: Scorer, score: Score, space: WordSpace, seconds: float = 2.0) -> Flips:
    """Looks for the smallest change that flips the verdict: every single edit, then pairs that begin with the best.

    Args:
        scorer: the network.
        score: its answer to the text as it stands.
        space: the words it knows.
        seconds: after which no new portion of texts is begun.
    """
    end = time.monotonic() + seconds
    singles = _ask(scorer, score, [(edit,) for edit in _all_edits(scorer, score, space, None)])
    tried = len(singles)
    flips = [change for change in singles if change.flips]
    complete = True
    if not flips:
        # An edit that goes the right way brings the verdict nearer to the other side.
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
    """Returns the edits of the `limit` words that count most, or of all; replacements only of those that count most."""
    values_W = leave_one_out(scorer, score).values_W
    by_weight = sorted(range(len(score.words)), key=lambda i: -abs(values_W[i]))
    return [
        edit
        for rank, index in enumerate(by_weight[:limit])
        for edit in _edits(score, index, space, _NEIGHBOURS if rank < _WORDS_TO_REPLACE else 0)
    ]


def _edits(score: Score, index: int, space: WordSpace, neighbours: int) -> list[Edit]:
    """Returns the edits of one word, each leading to another text."""
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
    """Returns what the network says to each changed text; texts with nothing left to read are left out."""
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
