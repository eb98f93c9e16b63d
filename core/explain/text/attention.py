"""The attention of a Transformer while it read one sentence: a map for every layer and head. Knows no colours.

Axes: L layers, A heads, T tokens, W words, 1 a batch of one.
"""

from dataclasses import dataclass

import numpy as np
import torch

from core.arrays import Floats64
from core.errors import RunError
from core.i18n import _
from core.inference.reader import ReadText, batch_of
from core.inference.score import Score, Scorer
from core.models.text.transformer import Transformer


@dataclass(frozen=True)
class AttentionView:
    """The attention of every layer and head.

    Attributes:
        read: the text as it was read.
        tokens: the T tokens: words, or pieces of words ("##ing").
        maps_LATT: how much the token of each row attends to that of each column; every row adds up to 1.
            (L, A, 0, 0) for an empty text.
    """

    read: ReadText
    tokens: tuple[str, ...]
    maps_LATT: Floats64

    def of_words(self) -> Floats64:
        """Returns the maps between whole words (L, A, W, W): rows of pieces are averaged, columns are added."""
        starts = [word.first for word in self.read.words]
        if not starts:
            return self.maps_LATT
        sizes = np.array([len(word.pieces) for word in self.read.words])
        columns_LATW = np.add.reduceat(self.maps_LATT, starts, axis=3)
        return np.asarray(np.add.reduceat(columns_LATW, starts, axis=2) / sizes[:, None], np.float64)


def has_attention(scorer: Scorer) -> bool:
    """Whether the network is a Transformer, which has attention maps."""
    return isinstance(scorer.model, Transformer)


def look_at_attention(scorer: Scorer, score: Score) -> AttentionView:
    """Returns the attention maps.

    Raises:
        RunError: the network is not a Transformer.
    """
    model, read = scorer.model, score.read
    if not isinstance(model, Transformer):
        raise RunError(_("This network has no maps of attention."), _("Choose a Transformer."))
    tokens_1T, length_1 = batch_of([read.ids])
    with torch.inference_mode():
        _logits, maps = model.read(model.embed(tokens_1T), length_1)
    maps_LATT = torch.stack(maps)[:, 0, :, : len(read.ids), : len(read.ids)].double().numpy()
    return AttentionView(read, tuple(piece for word in read.words for piece in word.pieces), maps_LATT)
