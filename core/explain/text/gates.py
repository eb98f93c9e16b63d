"""Inside a recurrent network while it reads one sentence: gates and states of every layer and direction, word by word.

Also how much each unit contributed to the answer, and its equations with numbers. Knows no colours. Draws no random
number. Axes: T tokens, H hidden units, E embedding, K classes, 1 a batch of one.
"""

from dataclasses import dataclass

import numpy as np
import torch

from core.arrays import Floats64
from core.errors import RunError
from core.explain.text.cells import GATES, Trace, trace_cell
from core.i18n import N_, _
from core.inference.reader import ReadText, batch_of
from core.inference.recurrence import answer_from, cells_of, states_of
from core.inference.score import Contrast, Score, Scorer
from core.models.text.recurrent import Recurrent

TITLES = {
    "input": N_("input gate"),
    "forget": N_("forget gate"),
    "candidate": N_("candidate"),
    "output": N_("output gate"),
    "reset": N_("reset gate"),
    "update": N_("update gate"),
    "cell": N_("cell state"),
    "hidden": N_("hidden state"),
}
"""The maps of a layer, to be translated."""

SYMBOLS = {
    ("lstm", "input"): "i",
    ("lstm", "forget"): "f",
    ("lstm", "candidate"): "g",
    ("lstm", "output"): "o",
    ("gru", "reset"): "r",
    ("gru", "update"): "z",
    ("gru", "candidate"): "n",
    ("rnn", "candidate"): "h",
}
"""The symbol of each gate of each cell in the formulas."""


@dataclass(frozen=True)
class Term:
    """One gate of one unit at one token: `value` = activation(`from_input` + `from_state` + `bias`).

    Attributes:
        gate: its key in `TITLES`.
        symbol: its symbol in the formulas.
        from_input: W x, the contribution of the token.
        from_state: U h, the contribution of the previous state; r · (U h + b') for a GRU's candidate.
        bias: the bias.
        value: after the activation, σ or tanh (for the candidate).
    """

    gate: str
    symbol: str
    from_input: float
    from_state: float
    bias: float
    value: float

    @property
    def total(self) -> float:
        """The sum before the activation."""
        return self.from_input + self.from_state + self.bias

    @property
    def line(self) -> str:
        """The equation with its numbers."""
        squeeze = "tanh" if self.gate == "candidate" else "σ"
        inner = f"{_number(self.from_input)} {_signed(self.from_state)} {_signed(self.bias)}"
        state = "r·(U·h₋₁ + b′)" if self.symbol == "n" else "U·h₋₁"
        return f"{self.symbol} = {squeeze}(W·x + {state} + b) = {squeeze}({inner}) = {_number(self.value)}"


@dataclass(frozen=True)
class Equation:
    """What one unit computed at one token.

    Attributes:
        terms: its gates.
        before: its memory before the token: the cell state of an LSTM, else the hidden state.
        kept: the part that is kept: f · c₋₁ or z · h₋₁; 0 in a plain RNN.
        added: the new part: i · g or (1 - z) · n; the candidate in a plain RNN.
        memory: kept + added.
        hidden: the hidden state: o · tanh(c) in an LSTM, else `memory`.
        lines: the equations with their numbers, gates first.
    """

    terms: tuple[Term, ...]
    before: float
    kept: float
    added: float
    memory: float
    hidden: float
    lines: tuple[str, ...]


