"""The GRU: a recurrent network with two gates and no separate cell, simpler than the LSTM.

Axes: B batch, T tokens (steps), H hidden units, K classes.
"""

from typing import ClassVar

from torch import nn

from core.i18n import N_
from core.input_spec import TextInput
from core.models.text.recurrent import Recurrent, RecurrentConfig

GATES = ("reset", "update", "candidate")
"""The parts of a GRU in PyTorch's order: rows gate*H to gate*H + H of each weight matrix."""


class GruConfig(RecurrentConfig):
    """Settings of the GRU."""

    key: ClassVar[str] = "gru"
    title: ClassVar[str] = N_("GRU")
    summary: ClassVar[str] = N_("Two gates instead of the LSTM's three, and no separate memory cell.")
    source: ClassVar[str] = "Cho et al., Learning phrase representations using RNN encoder-decoder, EMNLP 2014"
    formula: ClassVar[str] = "h' = (1 - z) ⊙ n + z ⊙ h"

    def build(self, input: TextInput, classes: int) -> nn.Module:
        """Returns the network with fresh weights."""
        return Gru(input, classes, self)


class Gru(Recurrent):
    """Reads word by word. The update gate sets how much old state stays, the reset gate how much the candidate uses.

    r, z = σ(W x + b + U h + b') for reset and update gate; n = tanh(W x + b + r ⊙ (U h + b')) for the candidate;
    h' = (1 - z) ⊙ n + z ⊙ h.

    In: token ids (B, T), lengths (B,). Out: logits (B, K). Parameters of one layer: 3 * (E*H + H*H + 2*H).

    Source: Cho et al., "Learning phrase representations using RNN encoder-decoder", EMNLP 2014; like
    PyTorch and cuDNN, it resets after the product U h, not before it.
    """

    def __init__(self, input: TextInput, classes: int, config: GruConfig) -> None:
        super().__init__(nn.GRU, input, classes, config)
