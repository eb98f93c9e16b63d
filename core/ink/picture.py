"""Finds the ink in grey pictures of handwriting: tells pen from paper, and ink from uneven lighting.

Works for photos of paper and for clean drawings, light on dark or dark on light. Independent of files, digits, frames
and networks. Axes: H height, W width. Ink is 0 on paper and 1 under the pen.
"""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from core.arrays import Floats32
from core.ink.raster import Mask

INK_THRESHOLD = 0.2
"""Fainter ink is ignored when the box of the ink is computed. Up to this value real MNIST digits keep their box."""

LONGEST_SIDE = 480
"""Larger pictures are reduced to this many pixels: enough for a digit in a corner of a photo, and fast to search."""

_FAINTEST = 0.06
"""A picture with less contrast between ink and paper (0..1) counts as empty."""


def grey_of(image: Image.Image) -> Floats32:
    """Returns the grey levels (H, W) in 0..1 of a Pillow image of any mode, at most `LONGEST_SIDE` pixels long.

    Transparent parts show white paper, or black paper if the drawing itself is light.
    """
    if image.mode.startswith("I") or image.mode == "F":
        levels = np.asarray(image, np.float32)
        top = 65535.0 if image.mode.startswith("I") else max(float(levels.max()), 1.0)
        return reduce(np.clip(levels / np.float32(top), 0, 1))
    factor = max(image.size) // LONGEST_SIDE
    if factor > 1 and image.mode in ("L", "RGB", "RGBA", "LA"):
        image = image.reduce(factor)
    if not image.has_transparency_data:
        return reduce(np.asarray(image.convert("L"), np.float32) / np.float32(255))
    colour = np.asarray(image.convert("RGBA").convert("LA"), np.float32) / np.float32(255)
    grey, opacity = colour[..., 0], colour[..., 1]
    return reduce((grey * opacity + np.float32(paper_under(grey, opacity)) * (1 - opacity)).astype(np.float32))


def paper_under(grey_HW: Floats32, opacity_HW: Floats32) -> float:
    """Returns the paper on which a picture with transparent parts is visible: 1 white, 0 black."""
    drawn = float((grey_HW * opacity_HW).sum() / max(float(opacity_HW.sum()), 1e-6))
    return 1.0 if drawn < 0.5 else 0.0


def reduce(grey_HW: Floats32, longest: int = LONGEST_SIDE) -> Floats32:
    """Returns a picture at most `longest` pixels long; a larger one is reduced with an area filter."""
    height, width = grey_HW.shape
    if max(height, width) <= longest:
        return grey_HW
    scale = longest / max(height, width)
    return resize(grey_HW, max(round(height * scale), 1), max(round(width * scale), 1))


def resize(picture_HW: Floats32, height: int, width: int) -> Floats32:
    """Returns a picture at another size: averaged over areas where it shrinks, interpolated linearly where it grows."""
    if picture_HW.shape == (height, width):
        return picture_HW
    # One axis at a time, since a picture may grow along one and shrink along the other.
    image = Image.fromarray(np.ascontiguousarray(picture_HW, np.float32))
    for size in ((width, image.height), (width, height)):
        shrinks = size[0] < image.width or size[1] < image.height
        image = image.resize(size, Image.Resampling.BOX if shrinks else Image.Resampling.BILINEAR)
    return np.asarray(image, np.float32)


def ink_of(grey_HW: Floats32) -> Floats32:
    """Returns the ink (H, W) in 0..1 of grey levels in 0..1; all zeros if there is none.

    In a clean picture (one colour of paper along the edge) only that colour is subtracted, so a real MNIST digit stays
    unchanged. Any other picture is treated as a photo: see `_ink_of_photo`.
    """
    levels_HW = np.rint(grey_HW * 255).astype(np.int64)
    edge, paper = _edge_of(levels_HW), paper_level(grey_HW)
    clean = (np.abs(edge - paper) <= 2).mean() > 0.6 and (np.abs(levels_HW - paper) <= 2).mean() > 0.35
    if not clean and min(grey_HW.shape) >= 16:
        return _ink_of_photo(grey_HW)
    off_HW = grey_HW - np.float32(paper / 255)
    ink_HW = np.maximum(off_HW if off_HW.sum() > 0 else -off_HW, 0)
    strongest = float(ink_HW.max())
    return ink_HW / np.float32(strongest) if strongest >= _FAINTEST else np.zeros_like(ink_HW)


