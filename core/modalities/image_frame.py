"""Converts a drawing or a picture file into the input of an image network, in the frame used for its training.

The network's `ImageInput` decides. A network of handwriting gets only the ink, in MNIST's frame (`core.ink.prepare`).
Any other network gets the whole picture, scaled and cropped like those it learned from.

Imports no torch. Axes: C channels, H height, W width, 3 = red, green, blue.
"""

from collections.abc import Collection

import numpy as np
from PIL import Image

from core.arrays import Floats32
from core.i18n import N_
from core.ink.picture import ink_of, paper_level, reduce, resize
from core.ink.picture_file import Bytes, Picture, fit
from core.ink.prepare import (
    STAGES,
    Drawing,
    Preparation,
    Stage,
    draw,
    prepare_drawing,
    prepare_ink,
    prepare_picture,
)
from core.ink.segment import segment_drawing, segment_ink
from core.input_spec import Framing, ImageInput

Source = Drawing | Picture
Box = tuple[float, float, float, float]

PICTURE_STAGES: dict[str, tuple[str, str]] = {
    "picture": (N_("Picture"), N_("What you opened or drew, in its own colours.")),
    "fitted": (
        N_("Fitted"),
        N_("Scaled and cropped around the middle, like the pictures the network learned from."),
    ),
    "normalise": STAGES["normalise"],
}
"""The stages of a picture without handwriting, in order: key to title and help. Only the last can be disabled."""

_BLACK = 2
"""The lightest of 256 levels that counts as black."""

_DETAIL = 2
"""Before a drawing is fitted, it is painted this many times finer than the network's picture."""


def stages_of(input: ImageInput) -> dict[str, tuple[str, str]]:
    """Returns the stages that prepare a network's pictures: key to title and help."""
    return STAGES if input.frame == "ink" else PICTURE_STAGES


def prepare(
    source: Source, input: ImageInput, disabled: Collection[str] = (), framing: Framing = "auto"
) -> Preparation | None:
    """Puts a drawing or a picture into a network's frame, stage by stage.

    Args:
        source: what was drawn or opened.
        input: what the network reads.
        disabled: keys of stages to skip.
        framing: for picture files of handwriting. "auto" uses a file unchanged if it already has the network's size
            and is light on black; else it prepares the file like a drawing.

    Returns:
        The stages, or None if there is no ink.
    """
    if input.frame == "picture":
        return _prepare_whole(source, input, disabled)
    mean, std = input.mean[0], input.std[0]
    if isinstance(source, Drawing):
        return prepare_drawing(source, disabled, mean, std)
    if framing == "ready" or (framing == "auto" and _is_in_the_frame(source.grey_HW, input)):
        return as_it_is(source.grey_HW, input, disabled)
    return prepare_picture(source.grey_HW, disabled, mean, std)


def as_it_is(levels_HW: Floats32, input: ImageInput, disabled: Collection[str] = ()) -> Preparation:
    """Returns the stages of a picture that is already in the network's frame (0 paper to 1 ink): only normalisation."""
    seen_HWC = resize(np.asarray(levels_HW, np.float32), input.height, input.width)[..., None]
    return _finish([("picture", seen_HWC)], input, disabled)


def prepare_several(source: Source, input: ImageInput, disabled: Collection[str] = ()) -> list[tuple[Box, Preparation]]:
    """Prepares each of several digits, from left to right.

    Returns:
        The box of each digit's ink (left, top, right, bottom, in the source's units) and its stages. An empty list if
        there is no ink, or if the network does not read ink.
    """
    if input.frame == "picture":
        return []
    mean, std = input.mean[0], input.std[0]
    if isinstance(source, Drawing):
        parts = [(part.box, prepare_drawing(part.drawing, disabled, mean, std)) for part in segment_drawing(source)]
    else:
        ink_HW = ink_of(reduce(source.grey_HW))
        parts = [(part.box, prepare_ink(part.ink_HW, disabled, mean, std)) for part in segment_ink(ink_HW)]
    return [(box, preparation) for box, preparation in parts if preparation is not None]


def input_of(preparation: Preparation, input: ImageInput) -> Floats32:
    """Returns what a network reads (C, H, W): in its size and channels, normalised unless that stage was skipped."""
    seen_HWC = preparation.seen_HWC
    if seen_HWC.shape[:2] != (input.height, input.width):
        assert seen_HWC.shape[2] == 1, "only ink comes in another size"
        seen_HWC = resize(seen_HWC[..., 0], input.height, input.width)[..., None]
    levels_HWC = np.broadcast_to(seen_HWC, (input.height, input.width, input.channels))
    if preparation.stages[-1].enabled:
        levels_HWC = _normalised(levels_HWC, input)
    return np.array(levels_HWC.transpose(2, 0, 1), np.float32, order="C")


def blank(input: ImageInput) -> Floats32:
    """Returns an empty picture as a network reads it, one value per channel (C,).

    It is black if the network's pictures are light on black paper. For photos, which have no paper, it is the mean
    colour of the training pictures.
    """
    levels_C = np.zeros(input.channels, np.float32) if is_light_on_dark(input) else np.array(input.mean, np.float32)
    return _normalised(levels_C, input)


def is_light_on_dark(input: ImageInput) -> bool:
    """Whether a network's pictures are light on black paper: ink, or grey pictures that are mostly dark."""
    return input.frame == "ink" or (input.channels == 1 and input.mean[0] < 0.5)


def _is_in_the_frame(grey_HW: Floats32, input: ImageInput) -> bool:
    return grey_HW.shape == (input.height, input.width) and paper_level(grey_HW) <= _BLACK


def _prepare_whole(source: Source, input: ImageInput, disabled: Collection[str]) -> Preparation | None:
    if isinstance(source, Drawing):
        shown_HWC = _painted(source, input)
        if shown_HWC is None:
            return None
        fitted_HWC = fit(Image.fromarray(shown_HWC[..., 0]), input.height, input.width, input.channels)
    else:
        shown_HWC = source.colours_HW3
        fitted_HWC = source.fitted(input.height, input.width, input.channels)
    return _finish([("picture", _levels(shown_HWC)), ("fitted", _levels(fitted_HWC))], input, disabled)


def _painted(drawing: Drawing, input: ImageInput) -> Bytes | None:
    """Returns the drawing (H, W, 1) on the paper that the network knows; None if nothing was drawn."""
    ink_HW = draw(drawing, _DETAIL * max(input.height, input.width))
    if ink_HW is None:
        return None
    levels_HW = ink_HW if is_light_on_dark(input) else 1 - ink_HW
    return np.rint(levels_HW * 255).astype(np.uint8)[..., None]


def _finish(pictures: list[tuple[str, Floats32]], input: ImageInput, disabled: Collection[str]) -> Preparation:
    """Returns the stages of the given pictures, and the last stage, which normalises."""
    seen_HWC = pictures[-1][1]
    enabled = "normalise" not in disabled
    last = "normalise", _normalised(seen_HWC, input) if enabled else seen_HWC
    return Preparation(
        tuple(
            Stage(key, *PICTURE_STAGES[key], picture_HWC, enabled or key != "normalise")
            for key, picture_HWC in (*pictures, last)
        )
    )


def _levels(bytes_HWC: Bytes) -> Floats32:
    return np.asarray(bytes_HWC / np.float32(255), np.float32)


def _normalised(levels_HWC: Floats32, input: ImageInput) -> Floats32:
    mean_C, std_C = np.array(input.mean, np.float32), np.array(input.std, np.float32)
    return (levels_HWC - mean_C) / std_C
