"""What the settings of an optimizer and of a schedule must be able to do. Knows no particular one."""

from collections.abc import Iterable

import torch
from torch import nn

from core.settings import Component
from core.shared_settings import HasLearningRate


class OptimizerConfig(HasLearningRate):
    """Settings of an optimizer. `learning_rate` is the base that the schedule multiplies."""

    def build(self, parameters: Iterable[nn.Parameter]) -> torch.optim.Optimizer:
        """Returns the optimizer over `parameters`, with `learning_rate` as it stands."""
        raise NotImplementedError


class ScheduleConfig(Component):
    """Settings of a learning-rate schedule: a pure function of the step, so a resumed run needs no state for it."""

    def factor(self, step: int, steps: int, steps_per_epoch: int) -> float:
        """Returns what the base learning rate is multiplied by.

        Args:
            step: the step about to be made, from 0.
            steps: how many the whole run will make.
            steps_per_epoch: how many make an epoch.
        """
        raise NotImplementedError
