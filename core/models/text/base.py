"""The base of the text architectures: a forward pass in two parts (before and after the embeddings), masks and pooling.

Axes: B batch, T tokens (steps), E embedding, H features of a step, K classes.
"""

from typing import ClassVar, Literal

import torch
from torch import Tensor, nn

from core.i18n import N_
from core.input_spec import TextInput
from core.models.base import ModelConfig

PoolingName = Literal["last", "mean", "max", "attention"]

POOLINGS: dict[str, str] = {
    "last": N_("Last state"),
    "mean": N_("Mean of all states"),
    "max": N_("Maximum of all states"),
    "attention": N_("Attention"),
}


class TextModelConfig(ModelConfig):
    """Settings of an architecture that reads token ids."""

    modality: ClassVar[str] = "text"

    def build(self, input: TextInput, classes: int) -> nn.Module:
        """Returns the network with fresh weights; see `ModelConfig.build`."""
        raise NotImplementedError


class TextModel(nn.Module):
    """A network that reads token ids: `forward` is `embed`, then `from_embeddings`.

    An explanation can change the embeddings between the two parts. Padding does not change the output. An empty text
    counts as one padding token, whose embedding is zero.
    """

    def __init__(self, vocabulary_size: int, embedding: int) -> None:
        super().__init__()
        self.embedding = nn.Embedding(vocabulary_size, embedding, padding_idx=0)
        # Vectors of about unit length. With torch's longer ones, rare words would hardly leave their random start.
        nn.init.normal_(self.embedding.weight[1:], std=embedding**-0.5)

    def embed(self, tokens_BT: Tensor) -> Tensor:
        """Returns the vectors (B, T, E) of token ids (B, T)."""
        x_BTE: Tensor = self.embedding(tokens_BT)
        return x_BTE

    def from_embeddings(self, x_BTE: Tensor, lengths_B: Tensor) -> Tensor:
        """Returns the logits (B, K) of embedded texts. Only the first `lengths_B` steps of each count."""
        raise NotImplementedError

    def forward(self, tokens_BT: Tensor, lengths_B: Tensor) -> Tensor:
        """Returns the logits (B, K) of token ids (B, T). Only the first `lengths_B` of each row count."""
        return self.from_embeddings(self.embed(tokens_BT), lengths_B)


def valid_steps(lengths_B: Tensor, steps: int) -> Tensor:
    """Returns a mask (B, T): true for text, false for padding; at least one step of each text is true."""
    return torch.arange(steps, device=lengths_B.device) < lengths_B.clamp(min=1)[:, None]


def last_state(states_BTH: Tensor, lengths_B: Tensor) -> Tensor:
    """Returns the state (B, H) after the last token of each text, before any padding."""
    rows_B = torch.arange(len(lengths_B), device=lengths_B.device)
    return states_BTH[rows_B, lengths_B.clamp(min=1) - 1]


class Attention(nn.Module):
    """Weighs the states with a learned query: a_t = softmax(v · tanh(W h_t)).

    Source: Yang et al., "Hierarchical attention networks for document classification", NAACL 2016, equations 5 to 7.
    """

    def __init__(self, width: int) -> None:
        super().__init__()
        self.key = nn.Linear(width, width)
        self.query = nn.Linear(width, 1, bias=False)

    def weights(self, states_BTH: Tensor, lengths_B: Tensor) -> Tensor:
        """Returns how much each state counts (B, T); the weights of a text add up to 1, those of padding are 0."""
        scores_BT: Tensor = self.query(torch.tanh(self.key(states_BTH))).squeeze(-1)
        return scores_BT.masked_fill(~valid_steps(lengths_B, scores_BT.shape[1]), -torch.inf).softmax(dim=1)

    def forward(self, states_BTH: Tensor, lengths_B: Tensor) -> Tensor:
        """Returns the weighted mean of the states (B, H)."""
        return torch.einsum("bt,bth->bh", self.weights(states_BTH, lengths_B), states_BTH)


def mean_state(states_BTH: Tensor, lengths_B: Tensor) -> Tensor:
    """Returns the mean (B, H) of the states of each text."""
    valid_BT1 = valid_steps(lengths_B, states_BTH.shape[1]).unsqueeze(-1)
    return (states_BTH * valid_BT1).sum(dim=1) / lengths_B.clamp(min=1)[:, None]


def max_state(states_BTH: Tensor, lengths_B: Tensor) -> Tensor:
    """Returns the largest value (B, H) of each feature in each text."""
    valid_BT1 = valid_steps(lengths_B, states_BTH.shape[1]).unsqueeze(-1)
    return states_BTH.masked_fill(~valid_BT1, -torch.inf).amax(dim=1)
