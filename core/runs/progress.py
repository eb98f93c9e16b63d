"""The progress of a run, computed from its events: how far, how well, how fast, and how much time is left.

Used for the events of a running training and for those read from a history. Knows no widget and no folder. Texts are
translated each time they are returned.
"""

from collections import deque
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

import numpy as np

from core.arrays import Floats64
from core.events import EndReason, EpochDone, Evaluating, Event, Preparing, RunEnded, RunStarted, StepsDone
from core.i18n import N_, _
from core.metric import LOSS, Metric
from core.quantities import duration, size, speed

if TYPE_CHECKING:
    from core.optim.base import ScheduleConfig

_ENDS: dict[EndReason, str] = {
    "finished": N_("Finished"),
    "early_stopped": N_("Stopped early"),
    "diverged": N_("Diverged"),
    "stopped": N_("Stopped"),
    "failed": N_("Failed"),
}
_RECENT = 10.0  # seconds of training from which the remaining time is estimated
_KEPT = 0.98  # weight of the previous value in the exponential moving average, per step


def figures_of_steps(event: StepsDone) -> Mapping[str, Floats64]:
    """Returns the values at each step, by key: the loss, and the metrics that a single step has."""
    return {LOSS.key: event.losses} | event.metrics


def figures_of_epoch(event: EpochDone) -> dict[str, float]:
    """Returns the figures of an epoch, by name: "train_loss", "validation_accuracy" and so on."""
    parts = {"train": event.train, "validation": event.validation}
    return {f"{part}_{key}": value for part, figures in parts.items() for key, value in figures.items()}


