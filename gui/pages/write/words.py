"""Converts core's results about a text into what the widgets show. Knows both sides, and nothing else."""

import math
from collections.abc import Sequence

from core.explain.text.attributions import WordAttribution
from core.i18n import _
from core.inference.score import Score, Scorer
from gui.class_names import Scale
from gui.widgets.score_bar import Answer
from gui.widgets.word_strip import StripWord, signed


def answer_of(scorer: Scorer, score: Score) -> Answer | None:
    """Returns the verdict for the bar; None if there is no word."""
    if not score.words:
        return None
    return Answer(score.label, score.probability, score.unsure, score.reason, scale_of(scorer, score).band, score.about)


def scale_of(scorer: Scorer, score: Score) -> Scale:
    """Returns what the numbers and colours of an answer refer to."""
    return Scale(score.about, score.rival, scorer.band if len(score.probabilities) == 2 else None)


def strip_words(
    score: Score, attribution: WordAttribution | None = None, before: Sequence[StripWord] = ()
) -> list[StripWord]:
    """Returns the words for the strip, with their contributions as soon as these are known.

    Until then, words at the same position as `before` keep theirs: colours that vanish at every key would flicker.
    """
    added: list[float | None] = [None] * len(score.words)
    if attribution is not None:
        added = [float(value) for value in attribution.values_W]
    else:
        for index, (word, old) in enumerate(zip(score.words, before, strict=False)):
            if word.text != old.text:
                break
            added[index] = old.added
    return [
        StripWord(
            word.text,
            value,
            None if math.isnan(running) else float(running),
            "" if word.known else _("Not in the vocabulary; read as: {pieces}").format(pieces=read_as),
        )
        for word, value, running, read_as in zip(score.words, added, score.running, score.read.read_as, strict=True)
    ]


def sum_of(attribution: WordAttribution | None) -> tuple[str, str]:
    """Returns the sum of the contributions, translated and in numbers; empty if the method has no such sum."""
    if attribution is None or math.isnan(attribution.total):
        return "", ""
    baseline, value = signed(attribution.baseline), signed(attribution.value)
    total = signed(attribution.total).replace("+", "+ ").replace("−", "− ")
    said = _("{baseline} with every word blank {total} by these = {value}")
    return said.format(baseline=baseline, total=total, value=value), f"{baseline} {total} = {value}"
