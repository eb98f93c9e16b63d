"""Small real runs on the 8x8 digits that scikit-learn ships."""

from typing import Any

from core.events import EpochDone, Event, StepsDone
from core.runs.config import RunConfig
from core.runs.run import Run


def small_config(**training: Any) -> RunConfig:
    """Two short epochs of an MLP with dropout on augmented digits: a run with all sources of randomness."""
    return RunConfig.make(
        dataset={"key": "digits", "train_examples": 320},
        model={"key": "mlp", "dropout": 0.2},
        optimizer="adam",
        schedule="one_cycle",
        training={"epochs": 2, "batch_size": 32, "threads": 1, "device": "cpu", "augmentation": "light"} | training,
    )


def told(run: Run) -> tuple[list[float], list[float], list[tuple[Any, ...]]]:
    """Returns a run's history without the seconds: losses, learning rates, epochs."""
    losses: list[float] = []
    rates: list[float] = []
    epochs = []
    for event in run.history():
        if isinstance(event, StepsDone):
            losses += event.losses.tolist()
            rates += event.learning_rates.tolist()
        elif isinstance(event, EpochDone):
            epochs.append((event.epoch, event.train["loss"], event.validation["loss"], event.validation["accuracy"]))
    return losses, rates, epochs


def take_until(events: Any, wanted: type[Event], count: int = 1) -> list[Event]:
    """Pulls events until `count` of the wanted kind have come."""
    seen: list[Event] = []
    for event in events:
        seen.append(event)
        count -= isinstance(event, wanted)
        if not count:
            break
    return seen
