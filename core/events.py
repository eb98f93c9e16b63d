"""What a run says about itself, in the order in which it happens. Plain records: floats and arrays that nobody shares.

Steps count from 1 over the whole run, epochs from 1; `seconds` is time spent training, pauses left out.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from core.arrays import Floats64
from core.metric import LOSS, Metric

EndReason = Literal["finished", "early_stopped", "diverged", "stopped", "failed"]


@dataclass(frozen=True)
class Preparing:
    """Data is being downloaded, read or made. `total` is None where it is not known.

    `notice` is a translated sentence that the learner should see even when the preparation is over, or "".
    """

    what: str
    done: int = 0
    total: int | None = None
    unit: Literal["bytes", "examples", ""] = ""
    notice: str = ""


@dataclass(frozen=True)
class RunStarted:
    """The data lies in memory and the network is built; the first step comes next.

    `metrics` are what is measured besides the loss; `primary` is the key of what decides which epoch is best: one of
    them, or "loss".
    """

    title: str
    parameters: int
    train_examples: int
    validation_examples: int
    epochs: int
    steps_per_epoch: int
    first_step: int
    device: str
    threads: int
    class_names: tuple[str, ...]
    metrics: tuple[Metric, ...]
    primary: str

    @property
    def primary_metric(self) -> Metric:
        """What decides which epoch is best."""
        return next((metric for metric in self.metrics if metric.key == self.primary), LOSS)


@dataclass(frozen=True)
class StepsDone:
    """A portion of consecutive steps, the last of which is `last_step`. All arrays have the same length.

    `metrics` holds, by key, those that can be told of a single step; others are measured after an epoch only.
    """

    epoch: int
    last_step: int
    losses: Floats64
    metrics: dict[str, Floats64]
    learning_rates: Floats64
    seconds: Floats64
    samples_per_second: float

    @property
    def steps(self) -> NDArray[np.int64]:
        """The number of each step."""
        return np.arange(self.last_step - len(self.losses) + 1, self.last_step + 1)


@dataclass(frozen=True)
class Evaluating:
    """An evaluation is under way: `done` of `total` examples."""

    split: str
    done: int
    total: int


@dataclass(frozen=True)
class EpochDone:
    """An epoch is over and the validation set has been asked.

    `train` and `validation` hold "loss" and each metric by key. Training figures are means over the epoch's examples;
    a metric that is no mean over examples stands in `validation` only.
    """

    epoch: int
    step: int
    train: dict[str, float]
    validation: dict[str, float]
    seconds: float
    samples_per_second: float
    is_best: bool


@dataclass(frozen=True)
class CheckpointSaved:
    """A checkpoint lies on disk; `weights_of_epoch` is set when it also keeps the weights of that epoch for good."""

    path: Path
    step: int
    weights_of_epoch: int | None = None


@dataclass(frozen=True)
class RunEnded:
    """The last event. `message` is a translated sentence for people."""

    reason: EndReason
    message: str
    epoch: int
    step: int
    seconds: float
    samples_per_second: float
    best_epoch: int | None = None


Event = Preparing | RunStarted | StepsDone | Evaluating | EpochDone | CheckpointSaved | RunEnded
