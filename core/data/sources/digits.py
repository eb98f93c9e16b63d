"""The UCI digits that come with scikit-learn: 1,797 small handwritten digits that need no download.

They are 8x8 with 17 grey levels. Here they are enlarged into MNIST's frame, so that every image network can read them
and they look like drawings, which are in the same frame. Axes: N examples, H height, W width.
"""

import importlib.util
from pathlib import Path
from typing import ClassVar

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from core.data.base import Card, DatasetInfo, Loading, cut_sizes
from core.data.images import ImageDatasetConfig, assemble, hold_back
from core.events import Preparing
from core.i18n import N_, _
from core.input_spec import ImageInput

_EXAMPLES = 1797
_TEST = 360
_FRAME = 28
_BOX = 20


class DigitsConfig(ImageDatasetConfig):
    """Small handwritten digits."""

    key: ClassVar[str] = "digits"
    title: ClassVar[str] = N_("Small digits")
    summary: ClassVar[str] = N_(
        "1,797 tiny handwritten digits that come with the program: enough to try everything without a network."
    )
    source: ClassVar[str] = "https://archive.ics.uci.edu/dataset/80/optical+recognition+of+handwritten+digits"
    card: ClassVar[Card] = Card(
        title=title,
        source=source,
        licence="CC BY 4.0",
        citation=(
            "E. Alpaydin, C. Kaynak: Optical Recognition of Handwritten Digits. UCI Machine Learning Repository, 1998."
        ),
        notes=N_(
            "Pictures of 8x8 pixels, enlarged (bilinear) to 20x20 in the middle of 28x28, as in MNIST. The examples "
            "are sorted by writer, and the last 360 are for testing, so most of their writers are new to the network."
        ),
    )

    def info(self) -> DatasetInfo:
        """Returns the sizes."""
        train, validation = cut_sizes(_EXAMPLES - _TEST, self.validation_fraction, self.train_examples)
        return DatasetInfo(ImageInput(channels=1, height=_FRAME, width=_FRAME), 10, train, validation, _TEST)

    def load(self, seed: int) -> Loading:
        """Reads scikit-learn's copy and enlarges it; see `DatasetConfig.load`."""
        yield Preparing(_("Reading {dataset}").format(dataset=_(self.card.title)))
        table = _read_table()
        images_N1HW = enlarge(torch.from_numpy(table[:, :-1]).view(-1, 8, 8))
        targets_N = torch.from_numpy(table[:, -1]).long()
        train, validation = hold_back(self, seed, images_N1HW[:-_TEST], targets_N[:-_TEST])
        test = images_N1HW[-_TEST:], targets_N[-_TEST:]
        return assemble(self.card, tuple("0123456789"), train, validation, lambda: test)


def _read_table() -> NDArray[np.uint8]:
    """Returns one row per example: 64 levels, then the class.

    The file is read directly from scikit-learn's folder, because importing scikit-learn takes seconds.
    """
    package = importlib.util.find_spec("sklearn")
    if package and package.origin:
        path = Path(package.origin).parent / "datasets" / "data" / "digits.csv.gz"
        if path.is_file():
            return np.loadtxt(path, delimiter=",", dtype=np.uint8)
    from sklearn.datasets import load_digits

    digits = load_digits()
    return np.column_stack([digits.data, digits.target]).astype(np.uint8)


def enlarge(images_NHW: Tensor) -> Tensor:
    """Returns 8x8 pictures of levels 0..16 as bytes (N, 1, 28, 28), the digit in a box of 20x20 as in MNIST."""
    levels_N1HW = images_NHW.float().unsqueeze(1) * (255 / 16)
    box_N1HW = F.interpolate(levels_N1HW, size=(_BOX, _BOX), mode="bilinear", align_corners=False)
    return F.pad(box_N1HW, [(_FRAME - _BOX) // 2] * 4).round().to(torch.uint8)
