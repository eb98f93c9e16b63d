"""The recurrent cells in plain equations, step by step: computes the same as PyTorch, but keeps every part.

    LSTM   i, f, o = σ(W x + U h + b),  g = tanh(W x + U h + b),  c' = f ⊙ c + i ⊙ g,  h' = o ⊙ tanh(c')
    GRU    r, z = σ(W x + U h + b),  n = tanh(W x + b + r ⊙ (U h + b')),  h' = (1 - z) ⊙ n + z ⊙ h
    RNN    h' = tanh(W x + U h + b)

Knows only the cell. Sources: see `core.models.text.lstm`, `core.models.text.gru`, `core.models.text.rnn`.
Axes: T tokens (steps), E width of the input, H hidden units.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from torch import nn

from core.arrays import Floats64
from core.models.text import gru, lstm

CellName = Literal["lstm", "gru", "rnn"]

GATES: dict[CellName, tuple[str, ...]] = {"lstm": lstm.GATES, "gru": gru.GATES, "rnn": ("candidate",)}
"""The gates of each cell, in PyTorch's order. The activation of all is σ, of the candidate tanh."""


@dataclass(frozen=True)
class Trace:
    """Everything a cell computed while it read a text: arrays (T, H), one row per token in the order of the text.

    Attributes:
        cell: the kind of cell.
        from_input: for each gate, W x, the contribution of the token.
        from_state: for each gate, U h, that of the previous state; for a GRU's candidate with b', without r.
        biases: for each gate, its biases (H,); for a GRU's candidate without b'.
        gates: for each gate, its value: 0..1, or -1..1 for the candidate.
        cell_state: an LSTM's cell state after each token, else None.
        cell_before: the cell state before each token, else None.
        hidden: the hidden state after each token, which is the layer's output.
        hidden_before: the hidden state before each token; zero before the first one that is read.
    """

    cell: CellName
    from_input: dict[str, Floats64]
    from_state: dict[str, Floats64]
    biases: dict[str, Floats64]
    gates: dict[str, Floats64]
    cell_state: Floats64 | None
    cell_before: Floats64 | None
    hidden: Floats64
    hidden_before: Floats64


def trace_cell(module: nn.RNNBase, x_TE: Floats64, backward: bool = False) -> Trace:
    """Computes gates and states of a cell for a text.

    Args:
        module: an `nn.LSTM`, `nn.GRU` or `nn.RNN` (tanh) of one layer and one direction.
        x_TE: its input, in the order of the text.
        backward: whether it reads from the end of the text.
    """
    name = name_of(module)
    x_TE = x_TE[::-1] if backward else x_TE
    gates, width, steps = GATES[name], module.hidden_size, len(x_TE)
    w_GE, u_GH = _array(module, "weight_ih_l0"), _array(module, "weight_hh_l0")
    b_G, b2_G = _array(module, "bias_ih_l0"), _array(module, "bias_hh_l0")
    parts = {gate: slice(i * width, (i + 1) * width) for i, gate in enumerate(gates)}
    resets = name == "gru"
    biases = {g: b_G[part] + (0.0 if resets and g == "candidate" else b2_G[part]) for g, part in parts.items()}
    input_TG = x_TE @ w_GE.T
    state_TG = np.zeros((steps, len(gates) * width))
    values = {gate: np.zeros((steps, width)) for gate in gates}
    hidden_TH, memory_TH = np.zeros((steps + 1, width)), np.zeros((steps + 1, width))
    for t in range(steps):
        state_TG[t] = u_GH @ hidden_TH[t]
        if resets:
            state_TG[t, parts["candidate"]] += b2_G[parts["candidate"]]
        for gate, part in parts.items():
            from_state_H = state_TG[t, part]
            if resets and gate == "candidate":
                from_state_H = values["reset"][t] * from_state_H
            squeeze = np.tanh if gate == "candidate" else sigmoid
            values[gate][t] = squeeze(input_TG[t, part] + from_state_H + biases[gate])
        g_H = values["candidate"][t]
        if name == "lstm":
            memory_TH[t + 1] = values["forget"][t] * memory_TH[t] + values["input"][t] * g_H
            hidden_TH[t + 1] = values["output"][t] * np.tanh(memory_TH[t + 1])
        elif name == "gru":
            z_H = values["update"][t]
            hidden_TH[t + 1] = (1 - z_H) * g_H + z_H * hidden_TH[t]
        else:
            hidden_TH[t + 1] = g_H
    order = slice(None, None, -1) if backward else slice(None)
    return Trace(
        cell=name,
        from_input={gate: input_TG[order, part] for gate, part in parts.items()},
        from_state={gate: state_TG[order, part] for gate, part in parts.items()},
        biases=biases,
        gates={gate: value[order] for gate, value in values.items()},
        cell_state=memory_TH[1:][order] if name == "lstm" else None,
        cell_before=memory_TH[:-1][order] if name == "lstm" else None,
        hidden=hidden_TH[1:][order],
        hidden_before=hidden_TH[:-1][order],
    )


def name_of(module: nn.RNNBase) -> CellName:
    """Returns the kind of cell of `module`."""
    if isinstance(module, nn.LSTM):
        return "lstm"
    return "gru" if isinstance(module, nn.GRU) else "rnn"


def sigmoid(x: Floats64) -> Floats64:
    """Returns σ(x) = 1 / (1 + e⁻ˣ), computed with tanh, which never overflows."""
    return np.asarray(0.5 * (1 + np.tanh(0.5 * x)), np.float64)


def _array(module: nn.RNNBase, name: str) -> Floats64:
    return np.asarray(module.get_parameter(name).detach().double().numpy(), np.float64)