@dataclass(frozen=True)
class LayerView:
    """One layer in one direction.

    Attributes:
        layer: 0 is the lowest.
        backward: whether it reads from the end of the text.
        trace: all its numbers; see `core.explain.text.cells`.
        contributions_TH: gradient times state for each unit after each token, in units of `Contrast.of`. In the top
            layer they add up to the contrast minus the bias if the answer is linear in the states, which it is with
            every pooling but attention.
    """

    layer: int
    backward: bool
    trace: Trace
    contributions_TH: Floats64

    @property
    def maps(self) -> dict[str, Floats64]:
        """The heat maps (T, H) by their keys in `TITLES`, in the order in which they are shown."""
        # A plain RNN's candidate is its hidden state.
        found = dict(self.trace.gates) if self.trace.cell != "rnn" else {}
        if self.trace.cell_state is not None:
            found["cell"] = self.trace.cell_state
        return found | {"hidden": self.trace.hidden}

    @property
    def contributions(self) -> Floats64:
        """The contribution of each unit to the answer (H,)."""
        return np.asarray(self.contributions_TH.sum(axis=0), np.float64)

    def units(self) -> list[int]:
        """Returns the units, sorted by the size of their contribution, largest first."""
        return [int(unit) for unit in np.argsort(-np.abs(self.contributions), kind="stable")]

    def equation(self, token: int, unit: int) -> Equation:
        """Returns the equations of `unit` at `token`, with numbers."""
        trace = self.trace
        lines: tuple[str, ...]
        terms = tuple(self._term(gate, token, unit) for gate in GATES[trace.cell])
        value = {term.gate: term.value for term in terms}
        hidden = float(trace.hidden[token, unit])
        if trace.cell_state is not None and trace.cell_before is not None:
            before, memory = float(trace.cell_before[token, unit]), float(trace.cell_state[token, unit])
            kept, added = value["forget"] * before, value["input"] * value["candidate"]
            lines = (
                f"c = f·c₋₁ + i·g = {_product(value['forget'], before)} + "
                f"{_product(value['input'], value['candidate'])} = {_number(memory)}",
                f"h = o·tanh(c) = {_product(value['output'], float(np.tanh(memory)))} = {_number(hidden)}",
            )
        else:
            before, memory = float(trace.hidden_before[token, unit]), hidden
            stay = value.get("update", 0.0)
            kept, added = stay * before, (1 - stay) * value["candidate"]
            mixed = f"{_product(1 - stay, value['candidate'])} + {_product(stay, before)}"
            lines = (f"h = (1 − z)·n + z·h₋₁ = {mixed} = {_number(hidden)}",) if trace.cell == "gru" else ()
        return Equation(terms, before, kept, added, memory, hidden, (*(term.line for term in terms), *lines))

    def _term(self, gate: str, token: int, unit: int) -> Term:
        trace = self.trace
        from_state = float(trace.from_state[gate][token, unit])
        if trace.cell == "gru" and gate == "candidate":
            from_state *= float(trace.gates["reset"][token, unit])
        return Term(
            gate,
            SYMBOLS[trace.cell, gate],
            float(trace.from_input[gate][token, unit]),
            from_state,
            float(trace.biases[gate][unit]),
            float(trace.gates[gate][token, unit]),
        )


@dataclass(frozen=True)
class InsideView:
    """A recurrent network while it read one text.

    Attributes:
        read: the text as it was read.
        tokens: the T tokens: words, or pieces of words ("##ing").
        contrast: the two classes whose logits the contributions explain.
        value: the difference of the two logits.
        layers: lowest first, forward before backward.
        weights_T: the weight of each token in attention pooling; None with other poolings.
    """

    read: ReadText
    tokens: tuple[str, ...]
    contrast: Contrast
    value: float
    layers: tuple[LayerView, ...]
    weights_T: Floats64 | None

    @property
    def top(self) -> LayerView:
        """The top layer, from which the answer is computed; of two directions the forward one."""
        return next(view for view in self.layers if view.layer == self.layers[-1].layer)


def is_recurrent(scorer: Scorer) -> bool:
    """Whether the network is recurrent, and so has states to show."""
    return bool(cells_of(scorer.model))


def look_inside(scorer: Scorer, score: Score) -> InsideView:
    """Returns all numbers that the cells of a recurrent network computed while reading a text.

    Raises:
        RunError: the network is not recurrent.
    """
    model, read, contrast = scorer.model, score.read, scorer.contrast(score)
    layers = cells_of(model)
    if not layers:
        raise RunError(_("This network has no recurrent layers."), _("Choose an RNN, a GRU or an LSTM."))
    tokens_1T, length_1 = batch_of([read.ids])
    with torch.enable_grad():
        x_1TE = model.embed(tokens_1T).detach().requires_grad_()
        states = states_of(model, x_1TE, length_1)
        top_1TH = torch.cat(states[-1], dim=-1)
        value = contrast.of(answer_from(model, top_1TH, length_1))[0]
        flat = [states_1TH for layer in states for states_1TH in layer]
        gradients = torch.autograd.grad(value, flat)
    views: list[LayerView] = []
    below_TE: Floats64 = x_1TE.detach()[0, : len(read.ids)].double().numpy()
    for layer in layers:
        traces = [trace_cell(cell.module, below_TE, cell.backward) for cell in layer]
        for cell, trace in zip(layer, traces, strict=True):
            gradient_TH = gradients[len(views)][0, : len(read.ids)].double().numpy()
            views.append(LayerView(cell.layer, cell.backward, trace, gradient_TH * trace.hidden))
        below_TE = np.concatenate([trace.hidden for trace in traces], axis=1)
    weights_T = None
    if isinstance(model, Recurrent) and model.attention is not None:
        with torch.no_grad():
            weights_T = model.attention.weights(top_1TH, length_1)[0, : len(read.ids)].double().numpy()
    tokens = tuple(piece for word in read.words for piece in word.pieces)
    return InsideView(read, tokens, contrast, float(value.detach()), tuple(views), weights_T)


def _number(value: float) -> str:
    return f"{value:.3f}".replace("-", "−")


def _signed(value: float) -> str:
    return f"{'−' if value < 0 else '+'} {abs(value):.3f}"


def _product(left: float, right: float) -> str:
    return f"{_number(left)}·{f'({_number(right)})' if right < 0 else _number(right)}"
