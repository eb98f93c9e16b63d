"""How far a run has come: a few numbers, a stopwatch that pauses do not count on, and steps not yet read back."""

import time
from dataclasses import dataclass, field

import numpy as np
import torch
from torch import Tensor

from core.events import StepsDone

HOPELESS = 1e4  # a loss this many times the first one will not come back


@dataclass
class Progress:
    """Together with the tensors this is all that going on needs; it lies in each checkpoint.

    `epoch` is the epoch in progress (from 1), `batch` how many of its batches are done, `step` how many steps in all.
    The sums run over the epoch in progress. `best` is the best validation accuracy and its loss, negated.
    """

    learning_rate: float
    epoch: int = 1
    batch: int = 0
    step: int = 0
    samples: int = 0
    seconds: float = 0.0
    training_seconds: float = 0.0
    epoch_samples: int = 0
    epoch_seconds: float = 0.0
    loss_sum: float = 0.0
    correct_sum: float = 0.0
    first_loss: float | None = None
    best_epoch: int | None = None
    best: tuple[float, float] = (-1.0, 0.0)

    @property
    def epochs_done(self) -> int:
        """How many epochs are over, validation included."""
        return self.epoch - 1

    def turn_to_next_epoch(self) -> None:
        """Ends the epoch in progress."""
        self.epoch += 1
        self.batch = self.epoch_samples = 0
        self.epoch_seconds = self.loss_sum = self.correct_sum = 0.0


class Stopwatch:
    """Counts seconds from `start` on, except while held."""

    def __init__(self, start: float) -> None:
        self._start, self._since = start, time.perf_counter()

    @property
    def seconds(self) -> float:
        """Seconds counted so far."""
        return self._start + time.perf_counter() - self._since

    def go_on_from(self, seconds: float) -> None:
        """Forgets what passed since it showed `seconds`."""
        self._start, self._since = seconds, time.perf_counter()


@dataclass
class Window:
    """Steps made since the last `StepsDone`. Their losses are tensors still, possibly not even computed yet."""

    since: float
    losses: list[Tensor] = field(default_factory=list)
    correct: list[Tensor] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)
    rates: list[float] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)

    def note(self, loss: Tensor, correct: Tensor, size: int, rate: float, seconds: float) -> None:
        """Adds one step."""
        self.losses.append(loss)
        self.correct.append(correct)
        self.sizes.append(size)
        self.rates.append(rate)
        self.seconds.append(seconds)

    def read_back(self, progress: Progress, seconds: float) -> tuple[StepsDone, bool]:
        """Fetches the losses in one go and adds them to `progress`, in the order of the steps whatever the cadence.

        Returns:
            The event, and whether the loss is lost: not a number, or grown beyond all use. The event ends there.
        """
        losses = torch.stack(self.losses).double().cpu().numpy()
        correct = torch.stack(self.correct).double().cpu().numpy()
        if progress.first_loss is None:
            progress.first_loss = float(losses[0])
        first = progress.first_loss if np.isfinite(progress.first_loss) else 1.0
        bad = np.flatnonzero(~(np.abs(losses) < HOPELESS * max(first, 1.0)))
        count = int(bad[0]) + 1 if len(bad) else len(losses)
        progress.step -= len(losses) - count
        sizes = self.sizes[:count]
        for loss, right, size in zip(losses[:count].tolist(), correct[:count].tolist(), sizes, strict=True):
            progress.loss_sum += loss * size
            progress.correct_sum += right
        elapsed = seconds - self.since
        progress.samples += sum(sizes)
        progress.epoch_samples += sum(sizes)
        progress.training_seconds += elapsed
        progress.epoch_seconds += elapsed
        event = StepsDone(
            epoch=progress.epoch,
            last_step=progress.step,
            losses=losses[:count],
            accuracies=correct[:count] / np.array(sizes),
            learning_rates=np.array(self.rates[:count]),
            seconds=np.array(self.seconds[:count]),
            samples_per_second=sum(sizes) / max(elapsed, 1e-9),
        )
        return event, len(bad) > 0
