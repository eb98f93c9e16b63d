"""The chapter's LSTM: embedding, one LSTM, one dense neuron. Small enough to understand completely.

Axes: B batch, T tokens (steps), E embedding, H hidden units, K classes.
"""

from typing import ClassVar

import torch
from torch import Tensor, nn

from core.i18n import N_
from core.input_spec import BUCKETS, TextInput
from core.models.text.base import TextModel, TextModelConfig, last_state
from core.models.text.recurrent import initialise

VOCABULARY, WIDTH = 1000, 64
_OUT_OF_VOCABULARY = BUCKETS


class ChapterLstmConfig(TextModelConfig):
    """The chapter's LSTM has no settings: it is the network of the book."""

    key: ClassVar[str] = "chapter_lstm"
    title: ClassVar[str] = N_("The chapter's LSTM")
    summary: ClassVar[str] = N_("An embedding of 1000 words, one LSTM of 64 units, one neuron: as in the book.")
    source: ClassVar[str] = "The textbook chapter on sentiment (Keras: Embedding, LSTM, Dense)"
    formula: ClassVar[str] = "embedding → LSTM 64 → dense"

    def build(self, input: TextInput, classes: int) -> nn.Module:
        """Returns the network with fresh weights."""
        return ChapterLstm(classes)


class ChapterLstm(TextModel):
    """Embedding(1000, 64), LSTM(64), Dense(1): reads word by word and answers from the last state.

    In: token ids (B, T), lengths (B,). Out: logits (B, K).
    Trained parameters for two classes: 1000*64 + 4*(64*64 + 64*64 + 64) + (64 + 1) = 97,089, as in Keras. PyTorch's
    LSTM has a redundant second bias; it stays zero and is not trained.

    For two classes the logits are [0, z], where z is the output of the chapter's single neuron. Their softmax is
    [1 - σ(z), σ(z)], and the cross-entropy is exactly the chapter's binary cross-entropy. With more than two classes
    there is one neuron per class. The chapter pads its texts to one length and also reads the padding; here the answer
    comes from the state after the last word. Ids of 1000 and more (rare words) are all mapped to one id, as by the
    chapter's tokenizer.

    Source: the Keras network of the textbook chapter on sentiment: Embedding(1000, 64), LSTM(64), Dense(1,
    activation="sigmoid"). Its first weights are Keras'.
    """

    def __init__(self, classes: int) -> None:
        super().__init__(VOCABULARY, WIDTH)
        self.lstm = nn.LSTM(WIDTH, WIDTH, batch_first=True)
        self.dense = nn.Linear(WIDTH, 1 if classes == 2 else classes)
        nn.init.uniform_(self.embedding.weight[1:], -0.05, 0.05)
        initialise(self.lstm)
        self.lstm.bias_hh_l0.requires_grad_(False)
        nn.init.xavier_uniform_(self.dense.weight)
        nn.init.zeros_(self.dense.bias)

    def embed(self, tokens_BT: Tensor) -> Tensor:
        """Returns the vectors (B, T, E) of token ids (B, T)."""
        return super().embed(torch.where(tokens_BT < VOCABULARY, tokens_BT, _OUT_OF_VOCABULARY))

    def from_embeddings(self, x_BTE: Tensor, lengths_B: Tensor) -> Tensor:
        """Returns the logits (B, K)."""
        states_BTH, _last = self.lstm(x_BTE)
        logits_BK: Tensor = self.dense(last_state(states_BTH, lengths_B))
        if logits_BK.shape[1] == 1:
            return torch.cat((torch.zeros_like(logits_BK), logits_BK), dim=1)
        return logits_BK
