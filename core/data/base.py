"""What a dataset is to the rest of the laboratory: splits of tensors in memory, and the input a network must expect.

Knows no particular dataset and no file. Axes: N examples, B batch, C channels, H height, W width, T tokens.

A dataset's settings (`DatasetConfig`) can say what it will be (`info`) before anything is read, and `load` it as a
generator that reports how far it is, so that whoever pulls it can stop at any moment.
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
    """Where a dataset comes from and what one may do with it."""

    title: str
    source: str
    licence: str
    citation: str = ""
    notes: str = ""


class Split(Protocol):
    """Examples in memory. A batch is an index into them, not a worker process."""

    @property
    def targets_N(self) -> Tensor:
        """What is asked about each example: class indices, int64, or what else the objective takes."""

    def __len__(self) -> int: ...

    def to(self, device: torch.device) -> Self:
        """Returns the same examples on `device`."""

    def order(self, batch_size: int, generator: torch.Generator | None) -> list[Tensor]:
        """Returns the indices of each batch of one epoch: shuffled by `generator`, or as they lie without one."""

    def batch(self, index_B: Tensor, augmentation: Strength = "off") -> tuple[tuple[Tensor, ...], Tensor]:
        """Returns the arguments of the model's forward pass and the targets (B,) of the examples at `index_B`.

        Augmentation draws from torch's global generator of the device.
        """


class Data(Protocol):
    """A dataset in memory: three splits, and what a network must know to read it."""

    @property
    def card(self) -> Card: ...

    @property
    def input_spec(self) -> InputSpec: ...

    def split(self, name: SplitName) -> Split:
        """Returns one split. "test" is read only when it is asked for."""

    def seen_by(self, input_spec: InputSpec) -> "Data":
        """Returns the same examples as a network that was trained on other data reads them.

        Raises:
            DataError: it reads something else, or knows other classes.
        """


def check_same_classes(card: Card, own: InputSpec, other: InputSpec) -> None:
    """Makes sure that a network which reads `other` can be asked about data of `own`.

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
    """What a dataset will be, known without reading it (nominal sizes; None where only reading it can tell)."""

    input: ImageInput | TextInput
    classes: int
    train: int
    validation: int
    test: int


Loading = Generator[Preparing, None, Data]


class DatasetConfig(HasTrainExamples):
    """Settings every dataset has. Sub-classes add theirs and implement `info` and `load`."""

    usual_length: ClassVar[int] = 1  # steps in a training example, on average; 1 where it is read at a glance

    validation_fraction: float = setting(
        0.1,
        N_("Validation share"),
        N_("The part of the training examples that is held back, by seed, to see how well the network generalises."),
        ge=0.01,
        le=0.5,
    )

    def info(self) -> DatasetInfo | None:
        """Returns what the dataset will be, at once, or None when only reading it can tell."""
        raise NotImplementedError

    def download_bytes(self) -> int:
        """Returns how much `load` would have to download now; 0 when the data is at hand or needs no network."""
        return 0

    def own_paths(self) -> tuple[str, ...]:
        """Returns the folders and files of the learner's own that `load` reads, as the settings name them."""
        return ()

    def state_of_files(self) -> Generator[Preparing, None, str]:
        """Returns something that changes when files that belong to the learner change, such as their times and sizes.

        Published datasets never change and need not implement it.
        """
        yield from ()
        return ""

    def load(self, seed: int) -> Loading:
        """Reads the dataset, downloading it if need be; yields how far it is; returns it.

        Args:
            seed: decides the validation cut and which examples are used when `train_examples` limits them.

        Raises:
            DataError: it is missing, broken or foreign; the message says what to do.
        """
        raise NotImplementedError


def cut_sizes(examples: int, fraction: float, limit: int | None) -> tuple[int, int]:
    """Returns how many training and validation examples `cut` makes of `examples`, give or take one a class."""
    validation = round(examples * fraction)
    return min(examples - validation, limit or examples), validation


def cut(targets_N: Tensor, fraction: float, limit: int | None, seed: int) -> tuple[Tensor, Tensor]:
    """Cuts a validation set from training examples, class by class.

    Args:
        targets_N: class of each example.
        fraction: the part that goes to validation.
        limit: how many training examples to keep at most (validation stays whole), or None.
        seed: same seed, same cut.

    Returns:
        The sorted indices of training and of validation examples; every class with two examples or more is in both.
    """
    generator = torch.Generator().manual_seed(seed)
    classes = [torch.nonzero(targets_N == label).flatten() for label in targets_N.unique()]
    train: list[Tensor] = []
    validation: list[Tensor] = []
    seen = 0
    for members in classes:
        members = members[torch.randperm(len(members), generator=generator)]
        quota = round((seen + len(members)) * fraction) - round(seen * fraction)  # adds up to the whole's share
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
