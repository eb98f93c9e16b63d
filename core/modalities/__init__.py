"""What networks can read, one file per modality. Everything that depends on the modality is defined there."""

from typing import Any

from core.input_spec import ImageInput, TextInput
from core.modalities.base import Modality
from core.modalities.image import IMAGE
from core.modalities.text import TEXT

MODALITIES: dict[str, Modality[Any]] = {modality.key: modality for modality in (IMAGE, TEXT)}


def of(input: ImageInput | TextInput) -> Modality[Any]:
    """Returns the modality of a network's input."""
    return MODALITIES[input.kind]
