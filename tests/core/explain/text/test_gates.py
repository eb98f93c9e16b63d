"""Gates and states: equal to PyTorch's, and to the equations written out one number at a time."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from core.errors import RunError
from core.explain.text.attention import has_attention, look_at_attention
from core.explain.text.cells import trace_cell
from core.explain.text.gates import TITLES, LayerView, is_recurrent, look_inside
from core.inference.reader import batch_of
from core.inference.recurrence import cells_of, states_of
from core.inference.score import Scorer, open_scorer
from core.models.base import ModelConfig
from core.runs.run import Run
from tests.core.text_networks import ALL, RECURRENT, name, scorer_of

every_recurrent = pytest.mark.parametrize("config", RECURRENT, ids=name)
SENTENCE = "I don't hate zyzzyvas at all!"


@given(
    kind=st.sampled_from([nn.LSTM, nn.GRU, nn.RNN]),
    steps=st.integers(0, 9),
    width=st.integers(1, 5),
    hidden=st.integers(1, 6),
    seed=st.integers(0, 999),
)
@settings(max_examples=60, deadline=None)
def test_the_plain_equations_give_what_pytorch_gives(
    kind: type[nn.RNNBase], steps: int, width: int, hidden: int, seed: int
) -> None:
    generator = torch.Generator().manual_seed(seed)
    cell = kind(width, hidden, batch_first=True)
    with torch.no_grad():
        for parameter in cell.parameters():
            parameter.copy_(torch.randn(parameter.shape, generator=generator))
    x_1TE = torch.randn(1, steps, width, generator=generator)
    trace = trace_cell(cell, x_1TE[0].double().numpy())
    assert trace.hidden.shape == (steps, hidden)
    if steps:
        states_1TH, last = cell(x_1TE)
        np.testing.assert_allclose(trace.hidden, states_1TH[0].detach().numpy(), atol=1e-5)
        if trace.cell_state is not None:
            np.testing.assert_allclose(trace.cell_state[-1], last[1][0, 0].detach().numpy(), atol=1e-5)


@every_recurrent
def test_every_layer_shows_the_states_the_network_computed(config: ModelConfig, text_run: Run) -> None:
    scorer = scorer_of(config, text_run)
    score = scorer.score(SENTENCE)
    view = look_inside(scorer, score)
    tokens_1T, length_1 = batch_of([score.read.ids])
    states = [s for layer in states_of(scorer.model, scorer.model.embed(tokens_1T), length_1) for s in layer]
    assert len(view.layers) == len(states)
    for layer, states_1TH in zip(view.layers, states, strict=True):
        np.testing.assert_allclose(layer.trace.hidden, states_1TH[0].numpy(), atol=1e-5)
        assert all(map_TH.shape == layer.trace.hidden.shape for map_TH in layer.maps.values())
        assert set(layer.maps) <= set(TITLES)
    assert len(view.tokens) == len(score.read.ids)
    assert view.value == pytest.approx(score.logits[1] - score.logits[0], abs=1e-5)


def sigma(x: float) -> float:
    return 1 / (1 + math.exp(-x))


def weights_of_unit(scorer: Scorer, gate: int, unit: int) -> tuple[list[float], list[float], float]:
    """One row of a cell's weights, read straight from the state dict."""
    cell = cells_of(scorer.model)[0][0].module
    row = gate * cell.hidden_size + unit
    bias = float(cell.get_parameter("bias_ih_l0")[row]) + float(cell.get_parameter("bias_hh_l0")[row])
    return (
        cell.get_parameter("weight_ih_l0")[row].tolist(),
        cell.get_parameter("weight_hh_l0")[row].tolist(),
        bias,
    )


def test_an_lstm_recomputed_one_number_at_a_time_has_the_same_gates(text_run: Run) -> None:
    scorer = open_scorer(text_run)
    score = scorer.score("not bad at all")
    layer = look_inside(scorer, score).top
    x_TE = scorer.model.embed(torch.tensor(score.read.ids)).tolist()
    units = range(24)
    rows = {gate: [weights_of_unit(scorer, i, unit) for unit in units] for i, gate in enumerate("ifgo")}
    hidden, cell = [0.0] * 24, [0.0] * 24
    for t, x_E in enumerate(x_TE):
        values = {
            gate: [
                (math.tanh if gate == "g" else sigma)(
                    sum(w * x for w, x in zip(row[0], x_E, strict=True))
                    + sum(u * h for u, h in zip(row[1], hidden, strict=True))
                    + row[2]
                )
                for row in rows[gate]
            ]
            for gate in "ifgo"
        }
        cell = [values["f"][u] * cell[u] + values["i"][u] * values["g"][u] for u in units]
        hidden = [values["o"][u] * math.tanh(cell[u]) for u in units]
        for key, gate in (("input", "i"), ("forget", "f"), ("candidate", "g"), ("output", "o")):
            assert layer.maps[key][t] == pytest.approx(values[gate], abs=1e-9)
        assert layer.maps["cell"][t] == pytest.approx(cell, abs=1e-9)
        assert layer.maps["hidden"][t] == pytest.approx(hidden, abs=1e-9)


