"""A small Transformer encoder: in each layer every word attends to every other word.

Axes: B batch, T tokens, E width of a token, A attention heads, F feed-forward width, K classes.
"""

import math
from typing import ClassVar, Literal

import torch
from torch import Tensor, nn

from core.errors import ConfigError
from core.i18n import N_, _
from core.input_spec import TextInput
from core.models.text.base import TextModel, TextModelConfig, mean_state, valid_steps
from core.settings import setting


class TransformerConfig(TextModelConfig):
    """Settings of the Transformer."""

    key: ClassVar[str] = "transformer"
    title: ClassVar[str] = N_("Transformer")
    summary: ClassVar[str] = N_("Every word looks at every other word; you can look at its attention maps.")
    source: ClassVar[str] = "Vaswani et al., Attention is all you need, NIPS 2017"
    formula: ClassVar[str] = "softmax(Q Kᵀ / √d) V"

    layers: int = setting(
        2,
        N_("Layers"),
        N_("Blocks of attention and feed-forward network on top of each other."),
        ge=1,
        le=8,
    )
    width: int = setting(
        128,
        N_("Width"),
        N_("How many numbers stand for a token in every layer. The heads share them, so they must divide it."),
        scale="log",
        ge=2,
        le=1024,
    )
    heads: int = setting(
        4,
        N_("Attention heads"),
        N_("How many patterns of attention each layer has. Each head can look for something different."),
        ge=1,
        le=16,
    )
    positions: Literal["sinusoidal", "learned"] = setting(
        "sinusoidal",
        N_("Positions"),
        N_("How a token gets its position: from waves of fixed lengths, or from a vector learned for each position."),
        choices={"sinusoidal": N_("Sinusoidal"), "learned": N_("Learned")},
    )
    dropout: float = setting(
        0.2,
        N_("Dropout"),
        N_("The share of numbers silenced at random in each training step, so that none becomes indispensable."),
        ge=0,
        le=0.9,
    )

    def build(self, input: TextInput, classes: int) -> nn.Module:
        """Returns the network with fresh weights.

        Raises:
            ConfigError: the width is odd or cannot be divided by the number of heads.
        """
        if self.width % self.heads or self.width % 2:
            raise ConfigError(
                _("A width of {width} cannot be shared among {heads} heads.").format(
                    width=self.width, heads=self.heads
                ),
                _("Choose an even width that is a multiple of the number of heads."),
            )
        return Transformer(input, classes, self)


class Transformer(TextModel):
    """Embeds tokens and positions, lets them attend to each other layer by layer, averages them, and answers.

    In: token ids (B, T), lengths (B,). Out: logits (B, K). Parameters of one layer: 12*E*E + 13*E.

    Source: Vaswani et al., "Attention is all you need", NIPS 2017; normalisation before each part, not after it: Xiong
    et al., "On layer normalization in the Transformer architecture", ICML 2020.
    """

    def __init__(self, input: TextInput, classes: int, config: TransformerConfig) -> None:
        super().__init__(input.vocabulary_size, config.width)
        self.learned = nn.Embedding(input.max_length, config.width) if config.positions == "learned" else None
        self.dropout = nn.Dropout(config.dropout)
        self.blocks = nn.ModuleList(
            Block(config.width, config.heads, config.dropout) for _layer in range(config.layers)
        )
        self.norm = nn.LayerNorm(config.width)
        self.dense = nn.Linear(config.width, classes)

    def from_embeddings(self, x_BTE: Tensor, lengths_B: Tensor) -> Tensor:
        """Returns the logits (B, K)."""
        return self.read(x_BTE, lengths_B)[0]

    def read(self, x_BTE: Tensor, lengths_B: Tensor) -> tuple[Tensor, list[Tensor]]:
        """Returns the logits (B, K) and each layer's attention maps (B, A, T, T): rows attend to columns.

        Each row of a map adds up to 1; columns of padding are 0, rows of padding have no meaning.
        """
        width, steps_T = x_BTE.shape[2], torch.arange(x_BTE.shape[1], device=x_BTE.device)
        positions_TE = sinusoids(steps_T, width) if self.learned is None else self.learned(steps_T)
        # As in Vaswani et al.: the embeddings are scaled up so that the positions do not dominate them.
        h_BTE = self.dropout(x_BTE * math.sqrt(width) + positions_TE)
        valid_BT = valid_steps(lengths_B, len(steps_T))
        maps: list[Tensor] = []
        for block in self.blocks:
            h_BTE, map_BATT = block(h_BTE, valid_BT)
            maps.append(map_BATT)
        logits_BK: Tensor = self.dense(mean_state(self.norm(h_BTE), lengths_B))
        return logits_BK, maps


class Block(nn.Module):
    """One layer: attention between the tokens, then a network for each token; both add to their input."""

    def __init__(self, width: int, heads: int, dropout: float) -> None:
        super().__init__()
        self.norm1 = nn.LayerNorm(width)
        self.attention = SelfAttention(width, heads)
        self.norm2 = nn.LayerNorm(width)
        self.feed_forward = nn.Sequential(nn.Linear(width, 4 * width), nn.GELU(), nn.Linear(4 * width, width))
        self.dropout = nn.Dropout(dropout)

    def forward(self, h_BTE: Tensor, valid_BT: Tensor) -> tuple[Tensor, Tensor]:
        """Returns the tokens after this layer (B, T, E) and its attention maps (B, A, T, T)."""
        looked_BTE, map_BATT = self.attention(self.norm1(h_BTE), valid_BT)
        h_BTE = h_BTE + self.dropout(looked_BTE)
        return h_BTE + self.dropout(self.feed_forward(self.norm2(h_BTE))), map_BATT


class SelfAttention(nn.Module):
    """Each token has a query, a key and a value: where query and key match, the value is passed on. Several heads.

    Attention(Q, K, V) = softmax(Q Kᵀ / √d) V, with d = E / A. Source: Vaswani et al. 2017, equation 1.
    """

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.queries_keys_values = nn.Linear(width, 3 * width)
        self.out = nn.Linear(width, width)

    def forward(self, x_BTE: Tensor, valid_BT: Tensor) -> tuple[Tensor, Tensor]:
        """Returns the result for each token (B, T, E) and the attention maps (B, A, T, T)."""
        parts_BATD = (
            part.unflatten(2, (self.heads, -1)).transpose(1, 2) for part in self.queries_keys_values(x_BTE).chunk(3, 2)
        )
        query_BATD, key_BATD, value_BATD = parts_BATD
        scores_BATT = query_BATD @ key_BATD.transpose(2, 3) / math.sqrt(query_BATD.shape[-1])
        map_BATT = scores_BATT.masked_fill(~valid_BT[:, None, None, :], -torch.inf).softmax(dim=-1)
        seen_BTE: Tensor = self.out((map_BATT @ value_BATD).transpose(1, 2).flatten(2))
        return seen_BTE, map_BATT


def sinusoids(steps_T: Tensor, width: int) -> Tensor:
    """Returns positions as sines and cosines with wavelengths from 2π to 10000 · 2π steps (T, E).

    Source: Vaswani et al. 2017, section 3.5.
    """
    rates = torch.exp(torch.arange(0, width, 2, device=steps_T.device) * (-math.log(10_000) / width))
    angles = steps_T[:, None] * rates
    return torch.stack((angles.sin(), angles.cos()), dim=-1).flatten(1)
