"""For networks of every dataset, a picture file is prepared exactly like the same picture in the dataset."""

import json
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import ExifTags, Image
from typer.testing import CliRunner

from core import paths
from core.cli.commands import app
from core.data import DATASETS
from core.data.base import Split
from core.data.drawing_store import DrawingStore
from core.data.handwriting.generator import generate
from core.data.images import ImageSplit
from core.data.library import load
from core.data.sources.mnist import EmnistLettersConfig, FashionMnistConfig, IdxConfig, KmnistConfig, MnistConfig
from core.generators import pull
from core.inference.snapshot import load_snapshot
from core.runs.config import RunConfig
from core.runs.run import Run
from core.runs.store import RunStore
from core.training.examine import examine
from core.training.loop import fit

Settings = dict[str, Any]
Bytes = np.ndarray


def train(dataset: Settings, epochs: int = 1, **parts: Settings) -> Run:
    """Trains a small network for a moment."""
    training = {"epochs": epochs, "batch_size": 16, "threads": 1, "device": "cpu"}
    config = RunConfig.make(dataset=dataset, model="mlp", training=training, **parts)
    run = RunStore().create(config)
    list(fit(run.config, run))
    return run


def classify(run: Run, files: list[Path]) -> list[dict[str, Any]]:
    """The answers of `neurarium classify` for some files."""
    result = CliRunner().invoke(app, ["classify", *map(str, files), "--run", str(run.path), "--json"])
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


def validation_of(run: Run) -> Split:
    return pull(load(run.config.dataset, run.config.training.seed)).seen_by(run.input_spec()).split("validation")


def written(split: Split, folder: Path) -> list[Path]:
    """Writes every picture of a split to a separate file."""
    assert isinstance(split, ImageSplit)
    files = []
    for number, image_CHW in enumerate(split.images_NCHW.numpy()):
        files.append(folder / f"{number:03d}.png")
        Image.fromarray(image_CHW[0] if len(image_CHW) == 1 else image_CHW.transpose(1, 2, 0)).save(files[-1])
    return files


def assert_asked_as_trained(run: Run, files: list[Path]) -> None:
    """The files are those of the validation split, in its order."""
    split, snapshot = validation_of(run), load_snapshot(run)
    (images_NCHW,), targets_N = split.batch(torch.arange(len(split)))
    probabilities_NK = snapshot.model(images_NCHW).softmax(1).numpy()
    records = classify(run, files)
    names = snapshot.input_spec.class_names
    assert [record["label"] for record in records] == [names[i] for i in probabilities_NK.argmax(1)]
    assert np.abs([record["probabilities"] for record in records] - probabilities_NK).max() < 1e-5
    right = [record["label"] == names[i] for record, i in zip(records, targets_N.tolist(), strict=True)]
    assert np.mean(right) == pytest.approx(examine(run, split="validation").result.metrics["accuracy"])


# -- the user's own datasets, and small copies of published ones


def digits(count: int) -> tuple[Bytes, Bytes]:
    """Generated digits, some of them off the middle, like some pictures of published datasets."""
    images_NHW, labels_N = generate(count, seed=5)
    return np.stack([np.roll(image, i % 4, axis=i % 2) for i, image in enumerate(images_NHW)]), labels_N


def clothes(count: int) -> tuple[Bytes, Bytes]:
    """Grey patches that reach the edge, in 28 x 28; their size depends on the class."""
    rng = np.random.default_rng(0)
    labels_N = np.arange(count) % 10
    images_NHW = np.zeros((count, 28, 28), np.uint8)
    for image_HW, label in zip(images_NHW, labels_N, strict=True):
        image_HW[:, : 4 + 2 * label] = rng.integers(60, 255, (28, 4 + 2 * label))
    return images_NHW, labels_N


def put_idx(config: type[IdxConfig], make: Callable[[int], tuple[Bytes, Bytes]], first: int = 0) -> Settings:
    """Puts a small copy of a published dataset into the data folder."""
    folder = paths.data_folder() / config.folder / "raw"
    folder.mkdir(parents=True)
    for names, count in ((config.train_files, 120), (config.test_files, 20)):
        images_NHW, labels_N = make(count)
        if config is EmnistLettersConfig:
            images_NHW = images_NHW.transpose(0, 2, 1)
        for name, values in zip(names, (images_NHW, labels_N + first), strict=True):
            head = struct.pack(f">BBBB{values.ndim}I", 0, 0, 8, values.ndim, *values.shape)
            (folder / name).write_bytes(head + np.ascontiguousarray(values, np.uint8).tobytes())
    return {"key": config.key, "validation_fraction": 0.3}


def put_drawings() -> Settings:
    images_NHW, labels_N = generate(120, seed=6)
    for image_HW, label in zip(images_NHW, labels_N, strict=True):
        DrawingStore().keep(image_HW, str(label))
    return {"key": "my_drawings", "validation_fraction": 0.3}


def put_handwriting() -> Settings:
    return put_idx(MnistConfig, digits) | {"key": "handwriting", "generated": 0}


DATASETS_WITHOUT_FILES: dict[str, Callable[[], Settings]] = {
    "strokes": lambda: {"key": "strokes", "examples": 200, "validation_fraction": 0.2},
    "digits": lambda: {"key": "digits", "train_examples": 200, "validation_fraction": 0.03},
    "mnist": lambda: put_idx(MnistConfig, digits),
    "kmnist": lambda: put_idx(KmnistConfig, digits),
    "emnist_letters": lambda: put_idx(EmnistLettersConfig, digits, first=1),
    "fashion_mnist": lambda: put_idx(FashionMnistConfig, clothes),
    "handwriting": put_handwriting,
    "my_drawings": put_drawings,
}


