"""What the image architectures share: the check that they are given images, and large enough ones."""

from core.errors import ConfigError
from core.i18n import _
from core.input_spec import ImageInput, TextInput


def images_of_at_least(pixels: int, input: ImageInput | TextInput) -> ImageInput:
    """Returns `input`, known to be images at least `pixels` high and wide.

    Raises:
        ConfigError: they are smaller, so that the convolutions would leave nothing of them.
    """
    assert isinstance(input, ImageInput), "RunConfig lets no image model near sentences"
    if min(input.height, input.width) < pixels:
        raise ConfigError(
            _("This network needs images of at least {least} × {least} pixels; these have {height} × {width}.").format(
                least=pixels, height=input.height, width=input.width
            ),
            _("Choose a smaller network, or a dataset with larger images."),
        )
    return input
