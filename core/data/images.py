"""Pictures in memory as bytes. Indexing and a few cheap operations turn them into a normalised batch.

Independent of the source of the pictures and of the networks that read them.
Axes: N examples, B batch, C channels, H height, W width.
"""

import threading
from collections.abc import Callable
from typing import ClassVar, Self

import torch
from torch import Tensor

from core.data.augment import augment
from core.data.base import Card, DatasetConfig, SplitName, Strength, check_same_classes, cut
from core.input_spec import Frame, ImageInput, InputSpec

Examples = tuple[Tensor, Tensor]
"""Pictures as bytes (N, C, H, W) and their classes (N,)."""


class ImageDatasetConfig(DatasetConfig):
    """Settings of every image dataset."""

    modality: ClassVar[str] = "image"


class ImageSplit:
    """Pictures as bytes with their classes; implements `core.data.base.Split`.

    Args:
        images_NCHW: grey levels or colours, uint8.
        targets_N: class of each, int64.
        input: provides the mean and the standard deviation of levels 0..1.
    """

    def __init__(self, images_NCHW: Tensor, targets_N: Tensor, input: ImageInput) -> None:
        assert images_NCHW.dtype == torch.uint8
        assert images_NCHW.shape[1:] == (input.channels, input.height, input.width)
        assert targets_N.dtype == torch.int64
        assert targets_N.shape == images_NCHW.shape[:1]
        self.images_NCHW = images_NCHW
        self.targets_N = targets_N
        self.input = input
        mean_C11 = torch.tensor(input.mean).view(-1, 1, 1)
        std_C11 = torch.tensor(input.std).view(-1, 1, 1)
        device = images_NCHW.device
        # (x / 255 - mean) / std as one product and one sum.
        self._per_byte_C11 = (1 / (255 * std_C11)).to(device)
        self._per_level_C11 = (1 / std_C11).to(device)
        self._at_zero_C11 = (-mean_C11 / std_C11).to(device)

    def __len__(self) -> int:
        return len(self.targets_N)

    def to(self, device: torch.device) -> Self:
        """Returns the same examples on `device`, or itself if they are already there."""
        if self.images_NCHW.device == device:
            return self
        return type(self)(self.images_NCHW.to(device), self.targets_N.to(device), self.input)

    def order(self, batch_size: int, generator: torch.Generator | None) -> list[Tensor]:
        """Returns the indices of each batch of one epoch: shuffled by `generator`, or in order without one.

        The generator is on the CPU, so the order does not depend on the device. The last batch may be smaller.
        """
        order_N = torch.arange(len(self)) if generator is None else torch.randperm(len(self), generator=generator)
        return list(order_N.to(self.images_NCHW.device).split(batch_size))

    def batch(self, index_B: Tensor, augmentation: Strength = "off") -> tuple[tuple[Tensor, ...], Tensor]:
        """Returns a tuple with the normalised pictures (B, C, H, W) at `index_B`, and their classes (B,)."""
        images_BCHW = self.images_NCHW.index_select(0, index_B).float()
        if augmentation == "off":
            images_BCHW.mul_(self._per_byte_C11).add_(self._at_zero_C11)
        else:
            images_BCHW = augment(images_BCHW.div_(255), augmentation)
            images_BCHW = images_BCHW.mul(self._per_level_C11).add_(self._at_zero_C11)
        return (images_BCHW,), self.targets_N.index_select(0, index_B)


class ImageData:
    """An image dataset in memory; implements `core.data.base.Data`.

    Args:
        card: its source.
        input_spec: what a network needs to read it.
        train: training examples.
        validation: examples held back from training.
        read_test: reads the test examples on first use.
    """

    def __init__(
        self,
        card: Card,
        input_spec: InputSpec,
        train: ImageSplit,
        validation: ImageSplit,
        read_test: Callable[[], Examples],
    ) -> None:
        self.card = card
        self.input_spec = input_spec
        self._splits: dict[SplitName, ImageSplit] = {"train": train, "validation": validation}
        self._read_test = read_test
        self._reading_test = threading.Lock()

    def split(self, name: SplitName) -> ImageSplit:
        """Returns one split.

        Raises:
            DataError: the test split is missing or broken.
        """
        with self._reading_test:
            if name == "test" and name not in self._splits:
                images_NCHW, targets_N = self._read_test()
                self._splits[name] = ImageSplit(images_NCHW, targets_N, self._splits["train"].input)
        return self._splits[name]

    def seen_by(self, input_spec: InputSpec) -> "ImageData":
        """Returns the same pictures, normalised as the network of `input_spec` expects. Their frame stays unchanged.

        Raises:
            DataError: it has other classes or sizes.
        """
        if input_spec == self.input_spec:
            return self
        check_same_classes(self.card, self.input_spec, input_spec)
        assert isinstance(input_spec.input, ImageInput)
        input = input_spec.input.model_copy(update={"frame": self.split("train").input.frame})
        train, validation = (
            ImageSplit(split.images_NCHW, split.targets_N, input)
            for split in (self.split("train"), self.split("validation"))
        )

        def read_test() -> Examples:
            test = self.split("test")
            return test.images_NCHW, test.targets_N

        seen = InputSpec(input=input, class_names=input_spec.class_names)
        return ImageData(self.card, seen, train, validation, read_test)


def assemble(
    card: Card,
    class_names: tuple[str, ...],
    train: Examples,
    validation: Examples,
    read_test: Callable[[], Examples],
    frame: Frame = "ink",
) -> ImageData:
    """Computes the statistics of the training examples and builds the dataset.

    Args:
        card: the source of the dataset.
        class_names: one name per class.
        train: training examples; only they determine mean and standard deviation.
        validation: examples held back from training.
        read_test: see `ImageData`.
        frame: see `ImageInput`.
    """
    channels, height, width = train[0].shape[1:]
    mean, std = statistics(train[0])
    input = ImageInput(channels=channels, height=height, width=width, mean=mean, std=std, frame=frame)
    input_spec = InputSpec(input=input, class_names=class_names)
    return ImageData(card, input_spec, ImageSplit(*train, input), ImageSplit(*validation, input), read_test)


def hold_back(config: DatasetConfig, seed: int, images_NCHW: Tensor, targets_N: Tensor) -> tuple[Examples, Examples]:
    """Returns training and validation examples, cut according to the settings (see `core.data.base.cut`)."""
    train_index, held_index = cut(targets_N, config.validation_fraction, config.train_examples, seed)
    return (images_NCHW[train_index], targets_N[train_index]), (images_NCHW[held_index], targets_N[held_index])


def statistics(images_NCHW: Tensor) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Returns the exact mean and standard deviation of each channel, of levels 0..1, from a histogram of the bytes.

    A constant channel gets the standard deviation 1, so that dividing by it is safe.
    """
    levels = torch.arange(256, dtype=torch.float64) / 255
    means, deviations = [], []
    for channel in range(images_NCHW.shape[1]):
        counts = torch.zeros(256, dtype=torch.float64)
        for part_NHW in images_NCHW[:, channel].split(4096):
            counts += torch.bincount(part_NHW.flatten(), minlength=256)
        share = counts / counts.sum()
        mean = (share * levels).sum()
        means.append(mean.item())
        deviations.append((share * (levels - mean) ** 2).sum().sqrt().item() or 1.0)
    return tuple(means), tuple(deviations)
