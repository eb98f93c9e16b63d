"""The interfaces of optimizer settings and schedule settings."""

from collections.abc import Iterable

import torch
from torch import nn

from core.settings import Component
from core.shared_settings import HasLearningRate


class OptimizerConfig(HasLearningRate):
    """Settings of an optimizer. `learning_rate` is the base that the schedule multiplies."""

    def build(self, parameters: Iterable[nn.Parameter]) -> torch.optim.Optimizer:
        """Returns the optimizer over `parameters`, with the base `learning_rate`."""
        raise NotImplementedError


class ScheduleConfig(Component):
    """Settings of a learning-rate schedule: a pure function of the step, so it has no state to save."""

    def factor(self, step: int, steps: int, steps_per_epoch: int) -> float:
        """Returns the factor that multiplies the base learning rate.

        Args:
            step: the number of the next step, from 0.
            steps: the number of steps in the whole run.
            steps_per_epoch: the number of steps in an epoch.
        """
        raise NotImplementedError
