"""How good the LSTM becomes on SST-2 from scratch, on the CPU, and how much processor time that takes.

All settings are defaults except the number of epochs. The test set (GLUE's development set) is evaluated once a seed,
with the weights that were best on validation.
"""

import statistics
import sys
import tempfile
import time
from pathlib import Path

from benchmarks import report
from benchmarks.side_by_side import data_of
from core.data.library import available
from core.generators import pull
from core.inference.snapshot import load_snapshot
from core.runs.config import RunConfig
from core.runs.store import RunStore
from core.training.evaluate import evaluate
from core.training.loop import fit

SEEDS = (0, 1, 2)
EPOCHS = 4


def measure() -> list[report.Result]:
    """Returns the accuracy in percent and the processor time in minutes, medians over the seeds."""
    config = RunConfig.make(dataset="sst2", model="lstm", training={"device": "cpu", "threads": 2, "epochs": EPOCHS})
    if not available(config.dataset):
        raise report.NotHere("SST-2 is not in the data folder (NEURARIUM_DATA)")
    accuracies, minutes = zip(*(train(config, seed) for seed in SEEDS), strict=True)
    return [
        report.Result(
            "LSTM on SST-2 from scratch: accuracy on the development set",
            statistics.median(accuracies),
            82,
            "%",
            "higher",
            f"best of {EPOCHS} epochs by validation; {report.spread(accuracies)}",
        ),
        report.Result(
            "LSTM on SST-2 from scratch: processor time, reading the data included",
            statistics.median(minutes),
            10,
            "min",
            "lower",
            report.spread(minutes),
        ),
    ]


def train(config: RunConfig, seed: int) -> tuple[float, float]:
    """Trains once; returns the test accuracy in percent and the processor time of all threads in minutes."""
    config = config.with_changes(training=config.training.model_dump() | {"seed": seed})
    began = time.process_time()
    with tempfile.TemporaryDirectory() as folder:
        run = RunStore(Path(folder)).create(config)
        for _event in fit(config, run):
            pass
        minutes = (time.process_time() - began) / 60
        snapshot = load_snapshot(run)
    test = data_of(config).split("test")
    result = pull(evaluate(snapshot.model, test, "test", config.objective, snapshot.input_spec))
    return 100 * result.metrics["accuracy"], minutes


if __name__ == "__main__":
    sys.exit(report.main(measure))
