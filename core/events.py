"""What a run reports about itself, in the order in which it happens: plain records of numbers and unshared arrays.

Steps count from 1 over the whole run, epochs from 1; `seconds` is the training time without pauses.
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
    """Data is being downloaded, read or generated. `total` is None if it is unknown.

    `notice` is a translated sentence that stays visible after the preparation, or "".
    """

    what: str
    done: int = 0
    total: int | None = None
    unit: Literal["bytes", "examples", ""] = ""
    notice: str = ""


@dataclass(frozen=True)
class RunStarted:
    """The data is in memory and the network is built; the first step comes next.

    `metrics` are measured besides the loss. `primary` decides which epoch is best: the key of one of them, or "loss".
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
        """The metric that decides which epoch is best."""
        return next((metric for metric in self.metrics if metric.key == self.primary), LOSS)


@dataclass(frozen=True)
class StepsDone:
    """Several consecutive steps that end with `last_step`. All arrays have the same length.

    `metrics` holds, by key, the metrics that exist for a single step; others are measured only after an epoch.
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
    """An epoch is over and the network was evaluated on the validation set.

    `train` and `validation` hold "loss" and each metric by key. Training figures are means over the epoch's examples;
    a metric that is not a mean over examples is in `validation` only.
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
    """A checkpoint was written; `weights_of_epoch` is set if the weights of that epoch were also saved permanently."""

    path: Path
    step: int
    weights_of_epoch: int | None = None


@dataclass(frozen=True)
class RunEnded:
    """The last event. `message` is a translated sentence for the user."""

    reason: EndReason
    message: str
    epoch: int
    step: int
    seconds: float
    samples_per_second: float
    best_epoch: int | None = None


Event = Preparing | RunStarted | StepsDone | Evaluating | EpochDone | CheckpointSaved | RunEnded
