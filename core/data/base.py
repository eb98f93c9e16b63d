"""The interface of a dataset: splits of tensors in memory, and the input that a network must expect.

Independent of particular datasets and of files. Axes: N examples, B batch, C channels, H height, W width, T tokens.

A dataset's settings (`DatasetConfig`) can describe it before it is read (`info`). `load` is a generator that reports
its progress, so the caller can stop at any moment.
"""

from collections.abc import Generator
from dataclasses import dataclass
from typing import ClassVar, Literal, Protocol, Self

import torch
from torch import Tensor

from core.errors import DataError
from core.events import Preparing
from core.i18n import N_, _
from core.input_spec import ImageInput, InputSpec, TextInput
from core.settings import setting
from core.shared_settings import HasTrainExamples

SplitName = Literal["train", "validation", "test"]
Strength = Literal["off", "light", "strong"]


@dataclass(frozen=True)
class Card:
    """The source of a dataset and its licence."""

    title: str
    source: str
    licence: str
    citation: str = ""
    notes: str = ""


class Split(Protocol):
    """Examples in memory. A batch is selected by indexing, without worker processes."""

    @property
    def targets_N(self) -> Tensor:
        """The target of each example: class indices, int64, or another value that the objective needs."""

    def __len__(self) -> int: ...

    def to(self, device: torch.device) -> Self:
        """Returns the same examples on `device`."""

    def order(self, batch_size: int, generator: torch.Generator | None) -> list[Tensor]:
        """Returns the indices of each batch of one epoch: shuffled by `generator`, or in order without one."""

    def batch(self, index_B: Tensor, augmentation: Strength = "off") -> tuple[tuple[Tensor, ...], Tensor]:
        """Returns the arguments of the model's forward pass and the targets (B,) of the examples at `index_B`.

        Augmentation draws from torch's global generator of the device.
        """


class Data(Protocol):
    """A dataset in memory: three splits, and what a network needs to read it."""

    @property
    def card(self) -> Card: ...

    @property
    def input_spec(self) -> InputSpec: ...

    def split(self, name: SplitName) -> Split:
        """Returns one split. "test" is read on first use."""

    def seen_by(self, input_spec: InputSpec) -> "Data":
        """Returns the same examples, prepared for a network that was trained on other data.

        Raises:
            DataError: the network has another kind or size of input, or other classes.
        """


def check_same_classes(card: Card, own: InputSpec, other: InputSpec) -> None:
    """Checks that a network with the input `other` can read data with the input `own`.

    Raises:
        DataError: kind, size or classes differ.
    """
    if own.class_names != other.class_names or not own.input.fits(other.input):
        raise DataError(
            _("This network was trained on another kind of data than {dataset}.").format(dataset=_(card.title)),
            _("Choose a dataset with the same classes and sizes as the one it was trained on."),
        )


@dataclass(frozen=True)
class DatasetInfo:
    """A description of a dataset before it is read, with nominal sizes."""

    input: ImageInput | TextInput
    classes: int
    train: int
    validation: int
    test: int


Loading = Generator[Preparing, None, Data]


class DatasetConfig(HasTrainExamples):
    """Settings of every dataset. Subclasses add their own and implement `info` and `load`."""

    usual_length: ClassVar[int] = 1  # mean number of steps in a training example; 1 if it has no steps

    validation_fraction: float = setting(
        0.1,
        N_("Validation share"),
        N_("The part of the training examples that is held back, by seed, to see how well the network generalises."),
        ge=0.01,
        le=0.5,
    )

    def info(self) -> DatasetInfo | None:
        """Returns a description at once, or None if the dataset must be read first."""
        raise NotImplementedError

    def download_bytes(self) -> int:
        """Returns how many bytes `load` would download now; 0 if no download is needed."""
        return 0

    def own_paths(self) -> tuple[str, ...]:
        """Returns the user's own folders and files that `load` reads, as written in the settings."""
        return ()

    def state_of_files(self) -> Generator[Preparing, None, str]:
        """Returns a text that changes when the user's own files change, such as their times and sizes.

        Published datasets never change and do not implement it.
        """
        yield from ()
        return ""

    def load(self, seed: int) -> Loading:
        """Reads the dataset and downloads it if necessary; yields its progress and returns the data.

        Args:
            seed: decides the validation cut, and which examples are used if `train_examples` limits them.

        Raises:
            DataError: it is missing, damaged or not this dataset; the message says what to do.
        """
        raise NotImplementedError


def cut_sizes(examples: int, fraction: float, limit: int | None) -> tuple[int, int]:
    """Returns the number of training and validation examples from `cut`, give or take one per class."""
    validation = round(examples * fraction)
    return min(examples - validation, limit or examples), validation


def cut(targets_N: Tensor, fraction: float, limit: int | None, seed: int) -> tuple[Tensor, Tensor]:
    """Cuts a validation set from training examples, class by class.

    Args:
        targets_N: class of each example.
        fraction: the part for validation.
        limit: the largest number of training examples to keep, or None; it does not limit validation.
        seed: the same seed gives the same cut.

    Returns:
        The sorted indices of training and of validation examples. Every class with two or more examples is in both.
    """
    generator = torch.Generator().manual_seed(seed)
    classes = [torch.nonzero(targets_N == label).flatten() for label in targets_N.unique()]
    train: list[Tensor] = []
    validation: list[Tensor] = []
    seen = 0
    for members in classes:
        members = members[torch.randperm(len(members), generator=generator)]
        # The quotas add up to the fraction of all examples.
        quota = round((seen + len(members)) * fraction) - round(seen * fraction)
        held = min(max(quota, 1), len(members) - 1)
        seen += len(members)
        validation.append(members[:held])
        train.append(members[held:])
    if limit is not None:
        left = limit
        for rank, i in enumerate(sorted(range(len(train)), key=lambda i: len(train[i]))):
            share = -(-left // (len(train) - rank))
            train[i] = train[i][:share]
            left -= len(train[i])
    return torch.cat(train).sort().values, torch.cat(validation).sort().values
