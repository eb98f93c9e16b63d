"""Sentences: any number of token ids. Axes: B batch, T tokens."""

from typing import TYPE_CHECKING

from core.i18n import N_
from core.input_spec import TextInput
from core.modalities.base import Modality

if TYPE_CHECKING:
    import torch
    from torch import Tensor


def random_batch(input: TextInput, batch: int, length: int, generator: "torch.Generator") -> "tuple[Tensor, ...]":
    """Returns token ids (B, T) without padding, and lengths (B,); see `Modality.random_batch`."""
    import torch

    length = min(length, input.max_length)
    tokens_BT = torch.randint(1, input.vocabulary_size, (batch, length), generator=generator)
    return tokens_BT, torch.full((batch,), length)


TEXT = Modality(
    key="text",
    title=N_("sentences"),
    input=TextInput,
    dataset="sentences",
    model="lstm",
    wrong_run=N_("Choose a run that was trained on sentences."),
    random_batch=random_batch,
)
