"""How good the presets are on MNIST's test set, and how long an epoch of the fast one takes compared to the chapter's.

The test set is evaluated once, after the last epoch of each run. Takes some minutes.
"""

import statistics
import sys
import tempfile
from pathlib import Path

from benchmarks import report
from benchmarks.side_by_side import SAMPLES, data_of, digits, product, speed_ratios
from core.data.library import available
from core.generators import pull
from core.inference.snapshot import load_snapshot
from core.runs.config import RunConfig
from core.runs.presets import CHAPTER, FAST
from core.runs.store import RunStore
from core.training.evaluate import evaluate
from core.training.loop import fit

SEEDS = (0, 1, 2)
ROUNDS = 5


def measure() -> list[report.Result]:
    """Returns the accuracies in percent, medians over the seeds, and the time of an epoch as a ratio."""
    mnist = RunConfig.make(dataset="mnist", model="chapter_cnn", training={"device": "cpu"})
    if not available(mnist.dataset):
        raise report.NotHere("MNIST is not in the data folder (NEURARIUM_DATA)")
    chapter, fast = CHAPTER.config(mnist), FAST.config(mnist)
    epochs = chapter.training.epochs
    return [
        accuracy(f"“The chapter's CNN” after {epochs} epochs: test accuracy", chapter, epochs, 98.3),
        accuracy("“Fast and good” after 1 epoch: test accuracy", fast, 1, 98.5),
        accuracy("“Fast and good” after 3 epochs: test accuracy", fast, 3, 99.0),
        epoch_time(chapter, fast),
    ]


def accuracy(promise: str, config: RunConfig, epochs: int, bound: float) -> report.Result:
    """Trains for `epochs` with each seed and evaluates the last weights on the test set."""
    found = [test_accuracy(config, epochs, seed) for seed in SEEDS]
    return report.Result(promise, statistics.median(found), bound, "%", "higher", report.spread(found))


def test_accuracy(config: RunConfig, epochs: int, seed: int) -> float:
    """Trains once; returns the test accuracy in percent."""
    config = config.with_changes(training=config.training.model_dump() | {"epochs": epochs, "seed": seed})
    with tempfile.TemporaryDirectory() as folder:
        run = RunStore(Path(folder)).create(config)
        for _event in fit(config, run):
            pass
        snapshot = load_snapshot(run, run.last)
    test = data_of(config).split("test")
    result = pull(evaluate(snapshot.model, test, "test", config.objective, snapshot.input_spec))
    return 100 * result.metrics["accuracy"]


def epoch_time(chapter: RunConfig, fast: RunConfig) -> report.Result:
    """Returns the time of an epoch of `fast` over that of one of `chapter`, trained in turns."""
    slow_side, fast_side = (product(config.with_changes(dataset=digits())) for config in (chapter, fast))
    ratios = speed_ratios(slow_side, fast_side, ROUNDS, SAMPLES)
    note = f"in turns; {report.spread(ratios)}"
    return report.Result(
        "epoch of “Fast and good” over one of the chapter's CNN", statistics.median(ratios), 1, "x", "lower", note
    )


if __name__ == "__main__":
    sys.exit(report.main(measure))
