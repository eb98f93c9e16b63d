"""What networks can read, one file each. Whatever differs between networks that read different things is said there."""

from typing import Any

from core.input_spec import ImageInput, TextInput
from core.modalities.base import Modality
from core.modalities.image import IMAGE
from core.modalities.text import TEXT

MODALITIES: dict[str, Modality[Any]] = {modality.key: modality for modality in (IMAGE, TEXT)}


def of(input: ImageInput | TextInput) -> Modality[Any]:
    """Returns the modality of what a network reads."""
    return MODALITIES[input.kind]