def test_every_dataset_of_pictures_is_tried_here() -> None:
    pictures = {config.key for config in DATASETS.for_modality("image")}
    assert pictures == {*DATASETS_WITHOUT_FILES, "image_folder"}


@pytest.mark.parametrize("name", DATASETS_WITHOUT_FILES)
def test_what_a_dataset_holds_is_asked_as_it_was_learned(name: str, tmp_path: Path) -> None:
    run = train(DATASETS_WITHOUT_FILES[name]())
    assert_asked_as_trained(run, written(validation_of(run), tmp_path))


# -- folders of pictures, every way of saving one


def scene(seed: int, label: int, size: tuple[int, int] = (60, 44)) -> Image.Image:
    """A picture with a bright patch at the top or the bottom, by its class, on an uneven background."""
    rng = np.random.default_rng(seed)
    pixels = rng.integers(0, 120, (size[1], size[0], 3), dtype=np.uint8)
    top = 4 if label else size[1] - 24
    pixels[top : top + 20, 18:40] = rng.integers(130, 255, 3)
    return Image.fromarray(pixels)


def save_png(picture: Image.Image, stem: Path) -> None:
    picture.save(stem.with_suffix(".png"))


def save_jpeg(picture: Image.Image, stem: Path) -> None:
    picture.save(stem.with_suffix(".jpg"), quality=80)


def save_large_jpeg(picture: Image.Image, stem: Path) -> None:
    picture.resize((1200, 880)).save(stem.with_suffix(".jpg"), quality=80)


def save_transparent(picture: Image.Image, stem: Path) -> None:
    veil = np.linspace(0, 255, picture.width).astype(np.uint8)
    picture.putalpha(Image.fromarray(np.tile(veil, (picture.height, 1))))
    picture.save(stem.with_suffix(".png"))


def save_turned(picture: Image.Image, stem: Path) -> None:
    about = Image.Exif()
    about[ExifTags.Base.Orientation] = 6
    picture.transpose(Image.Transpose.ROTATE_90).save(stem.with_suffix(".jpg"), exif=about)


def save_sixteen_bits(picture: Image.Image, stem: Path) -> None:
    Image.fromarray(np.asarray(picture.convert("L"), np.uint16) * 257).save(stem.with_suffix(".png"))


def save_palette(picture: Image.Image, stem: Path) -> None:
    picture.quantize(32).save(stem.with_suffix(".gif"))


def save_fitting(picture: Image.Image, stem: Path) -> None:
    picture.resize((28, 28)).save(stem.with_suffix(".png"))


WAYS = (
    save_png, save_jpeg, save_large_jpeg, save_transparent, save_turned, save_sixteen_bits, save_palette, save_fitting
)  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two classes with pictures for training and validation, saved in every format."""
    for role, count in (("train", 4), ("val", 3)):
        for label, name in enumerate(("low", "high")):
            (tmp_path / "pictures" / role / name).mkdir(parents=True)
            for number in range(count):
                for way in WAYS:
                    stem = tmp_path / "pictures" / role / name / f"{way.__name__}{number}"
                    way(scene(1000 * label + 100 * number + len(role), label), stem)
    return tmp_path / "pictures"


@pytest.mark.parametrize("size", [28, 64])
@pytest.mark.parametrize("colour", ["rgb", "grey"])
def test_the_files_of_a_folder_are_asked_as_they_were_learned(folder: Path, colour: str, size: int) -> None:
    run = train({"key": "image_folder", "folder": str(folder), "colour": colour, "size": size})
    files = [file for name in ("high", "low") for file in sorted((folder / "val" / name).iterdir())]
    assert_asked_as_trained(run, files)


def test_photos_are_asked_as_photos_by_a_network_that_began_as_one_of_ink(folder: Path) -> None:
    reader = train({"key": "strokes", "examples": 200})
    dataset = {"key": "image_folder", "folder": str(folder), "colour": "grey", "size": 28}
    run = train(dataset, initial_weights={"run": reader.name, "checkpoint": "last"})
    assert run.input_spec().input.mean == reader.input_spec().input.mean
    files = [file for name in ("high", "low") for file in sorted((folder / "val" / name).iterdir())]
    assert_asked_as_trained(run, files)


@pytest.mark.needs_real_data("flower_photos_mini")
def test_real_photos_are_asked_as_they_were_learned() -> None:
    run = train({"key": "image_folder", "folder": "flower_photos_mini", "size": 64}, epochs=2)
    folder = paths.data_folder() / "flower_photos_mini" / "val"
    files = [file for name in run.input_spec().class_names for file in sorted((folder / name).iterdir())]
    assert_asked_as_trained(run, files)


@pytest.mark.parametrize("arguments", [["--several"], ["--frame", "canvas"], ["--frame", "ready"]])
def test_a_network_of_whole_pictures_is_not_asked_about_ink(folder: Path, arguments: list[str]) -> None:
    run = train({"key": "image_folder", "folder": str(folder), "size": 28})
    file = next((folder / "val" / "high").iterdir())
    result = CliRunner().invoke(app, ["classify", str(file), "--run", str(run.path), *arguments])
    assert result.exit_code == 1
    assert "looks at whole pictures" in result.stderr.replace("\n", " ")
