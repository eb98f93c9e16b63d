"""Generated handwriting as a dataset: any number of digits, without a download and without real examples.

`core.data.handwriting.generator` writes the digits.
"""

from typing import ClassVar

import torch

from core.data.base import Card, DatasetInfo, Loading, cut_sizes
from core.data.handwriting.generator import generate, generate_in_parts
from core.data.images import Examples, ImageDatasetConfig, assemble, hold_back
from core.events import Preparing
from core.i18n import N_, _
from core.ink.prepare import FRAME
from core.input_spec import ImageInput
from core.settings import setting

_TEST = 5_000
_TEST_SEED = 2**32  # the seeds of training sets are smaller


class StrokesConfig(ImageDatasetConfig):
    """Digits written by a generator."""

    key: ClassVar[str] = "strokes"
    title: ClassVar[str] = N_("Generated handwriting")
    summary: ClassVar[str] = N_(
        "Digits that the program writes itself, pen stroke by pen stroke: any amount, and no network needed."
    )
    source: ClassVar[str] = "Neurarium, core/data/handwriting/generator.py"
    card: ClassVar[Card] = Card(
        title=title,
        source=source,
        licence="MIT",
        notes=N_(
            "Pen strokes varied in shape, slant, proportion, curvature, pressure and care, put into MNIST's frame by "
            "the code that prepares your own drawings. A small CNN that has seen nothing else reads 98.43 % of MNIST's "
            "real test digits (benchmarks/strokes_transfer.py, seed 0). Read correctly, digit by digit: 0 98.57 %, "
            "1 99.12 %, 2 98.55 %, 3 98.91 %, 4 99.29 %, 5 98.32 %, 6 98.64 %, 7 97.57 %, 8 98.67 %, 9 96.63 %. Most "
            "often mistaken: 9 for 4, 5 or 7; 7 for 1; 2 for 7."
        ),
    )

    examples: int = setting(
        20_000,
        N_("Examples to write"),
        N_("How many digits to write, training and validation together. The seed decides which."),
        scale="log",
        ge=200,
        le=500_000,
    )

    def info(self) -> DatasetInfo:
        """Returns the sizes."""
        train, validation = cut_sizes(self.examples, self.validation_fraction, self.train_examples)
        return DatasetInfo(ImageInput(channels=1, height=FRAME, width=FRAME), 10, train, validation, _TEST)

    def load(self, seed: int) -> Loading:
        """Writes the digits; see `DatasetConfig.load`."""
        what = _("Writing digits")
        images_N1HW = torch.empty(self.examples, 1, FRAME, FRAME, dtype=torch.uint8)
        targets_N = torch.empty(self.examples, dtype=torch.int64)
        done = 0
        yield Preparing(what, done, self.examples, "examples")
        for images_NHW, labels_N in generate_in_parts(self.examples, seed):
            part = slice(done, done + len(labels_N))
            images_N1HW[part, 0], targets_N[part] = torch.from_numpy(images_NHW), torch.from_numpy(labels_N)
            done = part.stop
            yield Preparing(what, done, self.examples, "examples")
        train, validation = hold_back(self, seed, images_N1HW, targets_N)
        return assemble(self.card, tuple("0123456789"), train, validation, _test)


def _test() -> Examples:
    images_NHW, labels_N = generate(_TEST, _TEST_SEED)
    return torch.from_numpy(images_NHW).unsqueeze(1), torch.from_numpy(labels_N)
