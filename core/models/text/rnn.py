"""The plain recurrent network: one state, no gates. It shows why gates were invented.

Axes: B batch, T tokens (steps), H hidden units, K classes.
"""

from typing import ClassVar

from torch import nn

from core.i18n import N_
from core.input_spec import TextInput
from core.models.text.recurrent import Recurrent, RecurrentConfig


class RnnConfig(RecurrentConfig):
    """Settings of the plain recurrent network."""

    key: ClassVar[str] = "rnn"
    title: ClassVar[str] = N_("Plain RNN")
    summary: ClassVar[str] = N_("One state and no gates: it forgets early words, which is why LSTM and GRU exist.")
    source: ClassVar[str] = "Elman, Finding structure in time, Cognitive Science 14, 1990"
    formula: ClassVar[str] = "h' = tanh(W x + U h + b)"

    def build(self, input: TextInput, classes: int) -> nn.Module:
        """Returns the network with fresh weights."""
        return Rnn(input, classes, self)


class Rnn(Recurrent):
    """Reads word by word: h' = tanh(W x + U h + b). The effect of early words fades, and so does their gradient.

    In: token ids (B, T), lengths (B,). Out: logits (B, K). Parameters of one layer: E*H + H*H + 2*H.

    Source: Elman, "Finding structure in time", Cognitive Science 14, 1990. Why it forgets: Bengio, Simard & Frasconi,
    IEEE Transactions on Neural Networks 5, 1994.
    """

    def __init__(self, input: TextInput, classes: int, config: RnnConfig) -> None:
        super().__init__(nn.RNN, input, classes, config)