def paper_level(grey_HW: Floats32) -> int:
    """Returns the most common of 256 levels along the edge: the paper's level, if the picture is clean."""
    return int(np.bincount(_edge_of(np.rint(grey_HW * 255).astype(np.int64)), minlength=256).argmax())


def _edge_of(levels_HW: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.concatenate([levels_HW[0], levels_HW[-1], levels_HW[:, 0], levels_HW[:, -1]])


def _ink_of_photo(grey_HW: Floats32) -> Floats32:
    """Returns the ink of a photo. The level of the paper is estimated at each pixel; darker (or lighter) ones are ink.

    The estimate is a smoothed morphological closing with a window wider than a pen's line, the classical way to remove
    uneven illumination (Gonzalez & Woods, Digital Image Processing, section 9.6). Otsu's threshold separates ink from
    paper (IEEE Trans. SMC 9, 1979).
    """
    from scipy import ndimage  # the import takes half a second, and only photos need it

    side = max(grey_HW.shape)
    smooth_HW = ndimage.median_filter(grey_HW, 3)
    rough_HW = smooth_HW - ndimage.gaussian_filter(smooth_HW, side / 6)
    # Ink is rarer and more extreme than paper, so the differences are skewed towards it.
    if float((rough_HW**3).sum()) > 0:
        smooth_HW = 1 - smooth_HW
    small_HW = reduce(smooth_HW, 64)
    paper_HW = ndimage.grey_closing(small_HW, size=max(small_HW.shape) // 4)
    paper_HW = resize(ndimage.gaussian_filter(paper_HW, 3), *grey_HW.shape)
    ink_HW = np.clip(1 - smooth_HW / np.maximum(paper_HW, 0.05), 0, 1)
    threshold = _otsu(ink_HW)
    pen, paper = ink_HW[ink_HW > threshold], ink_HW[ink_HW <= threshold]
    contrast = float(np.median(pen) - paper.mean()) if pen.size else 0.0
    if contrast < max(_FAINTEST, 4 * float(paper.std())):
        return np.zeros_like(grey_HW)
    soft_HW = np.clip((ink_HW - threshold) / contrast + 0.5, 0, 1)
    return np.asarray(np.where(_main_parts(soft_HW > INK_THRESHOLD), soft_HW, 0), np.float32)


def _otsu(values: Floats32) -> float:
    """Returns the threshold that best separates the means of two classes of values in 0..1 (Otsu 1979)."""
    counts = np.bincount((values * 255).astype(np.int64).ravel(), minlength=256).astype(np.float64)
    levels = np.arange(256) / 255
    below = counts.cumsum()
    total = (counts * levels).cumsum()
    above = below[-1] - below
    with np.errstate(divide="ignore", invalid="ignore"):
        between = below * above * (total / below - (total[-1] - total) / above) ** 2
    return float(levels[int(np.nanargmax(np.where(np.isfinite(between), between, -1)))] + 0.5 / 255)


def parts_of(mask_HW: Mask) -> tuple[NDArray[np.int32], int]:
    """Returns the connected parts (touching corners count) of a mask: labels (H, W) from 1, else 0; and their count."""
    from scipy import ndimage

    labels_HW, count = ndimage.label(mask_HW, np.ones((3, 3)))
    return labels_HW.astype(np.int32), int(count)


def _main_parts(mask_HW: Mask) -> Mask:
    """Keeps the parts of a mask that may be handwriting: no specks, and nothing that touches the edge."""
    labels_HW, count = parts_of(mask_HW)
    sizes = np.bincount(labels_HW.ravel(), minlength=count + 1)
    sizes[0] = 0
    inner = sizes.copy()
    inner[np.unique(np.concatenate([labels_HW[0], labels_HW[-1], labels_HW[:, 0], labels_HW[:, -1]]))] = 0
    if inner.max() >= sizes.max() / 10:
        sizes = inner
    kept = sizes >= max(sizes.max() / 20, 4)
    return np.asarray(kept[labels_HW], np.bool_)