@every_recurrent
def test_the_numbers_of_an_equation_add_up(config: ModelConfig, text_run: Run) -> None:
    scorer = scorer_of(config, text_run)
    view = look_inside(scorer, scorer.score(SENTENCE))
    for layer in view.layers:
        for token, unit in ((0, 0), (3, 5), (len(view.tokens) - 1, 7)):
            equation = layer.equation(token, unit)
            for term in equation.terms:
                squeeze = math.tanh if term.gate == "candidate" else sigma
                assert squeeze(term.total) == pytest.approx(term.value)
            assert equation.kept + equation.added == pytest.approx(equation.memory)
            assert equation.hidden == layer.trace.hidden[token, unit]
            assert len(equation.lines) == {"lstm": 6, "gru": 4, "rnn": 1}[layer.trace.cell]
            if layer.trace.cell == "lstm":
                output = next(term.value for term in equation.terms if term.gate == "output")
                assert output * math.tanh(equation.memory) == pytest.approx(equation.hidden)


def test_an_equation_reads_like_one(text_run: Run) -> None:
    scorer = open_scorer(text_run)
    equation = look_inside(scorer, scorer.score(SENTENCE)).top.equation(2, 3)
    i, f, g = (next(t.value for t in equation.terms if t.symbol == s) for s in "ifg")

    def shown(x: float) -> str:
        return f"{x:.3f}".replace("-", "−")

    def factor(x: float) -> str:
        return f"({shown(x)})" if x < 0 else shown(x)

    assert equation.lines[4] == (
        f"c = f·c₋₁ + i·g = {shown(f)}·{factor(equation.before)} + {shown(i)}·{factor(g)} = {shown(equation.memory)}"
    )


def top_layers(layers: tuple[LayerView, ...]) -> list[LayerView]:
    return [layer for layer in layers if layer.layer == layers[-1].layer]


@every_recurrent
def test_contributions_of_the_top_units_and_the_bias_are_the_verdict(config: ModelConfig, text_run: Run) -> None:
    scorer = scorer_of(config, text_run)
    view = look_inside(scorer, scorer.score(SENTENCE))
    if getattr(config, "pooling", "") == "attention":
        assert view.weights_T is not None
        assert view.weights_T.sum() == pytest.approx(1, abs=1e-5)
        assert len(view.weights_T) == len(view.tokens)
        return
    bias_K = scorer.model.get_parameter("dense.bias")
    bias = float(bias_K[0]) if len(bias_K) == 1 else float(bias_K[1] - bias_K[0])
    total = sum(layer.contributions.sum() for layer in top_layers(view.layers))
    assert total + bias == pytest.approx(view.value, abs=1e-4)


def test_units_come_in_the_order_in_which_they_moved_the_verdict(text_run: Run) -> None:
    scorer = open_scorer(text_run)
    layer = look_inside(scorer, scorer.score(SENTENCE)).top
    strengths = [abs(layer.contributions[unit]) for unit in layer.units()]
    assert strengths == sorted(strengths, reverse=True)
    assert sorted(layer.units()) == list(range(24))


@pytest.mark.parametrize("text", ["", "x"])
def test_short_and_empty_texts_can_be_looked_into(text: str, text_run: Run) -> None:
    scorer = open_scorer(text_run)
    view = look_inside(scorer, scorer.score(text))
    assert view.top.maps["cell"].shape == (len(view.tokens), 24)


def test_looking_inside_draws_no_random_number(text_run: Run) -> None:
    scorer = open_scorer(text_run)
    before = torch.get_rng_state()
    look_inside(scorer, scorer.score(SENTENCE))
    assert torch.equal(before, torch.get_rng_state())


@pytest.mark.parametrize("config", [config for config in ALL if config.key == "transformer"], ids=name)
def test_attention_maps_are_shares_of_attention(config: ModelConfig, text_run: Run) -> None:
    scorer = scorer_of(config, text_run)
    view = look_at_attention(scorer, scorer.score(SENTENCE))
    layers, heads = scorer.snapshot.config.model.layers, scorer.snapshot.config.model.heads
    tokens, words = len(view.tokens), len(view.read.words)
    assert tokens > words
    assert view.maps_LATT.shape == (layers, heads, tokens, tokens)
    assert view.of_words().shape == (layers, heads, words, words)
    for maps in (view.maps_LATT, view.of_words()):
        assert maps.min() >= 0
        np.testing.assert_allclose(maps.sum(axis=-1), 1, atol=1e-5)
    spelt = next(word for word in view.read.words if len(word.pieces) > 1)
    place = view.read.words.index(spelt)
    there = view.maps_LATT[0, 0, 0, spelt.first : spelt.last + 1].sum()
    assert view.of_words()[0, 0, 0, place] == pytest.approx(there)
    assert look_at_attention(scorer, scorer.score("")).of_words().shape == (layers, heads, 0, 0)


def test_what_a_network_has_not_is_said_in_a_sentence(text_run: Run) -> None:
    for config in ALL:
        scorer = scorer_of(config, text_run)
        score = scorer.score("good")
        if not is_recurrent(scorer):
            with pytest.raises(RunError, match="recurrent"):
                look_inside(scorer, score)
        if not has_attention(scorer):
            with pytest.raises(RunError, match="attention"):
                look_at_attention(scorer, score)
