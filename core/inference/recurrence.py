"""The parts of the recurrent networks: their cells, the states after every step, and the answer from the states.

`forward` does not return the states between the layers; these functions do. They know `Recurrent` and the chapter's
LSTM, and work in eval mode only, so dropout does nothing. Axes: B batch, T tokens, E embedding, H hidden units,
K classes.
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from core.models.text.base import TextModel, last_state
from core.models.text.chapter_lstm import ChapterLstm
from core.models.text.recurrent import Recurrent, reversal


@dataclass(frozen=True)
class Cell:
    """One layer in one direction; `module` is an `nn.RNN`, `nn.GRU` or `nn.LSTM` of one layer and one direction."""

    module: nn.RNNBase
    layer: int
    backward: bool


def cells_of(model: TextModel) -> list[list[Cell]]:
    """Returns the cells of each layer, lowest first, forward before backward; empty if the network is not recurrent."""
    if isinstance(model, ChapterLstm):
        return [[Cell(model.lstm, 0, False)]]
    if not isinstance(model, Recurrent):
        return []
    layers = []
    for i, forward in enumerate(model.forward_layers):
        both = [forward, *([model.backward_layers[i]] if len(model.backward_layers) else [])]
        layers.append([Cell(module, i, j == 1) for j, module in enumerate(both) if isinstance(module, nn.RNNBase)])
    return layers


def reads_one_way(model: TextModel) -> bool:
    """Whether the states up to a word are independent of the words after it."""
    layers = cells_of(model)
    return bool(layers) and not any(cell.backward for layer in layers for cell in layer)


def states_of(model: TextModel, x_BTE: Tensor, lengths_B: Tensor) -> list[list[Tensor]]:
    """Returns the states (B, T, H) of every cell, in the order of `cells_of` and of the text.

    States at padding have no meaning. A backward cell reads from the end of the text: its state at a token is the one
    after reading down to that token.
    """
    order_BT1 = reversal(lengths_B, x_BTE.shape[1]).unsqueeze(-1)
    found: list[list[Tensor]] = []
    h_BTH = x_BTE
    for layer in cells_of(model):
        states: list[Tensor] = []
        for cell in layer:
            if cell.backward:
                out_BTH: Tensor = cell.module(h_BTH.gather(1, order_BT1.expand_as(h_BTH)))[0]
                states.append(out_BTH.gather(1, order_BT1.expand_as(out_BTH)))
            else:
                states.append(cell.module(h_BTH)[0])
        found.append(states)
        h_BTH = torch.cat(states, dim=-1)
    return found


def answer_from(model: TextModel, states_BTH: Tensor, lengths_B: Tensor) -> Tensor:
    """Returns the logits (B, K) from the top layer's states; the states of both directions are concatenated."""
    if isinstance(model, Recurrent):
        logits_BK: Tensor = model.dense(model.pool(states_BTH, lengths_B))
        return logits_BK
    assert isinstance(model, ChapterLstm), "cells_of knows two kinds"
    z_BK: Tensor = model.dense(last_state(states_BTH, lengths_B))
    return torch.cat((torch.zeros_like(z_BK), z_BK), dim=1) if z_BK.shape[1] == 1 else z_BK
