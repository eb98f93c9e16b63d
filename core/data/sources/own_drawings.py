"""The user's own drawings as a dataset: to train on, and to test networks that were trained on other data.

`core.data.drawing_store` stores them. Axes: N examples, H height, W width.
"""

import hashlib
from collections.abc import Generator
from typing import ClassVar, Literal

import numpy as np
import torch

from core.data.base import Card, DatasetInfo, Loading, cut_sizes
from core.data.drawing_store import DrawingStore, Entry
from core.data.images import Examples, ImageDatasetConfig, assemble, hold_back
from core.errors import DataError
from core.events import Preparing
from core.i18n import N_, _
from core.ink.prepare import FRAME
from core.input_spec import ImageInput
from core.settings import setting

_DIGITS = tuple("0123456789")
_TEST_EVERY = 4
_LEAST = 3
"""The smallest number of drawings per class: one each to train, to validate and to test."""


class OwnDrawingsConfig(ImageDatasetConfig):
    """Drawings that the user saved with their class."""

    key: ClassVar[str] = "my_drawings"
    title: ClassVar[str] = N_("My drawings")
    summary: ClassVar[str] = N_(
        "What you drew yourself and kept with its class: train on it, or see how well a network reads your hand."
    )
    source: ClassVar[str] = "Neurarium, core/data/sources/own_drawings.py"
    card: ClassVar[Card] = Card(
        title=title,
        source=N_("drawn by you"),
        licence=N_("yours"),
        notes=N_("In each class the second drawing, and every fourth after it, are for testing."),
    )

    classes: Literal["digits", "all"] = setting(
        "digits",
        N_("Classes"),
        N_(
            "“Digits” uses only drawings of digits and always has ten classes, so that you can test networks trained "
            "on other digits. “All” uses every class with saved drawings."
        ),
        choices={"digits": N_("Digits"), "all": N_("All")},
    )

    def info(self) -> DatasetInfo | None:
        """Returns the sizes, or None if there are too few drawings."""
        try:
            names, train, test = self._sorted()
        except DataError:
            return None
        sizes = cut_sizes(len(train), self.validation_fraction, self.train_examples)
        return DatasetInfo(ImageInput(channels=1, height=FRAME, width=FRAME), len(names), *sizes, len(test))

    def state_of_files(self) -> Generator[Preparing, None, str]:
        """Returns a digest of names and times of all drawings."""
        yield from ()
        digest = hashlib.sha256()
        for entry in DrawingStore().entries():
            digest.update(f"{entry.label}/{entry.number} {entry.path.stat().st_mtime_ns}\n".encode())
        return digest.hexdigest()

    def load(self, seed: int) -> Loading:
        """Reads the drawings; see `DatasetConfig.load`."""
        yield Preparing(_("Reading your drawings"))
        names, train, test = self._sorted()
        images_N1HW, targets_N = _read(names, train)
        held = hold_back(self, seed, images_N1HW, targets_N)
        return assemble(self.card, names, *held, lambda: _read(names, test))

    def _sorted(self) -> tuple[tuple[str, ...], list[Entry], list[Entry]]:
        """Returns the names of the classes, and the drawings for training and for testing.

        Raises:
            DataError: there are too few.
        """
        by_class: dict[str, list[Entry]] = {}
        for entry in DrawingStore().entries():
            if self.classes == "all" or entry.label in _DIGITS:
                by_class.setdefault(entry.label, []).append(entry)
        if sum(len(entries) >= _LEAST for entries in by_class.values()) < 2:
            kept = _(", ").join(f"{len(by_class[name])} × {name}" for name in sorted(by_class)) or _("none")
            raise DataError(
                _("There are too few drawings of your own to learn from (so far {kept}).").format(kept=kept),
                _("Draw and keep at least {least} each of two classes.").format(least=_LEAST),
            )
        names = _DIGITS if self.classes == "digits" else tuple(sorted(by_class))
        train = [e for entries in by_class.values() for i, e in enumerate(entries) if i % _TEST_EVERY != 1]
        test = [e for entries in by_class.values() for e in entries[1::_TEST_EVERY]]
        return names, train, test


def _read(names: tuple[str, ...], entries: list[Entry]) -> Examples:
    store = DrawingStore()
    images_NHW = np.stack([store.read(entry) for entry in entries])
    targets_N = torch.tensor([names.index(entry.label) for entry in entries], dtype=torch.int64)
    return torch.from_numpy(images_NHW).unsqueeze(1), targets_N
