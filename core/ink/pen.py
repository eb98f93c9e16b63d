"""Makes lines in pictures of ink about as wide as those a network learned from. Drawn strokes do not need this.

Independent of digits and frames. Axes: H height, W width.
"""

import numpy as np

from core.arrays import Floats32
from core.ink.picture import resize

_THINNEST, _THICKEST = 2.1, 3.3
"""Thinner and thicker lines get these widths, in pixels of the network's picture; lines in between stay unchanged."""

_FINE = 5
"""Pixels per pixel of the network's picture: enough to change the width of a line, and fast."""

_COARSE = 1.5
"""Pictures with fewer pixels than this per pixel of the network's picture stay unchanged."""


def with_even_pen(ink_HW: Floats32, box: tuple[int, int, int, int], side: int) -> Floats32:
    """Widens thin lines and narrows thick ones by a morphological dilation or erosion with a disc.

    Pictures that are hardly finer than the network's picture stay unchanged, such as a real MNIST digit.

    Args:
        ink_HW: 0 paper to 1 ink.
        box: bounding box of the ink: left, top, right, bottom (the last two exclusive).
        side: how long the longer side of the box will be in the network's picture, in its pixels.

    Returns:
        The ink. If its lines were changed, it has another resolution and some margin.
    """
    longest = max(box[2] - box[0], box[3] - box[1])
    if longest < _COARSE * side:
        return ink_HW
    height, width = (max(round(edge * _FINE * side / longest), 2) for edge in ink_HW.shape)
    fine_HW = resize(ink_HW, height, width)
    # Line width: twice the area divided by the outline, measured as `PEN` was.
    line = 2 * float(fine_HW.sum()) / max(float(np.hypot(*np.gradient(fine_HW)).sum()), 1e-6) / _FINE
    reach = max(_THINNEST - line, line - _THICKEST) / 2 * _FINE
    if reach < 1:
        return ink_HW
    from scipy import ndimage  # the import takes half a second, and only pictures need it

    steps = int(np.ceil(reach))
    y_11, x_11 = np.mgrid[-steps : steps + 1, -steps : steps + 1]
    disc_11 = y_11 * y_11 + x_11 * x_11 <= reach * reach
    padded_HW = np.pad(fine_HW, steps)
    if line < _THINNEST:
        # Scaling down made a thin line faint.
        return np.asarray(ndimage.grey_dilation(padded_HW / padded_HW.max(), footprint=disc_11), np.float32)
    narrow_HW = np.asarray(ndimage.grey_erosion(padded_HW, footprint=disc_11), np.float32)
    # If a line's width varies much, its thin parts would vanish.
    return narrow_HW if narrow_HW.sum() > fine_HW.sum() / 2 else ink_HW
