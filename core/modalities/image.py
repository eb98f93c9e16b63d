"""Images: pictures of one size and number of channels. Axes: B batch, C channels, H height, W width."""

from typing import TYPE_CHECKING

from core.i18n import N_
from core.input_spec import ImageInput
from core.modalities.base import Modality

if TYPE_CHECKING:
    import torch
    from torch import Tensor, nn


def random_batch(input: ImageInput, batch: int, _length: int, generator: "torch.Generator") -> "tuple[Tensor, ...]":
    """Returns noise (B, C, H, W); see `Modality.random_batch`."""
    import torch

    return (torch.rand(batch, input.channels, input.height, input.width, generator=generator),)


def prepare_model(model: "nn.Module") -> None:
    """Stores the channels of a pixel next to each other, since convolutions run faster that way."""
    import torch

    model.to(memory_format=torch.channels_last)


IMAGE = Modality(
    key="image",
    title=N_("images"),
    input=ImageInput,
    dataset="strokes",
    model="conv_bn",
    wrong_run=N_("Choose a run that was trained on pictures."),
    random_batch=random_batch,
    prepare_model=prepare_model,
)
