"""Opens picture files safely: as grey levels to find ink in, or as colours fitted to the size that a network reads.

Datasets of pictures and predictions use this same code, so a network sees pictures prepared as in its training.
Independent of networks. Axes: H height, W width, C channels, 3 = red, green, blue.
"""

import contextlib
import io
import struct
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from core.arrays import Floats32
from core.errors import DataError
from core.i18n import _
from core.ink.picture import LONGEST_SIDE, grey_of, paper_under

Bytes = NDArray[np.uint8]

_FORMATS = ("PNG", "JPEG", "BMP", "GIF", "WEBP", "TIFF", "PPM", "AVIF")
"""The only formats that are opened. Some of Pillow's other formats start other programs."""

_LARGEST_PICTURE = 170_000_000
"""Pixels of the largest picture that is opened (uncompressed, this is already 500 MB)."""

_LARGEST_FILE = 1 << 30

_BROKEN = (OSError, SyntaxError, ValueError, TypeError, EOFError, LookupError, NotImplementedError, struct.error)
"""What Pillow raises if a file is not a picture or is damaged."""


@dataclass(frozen=True)
class Picture:
    """A picture that was opened or pasted: the bytes of its file, decoded only when needed.

    Later changes of the file have no effect. Each property and method raises a DataError if the picture is damaged.

    Attributes:
        content: the bytes of a file in one of the usual formats.
        name: its name in messages.
    """

    content: bytes = field(repr=False)
    name: str = ""
    _fitted: dict[tuple[int, int, int], Bytes] = field(default_factory=dict, init=False, repr=False, compare=False)

    @classmethod
    def of(cls, image: Image.Image, name: str = "") -> Self:
        """Returns a Pillow image as a picture."""
        content = io.BytesIO()
        image.save(content, "PNG", compress_level=0)
        return cls(content.getvalue(), name)

    @classmethod
    def of_levels(cls, levels: Floats32, name: str = "") -> Self:
        """Returns levels 0..1, grey (H, W) or coloured (H, W, 3), as a picture."""
        return cls.of(Image.fromarray(np.rint(np.clip(levels, 0, 1) * 255).astype(np.uint8)), name)

    @cached_property
    def longest(self) -> int:
        """Its longer side, in pixels of the file."""
        with self._opened() as image:
            return max(image.size)

    @cached_property
    def grey_HW(self) -> Floats32:
        """Its grey levels in 0..1, upright, reduced if large; see `grey_of` for transparent parts."""
        with self._opened() as image:
            image.draft("L", (LONGEST_SIDE, LONGEST_SIDE))
            _turn_upright(image)
            return grey_of(image)

    @cached_property
    def colours_HW3(self) -> Bytes:
        """Its colours for display, upright, as large as `grey_HW`."""
        with self._opened() as image:
            image.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
            _turn_upright(image)
            if _is_deep(image):
                return np.repeat(np.rint(grey_of(image) * 255).astype(np.uint8)[..., None], 3, 2)
            shown = image.convert("RGBA" if image.has_transparency_data else "RGB")
            shown.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
            if shown.mode == "RGBA":
                grey_HW, opacity_HW = np.moveaxis(np.asarray(shown.convert("LA"), np.float32) / np.float32(255), -1, 0)
                paper = "white" if paper_under(grey_HW, opacity_HW) else "black"
                shown = Image.alpha_composite(Image.new("RGBA", shown.size, paper), shown)
            return np.asarray(shown.convert("RGB"))

    def fitted(self, height: int, width: int, channels: int) -> Bytes:
        """Returns it as an image network reads it: upright, scaled, cropped around the middle, opaque on white.

        Args:
            height: of the network's pictures.
            width: of the network's pictures.
            channels: 3 for colours, 1 for grey levels.

        Returns:
            Bytes (height, width, channels).
        """
        key = height, width, channels
        if key not in self._fitted:
            with self._opened() as image:
                # Lets the JPEG decoder skip details that are not needed; twice the size keeps the result sharp.
                image.draft(_MODES[channels], (2 * width, 2 * height))
                _turn_upright(image)
                self._fitted[key] = fit(image, height, width, channels)
        return self._fitted[key]

    @contextlib.contextmanager
    def _opened(self) -> Iterator[Image.Image]:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                with Image.open(io.BytesIO(self.content), formats=_formats()) as image:
                    if image.width * image.height > _LARGEST_PICTURE:
                        raise Image.DecompressionBombError
                    yield image
        except Image.DecompressionBombError as error:
            limit = _LARGEST_PICTURE // 1_000_000
            raise DataError(
                _("{file} has more than {limit} million pixels.").format(file=self.name, limit=limit),
                _("Reduce it to less than {limit} million pixels.").format(limit=limit),
            ) from error
        except _BROKEN as error:
            raise _no_picture(self.name) from error


def open_picture(file: Path, name: str | None = None) -> Picture:
    """Reads a picture file (PNG, JPEG, BMP, WebP, TIFF, GIF ...).

    Args:
        file: path of the file.
        name: its name in messages; by default the name of the file.

    Raises:
        DataError: the file is missing, not a picture, or too large to open safely.
    """
    try:
        with file.open("rb") as stream:
            content = stream.read(_LARGEST_FILE + 1)
    except FileNotFoundError:
        raise DataError(_("There is no file {file}.").format(file=file), _("Check the name.")) from None
    except OSError as error:
        raise _no_picture(name or file.name) from error
    if len(content) > _LARGEST_FILE:
        raise _no_picture(name or file.name)
    picture = Picture(content, name or file.name)
    _longest = picture.longest  # a file that is not a picture raises its error here
    return picture


def fit(image: Image.Image, height: int, width: int, channels: int) -> Bytes:
    """Scales a Pillow image until it fills height x width, and crops it around its middle; see `Picture.fitted`."""
    fitted = ImageOps.fit(_opaque(image, _MODES[channels]), (width, height), Image.Resampling.BICUBIC)
    return np.asarray(fitted).reshape(height, width, channels)


_MODES = {1: "L", 3: "RGB"}


def _opaque(image: Image.Image, mode: str) -> Image.Image:
    if image.mode.startswith("I"):
        # Sixteen bits per pixel, as scanners and microscopes write them; Pillow would clip them to 255.
        return Image.fromarray((np.asarray(image) >> 8).clip(0, 255).astype(np.uint8)).convert(mode)
    if image.has_transparency_data:
        layered = image.convert("RGBA")
        return Image.alpha_composite(Image.new("RGBA", layered.size, "white"), layered).convert(mode)
    return image.convert(mode)


def _is_deep(image: Image.Image) -> bool:
    """Whether each pixel is one number that is not a byte."""
    return image.mode.startswith("I") or image.mode == "F"


def _turn_upright(image: Image.Image) -> None:
    # Damaged camera data does not matter if the picture is intact. If not, reading the picture raises its own error.
    with contextlib.suppress(SyntaxError, ValueError, TypeError, KeyError, struct.error):
        ImageOps.exif_transpose(image, in_place=True)


def _no_picture(name: str) -> DataError:
    return DataError(_("{file} cannot be read as a picture.").format(file=name), _("Use a PNG or JPEG file."))


@cache
def _formats() -> tuple[str, ...]:
    Image.init()
    return tuple(name for name in _FORMATS if name in Image.OPEN)  # older versions of Pillow lack one
