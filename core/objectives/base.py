"""The interface of objectives. An objective defines the targets, the loss, the metrics, and which epoch is the best.

Knows no particular objective, no dataset and no loop.

Targets are one tensor with B rows: class indices (B,), probabilities (B, K) or floats, as the objective requires.
Outputs are what the network returns, (B, K). Axes: B batch, N training examples, S examples of several consecutive
steps, K outputs.
"""

import math
from abc import abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

import torch
from torch import Tensor

from core.input_spec import InputSpec
from core.metric import LOSS, Metric
from core.settings import Component

LossFunction = Callable[[Tensor, Tensor], Tensor]
"""Computes the mean loss of a batch, a differentiable scalar, from its outputs and targets."""


@dataclass(frozen=True)
class Evaluation:
    """How good a network is on some examples.

    Attributes:
        loss: mean over the examples.
        metrics: each metric of the objective, by key.
        examples: number of examples.
        confusion_KK: [i, j] counts the examples of class i predicted as j; None if the objective has no classes.
    """

    loss: float
    metrics: dict[str, float]
    examples: int
    confusion_KK: Tensor | None = None


class Tally(Protocol):
    """Accumulates the sums of an evaluation, batch by batch, without waiting for the device."""

    def add(self, outputs: Tensor, targets: Tensor) -> None:
        """Adds one batch."""

    def evaluation(self) -> Evaluation:
        """Returns the result over all batches."""


class ObjectiveConfig(Component):
    """Settings of an objective: what a network is trained for, and how it is judged."""

    @property
    @abstractmethod
    def metrics(self) -> tuple[Metric, ...]:
        """What is measured besides the loss. The first one, if any, is the most important: a mean over examples."""

    @property
    def primary(self) -> Metric:
        """The metric whose validation value decides which epoch is best: one of `metrics`, or `LOSS`."""
        return (*self.metrics, LOSS)[0]

    def rank(self, figures: Mapping[str, float]) -> tuple[float, float]:
        """Returns how good an epoch is by its validation figures, which include "loss"; greater is better.

        Between equal epochs the smaller loss decides. An epoch whose figure is not a number is worse than all others.
        """
        value = figures[self.primary.key] * (1 if self.primary.direction == "higher" else -1)
        return (-math.inf if math.isnan(value) else value, -figures[LOSS.key])

    @abstractmethod
    def outputs(self, input_spec: InputSpec) -> int:
        """Returns how many outputs the network has.

        Raises:
            ConfigError: this objective does not fit such data.
        """

    @abstractmethod
    def loss(self, input_spec: InputSpec, targets_N: Tensor) -> LossFunction:
        """Returns the loss function that training minimises.

        Args:
            input_spec: what the network reads, and the names of its classes.
            targets_N: the targets of all training examples.
        """

    @abstractmethod
    def per_example(self, outputs_SK: Tensor, targets_S: Tensor) -> dict[str, Tensor]:
        """Returns the value of each example, (S,), for every metric that is a mean over examples, by key.

        Called for many steps at once, outside the hot path. Other metrics are measured in evaluations only.
        """

    @abstractmethod
    def tally(self, input_spec: InputSpec, device: torch.device) -> Tally:
        """Returns an empty tally for an evaluation on `device`."""

    @abstractmethod
    def random_targets(self, count: int, input_spec: InputSpec, generator: torch.Generator) -> Tensor:
        """Returns `count` random targets, with which the cost of a step is measured."""
