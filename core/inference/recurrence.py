"""The recurrent networks taken apart at their seams: cells, states after every step, answer from the states.

Lets a caller look at the states between the layers, which `forward` keeps to itself. Knows `Recurrent` and the
chapter's LSTM; in eval mode only, so dropout does nothing. Axes: B batch, T tokens, E embedding, H hidden units,
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
    """Returns the cells of each layer, from the bottom up, forward before backward; empty where nothing recurs."""
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
    """Whether the states up to a word do not depend on what follows it."""
    layers = cells_of(model)
    return bool(layers) and not any(cell.backward for layer in layers for cell in layer)


def states_of(model: TextModel, x_BTE: Tensor, lengths_B: Tensor) -> list[list[Tensor]]:
    """Returns the states (B, T, H) of every cell, in the order of `cells_of` and of the text.

    On padding they mean nothing. A backward cell's state at a token is the one after reading from the end to there.
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
    """Returns the logits (B, K) that the top layer's states lead to, both directions side by side."""
    if isinstance(model, Recurrent):
        logits_BK: Tensor = model.dense(model.pool(states_BTH, lengths_B))
        return logits_BK
    assert isinstance(model, ChapterLstm), "cells_of knows two kinds"
    z_BK: Tensor = model.dense(last_state(states_BTH, lengths_B))
    return torch.cat((torch.zeros_like(z_BK), z_BK), dim=1) if z_BK.shape[1] == 1 else z_BK
