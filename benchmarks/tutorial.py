"""The chapter's CNN as the application trains it, against the training script that every tutorial shows.

The tutorial reads torchvision's MNIST through a DataLoader, which turns each picture into a tensor; its network is
written in the usual way (ReLU before pooling) and trained by torch's Adam with defaults. Mathematics, examples, batch
size and number of threads are the same.
"""

import statistics
import struct
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader, Dataset

from benchmarks import report
from benchmarks.side_by_side import SAMPLES, data_of, digits, product, rival, speed_ratios
from core.data.images import ImageSplit
from core.input_spec import ImageInput
from core.runs.config import RunConfig

ROUNDS = 5
BATCH = 32


def measure() -> list[report.Result]:
    """Returns how many times as many samples a second the application trains."""
    config = RunConfig.make(dataset=digits(), model="chapter_cnn", training={"batch_size": BATCH, "device": "cpu"})
    data = data_of(config)
    split, input = data.split("train"), data.input_spec.input
    assert isinstance(split, ImageSplit)
    assert isinstance(input, ImageInput)
    with tempfile.TemporaryDirectory() as folder:
        examples = as_torchvision_reads_it(split, input, Path(folder))
    ratios = speed_ratios(product(config), rival(tutorial(examples)), ROUNDS, SAMPLES)
    note = f"{config.dataset.key}, batch {BATCH}; {report.spread(ratios)}"
    return [
        report.Result("chapter's CNN against the tutorial script", statistics.median(ratios), 2.5, "x", "higher", note)
    ]


class TutorialCnn(nn.Module):
    """The chapter's CNN in the usual way."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(1, 32, 3)
        self.relu = nn.ReLU()
        self.pool = nn.MaxPool2d(2)
        self.fc = nn.Linear(32 * 13 * 13, 10)

    def forward(self, x: Tensor) -> Tensor:
        """Returns the logits (B, 10) of images (B, 1, 28, 28)."""
        x = self.pool(self.relu(self.conv(x)))
        x = torch.flatten(x, 1)
        return self.fc(x)


def tutorial(examples: Dataset[tuple[Tensor, int]]) -> Iterator[int]:
    """Trains as tutorials do; yields the size of each batch."""
    loader = DataLoader(examples, batch_size=BATCH, shuffle=True)
    model = TutorialCnn()
    criterion = nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    running_loss = 0.0
    while True:
        for images, labels in loader:
            optimizer.zero_grad()
            loss = criterion(model(images), labels)
            loss.backward()
            optimizer.step()
            running_loss += loss.item()
            yield len(labels)


def as_torchvision_reads_it(split: ImageSplit, input: ImageInput, folder: Path) -> Dataset[tuple[Tensor, int]]:
    """Writes the examples of `split` as MNIST's files and opens them with torchvision."""
    from torchvision import datasets, transforms

    raw = folder / "MNIST" / "raw"
    raw.mkdir(parents=True)
    images_NHW, labels_N = split.images_NCHW[:, 0].numpy(), split.targets_N.numpy().astype(np.uint8)
    for name in ("train", "t10k"):  # torchvision opens only a folder with both
        (raw / f"{name}-images-idx3-ubyte").write_bytes(_idx(images_NHW))
        (raw / f"{name}-labels-idx1-ubyte").write_bytes(_idx(labels_N))
    transform = transforms.Compose([transforms.ToTensor(), transforms.Normalize(input.mean, input.std)])
    return datasets.MNIST(folder, train=True, transform=transform)


def _idx(array: np.ndarray) -> bytes:
    unsigned_bytes = 8
    return struct.pack(f">HBB{array.ndim}I", 0, unsigned_bytes, array.ndim, *array.shape) + array.tobytes()


if __name__ == "__main__":
    sys.exit(report.main(measure))
