"""The base of the image architectures, and a check of the image size."""

from typing import ClassVar

from torch import nn

from core.errors import ConfigError
from core.i18n import _
from core.input_spec import ImageInput
from core.models.base import ModelConfig


class ImageModelConfig(ModelConfig):
    """Settings of an architecture that reads images."""

    modality: ClassVar[str] = "image"

    def build(self, input: ImageInput, classes: int) -> nn.Module:
        """Returns the network with fresh weights; see `ModelConfig.build`."""
        raise NotImplementedError


def images_of_at_least(pixels: int, input: ImageInput) -> ImageInput:
    """Checks that images are at least `pixels` high and wide, and returns `input`.

    Raises:
        ConfigError: they are smaller, so the output of the convolutions would be empty.
    """
    if min(input.height, input.width) < pixels:
        raise ConfigError(
            _("This network needs images of at least {least} × {least} pixels; these have {height} × {width}.").format(
                least=pixels, height=input.height, width=input.width
            ),
            _("Choose a smaller network, or a dataset with larger images."),
        )
    return input
