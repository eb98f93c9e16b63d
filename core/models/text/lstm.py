"""The LSTM: a recurrent network whose gates decide what to take in, what to forget and what to show.

Axes: B batch, T tokens (steps), H hidden units, K classes.
"""

from typing import ClassVar

from torch import nn

from core.i18n import N_
from core.input_spec import ImageInput, TextInput
from core.models.base import ModelConfig
from core.models.text.base import text_of
from core.models.text.recurrent import Recurrent, RecurrentConfig
from core.registry import Spec

GATES = ("input", "forget", "candidate", "output")
"""The parts of an LSTM in the order in which PyTorch stacks their rows: rows gate*H to gate*H + H of each weight."""


class LstmConfig(RecurrentConfig):
    """Settings of the LSTM."""

    key: ClassVar[str] = "lstm"

    def build(self, input: ImageInput | TextInput, classes: int) -> nn.Module:
        """Returns the network with fresh weights."""
        return Lstm(text_of(input), classes, self)


class Lstm(Recurrent):
    """Reads word by word; the cell state carries memory along, three gates guard it.

    i, f, o = σ(W x + U h + b) for input, forget and output gate, g = tanh(W x + U h + b) for the candidate;
    c' = f ⊙ c + i ⊙ g; h' = o ⊙ tanh(c').

    In: token ids (B, T), lengths (B,). Out: logits (B, K). Parameters of one layer: 4 * (E*H + H*H + 2*H).

    Source: Hochreiter & Schmidhuber, "Long short-term memory", Neural Computation 9, 1997; forget gate: Gers et al.,
    2000.
    """

    def __init__(self, input: TextInput, classes: int, config: LstmConfig) -> None:
        super().__init__(nn.LSTM, input, classes, config)


LSTM: Spec[ModelConfig] = Spec(
    LstmConfig,
    N_("LSTM"),
    N_("Reads word by word and remembers what its gates let through."),
    "Hochreiter & Schmidhuber, Long short-term memory, Neural Computation 9, 1997",
    kind="text",
    formula="c' = f ⊙ c + i ⊙ g,  h' = o ⊙ tanh(c')",
)
