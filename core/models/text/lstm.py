"""The LSTM: a recurrent network whose gates decide what to store, what to forget and what to output.

Axes: B batch, T tokens (steps), H hidden units, K classes.
"""

from typing import ClassVar

from torch import nn

from core.i18n import N_
from core.input_spec import TextInput
from core.models.text.recurrent import Recurrent, RecurrentConfig

GATES = ("input", "forget", "candidate", "output")
"""The parts of an LSTM in PyTorch's order: rows gate*H to gate*H + H of each weight matrix."""


class LstmConfig(RecurrentConfig):
    """Settings of the LSTM."""

    key: ClassVar[str] = "lstm"
    title: ClassVar[str] = N_("LSTM")
    summary: ClassVar[str] = N_("Reads word by word and remembers what its gates let through.")
    source: ClassVar[str] = "Hochreiter & Schmidhuber, Long short-term memory, Neural Computation 9, 1997"
    formula: ClassVar[str] = "c' = f ⊙ c + i ⊙ g,  h' = o ⊙ tanh(c')"

    def build(self, input: TextInput, classes: int) -> nn.Module:
        """Returns the network with fresh weights."""
        return Lstm(input, classes, self)


class Lstm(Recurrent):
    """Reads word by word. The cell state carries the memory; three gates control it.

    i, f, o = σ(W x + U h + b) for input, forget and output gate, g = tanh(W x + U h + b) for the candidate;
    c' = f ⊙ c + i ⊙ g; h' = o ⊙ tanh(c').

    In: token ids (B, T), lengths (B,). Out: logits (B, K). Parameters of one layer: 4 * (E*H + H*H + 2*H).

    Source: Hochreiter & Schmidhuber, "Long short-term memory", Neural Computation 9, 1997; forget gate: Gers et al.,
    2000.
    """

    def __init__(self, input: TextInput, classes: int, config: LstmConfig) -> None:
        super().__init__(nn.LSTM, input, classes, config)
