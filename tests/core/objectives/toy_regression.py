"""A regression for tests: where is the spot? Tiny pictures, a float to predict, and an objective that knows no classes.

`registered` puts dataset and objective beside the program's own for the length of a test. Axes: N examples, B batch,
S examples of several steps, K = 1 output.
"""

from typing import Any, ClassVar

import pytest
import torch
from torch import Tensor

import core.data
import core.objectives
from core.data.base import Card, DatasetConfig, DatasetInfo, Loading, SplitName, Strength
from core.events import Preparing
from core.input_spec import ImageInput, InputSpec
from core.metric import Metric
from core.objectives.base import Evaluation, LossFunction, ObjectiveConfig
from core.registry import Registry
from core.runs.config import RunConfig

SIDE = 6
INPUT = ImageInput(channels=1, height=SIDE, width=SIDE)
SIZES: dict[SplitName, int] = {"train": 96, "validation": 32, "test": 32}
MEAN_ERROR = Metric("mean_absolute_error", "Mean absolute error", "lower", hint="How far off it is.")


class SpotRegressionConfig(ObjectiveConfig):
    """Mean squared error, judged by the mean absolute error."""

    key: ClassVar[str] = "toy_regression"
    title: ClassVar[str] = "Regression"
    summary: ClassVar[str] = "Predicts a number."
    source: ClassVar[str] = ""

    @property
    def metrics(self) -> tuple[Metric, ...]:
        return (MEAN_ERROR,)

    def outputs(self, input_spec: InputSpec) -> int:
        return 1

    def loss(self, input_spec: InputSpec, targets_N: Tensor) -> LossFunction:
        return lambda outputs_BK, targets_B: (outputs_BK[:, 0] - targets_B).square().mean()

    def per_example(self, outputs_SK: Tensor, targets_S: Tensor) -> dict[str, Tensor]:
        return {MEAN_ERROR.key: (outputs_SK[:, 0] - targets_S).abs()}

    def tally(self, input_spec: InputSpec, device: torch.device) -> "SpotTally":
        return SpotTally()

    def random_targets(self, count: int, input_spec: InputSpec, generator: torch.Generator) -> Tensor:
        return torch.rand(count, generator=generator)


class SpotTally:
    """Accumulates squared and absolute errors."""

    def __init__(self) -> None:
        self._examples, self._squares, self._distances = 0, 0.0, 0.0

    def add(self, outputs: Tensor, targets: Tensor) -> None:
        away_B = (outputs[:, 0] - targets).double()
        self._examples += len(away_B)
        self._squares += float(away_B.square().sum())
        self._distances += float(away_B.abs().sum())

    def evaluation(self) -> Evaluation:
        means = {MEAN_ERROR.key: self._distances / self._examples}
        return Evaluation(self._squares / self._examples, means, self._examples)


class SpotsConfig(DatasetConfig):
    """Pictures of a spot; the target says how far to the right it is, from 0 to 1."""

    key: ClassVar[str] = "toy_spots"
    modality: ClassVar[str] = "image"
    title: ClassVar[str] = "Spots"
    summary: ClassVar[str] = "A bright spot on a dark ground."
    source: ClassVar[str] = ""
    card: ClassVar[Card] = Card("Spots", "", "CC0")

    def info(self) -> DatasetInfo:
        return DatasetInfo(INPUT, 0, SIZES["train"], SIZES["validation"], SIZES["test"])

    def load(self, seed: int) -> Loading:
        yield Preparing("Making spots")
        return SpotData(seed)


class SpotSplit:
    """Implements `core.data.base.Split`."""

    def __init__(self, count: int, generator: torch.Generator) -> None:
        self.targets_N = torch.rand(count, generator=generator)
        columns_W = torch.arange(SIDE) / (SIDE - 1)
        rows_N1H1 = torch.rand(count, 1, SIDE, 1, generator=generator)
        self.images_N1HW = rows_N1H1 * torch.exp(-20 * (columns_W - self.targets_N[:, None, None, None]).square())

    def __len__(self) -> int:
        return len(self.targets_N)

    def to(self, device: torch.device) -> "SpotSplit":
        assert device.type == "cpu"
        return self

    def order(self, batch_size: int, generator: torch.Generator | None) -> list[Tensor]:
        order_N = torch.arange(len(self)) if generator is None else torch.randperm(len(self), generator=generator)
        return list(order_N.split(batch_size))

    def batch(self, index_B: Tensor, augmentation: Strength = "off") -> tuple[tuple[Tensor, ...], Tensor]:
        return (self.images_N1HW[index_B],), self.targets_N[index_B]


class SpotData:
    """Implements `core.data.base.Data`."""

    def __init__(self, seed: int) -> None:
        generator = torch.Generator().manual_seed(seed)
        self.card = SpotsConfig.card
        self.input_spec = InputSpec(input=INPUT, class_names=())
        self._splits = {name: SpotSplit(count, generator) for name, count in SIZES.items()}

    def split(self, name: SplitName) -> SpotSplit:
        return self._splits[name]

    def seen_by(self, input_spec: InputSpec) -> "SpotData":
        assert input_spec == self.input_spec
        return self


def registered(monkeypatch: pytest.MonkeyPatch) -> None:
    """Registers the dataset and the objective until the test ends."""
    for module, name, part in (
        (core.data, "DATASETS", SpotsConfig),
        (core.objectives, "OBJECTIVES", SpotRegressionConfig),
    ):
        there = getattr(module, name)
        extended: Registry[Any] = Registry(there.what)
        extended.add(*there, part)
        monkeypatch.setattr(module, name, extended)


def spots(**parts: Any) -> RunConfig:
    """Returns a small run on the spots: five epochs of six steps, with dropout."""
    training = {"epochs": 5, "batch_size": 16, "threads": 1, "device": "cpu"} | parts.pop("training", {})
    usual = {
        "dataset": "toy_spots",
        "model": {"key": "mlp", "width": 16, "layers": 1, "dropout": 0.1},
        "objective": "toy_regression",
        "optimizer": {"key": "adam", "learning_rate": 0.01},
    }
    return RunConfig.make(**usual | parts, training=training)
