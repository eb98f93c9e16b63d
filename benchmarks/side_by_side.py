"""Two trainings against each other in one process, taking turns every few steps.

Turns are short (about thirty a second), so that whatever else the computer does meanwhile slows both alike. Each side
is an iterator of `Portion`s; what a side does outside its portions (validation, say) is on nobody's watch.
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
    """Some steps: how many examples they took in, in how many seconds."""

    samples: int
    seconds: float


def digits() -> dict[str, object]:
    """Returns the dataset to compare on: some of MNIST where it is present, else generated digits of the same size."""
    mnist = RunConfig.make(dataset="mnist", model="mlp").dataset
    return {"key": "mnist" if available(mnist) else "strokes", "train_examples": SAMPLES}


def data_of(config: RunConfig) -> Data:
    """Returns the data that `config` trains on."""
    return pull(load(config.dataset, config.training.seed))


def product(config: RunConfig) -> Generator[Portion, None, None]:
    """Trains as the application does, with a run folder, for as long as somebody asks for more."""
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
    """Turns steps that say how many examples each took in into portions."""
    while True:
        began = time.perf_counter()
        samples = next(steps)
        yield Portion(samples, time.perf_counter() - began)


def speed_ratios(ours: Iterator[Portion], theirs: Iterator[Portion], rounds: int, samples: int) -> list[float]:
    """Returns, for each round of at least `samples` examples a side, our examples a second over theirs.

    A round that is not counted comes first.
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
