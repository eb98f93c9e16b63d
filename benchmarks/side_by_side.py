"""Compares two trainings in one process that take turns every few steps.

Turns are short (about thirty a second), so that anything else on the computer slows both equally. Each side is an
iterator of `Portion`s; what it does outside its portions (such as validation) is not timed.
"""

import tempfile
import time
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import NamedTuple

from core.data.base import Data
from core.data.library import available, load
from core.events import StepsDone
from core.generators import pull
from core.runs.config import RunConfig
from core.runs.store import RunStore
from core.training.loop import fit

SAMPLES = 12_800  # divisible by the batch sizes compared: every batch is whole


class Portion(NamedTuple):
    """Some steps: their number of examples and their seconds."""

    samples: int
    seconds: float


def digits() -> dict[str, object]:
    """Returns the dataset to compare on: some of MNIST if it is present, else generated digits of the same size."""
    mnist = RunConfig.make(dataset="mnist", model="mlp").dataset
    return {"key": "mnist" if available(mnist) else "strokes", "train_examples": SAMPLES}


def data_of(config: RunConfig) -> Data:
    """Returns the data that `config` trains on."""
    return pull(load(config.dataset, config.training.seed))


def product(config: RunConfig) -> Generator[Portion, None, None]:
    """Trains as the application does, with a run folder, as long as more portions are requested."""
    endless = config.with_changes(training=config.training.model_dump() | {"epochs": 10_000, "keep_epochs": False})
    with tempfile.TemporaryDirectory() as folder:
        run = RunStore(Path(folder)).create(endless)
        events = fit(endless, run)
        try:
            while True:
                began = time.perf_counter()
                event = next(events)
                seconds = time.perf_counter() - began
                if isinstance(event, StepsDone):
                    yield Portion(len(event.losses) * config.training.batch_size, seconds)
        finally:
            events.close()


def rival(steps: Iterator[int]) -> Iterator[Portion]:
    """Turns steps, each given by its number of examples, into portions."""
    while True:
        began = time.perf_counter()
        samples = next(steps)
        yield Portion(samples, time.perf_counter() - began)


def speed_ratios(ours: Iterator[Portion], theirs: Iterator[Portion], rounds: int, samples: int) -> list[float]:
    """Returns, for each round of at least `samples` examples a side, our examples a second over theirs.

    The first round is not counted.
    """
    ratios = []
    for _round in range(rounds + 1):
        our_samples = their_samples = 0
        our_seconds = their_seconds = 0.0
        while our_samples < samples:
            portion = next(ours)
            our_samples += portion.samples
            our_seconds += portion.seconds
            while their_samples < our_samples:
                portion = next(theirs)
                their_samples += portion.samples
                their_seconds += portion.seconds
        ratios.append((our_samples / our_seconds) / (their_samples / their_seconds))
    return ratios[1:]
