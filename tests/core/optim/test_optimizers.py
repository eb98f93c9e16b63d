"""Compares every optimizer with its formula, computed in numpy."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torch import nn

from core.optim.optimizers import (
    AdagradConfig,
    AdamConfig,
    AdamWConfig,
    MomentumConfig,
    NesterovConfig,
    RmspropConfig,
    SgdConfig,
)
from core.runs.config import optimizers

Vector = NDArray[np.float64]
Steps = Iterator[Vector]
START = np.array([1.0, -2.0, 0.5, 3.0])
CURVATURE = np.array([1.0, 0.3, 4.0, 0.02])  # the loss is the sum of CURVATURE·θ²/2, its gradient CURVATURE·θ
KEYS = [part.key for part in optimizers()]


def sgd(c: SgdConfig, theta: Vector) -> Steps:
    while True:
        g = CURVATURE * theta + c.weight_decay * theta
        theta = theta - c.learning_rate * g
        yield theta


def momentum(c: MomentumConfig, theta: Vector) -> Steps:
    v = np.zeros_like(theta)
    while True:
        v = c.momentum * v + CURVATURE * theta + c.weight_decay * theta
        theta = theta - c.learning_rate * v
        yield theta


def nesterov(c: NesterovConfig, theta: Vector) -> Steps:
    v = np.zeros_like(theta)
    while True:
        g = CURVATURE * theta + c.weight_decay * theta
        v = c.momentum * v + g
        theta = theta - c.learning_rate * (g + c.momentum * v)
        yield theta


def adagrad(c: AdagradConfig, theta: Vector) -> Steps:
    s, t = np.full_like(theta, c.initial_accumulator), 0
    while True:
        g = CURVATURE * theta + c.weight_decay * theta
        s = s + g**2
        theta = theta - c.learning_rate / (1 + c.learning_rate_decay * t) * g / (np.sqrt(s) + c.epsilon)
        t += 1
        yield theta


def rmsprop(c: RmspropConfig, theta: Vector) -> Steps:
    s, mean, v = np.zeros_like(theta), np.zeros_like(theta), np.zeros_like(theta)
    while True:
        g = CURVATURE * theta + c.weight_decay * theta
        s = c.alpha * s + (1 - c.alpha) * g**2
        mean = c.alpha * mean + (1 - c.alpha) * g
        spread = s - mean**2 if c.centered else s
        v = c.momentum * v + g / (np.sqrt(spread) + c.epsilon)
        theta = theta - c.learning_rate * v
        yield theta


def adam(c: AdamConfig | AdamWConfig, theta: Vector) -> Steps:
    m, v, largest, t = np.zeros_like(theta), np.zeros_like(theta), np.zeros_like(theta), 0
    while True:
        t += 1
        g = CURVATURE * theta
        if isinstance(c, AdamWConfig):
            theta = theta - c.learning_rate * c.weight_decay * theta
        else:
            g = g + c.weight_decay * theta
        m = c.beta1 * m + (1 - c.beta1) * g
        v = c.beta2 * v + (1 - c.beta2) * g**2
        largest = np.maximum(largest, v)
        m_hat = m / (1 - c.beta1**t)
        v_hat = (largest if c.amsgrad else v) / (1 - c.beta2**t)
        theta = theta - c.learning_rate * m_hat / (np.sqrt(v_hat) + c.epsilon)
        yield theta


RULES: list[tuple[Any, Callable[[Any, Vector], Steps]]] = [
    (SgdConfig(), sgd),
    (SgdConfig(learning_rate=0.3, weight_decay=0.1), sgd),
    (MomentumConfig(), momentum),
    (MomentumConfig(learning_rate=0.2, momentum=0.5, weight_decay=0.1), momentum),
    (NesterovConfig(), nesterov),
    (NesterovConfig(learning_rate=0.2, momentum=0.5, weight_decay=0.1), nesterov),
    (AdagradConfig(), adagrad),
    (AdagradConfig(learning_rate_decay=0.5, initial_accumulator=2.0, epsilon=0.1, weight_decay=0.1), adagrad),
    (RmspropConfig(), rmsprop),
    (RmspropConfig(alpha=0.5, momentum=0.7, epsilon=0.1, weight_decay=0.1), rmsprop),
    (RmspropConfig(centered=True, epsilon=1e-3), rmsprop),
    (AdamConfig(), adam),
    (AdamConfig(beta1=0.5, beta2=0.6, epsilon=0.1, weight_decay=0.1), adam),
    (AdamConfig(learning_rate=0.5, beta2=0.6, amsgrad=True), adam),
    (AdamWConfig(), adam),
    (AdamWConfig(learning_rate=0.5, beta1=0.5, beta2=0.6, weight_decay=0.3, amsgrad=True), adam),
]


@pytest.mark.parametrize(("config", "rule"), RULES, ids=lambda value: getattr(value, "key", ""))
def test_three_steps_follow_the_formula(config: Any, rule: Callable[[Any, Vector], Steps]) -> None:
    parameter = nn.Parameter(torch.tensor(START, dtype=torch.float32))
    optimizer = config.build([parameter])
    expected = rule(config, START)
    for _step in range(3):
        optimizer.zero_grad()
        (torch.tensor(CURVATURE, dtype=torch.float32) * parameter**2 / 2).sum().backward()
        optimizer.step()
        np.testing.assert_allclose(parameter.detach().numpy(), next(expected), rtol=2e-5, atol=1e-6)


def test_a_first_step_of_adam_worked_out_by_hand() -> None:
    # g = 2, so m̂ = 2 and √v̂ = 2: for any gradient, the first step is one learning rate long.
    parameter = nn.Parameter(torch.tensor([1.0]))
    optimizer = AdamConfig(learning_rate=0.25).build([parameter])
    (2 * parameter).sum().backward()
    optimizer.step()
    assert parameter.item() == pytest.approx(0.75)


def test_every_optimizer_is_covered_here() -> None:
    assert {config.key for config, _rule in RULES} == set(KEYS)


@pytest.mark.parametrize("key", KEYS)
def test_every_optimizer_tells_its_rule_and_where_it_comes_from(key: str) -> None:
    part = optimizers()[key]
    assert "θ ← θ − η·" in part.formula
    assert part.summary.endswith(".")
    assert any(character.isdigit() for character in part.source)


@pytest.mark.parametrize("key", KEYS)
def test_the_memory_of_an_optimizer_is_tensors_only(key: str) -> None:
    parameter = nn.Parameter(torch.ones(3, 2))
    optimizer = optimizers()[key]().build([parameter])
    parameter.sum().backward()
    optimizer.step()
    for memory in optimizer.state_dict()["state"].values():
        assert all(isinstance(value, torch.Tensor) for value in memory.values() if value is not None)


@pytest.mark.parametrize("key", KEYS)
def test_the_learning_rate_of_a_built_optimizer_can_be_turned(key: str) -> None:
    parameter = nn.Parameter(torch.ones(3))
    optimizer = optimizers()[key]().build(iter([parameter]))
    assert optimizer.param_groups[0]["lr"] == optimizers()[key]().learning_rate
    optimizer.param_groups[0]["lr"] = 0.0
    parameter.sum().backward()
    optimizer.step()
    assert parameter.tolist() == [1.0, 1.0, 1.0]


@pytest.mark.parametrize("key", KEYS)
def test_every_optimizer_learns_with_its_default_settings(key: str) -> None:
    torch.manual_seed(0)
    points_N2 = torch.randn(64, 2)
    targets_N = (points_N2[:, 0] > points_N2[:, 1]).long()
    model = nn.Linear(2, 2)
    optimizer = optimizers()[key]().build(model.parameters())
    losses = []
    for _step in range(50):
        loss = nn.functional.cross_entropy(model(points_N2), targets_N)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert losses[-1] < losses[0]
