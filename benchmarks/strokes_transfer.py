"""How good a small network is on real MNIST if it was trained on generated digits only.

It needs the real MNIST in the folder that NEURARIUM_DATA names. Run by itself, it has options: `--part development`
measures on the first 10,000 pictures of MNIST's training set instead of its test set; use it while improving the
generator, so that the test set only measures. `--failures FILE` saves the misread pictures.
"""

import argparse
import gzip
import sys
import time
from pathlib import Path

import numpy as np
import torch
from PIL import Image, ImageDraw
from torch import Tensor, nn
from torch.nn import functional

from benchmarks import report
from core.data.handwriting.generator import generate
from core.ink.prepare import MNIST_MEAN, MNIST_STD
from core.paths import data_folder

PROMISED = 0.97
BATCH = 128
PEAK_LEARNING_RATE = 6e-3
FILES = {"test": "t10k", "development": "train"}


def measure() -> list[report.Result]:
    """Returns the accuracy on the test set with the defaults."""
    return measure_with(options([]))


def options(arguments: list[str] | None = None) -> argparse.Namespace:
    """Reads the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--epochs", type=int, default=4, help="each on digits generated afresh")
    parser.add_argument("--count", type=int, default=40_000, help="generated digits per epoch")
    parser.add_argument("--part", choices=FILES, default="test")
    parser.add_argument("--failures", type=Path, help="save the pictures read wrongly here (PNG)")
    parser.add_argument("--threads", type=int, default=2)
    return parser.parse_args(arguments)


def measure_with(options: argparse.Namespace) -> list[report.Result]:
    """Trains, prints accuracy and failures per digit, and returns the accuracy."""
    torch.set_num_threads(options.threads)
    raw = data_folder() / "MNIST" / "raw"
    if not raw.is_dir():
        raise report.NotHere(f"MNIST/raw is not in {data_folder()}; point NEURARIUM_DATA at a folder that has it")
    start = time.perf_counter()
    model = train(options.seed, options.epochs, options.count)
    seconds = time.perf_counter() - start
    images_NHW, labels_N = real_digits(raw, FILES[options.part])
    predicted_N = predict(model, images_NHW)
    accuracy = float((predicted_N == labels_N).mean())
    print(f"trained on {options.epochs} x {options.count:,} generated digits (seed {options.seed}) in {seconds:.0f} s")
    print(f"MNIST {options.part}, {len(labels_N):,} real digits: {accuracy:.2%}")
    print_failures(labels_N, predicted_N)
    if options.failures:
        save_failures(options.failures, images_NHW, labels_N, predicted_N)
    note = f"{options.epochs} x {options.count:,} generated digits, seed {options.seed}, {seconds:.0f} s"
    promise = f"accuracy on real MNIST ({options.part}) after generated digits only"
    return [report.Result(promise, 100 * accuracy, 100 * PROMISED, "%", "higher", note)]


def small_network() -> nn.Sequential:
    """Returns three 3x3 convolutions with batch normalisation, 16 and twice 32 channels, and one linear layer."""

    def block(inputs: int, outputs: int) -> list[nn.Module]:
        return [nn.Conv2d(inputs, outputs, 3, padding=1, bias=False), nn.BatchNorm2d(outputs), nn.ReLU()]

    layers = [*block(1, 16), nn.MaxPool2d(2), *block(16, 32), nn.MaxPool2d(2), *block(32, 32)]
    model = nn.Sequential(*layers, nn.Flatten(), nn.Dropout(0.2), nn.Linear(32 * 7 * 7, 10))
    return model.to(memory_format=torch.channels_last)


def train(seed: int, epochs: int, count: int) -> nn.Module:
    """Trains on generated digits only, with new ones in every epoch."""
    torch.manual_seed(seed)
    model = small_network()
    optimizer = torch.optim.AdamW(model.parameters(), PEAK_LEARNING_RATE, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, PEAK_LEARNING_RATE, total_steps=epochs * (count // BATCH))
    for epoch in range(epochs):
        images_NHW, labels_N = generate(count, 1_000 * seed + epoch)
        inputs_N1HW, targets_N = normalised(images_NHW), torch.from_numpy(labels_N)
        for index_B in torch.randperm(count)[: count // BATCH * BATCH].split(BATCH):
            optimizer.zero_grad()
            logits_BC = model(inputs_N1HW[index_B].contiguous(memory_format=torch.channels_last))
            functional.cross_entropy(logits_BC, targets_N[index_B], label_smoothing=0.05).backward()
            optimizer.step()
            schedule.step()
    return model.eval()


def normalised(images_NHW: np.ndarray) -> Tensor:
    """Returns the input of the network."""
    return ((torch.from_numpy(images_NHW).float() / 255 - MNIST_MEAN) / MNIST_STD).unsqueeze(1)


@torch.inference_mode()
def predict(model: nn.Module, images_NHW: np.ndarray) -> np.ndarray:
    """Returns the class of each picture."""
    return np.concatenate([model(part).argmax(1).numpy() for part in normalised(images_NHW).split(500)])


def real_digits(raw: Path, part: str) -> tuple[np.ndarray, np.ndarray]:
    """Reads the first 10,000 pictures of one of MNIST's sets, and their classes."""
    pictures = _bytes(raw, f"{part}-images-idx3-ubyte")[16:].reshape(-1, 28, 28)[:10_000]
    labels = _bytes(raw, f"{part}-labels-idx1-ubyte")[8:][:10_000]
    return pictures, labels.astype(np.int64)


def _bytes(raw: Path, name: str) -> np.ndarray:
    plain, packed = raw / name, raw / f"{name}.gz"
    return np.frombuffer(
        plain.read_bytes() if plain.exists() else gzip.decompress(packed.read_bytes()), np.uint8
    ).copy()


def print_failures(labels_N: np.ndarray, predicted_N: np.ndarray) -> None:
    """Prints for each digit how many there are, the share read correctly, and what the others were taken for."""
    print("  digit  count  accuracy  taken for")
    for digit in range(10):
        own = predicted_N[labels_N == digit]
        others = np.bincount(own[own != digit], minlength=10)
        taken = ", ".join(
            f"{other} ({others[other]})" for other in np.argsort(-others, kind="stable")[:4] if others[other]
        )
        print(f"  {digit:5}  {len(own):5}  {(own == digit).mean():8.2%}  {taken}")


def save_failures(file: Path, images_NHW: np.ndarray, labels_N: np.ndarray, predicted_N: np.ndarray) -> None:
    """Saves a sheet of the misread pictures, each with its class and what it was taken for."""
    wrong = np.flatnonzero(predicted_N != labels_N)
    wrong = wrong[np.lexsort((predicted_N[wrong], labels_N[wrong]))]
    columns = 26
    sheet = Image.new("L", (columns * 56, -(-len(wrong) // columns) * 68))
    pen = ImageDraw.Draw(sheet)
    for place, i in enumerate(wrong):
        x, y = place % columns * 56, place // columns * 68
        sheet.paste(Image.fromarray(images_NHW[i]).resize((56, 56)), (x, y))
        pen.text((x + 2, y + 55), f"{labels_N[i]} > {predicted_N[i]}", fill=255)
    sheet.save(file)


if __name__ == "__main__":
    sys.exit(report.main(lambda: measure_with(options())))
