"""Steps whose results still lie on the device: they are read back together, which costs less than one by one.

Axes: B batch, K outputs, S examples of several consecutive steps.
"""

from dataclasses import dataclass, field

import numpy as np
import torch
from torch import Tensor

from core.events import StepsDone
from core.objectives.base import ObjectiveConfig
from core.training.state import TrainingState

HOPELESS = 1e4  # times the first loss; from such a loss no run recovers


@dataclass
class StepBuffer:
    """The steps since the last `StepsDone`. Their losses are still tensors, which the device may not have computed yet.

    The metrics are computed for all steps together. Right after a step, a small operation takes many times as long as
    usual, because the data that it needs is no longer in the processor's caches.
    """

    since: float
    losses: list[Tensor] = field(default_factory=list)
    outputs: list[Tensor] = field(default_factory=list)
    targets: list[Tensor] = field(default_factory=list)
    rates: list[float] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)

    def note(self, loss: Tensor, outputs_BK: Tensor, targets_B: Tensor, rate: float, seconds: float) -> None:
        """Adds one step; its targets are in the form that the objective requires."""
        self.losses.append(loss)
        self.outputs.append(outputs_BK)
        self.targets.append(targets_B)
        self.rates.append(rate)
        self.seconds.append(seconds)

    def read_back(self, progress: TrainingState, objective: ObjectiveConfig, seconds: float) -> tuple[StepsDone, bool]:
        """Reads all losses from the device at once and adds them to `progress` step by step, so any cadence sums alike.

        Returns:
            The event, and whether the run diverged: the loss is NaN, infinite or far too large. The event ends there.
        """
        losses = torch.stack(self.losses).double().cpu().numpy()
        per_example = objective.per_example(torch.cat(self.outputs), torch.cat(self.targets))
        steps = [len(outputs_BK) for outputs_BK in self.outputs]
        starts = np.cumsum([0, *steps[:-1]])
        sums = {
            key: np.add.reduceat(values_S.cpu().numpy(), starts, dtype=np.float64)
            for key, values_S in per_example.items()
        }
        if progress.first_loss is None:
            progress.first_loss = float(losses[0])
        first = progress.first_loss if np.isfinite(progress.first_loss) else 1.0
        bad = np.flatnonzero(~(np.abs(losses) < HOPELESS * max(first, 1.0)))
        count = int(bad[0]) + 1 if len(bad) else len(losses)
        progress.step -= len(losses) - count
        sizes = steps[:count]
        for loss, size in zip(losses[:count].tolist(), sizes, strict=True):
            progress.loss_sum += loss * size
        for key, values in sums.items():
            for value in values[
                :count
            ].tolist():  # sum() would round differently, depending on how many steps there are
                progress.metric_sums[key] = progress.metric_sums.get(key, 0.0) + value
        elapsed = seconds - self.since
        progress.samples += sum(sizes)
        progress.epoch_samples += sum(sizes)
        progress.training_seconds += elapsed
        progress.epoch_seconds += elapsed
        event = StepsDone(
            epoch=progress.epoch,
            last_step=progress.step,
            losses=losses[:count],
            metrics={key: values[:count] / np.array(sizes) for key, values in sums.items()},
            learning_rates=np.array(self.rates[:count]),
            seconds=np.array(self.seconds[:count]),
            samples_per_second=sum(sizes) / max(elapsed, 1e-9),
        )
        return event, len(bad) > 0