class RunProgress:
    """The progress of one run. It must hear every event of the run in order.

    Attributes:
        started, ended: the first and the last event; None before they come.
        epochs: the completed epochs.
        step: the last completed step, counted from 1 over the whole run; 0 before the first.
        learning_rate: the learning rate at that step, with the schedule applied.
        smoothed: exponential moving averages of loss and metrics, by key; empty before the first step.
        seconds: training time without pauses.
        speed: samples per second, as an exponential moving average.
    """

    def __init__(self) -> None:
        self.started: RunStarted | None = None
        self.ended: RunEnded | None = None
        self.epochs: list[EpochDone] = []
        self.step = 0
        self.learning_rate: float | None = None
        self.smoothed: dict[str, float] = {}
        self.seconds = 0.0
        self.speed = 0.0
        self._preparing: Preparing | None = None
        self._evaluating: Evaluating | None = None
        self._recent: deque[tuple[float, int]] = deque()

    @classmethod
    def of(cls, events: Iterable[Event]) -> "RunProgress":
        """Returns the progress after `events`, such as the history of a run."""
        progress = cls()
        for event in events:
            progress.hear(event)
        return progress

    @property
    def epochs_done(self) -> int:
        """How many epochs are completed."""
        return self.epochs[-1].epoch if self.epochs else 0

    @property
    def best(self) -> EpochDone | None:
        """The epoch with the best validation result; None before the first is completed."""
        return next((epoch for epoch in reversed(self.epochs) if epoch.is_best), None)

    @property
    def primary(self) -> Metric | None:
        """The metric that decides which epoch is best; None before the run has started."""
        return self.started.primary_metric if self.started is not None else None

    def knows(self, event: Event) -> bool:
        """Whether `event` was heard already: a running training may be read from its history, too."""
        if isinstance(event, StepsDone):
            return event.last_step <= self.step
        return isinstance(event, EpochDone) and bool(self.epochs) and event.epoch <= self.epochs[-1].epoch

    def hear(self, event: Event) -> None:
        """Updates the progress with `event`."""
        if isinstance(event, StepsDone):
            self._note_steps(event)
        elif isinstance(event, EpochDone):
            self.epochs.append(event)
            self.seconds = event.seconds
            self._evaluating = None
        elif isinstance(event, Evaluating):
            self._evaluating = event
        elif isinstance(event, Preparing):
            self._preparing = event
        elif isinstance(event, RunStarted):
            self.started, self.ended = event, None
        elif isinstance(event, RunEnded):
            self.ended, self.seconds = event, event.seconds

    def base_rate(self, schedule: "ScheduleConfig") -> float:
        """Returns the base learning rate: the one that `schedule` turned into that of the last step."""
        assert self.started is not None
        assert self.learning_rate is not None, "ask after a step"
        steps = self._steps(self.started)
        factor = schedule.factor(self.step - 1, steps, self.started.steps_per_epoch)
        return self.learning_rate / factor if factor > 0 else self.learning_rate

    def fraction(self) -> float:
        """Returns the completed part of the preparation or of the training, from 0 to 1."""
        if self.started is not None:
            return self.step / self._steps(self.started)
        if self._preparing is not None and self._preparing.total:
            return self._preparing.done / self._preparing.total
        return 0.0

    def position(self) -> str:
        """Returns how far the run is, such as "epoch 7 of 10 · step 10,880"."""
        if self.started is None:
            return self._preparing.what if self._preparing else _("Preparing…")
        if self.ended is not None:
            return _("{how} · step {step}").format(how=_(_ENDS[self.ended.reason]), step=f"{self.step:,}")
        epoch = min(self.step // self.started.steps_per_epoch + 1, self.started.epochs)
        if self._evaluating is not None:
            epoch = min(len(self.epochs) + 1, self.started.epochs)
            return _("epoch {epoch} of {epochs} · validating").format(epoch=epoch, epochs=self.started.epochs)
        return _("epoch {epoch} of {epochs} · step {step}").format(
            epoch=epoch, epochs=self.started.epochs, step=f"{self.step:,}"
        )

    def pace(self) -> str:
        """Returns speed and time left, such as "13,900 samples/s · 16 s left"; at the end the time it took."""
        if self.ended is not None:
            return _("{speed} samples/s · took {time}").format(
                speed=speed(self.ended.samples_per_second), time=duration(self.ended.seconds)
            )
        if self.started is None:
            return self._prepared()
        left = self.seconds_left()
        if left is None:
            return ""
        return _("{speed} samples/s · {time} left").format(speed=speed(self.speed), time=duration(left))

    def seconds_left(self) -> float | None:
        """Returns the time left at the speed of the last few seconds; None before a speed is known."""
        if self.started is None or len(self._recent) < 2:
            return None
        (since, first), (now, last) = self._recent[0], self._recent[-1]
        return (now - since) / max(last - first, 1) * (self._steps(self.started) - self.step)

    def _note_steps(self, event: StepsDone) -> None:
        self.step = event.last_step
        self.learning_rate = float(event.learning_rates[-1])
        self._evaluating = None
        self.seconds = float(event.seconds[-1])
        # The speed of a single event is noisy; this averages about ten of them.
        self.speed += (event.samples_per_second - self.speed) * (0.1 if self.speed else 1.0)
        self._recent.append((self.seconds, event.last_step))
        while len(self._recent) > 2 and self.seconds - self._recent[0][0] > _RECENT:
            self._recent.popleft()
        for name, values in figures_of_steps(event).items():
            self.smoothed[name] = _smoothed(self.smoothed.get(name, float(values[0])), values)

    def _prepared(self) -> str:
        if self._preparing is None or not self._preparing.done:
            return ""
        done, total = self._preparing.done, self._preparing.total
        if self._preparing.unit == "bytes":
            return _("{done} of {total}").format(done=size(done), total=size(total)) if total else size(done)
        return _("{done} of {total}").format(done=f"{done:,}", total=f"{total:,}") if total else f"{done:,}"

    @staticmethod
    def _steps(started: RunStarted) -> int:
        return started.steps_per_epoch * started.epochs


def _smoothed(before: float, values: Floats64) -> float:
    """Returns the exponential moving average after `values`, one per step; before them it was `before`."""
    shares = _KEPT ** np.arange(len(values), -1, -1)
    return float(shares[0] * before + (1 - _KEPT) * (shares[1:] @ values))
