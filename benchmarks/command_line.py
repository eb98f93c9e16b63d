"""How soon the command line answers what needs no torch: its help, and the list of fifty runs.

Told as a part of the time that a process takes to import torch, which either would take at least if it did so too.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from benchmarks.report import Result, main, spread
from core.events import EpochDone, RunEnded
from core.runs.config import RunConfig
from core.runs.store import RunStore

RUNS = 50
ROUNDS = 7
BOUND = 0.5


def measure() -> list[Result]:
    """Times each command and the import in turn."""
    with tempfile.TemporaryDirectory() as folder:
        _make_runs(Path(folder))
        environment = {**os.environ, "NEURARIUM_RUNS": folder}
        lines = {
            "torch": ["-c", "import torch"],
            "--help": ["-m", "core.cli", "--help"],
            "runs": ["-m", "core.cli", "runs"],
        }
        seconds: dict[str, list[float]] = {name: [] for name in lines}
        for _round in range(ROUNDS):
            for name, line in lines.items():
                began = time.perf_counter()
                subprocess.run([sys.executable, *line], env=environment, stdout=subprocess.DEVNULL, check=True)
                seconds[name].append(time.perf_counter() - began)
    against = median(seconds["torch"])
    return [
        Result(
            f"neurarium {name}{f' with {RUNS} runs' if name == 'runs' else ''}, against importing torch",
            median(seconds[name]) / against,
            BOUND,
            "x",
            "lower",
            f"{median(seconds[name]):.2f} s against {against:.2f} s; {spread(seconds[name])}",
        )
        for name in ("--help", "runs")
    ]


def _make_runs(folder: Path) -> None:
    store = RunStore(folder)
    config = RunConfig.make(model="chapter_cnn", training={"epochs": 20})
    for _number in range(RUNS):
        run = store.create(config)
        for epoch in range(1, 21):
            figures = {"loss": 1 / epoch, "accuracy": 1 - 1 / (epoch + 1)}
            run.append(EpochDone(epoch, 100 * epoch, figures, figures, float(epoch), 1e4, is_best=True))
        run.append(RunEnded("finished", "", 20, 2000, 20.0, 1e4, best_epoch=20))
        run.close()


if __name__ == "__main__":
    sys.exit(main(measure))
