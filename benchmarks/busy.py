"""How much speed a training loses to another busy process.

The process keeps one core busy. It begins before the training or in the middle of it. Each round measures both, and the
training alone, one after the other. The training has the default, automatic number of threads.
"""

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager

from benchmarks import report
from benchmarks.side_by_side import SAMPLES, Portion, product
from core.runs.config import RunConfig

ROUNDS = 7
SECONDS = 2.0
WARM_UP_S = 0.5
PROMISED = 0.7
SPIN = """
import os, sys, threading
threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True).start()
print(flush=True)
while True: pass
"""


def measure() -> list[report.Result]:
    """Returns the share of its speed that each network keeps.

    Raises:
        NotHere: there is only one core, which both would have to share.
    """
    if (os.cpu_count() or 1) < 2:
        raise report.NotHere("a training and a busy process need two cores")
    training = {"batch_size": 32, "device": "cpu"}
    digits = {"key": "strokes", "train_examples": SAMPLES}
    cnn = RunConfig.make(dataset=digits, model="chapter_cnn", training=training)
    lstm = RunConfig.make(dataset="sentences", model="lstm", training=training)
    return [*speeds_kept("chapter's CNN", cnn), *speeds_kept("LSTM", lstm)]


def speeds_kept(name: str, config: RunConfig) -> list[report.Result]:
    """Measures one network, called `name` in the promise."""
    alone, in_mid_run, before = zip(*(round_of(config) for _round in range(ROUNDS)), strict=True)
    results = []
    for begun, beside in (("before", before), ("in mid-run", in_mid_run)):
        ratios = [busy / quiet for busy, quiet in zip(beside, alone, strict=True)]
        speeds = f"{statistics.median(beside):,.0f} against {statistics.median(alone):,.0f} samples/s"
        note = f"{config.dataset.key}, batch {config.training.batch_size}, threads automatic; {speeds}"
        promise = f"{name} beside a busy process begun {begun}: speed kept"
        kept = statistics.median(ratios)
        results.append(report.Result(promise, kept, PROMISED, "x", "higher", f"{note}; {report.spread(ratios)}"))
    return results


def round_of(config: RunConfig) -> tuple[float, float, float]:
    """Returns samples a second: alone, beside a process that begins in mid-run, and beside one that began before."""
    with closing(product(config)) as training:
        speed(training, WARM_UP_S)
        alone = speed(training, SECONDS)
        with busy_process():
            in_mid_run = speed(training, SECONDS)
    with busy_process(), closing(product(config)) as training:
        speed(training, WARM_UP_S)
        before = speed(training, SECONDS)
    return alone, in_mid_run, before


def speed(training: Iterator[Portion], seconds: float) -> float:
    """Trains for at least so long; returns the samples a second."""
    samples, took, until = 0, 0.0, time.perf_counter() + seconds
    while not samples or time.perf_counter() < until:
        portion = next(training)
        samples += portion.samples
        took += portion.seconds
    return samples / took


@contextmanager
def busy_process() -> Iterator[None]:
    """Keeps one core busy with a separate process, which ends with this one, however this one ends."""
    line = [sys.executable, "-c", SPIN]
    # In a session of its own, as another program is: Linux shares the processor out by sessions first.
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(line, **pipes, start_new_session=True) as process:
        assert process.stdout is not None
        process.stdout.readline()  # it has begun
        try:
            yield
        finally:
            process.kill()


if __name__ == "__main__":
    sys.exit(report.main(measure))
