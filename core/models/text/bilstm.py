"""The bidirectional LSTM: two LSTMs, one reads forwards from the first word, one backwards from the last.

Axes: B batch, T tokens (steps), H hidden units, K classes.
"""

from typing import ClassVar

from torch import nn

from core.i18n import N_
from core.input_spec import TextInput
from core.models.text.recurrent import Recurrent, RecurrentConfig


class BiLstmConfig(RecurrentConfig):
    """Settings of the bidirectional LSTM. The hidden units are those of each direction."""

    key: ClassVar[str] = "bilstm"
    title: ClassVar[str] = N_("Bidirectional LSTM")
    summary: ClassVar[str] = N_(
        "Two LSTMs, one reading forwards, one backwards: every word is read in the light of both sides."
    )
    source: ClassVar[str] = (
        "Schuster & Paliwal, Bidirectional recurrent neural networks, IEEE Transactions on Signal Processing 45, 1997"
    )
    formula: ClassVar[str] = "h = [h→ ; h←]"

    def build(self, input: TextInput, classes: int) -> nn.Module:
        """Returns the network with fresh weights."""
        return BiLstm(input, classes, self)


class BiLstm(Recurrent):
    """Each state depends on the words before and after it; otherwise like `core.models.text.lstm.Lstm`.

    In: token ids (B, T), lengths (B,). Out: logits (B, K). Parameters of the first layer: 2 * 4 * (E*H + H*H + 2*H).

    Source: Schuster & Paliwal, "Bidirectional recurrent neural networks", IEEE Transactions on Signal Processing 45,
    1997; Graves & Schmidhuber, Neural Networks 18, 2005.
    """

    def __init__(self, input: TextInput, classes: int, config: BiLstmConfig) -> None:
        super().__init__(nn.LSTM, input, classes, config, both_ways=True)
