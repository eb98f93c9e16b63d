"""Texts whose targets are a teacher's probabilities instead of a right class. Axes: N examples, B batch, K classes."""

from typing import Self

import torch
from torch import Tensor

from core.data.base import Card, SplitName, Strength
from core.data.text import TextData, TextSplit
from core.input_spec import InputSpec


class SoftSplit(TextSplit):
    """Implements `core.data.base.Split`, but the targets of a batch are probabilities (B, K)."""

    def __init__(self, split: TextSplit, probabilities_NK: Tensor) -> None:
        super().__init__(split.tokens_S, split.offsets, split.targets_N, split.texts)
        self.probabilities_NK = probabilities_NK

    def to(self, device: torch.device) -> Self:
        """Returns the same examples on `device`."""
        plain = TextSplit(self.tokens_S, self.offsets, self.targets_N, self.texts)
        return type(self)(plain.to(device), self.probabilities_NK.to(device))

    def batch(self, index_B: Tensor, augmentation: Strength = "off") -> tuple[tuple[Tensor, ...], Tensor]:
        """Returns token ids (B, T), lengths (B,) and probabilities (B, K)."""
        inputs, _targets_B = super().batch(index_B, augmentation)
        return inputs, self.probabilities_NK[index_B]


class SoftData:
    """A text dataset whose training targets are probabilities; implements `core.data.base.Data`."""

    def __init__(self, data: TextData, probabilities_NK: Tensor) -> None:
        self._data = data
        self._train = SoftSplit(data.split("train"), probabilities_NK)

    @property
    def card(self) -> Card:
        """Its source and licence."""
        return self._data.card

    @property
    def input_spec(self) -> InputSpec:
        """The input that a network for this data reads."""
        return self._data.input_spec

    def split(self, name: SplitName) -> TextSplit:
        """Returns one split."""
        return self._train if name == "train" else self._data.split(name)

    def seen_by(self, input_spec: InputSpec) -> TextData:
        """Returns the same texts in another network's vocabulary, with one right class each."""
        return self._data.seen_by(input_spec)
