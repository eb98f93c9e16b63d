"""How much each word speaks for or against the answer: integrated gradients on the embeddings, and leave-one-out.

Both explain one number, `Contrast.of(logits)`; with two classes it is the log-odds of "positive". Knows no colours.
Draws no random number. Axes: T tokens, W words, E embedding, K classes, 1 a batch of one.
"""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from core.arrays import Floats64
from core.data.tokenizer import Word
from core.i18n import N_
from core.inference.reader import ReadText, batch_of
from core.inference.score import Contrast, Score, Scorer

_STEPS = (32, 96)  # numbers of points of the integral, tried until the sum is right
_TOLERANCE = 0.01
_TOKENS_AT_ONCE = 8192


@dataclass(frozen=True)
class WordAttribution:
    """The contribution of each word.

    Attributes:
        words: the words that were read.
        values_W: positive values speak for class `contrast.target`, negative ones for `contrast.rival`; in units of the
            logit.
        contrast: the two classes; with two classes always "positive" against "negative".
        value: the difference of their logits for the whole text.
        baseline: the same for a text whose embeddings are all zero, or NaN if the method has no baseline.
        total: the sum of the values according to the theory (`value - baseline`), or NaN if there is no such theorem.
        title: the method's name, to be translated.
        how_to_read: what the values mean, to be translated.
    """

    words: tuple[Word, ...]
    values_W: Floats64
    contrast: Contrast
    value: float
    baseline: float
    total: float
    title: str
    how_to_read: str

    @property
    def gap(self) -> float:
        """The sum of the values minus `total`; NaN if `total` is NaN."""
        return float(self.values_W.sum()) - self.total


def integrated_gradients(scorer: Scorer, score: Score) -> WordAttribution:
    """Integrates the gradient of the score along the line from zero embeddings to those of the words.

    The pieces of one word are summed. By the axiom of completeness the values add up to `total`. The error is at most
    1 % of `total`, or 0.01 if that is more, unless 96 points are too few (see `WordAttribution.gap`).

    Source: Sundararajan, Taly & Yan, "Axiomatic attribution for deep networks", ICML 2017; computed by Captum.
    """
    contrast = scorer.contrast(score)
    read = score.read
    tokens_1T, length_1 = batch_of([read.ids])
    with torch.no_grad():
        x_1TE = scorer.model.embed(tokens_1T)
        both_2TE = torch.cat((x_1TE, torch.zeros_like(x_1TE)))
        ends_2 = contrast.of(scorer.model.from_embeddings(both_2TE, length_1.expand(2)))
    value, baseline = (float(end) for end in ends_2)
    values_T = np.zeros(len(read.ids))
    if read.ids:
        for steps in _STEPS:
            values_T = _integrate(scorer, x_1TE, length_1, contrast, steps)
            if abs(values_T.sum() - (value - baseline)) <= _TOLERANCE * max(abs(value - baseline), 1.0):
                break
    return WordAttribution(
        read.words,
        _summed(read, values_T),
        contrast,
        value,
        baseline,
        value - baseline,
        N_("Integrated gradients"),
        N_(
            "How much each word moved the score on the way from an empty text to this one. "
            "The numbers add up to the whole difference."
        ),
    )


def leave_one_out(scorer: Scorer, score: Score) -> WordAttribution:
    """Leaves out one word at a time; its value is how far the score falls. The values need not add up to anything."""
    contrast = scorer.contrast(score)
    read = score.read
    rows = [read.ids, *(read.ids[: word.first] + read.ids[word.last + 1 :] for word in read.words)]
    differences_B = contrast.of(scorer.logits(rows)).double().numpy()
    return WordAttribution(
        read.words,
        differences_B[0] - differences_B[1:],
        contrast,
        float(differences_B[0]),
        float("nan"),
        float("nan"),
        N_("Leave one out"),
        N_("How much the score changes when this word alone is left out."),
    )


def _integrate(scorer: Scorer, x_1TE: Tensor, length_1: Tensor, contrast: Contrast, steps: int) -> Floats64:
    """Returns the integrated gradients of each token (T,)."""
    from captum.attr import IntegratedGradients

    def ask(x_BTE: Tensor) -> Tensor:
        return contrast.of(scorer.model.from_embeddings(x_BTE, length_1.expand(len(x_BTE))))

    values_1TE = IntegratedGradients(ask).attribute(
        x_1TE.requires_grad_(),  # otherwise Captum does this with a warning
        baselines=0.0,
        n_steps=steps,
        method="gausslegendre",
        internal_batch_size=max(_TOKENS_AT_ONCE // x_1TE.shape[1], 1),
    )
    return np.asarray(values_1TE.detach()[0].double().sum(-1).numpy(), np.float64)


def _summed(read: ReadText, values_T: Floats64) -> Floats64:
    """Returns one value for each word (W,): the sum over its pieces."""
    return np.array([values_T[word.first : word.last + 1].sum() for word in read.words], np.float64)
