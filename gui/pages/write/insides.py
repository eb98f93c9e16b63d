"""Turns core's traces of a network into heat maps: gates and states, or attention. Knows no widget's state."""

from collections.abc import Callable, Sequence

import numpy as np

from core.explain.text.attention import has_attention, look_at_attention
from core.explain.text.gates import TITLES, Equation, LayerView, is_recurrent, look_inside
from core.explain.text.gates import InsideView as Recorded
from core.i18n import _
from core.inference.score import Score, Scorer
from gui.pages.write.inside import Inside, Layer, Panel
from gui.widgets.word_strip import shown, signed

_NAMES = {"lstm": "LSTM", "gru": "GRU", "rnn": "RNN"}
_MAPS = {
    "lstm": ("forget", "input", "output", "cell", "hidden"),
    "gru": ("reset", "update", "candidate", "hidden"),
    "rnn": ("hidden",),
}
_SIGNED = ("cell", "hidden", "candidate")


def inside_of(scorer: Scorer, score: Score) -> Inside:
    """Returns what can be seen inside a network while it read a text."""
    if is_recurrent(scorer):
        return _recurrent(scorer, score)
    if has_attention(scorer):
        return _attention(scorer, score)
    return Inside(
        _("Inside"),
        why_not=_(
            "This network averages its words and keeps nothing from one word to the next: what each word added is all "
            "there is to see. Choose an LSTM, a GRU, an RNN or a Transformer to look inside."
        ),
    )


def _recurrent(scorer: Scorer, score: Score) -> Inside:
    if not score.words:
        return Inside(_("Inside"), why_not=_("Type something: its gates and states appear here, word by word."))
    found = look_inside(scorer, score)
    name = _NAMES[found.layers[0].trace.cell]
    layers = [_layer(found, view) for view in reversed(found.layers)]
    return Inside(_("Inside the {name}").format(name=name), layers)


def _layer(found: Recorded, view: LayerView) -> Layer:
    units = view.units()
    panels = []
    for key in _MAPS[view.trace.cell]:
        values_RC = view.maps[key].T[units]
        is_signed = key in _SIGNED
        limit = max(float(np.abs(values_RC).max(initial=0.0)), 0.05) if is_signed else 1.0
        panels.append(Panel(_legend(key, is_signed, limit), values_RC, is_signed, limit))
    number = _("layer {number}").format(number=view.layer + 1)
    several = any(other.backward for other in found.layers)
    direction = (_("backward") if view.backward else _("forward")) if several else ""
    most = shown(", ".join(str(unit) for unit in units[:3]))
    return Layer(
        " · ".join(filter(None, (number, direction))),
        panels,
        found.tokens,
        _explain_unit(found, view, units),
        summary=_("The units that moved the verdict most come first: {units}, …").format(units=most),
    )


def _legend(key: str, is_signed: bool, limit: float) -> str:
    scale = f"−{limit:.1f} … {limit:.1f}" if is_signed else "0 … 1"
    return f"{_(TITLES[key])} · {scale}"


def _explain_unit(found: Recorded, view: LayerView, units: Sequence[int]) -> Callable[[int, int], Sequence[str]]:
    def explain(row: int, column: int) -> Sequence[str]:
        unit, word = units[row], shown(found.tokens[column])
        equation = view.equation(column, unit)
        head = _("unit {unit} at “{word}”").format(unit=unit, word=word)
        moved = _("moved the verdict by {value} in all").format(value=signed(float(view.contributions[unit])))
        states, gates = equation.lines[len(equation.terms) :], equation.lines[: len(equation.terms)]
        left = [f"{head} · {moved}", *states, _in_words(view.trace.cell, equation, word)]
        if found.weights_T is not None:
            share = round(100 * float(found.weights_T[column]))
            left.append(_("This step counts {percent} % in the answer.").format(percent=share))
        return "\n".join(filter(None, left)), "\n".join(gates)

    return explain


def _in_words(cell: str, equation: Equation, word: str) -> str:
    """Returns a sentence on what a step did to a unit's memory."""
    value = {term.gate: term.value for term in equation.terms}
    if cell == "rnn":
        return _("No gate protects the memory here: each word overwrites it.")
    kept, let_in = (value["forget"], value["input"]) if cell == "lstm" else (value["update"], 1 - value["update"])
    return _("It kept {kept} % of its memory and let in {taken} % of “{word}”.").format(
        kept=round(100 * kept), taken=round(100 * let_in), word=word
    )


def _attention(scorer: Scorer, score: Score) -> Inside:
    if not score.words:
        return Inside(_("Inside"), why_not=_("Type something: here you see which word looks at which."))
    maps_LAWW = look_at_attention(scorer, score).of_words()
    words = [word.text for word in score.words]
    layers = [
        Layer(
            _("layer {number}").format(number=number + 1),
            [
                Panel(_("head {number} · 0 … {most}").format(number=head + 1, most=f"{most:.2f}"), map_WW, limit=most)
                for head, map_WW in enumerate(maps_AWW)
                if (most := max(float(map_WW.max(initial=0.0)), 0.01))
            ],
            words,
            _explain_look(words, maps_AWW),
            rows_are_units=False,
            summary=_("Each row is a word that looks, each column a word it looks at."),
        )
        for number, maps_AWW in enumerate(maps_LAWW)
    ]
    return Inside(_("Inside the Transformer"), layers)


def _explain_look(words: Sequence[str], maps_AWW: np.ndarray) -> Callable[[int, int], Sequence[str]]:
    def explain(row: int, column: int) -> Sequence[str]:
        shares = [round(100 * float(share)) for share in maps_AWW[:, row, column]]
        heads = " · ".join(
            _("head {number}: {percent} %").format(number=head + 1, percent=share) for head, share in enumerate(shares)
        )
        looks = _("“{first}” looks at “{second}”").format(first=shown(words[row]), second=shown(words[column]))
        return looks, heads

    return explain
