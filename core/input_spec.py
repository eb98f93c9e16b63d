"""What a network reads: the record that a trained network needs to read new input and to name its answers.

Imports no data, no model and no torch. Axes: C channels, H height, W width.
"""

import math
from typing import Annotated, Any, Literal

from pydantic import Field

from core.settings import Settings

Frame = Literal["ink", "picture"]
"""How a picture is brought to the size that a network reads; see `ImageInput`."""

Framing = Literal["auto", "canvas", "ready"]
"""How a picture file of handwriting is used: "canvas" prepares it like a drawing, "ready" uses it unchanged.

"auto" is "ready" for a picture that has the network's size and is light on black, and "canvas" for any other.
"""


class ImageInput(Settings):
    """The pictures a network reads: C x H x W, levels 0..1 minus `mean`, divided by `std` (per channel).

    `frame` says how they are brought to that size, in training and in every later prediction. "ink": the handwriting is
    found, scaled and centred, light on dark. "picture": the whole picture is scaled and cropped.
    """

    kind: Literal["image"] = "image"
    channels: int = Field(ge=1)
    height: int = Field(ge=1)
    width: int = Field(ge=1)
    mean: tuple[float, ...] = (0.0,)
    std: tuple[float, ...] = (1.0,)
    frame: Frame = "ink"

    def fits(self, other: "ImageInput | TextInput") -> bool:
        """Whether a network of `other` can read pictures like these: same size and number of channels."""
        mine = self.channels, self.height, self.width
        return isinstance(other, ImageInput) and mine == (other.channels, other.height, other.width)


PADDING = 0
"""The token id of padding."""

BUCKETS = 8
"""How many token ids, from 1 on, stand for characters that are not in the vocabulary."""


class TextInput(Settings):
    """The token ids a network reads: 0..vocabulary_size-1, 0 is padding; at most `max_length` of them.

    `tokenizer` is the whole tokenizer as JSON (see `core.data.tokenizer`).
    """

    kind: Literal["text"] = "text"
    vocabulary_size: int = Field(ge=1)
    max_length: int = Field(ge=1)
    tokenizer: dict[str, Any]

    def fits(self, other: "ImageInput | TextInput") -> bool:
        """Whether a network of `other` can read texts like these: always, since its tokenizer reads any text."""
        return isinstance(other, TextInput)


Input = Annotated[ImageInput | TextInput, Field(discriminator="kind")]


class InputSpec(Settings):
    """Everything a trained network needs to read new input and to name its answers; stored next to the weights."""

    input: Input
    class_names: tuple[str, ...]

    def is_same_as(self, other: "InputSpec") -> bool:
        """Whether both describe the same data: `mean` and `std` to a relative 1e-4, everything else exactly.

        Another processor adds the pixels up in another order, so its mean may differ in the last digits.
        """
        mine, others = self.input, other.input
        if isinstance(mine, ImageInput) and isinstance(others, ImageInput):
            if not (_are_close(mine.mean, others.mean) and _are_close(mine.std, others.std)):
                return False
            others = others.model_copy(update={"mean": mine.mean, "std": mine.std})
        return mine == others and self.class_names == other.class_names


def _are_close(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    return len(one) == len(other) and all(math.isclose(a, b, rel_tol=1e-4) for a, b in zip(one, other, strict=True))
