"""The chapter's two networks as the application trains them, against Keras on TensorFlow, as the chapters write them.

Keras is asked for what its users ask for: `fit` on arrays in memory, defaults everywhere, texts padded to the length of
the longest. Examples, batch size, optimizer and number of threads are the same; the two take turns, each in its own
process. TensorFlow is large and no part of the project: where it is not installed, nothing is measured. Left out unless
asked for by `--keras`.
"""

import importlib.util
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import torch

from benchmarks import report
from benchmarks.keras_side import VOCABULARY
from benchmarks.side_by_side import SAMPLES, Portion, data_of, digits, product, speed_ratios
from core.data.images import ImageSplit
from core.data.library import available
from core.data.text import TextSplit
from core.device import threads_for
from core.input_spec import ImageInput
from core.runs.config import RunConfig

ROUNDS = 5
IMAGE_BATCH, TEXT_BATCH = 32, 64
_TEXTS = 6_400
_RARE = 1  # one id for all words beyond the vocabulary, as the chapter's tokenizer has


def measure() -> list[report.Result]:
    """Returns how many times as many samples a second the application trains, images and texts."""
    if any(importlib.util.find_spec(name) is None for name in ("keras", "tensorflow")):
        raise report.NotHere("Keras and TensorFlow are not installed (pip install tensorflow)")
    return [images(), *texts()]


def images() -> report.Result:
    """Measures the chapter's CNN."""
    training = {"batch_size": IMAGE_BATCH, "device": "cpu"}
    config = RunConfig.make(dataset=digits(), model="chapter_cnn", optimizer="adam", training=training)
    data = data_of(config)
    split, input = data.split("train"), data.input_spec.input
    assert isinstance(split, ImageSplit)
    assert isinstance(input, ImageInput)
    levels_NHWC = split.images_NCHW.permute(0, 2, 3, 1).numpy().astype(np.float32) / 255
    images_NHWC = (levels_NHWC - np.float32(input.mean)) / np.float32(input.std)
    with keras_side(images_NHWC, split.targets_N.numpy(), IMAGE_BATCH) as (versions, turns):
        ratios = speed_ratios(product(config), turns, ROUNDS, SAMPLES)
    note = f"{versions}; {config.dataset.key}, batch {IMAGE_BATCH}; {report.spread(ratios)}"
    title = "chapter's CNN against Keras on TensorFlow"
    return report.Result(title, statistics.median(ratios), 1.5, "x", "higher", note)


def texts() -> list[report.Result]:
    """Measures the chapter's LSTM, where there are sentences to measure on."""
    dataset = {"key": "sst2", "train_examples": _TEXTS}
    training = {"batch_size": TEXT_BATCH, "device": "cpu"}
    config = RunConfig.make(dataset=dataset, model="chapter_lstm", optimizer="adam", training=training)
    if not available(config.dataset):
        return []
    split = data_of(config).split("train")
    assert isinstance(split, TextSplit)
    (tokens_BT, _lengths_B), targets_B = split.batch(torch.arange(len(split)))
    known_BT = np.where(tokens_BT < VOCABULARY, tokens_BT, _RARE).astype(np.int32)
    with keras_side(known_BT, targets_B.numpy().astype(np.float32), TEXT_BATCH) as (versions, turns):
        ratios = speed_ratios(product(config), turns, ROUNDS, _TEXTS)
    longest, mean = tokens_BT.shape[1], float(split.offsets.diff().float().mean())
    lengths = f"{mean:.1f} tokens a text padded to {longest}"
    note = f"{versions}; SST-2, batch {TEXT_BATCH}, {lengths}; {report.spread(ratios)}"
    title = "chapter's LSTM against Keras on TensorFlow"
    return [report.Result(title, statistics.median(ratios), 3.5, "x", "higher", note)]


@contextmanager
def keras_side(inputs: np.ndarray, targets: np.ndarray, batch: int) -> Iterator[tuple[str, Iterator[Portion]]]:
    """Starts Keras on these arrays; gives its versions, and turns of one epoch each."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "arrays.npz"
        np.savez(file, inputs=inputs, targets=targets, batch=batch, threads=threads_for(None))
        line = [sys.executable, "-m", "benchmarks.keras_side", str(file)]
        with subprocess.Popen(line, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
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
