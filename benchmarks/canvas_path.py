"""Whether a drawing is read as well as MNIST itself, at any place, size and thickness.

MNIST's test digits are pasted as pictures, at random places and sizes, onto a canvas of 280 x 280: thinner, unchanged
and thicker (eroded or dilated, so that lines lose or gain about one of MNIST's pixels). They go through the same
preparation as a user's drawing. A network trained here on MNIST's training set reads them, and also the plain test set.
The script also measures how much the preparation changes a real MNIST digit, which is in the frame already.

Axes: N pictures, H height, W width.
"""

import sys
import tempfile
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from benchmarks import report
from core.arrays import Floats32
from core.data.images import ImageSplit
from core.data.library import available, load
from core.generators import pull
from core.inference.classify import Classifier
from core.inference.snapshot import load_snapshot
from core.ink.picture_file import Picture
from core.runs.config import RunConfig
from core.runs.presets import FAST
from core.runs.store import RunStore
from core.training.loop import fit
from recipes.trials import PENS, through_the_canvas

EPOCHS = 3
DIGITS = 4000
BOUND = 0.5
LEVELS = 2.0


Bytes = NDArray[np.uint8]


def measure() -> list[report.Result]:
    """Trains, reads the pasted digits, and returns the lost points of accuracy and the change in grey levels."""
    mnist = RunConfig.make(dataset="mnist", model="conv_bn", training={"device": "cpu"})
    if not available(mnist.dataset):
        raise report.NotHere("MNIST is not in the data folder (NEURARIUM_DATA)")
    config = FAST.config(mnist)
    config = config.with_changes(training=config.training.model_dump() | {"epochs": EPOCHS})
    with tempfile.TemporaryDirectory() as folder:
        run = RunStore(Path(folder)).create(config)
        for _event in fit(config, run):
            pass
        classifier = Classifier(load_snapshot(run))
    test = pull(load(config.dataset, config.training.seed)).split("test")
    assert isinstance(test, ImageSplit)
    # The first half of the test set was written more carefully than the second; a stride takes from both.
    stride = max(len(test) // DIGITS, 1)
    images_NHW: Bytes = test.images_NCHW[::stride, 0].numpy()
    labels_N = test.targets_N[::stride].numpy()
    plain = accuracy(classifier, np.asarray(images_NHW, np.float32) / np.float32(255), labels_N)
    results = []
    for name, change in PENS.items():
        rng = np.random.default_rng(0)
        frames = [through_the_canvas(classifier, image_HW, change, rng) for image_HW in images_NHW]
        found = accuracy(classifier, np.stack(frames), labels_N)
        note = f"{len(labels_N):,} test digits, {found:.2f} % against {plain:.2f} % plain, {EPOCHS} epochs"
        results.append(
            report.Result(f"canvas path, {name}: accuracy lost", plain - found, BOUND, "points", "lower", note)
        )
    changes = [change_by_preparation(classifier, image_HW) for image_HW in images_NHW]
    note = f"mean over {len(changes):,} test digits; 95 % of them below {np.quantile(changes, 0.95):.2f}"
    promise = "preparing a real MNIST digit: mean change"
    return [*results, report.Result(promise, float(np.mean(changes)), LEVELS, "grey levels", "lower", note)]


def accuracy(classifier: Classifier, frames_NHW: Floats32, labels_N: NDArray[np.int64]) -> float:
    """Returns the percentage of pictures in the network's frame (0 paper to 1 ink) that are read correctly."""
    inputs = torch.cat([classifier.input_of(classifier.as_it_is(frame_HW)) for frame_HW in frames_NHW])
    logits_NK, _features = classifier.features.many(inputs)
    return 100 * float((logits_NK.argmax(1).numpy() == labels_N).mean())


def change_by_preparation(classifier: Classifier, image_HW: Bytes) -> float:
    """Returns the mean change in grey levels (0..255) when a picture that is already in the frame is prepared."""
    preparation = classifier.prepare(Picture.of_levels(image_HW / np.float32(255)), framing="canvas")
    assert preparation is not None
    return float(np.abs(preparation.seen_HWC[..., 0] * 255 - image_HW).mean())


if __name__ == "__main__":
    sys.exit(report.main(measure))
