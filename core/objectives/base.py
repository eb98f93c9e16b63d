"""What an objective must be able to do. It owns the targets, the loss, the metrics, and what makes an epoch the best.

Knows no particular objective, no dataset and no loop.

Targets are one tensor of B rows, in the form that the objective asks for: class indices (B,), probabilities (B, K), or
floats. Outputs are what the network answers, (B, K). Axes: B batch, N training examples, S examples of several steps
one after another, K outputs.
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
"""From the outputs and the targets of a batch to its mean loss, a differentiable scalar."""


@dataclass(frozen=True)
class Evaluation:
    """How good a network is on some examples.

    Attributes:
        loss: mean over the examples.
        metrics: each metric of the objective, by key.
        examples: how many there were.
        confusion_KK: [i, j] counts examples of class i answered as j; None where the objective knows no classes.
    """

    loss: float
    metrics: dict[str, float]
    examples: int
    confusion_KK: Tensor | None = None


class Tally(Protocol):
    """Adds up what an evaluation needs, batch by batch, without waiting for the device."""

    def add(self, outputs: Tensor, targets: Tensor) -> None:
        """Takes in one batch."""

    def evaluation(self) -> Evaluation:
        """Returns what it came to."""


class ObjectiveConfig(Component):
    """Settings of an objective: what a network is trained for, and how it is judged."""

    @property
    @abstractmethod
    def metrics(self) -> tuple[Metric, ...]:
        """What is measured besides the loss. The first, if any, is what people look at first: a mean over examples."""

    @property
    def primary(self) -> Metric:
        """What decides on the validation set which epoch is best: one of `metrics`, or `LOSS`."""
        return (*self.metrics, LOSS)[0]

    def rank(self, figures: Mapping[str, float]) -> tuple[float, float]:
        """Returns how good an epoch is by its validation figures, "loss" among them; the greater, the better.

        Epochs that tie are told apart by their loss. One whose figure is no number is worse than all others.
        """
        value = figures[self.primary.key] * (1 if self.primary.direction == "higher" else -1)
        return (-math.inf if math.isnan(value) else value, -figures[LOSS.key])

    @abstractmethod
    def outputs(self, input_spec: InputSpec) -> int:
        """Returns how many numbers the network answers with.

        Raises:
            ConfigError: this objective cannot be pursued on such data.
        """

    @abstractmethod
    def loss(self, input_spec: InputSpec, targets_N: Tensor) -> LossFunction:
        """Returns what training makes small.

        Args:
            input_spec: what the network reads, and how its classes are called.
            targets_N: the targets of all training examples.
        """

    @abstractmethod
    def per_example(self, outputs_SK: Tensor, targets_S: Tensor) -> dict[str, Tensor]:
        """Returns what each example counts, (S,), in the metrics that are means over examples, by key.

        Called for many steps at once, outside the hot path. Metrics that are no means are measured in evaluations only.
        """

    @abstractmethod
    def tally(self, input_spec: InputSpec, device: torch.device) -> Tally:
        """Returns an empty tally for one evaluation on `device`."""

    @abstractmethod
    def random_targets(self, count: int, input_spec: InputSpec, generator: torch.Generator) -> Tensor:
        """Returns `count` made-up targets, to measure with what a step costs."""
