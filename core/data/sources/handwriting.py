"""Real and generated digits together, for a network that also reads handwriting unlike MNIST's.

Training: MNIST's examples, the same examples with another pen width and size, and generated digits. Validation and
test are MNIST's own, unchanged. Axes: N examples, H height, W width.
"""

from typing import ClassVar

import torch
from torch import Tensor
from torch.nn import functional as F

from core.data.base import Card, DatasetInfo, Loading
from core.data.images import Examples, ImageData, ImageDatasetConfig, assemble
from core.data.sources.mnist import MnistConfig
from core.data.sources.strokes import StrokesConfig
from core.i18n import N_
from core.settings import setting

_PORTION = 4096


class HandwritingConfig(ImageDatasetConfig):
    """MNIST, its variants in pen width and size, and generated handwriting."""

    key: ClassVar[str] = "handwriting"
    title: ClassVar[str] = N_("Handwriting, real and generated")
    summary: ClassVar[str] = N_(
        "MNIST, the same with other pens and sizes, and generated digits: for a network that reads any handwriting."
    )
    source: ClassVar[str] = MnistConfig.source
    card: ClassVar[Card] = Card(
        title=title,
        source=source,
        licence=MnistConfig.card.licence,
        citation=MnistConfig.card.citation,
        notes=N_("Validation and test examples are MNIST's own, unchanged."),
    )

    generated: int = setting(
        60_000,
        N_("Generated digits"),
        N_("How many generated digits to add to the training examples."),
        scale="log",
        ge=0,
        le=500_000,
    )

    def info(self) -> DatasetInfo:
        """Returns the sizes."""
        real = self._mnist().info()
        return DatasetInfo(real.input, real.classes, 2 * real.train + self.generated, real.validation, real.test)

    def download_bytes(self) -> int:
        """Returns how many bytes of MNIST are not downloaded yet."""
        return self._mnist().download_bytes()

    def load(self, seed: int) -> Loading:
        """Reads MNIST and generates the other digits; see `DatasetConfig.load`."""
        real = yield from self._mnist().load(seed)
        assert isinstance(real, ImageData)
        train, validation = real.split("train"), real.split("validation")
        others_N1HW = _other_sizes(_other_pens(train.images_NCHW, seed), seed + 1)
        parts: list[Examples] = [(train.images_NCHW, train.targets_N), (others_N1HW, train.targets_N)]
        if self.generated:
            strokes = yield from StrokesConfig(examples=self.generated, validation_fraction=0.01).load(seed)
            assert isinstance(strokes, ImageData)
            parts += [
                (part.images_NCHW, part.targets_N) for part in (strokes.split("train"), strokes.split("validation"))
            ]
        images_N1HW, targets_N = (torch.cat(tensors) for tensors in zip(*parts, strict=True))

        def read_test() -> Examples:
            test = real.split("test")
            return test.images_NCHW, test.targets_N

        held_back = (validation.images_NCHW, validation.targets_N)
        return assemble(self.card, real.input_spec.class_names, (images_N1HW, targets_N), held_back, read_test)

    def _mnist(self) -> MnistConfig:
        return MnistConfig(train_examples=self.train_examples, validation_fraction=self.validation_fraction)


def _other_pens(images_N1HW: Tensor, seed: int) -> Tensor:
    """Returns every picture with lines thicker or thinner by up to a pixel on each side.

    Thicker is the largest level around each pixel, thinner the smallest; each picture mixes in a random share of it.
    """
    share_N111 = _draw(len(images_N1HW), seed, -0.6, 1.0)
    levels_N1HW = images_N1HW.float()
    thick_N1HW = F.max_pool2d(levels_N1HW, kernel_size=3, stride=1, padding=1)
    thin_N1HW = -F.max_pool2d(-levels_N1HW, kernel_size=3, stride=1, padding=1)
    other_N1HW = torch.where(share_N111 > 0, thick_N1HW, thin_N1HW)
    mixed_N1HW = torch.lerp(levels_N1HW, other_N1HW, share_N111.abs())
    return mixed_N1HW.round().to(torch.uint8)


def _other_sizes(images_N1HW: Tensor, seed: int) -> Tensor:
    """Returns every picture scaled around its centre by a random factor from 0.6 to 1.25."""
    scale_N = _draw(len(images_N1HW), seed, 0.6, 1.25).flatten()
    resized = []
    for part_N1HW, part_N in zip(images_N1HW.split(_PORTION), scale_N.split(_PORTION), strict=True):
        theta_N23 = torch.eye(2, 3) / part_N[:, None, None]
        grid_NHW2 = F.affine_grid(theta_N23, list(part_N1HW.shape), align_corners=False)
        resized.append(F.grid_sample(part_N1HW.float(), grid_NHW2, align_corners=False).round().to(torch.uint8))
    return torch.cat(resized)


def _draw(count: int, seed: int, low: float, high: float) -> Tensor:
    generator = torch.Generator().manual_seed(seed)
    return torch.rand(count, 1, 1, 1, generator=generator) * (high - low) + low
