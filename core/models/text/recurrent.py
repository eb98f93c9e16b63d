"""The base of the recurrent networks: they read a text step by step and answer from their states.

The cells are PyTorch's modules; the networks are in `rnn`, `gru`, `lstm` and `bilstm`. Axes: B batch, T tokens (steps),
E embedding, H hidden units, D directions, K classes.
"""

import torch
from torch import Tensor, nn

from core.i18n import N_
from core.input_spec import TextInput
from core.models.text.base import (
    POOLINGS,
    Attention,
    PoolingName,
    TextModel,
    TextModelConfig,
    last_state,
    max_state,
    mean_state,
)
from core.settings import setting

Cell = type[nn.RNN] | type[nn.GRU] | type[nn.LSTM]


class RecurrentConfig(TextModelConfig):
    """Settings of every recurrent network."""

    embedding: int = setting(
        128,
        N_("Embedding size"),
        N_("How many numbers stand for a word. The network learns them; words used alike end up near each other."),
        scale="log",
        ge=1,
        le=1024,
    )
    hidden: int = setting(
        128,
        N_("Hidden units"),
        N_("How many numbers the network can remember from one word to the next."),
        scale="log",
        ge=1,
        le=1024,
    )
    layers: int = setting(
        1,
        N_("Layers"),
        N_("Recurrent layers on top of each other; each reads the states of the one below."),
        ge=1,
        le=4,
    )
    pooling: PoolingName = setting(
        "last",
        N_("Pooling"),
        N_("From which of its states the network answers: the last one, or all of them taken together."),
        choices=POOLINGS,
    )
    dropout: float = setting(
        0.3,
        N_("Dropout"),
        N_("The share of numbers silenced at random in each training step, so that none becomes indispensable."),
        ge=0,
        le=0.9,
    )


class Recurrent(TextModel):
    """Embeds the tokens, reads them in one or both directions, pools the states, and answers with logits.

    `forward_layers[i]` and, in a bidirectional network, `backward_layers[i]` are the cells of layer i. Each is a
    PyTorch module of one layer and one direction, so that its states can be read step by step. A backward layer gets
    each text reversed within its own length: it never sees padding before the text.

    In: token ids (B, T), lengths (B,). Out: logits (B, K).
    """

    def __init__(
        self, cell: Cell, input: TextInput, classes: int, config: RecurrentConfig, both_ways: bool = False
    ) -> None:
        super().__init__(input.vocabulary_size, config.embedding)
        width = config.hidden * (2 if both_ways else 1)
        widths = [config.embedding] + [width] * (config.layers - 1)
        self.forward_layers = nn.ModuleList(cell(w, config.hidden, batch_first=True) for w in widths)
        self.backward_layers = nn.ModuleList(cell(w, config.hidden, batch_first=True) for w in widths if both_ways)
        self.pooling = config.pooling
        self.attention = Attention(width) if config.pooling == "attention" else None
        self.dropout = nn.Dropout(config.dropout)
        self.dense = nn.Linear(width, classes)
        for layer in (*self.forward_layers, *self.backward_layers):
            initialise(layer)

    def states(self, x_BTE: Tensor, lengths_B: Tensor) -> Tensor:
        """Returns the last layer's state after each step (B, T, D * H); states of padding have no meaning."""
        h_BTH: Tensor = self.dropout(x_BTE)
        order_BT1 = reversal(lengths_B, x_BTE.shape[1]).unsqueeze(-1) if len(self.backward_layers) else None
        for i, forward_layer in enumerate(self.forward_layers):
            if i > 0:
                h_BTH = self.dropout(h_BTH)
            onward_BTH: Tensor = forward_layer(h_BTH)[0]
            if order_BT1 is None:
                h_BTH = onward_BTH
            else:
                reversed_BTH = h_BTH.gather(1, order_BT1.expand_as(h_BTH))
                back_BTH: Tensor = self.backward_layers[i](reversed_BTH)[0]
                h_BTH = torch.cat((onward_BTH, back_BTH.gather(1, order_BT1.expand_as(back_BTH))), dim=-1)
        return h_BTH

    def pool(self, states_BTH: Tensor, lengths_B: Tensor) -> Tensor:
        """Returns one vector (B, D * H) for each text."""
        if self.attention is not None:
            pooled_BH: Tensor = self.attention(states_BTH, lengths_B)
            return pooled_BH
        if self.pooling == "mean":
            return mean_state(states_BTH, lengths_B)
        if self.pooling == "max":
            return max_state(states_BTH, lengths_B)
        if not len(self.backward_layers):
            return last_state(states_BTH, lengths_B)
        # After the first token, the backward layer has read the whole text.
        half = states_BTH.shape[-1] // 2
        return torch.cat((last_state(states_BTH[..., :half], lengths_B), states_BTH[:, 0, half:]), dim=-1)

    def from_embeddings(self, x_BTE: Tensor, lengths_B: Tensor) -> Tensor:
        """Returns the logits (B, K)."""
        logits_BK: Tensor = self.dense(self.dropout(self.pool(self.states(x_BTE, lengths_B), lengths_B)))
        return logits_BK


def reversal(lengths_B: Tensor, steps: int) -> Tensor:
    """Returns the indices (B, T) that reverse each text within its own length; padding stays in place."""
    steps_T = torch.arange(steps, device=lengths_B.device)
    return torch.where(steps_T < lengths_B[:, None], lengths_B[:, None] - 1 - steps_T, steps_T)


def initialise(layer: nn.Module) -> None:
    """Initialises a recurrent layer in place, as Keras does.

    Input weights: Glorot & Bengio (AISTATS 2010), uniform. Recurrent weights: orthogonal (Saxe et al., ICLR 2014), so
    that states neither fade nor explode quickly. Biases: zero, except one for an LSTM's forget gate, so that it
    remembers until it learns to forget (Jozefowicz et al., ICML 2015).
    """
    for name, parameter in layer.named_parameters():
        if name.startswith("weight_ih"):
            nn.init.xavier_uniform_(parameter)
        elif name.startswith("weight_hh"):
            nn.init.orthogonal_(parameter)
        else:
            nn.init.zeros_(parameter)
    if isinstance(layer, nn.LSTM):
        forget_gate = slice(layer.hidden_size, 2 * layer.hidden_size)
        nn.init.ones_(layer.get_parameter("bias_ih_l0")[forget_gate])
