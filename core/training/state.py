"""The state of a training: a few numbers, and a stopwatch that does not count pauses."""

import time
from dataclasses import dataclass, field


@dataclass
class TrainingState:
    """All that resuming needs besides the tensors; it is saved in each checkpoint.

    `epoch` is the current epoch (from 1), `batch` the number of its completed batches, `step` the number of completed
    steps in the run. The sums are over the examples of the current epoch. `best` is the rank of the best epoch by
    the metric with the key `primary` (see `core.objectives.base`); it is empty before the first epoch is completed.
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
    metric_sums: dict[str, float] = field(default_factory=dict)
    first_loss: float | None = None
    best_epoch: int | None = None
    best: tuple[float, ...] = ()
    primary: str = ""

    @property
    def epochs_done(self) -> int:
        """How many epochs are completed, validation included."""
        return self.epoch - 1

    def turn_to_next_epoch(self) -> None:
        """Ends the current epoch."""
        self.epoch += 1
        self.batch = self.epoch_samples = 0
        self.epoch_seconds = self.loss_sum = 0.0
        self.metric_sums = {}

    def means(self) -> dict[str, float]:
        """Returns the means of the loss and each metric so far in the epoch, which must have at least one step."""
        sums = {"loss": self.loss_sum, **self.metric_sums}
        return {key: total / self.epoch_samples for key, total in sums.items()}


class Stopwatch:
    """Counts seconds, starting at `start`. A pause is left out by `go_on_from`."""

    def __init__(self, start: float) -> None:
        self._start, self._since = start, time.perf_counter()

    @property
    def seconds(self) -> float:
        """The seconds counted so far."""
        return self._start + time.perf_counter() - self._since

    def go_on_from(self, seconds: float) -> None:
        """Goes on counting from `seconds`, and so leaves out the time since it showed them."""
        self._start, self._since = seconds, time.perf_counter()
