"""The chapter's two networks as the application trains them, against Keras on TensorFlow as the chapters write them.

Keras is used as its users do: `fit` on arrays in memory, defaults everywhere, texts padded to the length of the
longest. Examples, batch size and optimizer are the same; the two take turns, each in its own process. They are compared
three
times: both with their default threads, the same beside another busy process, and both with one thread. TensorFlow is
large and no part of the project: where it is not installed, nothing is measured. It may be installed elsewhere:
NEURARIUM_KERAS_PYTHON then names the Python that has it. Runs only with `--keras`.
"""

import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from benchmarks import report
from benchmarks.busy import busy_process
from benchmarks.keras_side import VOCABULARY
from benchmarks.side_by_side import Portion, data_of, digits, product, speed_ratios
from core.data.images import ImageSplit
from core.data.library import available
from core.data.text import TextSplit
from core.input_spec import ImageInput
from core.runs.config import RunConfig

ROUNDS = 5
ROOT = Path(__file__).parents[1]
_TEXTS = 6_400
_RARE = 1  # one id for all words beyond the vocabulary, as the chapter's tokenizer has
_LOOK = "import importlib.util as u, sys; sys.exit(None in [u.find_spec(name) for name in ('keras', 'tensorflow')])"


@dataclass(frozen=True)
class Task:
    """What both sides train.

    Attributes:
        name: of the network, for the promise.
        data: of the examples, for the note.
        config: our side; its number of threads is left automatic.
        inputs: images (N, H, W, C) or padded token ids (N, T), as Keras reads them.
        targets: classes (N,).
        quiet: how many times as fast we promise to be while nothing else runs.
        busy: the same beside a busy process.
    """

    name: str
    data: str
    config: RunConfig
    inputs: np.ndarray
    targets: np.ndarray
    quiet: float
    busy: float


def measure() -> list[report.Result]:
    """Returns how many times as many samples a second the application trains, for images and texts.

    Raises:
        NotHere: Keras on TensorFlow is not installed.
    """
    python = keras_python()
    return [result for task in (images(), *texts()) for result in compare(task, python)]


def keras_python() -> str:
    """Returns the Python that has Keras and TensorFlow.

    Raises:
        NotHere: neither this Python has them, nor the one that NEURARIUM_KERAS_PYTHON names.
    """
    python = os.environ.get("NEURARIUM_KERAS_PYTHON", sys.executable)
    try:
        is_there = subprocess.run([python, "-c", _LOOK], check=False).returncode == 0
    except OSError:
        is_there = False
    if not is_there:
        raise report.NotHere(
            "Keras and TensorFlow are not installed (pip install tensorflow; NEURARIUM_KERAS_PYTHON may name another "
            "Python that has them)"
        )
    return python


def compare(task: Task, python: str) -> list[report.Result]:
    """Measures one task in all three ways; Keras starts in a new process for each."""
    return [
        ratio(task, python, "default threads", task.quiet),
        ratio(task, python, "beside a busy process", task.busy, is_busy=True),
        ratio(task, python, "one thread each", task.quiet, threads=1),
    ]


def ratio(
    task: Task, python: str, how: str, bound: float, *, is_busy: bool = False, threads: int | None = None
) -> report.Result:
    """Measures one task in one way."""
    training = task.config.training
    config = task.config.with_changes(training=training.model_copy(update={"threads": threads}))
    other = busy_process() if is_busy else nullcontext()
    with (
        keras_side(python, task.inputs, task.targets, training.batch_size, threads or 0) as (versions, theirs),
        other,
        closing(product(config)) as ours,
    ):
        ratios = speed_ratios(ours, theirs, ROUNDS, len(task.targets))
    title = f"{task.name} against Keras on TensorFlow, {how}"
    note = f"{versions}; {task.data}, batch {training.batch_size}; {report.spread(ratios)}"
    return report.Result(title, statistics.median(ratios), bound, "x", "higher", note)


def images() -> Task:
    """Returns the task of the chapter's CNN."""
    training = {"batch_size": 32, "device": "cpu"}
    config = RunConfig.make(dataset=digits(), model="chapter_cnn", optimizer="adam", training=training)
    data = data_of(config)
    split, input = data.split("train"), data.input_spec.input
    assert isinstance(split, ImageSplit)
    assert isinstance(input, ImageInput)
    levels_NHWC = split.images_NCHW.permute(0, 2, 3, 1).numpy().astype(np.float32) / 255
    images_NHWC = (levels_NHWC - np.float32(input.mean)) / np.float32(input.std)
    return Task("chapter's CNN", config.dataset.key, config, images_NHWC, split.targets_N.numpy(), 1.7, 1.5)


def texts() -> list[Task]:
    """Returns the task of the chapter's LSTM; none if SST-2 is missing."""
    dataset = {"key": "sst2", "train_examples": _TEXTS}
    training = {"batch_size": 64, "device": "cpu"}
    config = RunConfig.make(dataset=dataset, model="chapter_lstm", optimizer="adam", training=training)
    if not available(config.dataset):
        return []
    split = data_of(config).split("train")
    assert isinstance(split, TextSplit)
    (tokens_BT, _lengths_B), targets_B = split.batch(torch.arange(len(split)))
    known_BT = np.where(tokens_BT < VOCABULARY, tokens_BT, _RARE).astype(np.int32)
    longest, mean = tokens_BT.shape[1], float(split.offsets.diff().float().mean())
    data = f"SST-2, {mean:.1f} tokens a text padded to {longest}"
    return [Task("chapter's LSTM", data, config, known_BT, targets_B.numpy().astype(np.float32), 6.0, 4.0)]


@contextmanager
def keras_side(
    python: str, inputs: np.ndarray, targets: np.ndarray, batch: int, threads: int
) -> Iterator[tuple[str, Iterator[Portion]]]:
    """Starts Keras on these arrays; returns its versions, and turns of one epoch each."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "arrays.npz"
        np.savez(file, inputs=inputs, targets=targets, batch=batch, threads=threads)
        line = [python, "-m", "benchmarks.keras_side", str(file)]
        with subprocess.Popen(line, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdin is not None
            assert process.stdout is not None
            versions = process.stdout.readline().strip()
            yield versions, _turns(process, len(targets))
            process.stdin.close()


def _turns(process: "subprocess.Popen[str]", samples: int) -> Iterator[Portion]:
    assert process.stdin is not None
    assert process.stdout is not None
    while True:
        process.stdin.write("\n")
        process.stdin.flush()
        yield Portion(samples, float(process.stdout.readline()))


if __name__ == "__main__":
    sys.exit(report.main(measure))
