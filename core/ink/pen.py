"""Ink of any pen made about as wide as the pens a network learned from; a drawing's strokes need none of this.

Knows no digit and no frame. Axes: H height, W width.
"""

import numpy as np

from core.arrays import Floats32
from core.ink.picture import resize

_THINNEST, _THICKEST = 2.1, 3.3
"""How wide thinner and thicker lines become, in pixels of the network's picture; those between stay as they are."""

_FINE = 5
"""Pixels per pixel of the network's picture: enough to change the width of a line by, and quick to work on."""

_COARSE = 1.5
"""Pictures with fewer pixels than this per pixel of the network's picture stay as they are."""


def with_even_pen(ink_HW: Floats32, box: tuple[int, int, int, int], side: int) -> Floats32:
    """Widens thin lines and narrows thick ones by a morphological dilation or erosion with a disc.

    Pictures hardly finer than the network's own stay as they are, and so does a real MNIST digit.

    Args:
        ink_HW: 0 paper to 1 ink.
        box: round the ink: left, top, right, bottom (the last two exclusive).
        side: how long the longer side of the box will be in the network's picture, in its pixels.

    Returns:
        The ink, at another resolution and with some margin where its lines have changed.
    """
    longest = max(box[2] - box[0], box[3] - box[1])
    if longest < _COARSE * side:
        return ink_HW
    height, width = (max(round(edge * _FINE * side / longest), 2) for edge in ink_HW.shape)
    fine_HW = resize(ink_HW, height, width)
    # Twice the area over the outline, as `PEN` was measured.
    line = 2 * float(fine_HW.sum()) / max(float(np.hypot(*np.gradient(fine_HW)).sum()), 1e-6) / _FINE
    reach = max(_THINNEST - line, line - _THICKEST) / 2 * _FINE
    if reach < 1:
        return ink_HW
    from scipy import ndimage  # half a second, and only pictures need it

    steps = int(np.ceil(reach))
    y_11, x_11 = np.mgrid[-steps : steps + 1, -steps : steps + 1]
    disc_11 = y_11 * y_11 + x_11 * x_11 <= reach * reach
    padded_HW = np.pad(fine_HW, steps)
    if line < _THINNEST:
        # A hairline has become faint where it was made smaller.
        return np.asarray(ndimage.grey_dilation(padded_HW / padded_HW.max(), footprint=disc_11), np.float32)
    narrow_HW = np.asarray(ndimage.grey_erosion(padded_HW, footprint=disc_11), np.float32)
    # Where a line's width varies much, its thin parts would vanish.
    return narrow_HW if narrow_HW.sum() > fine_HW.sum() / 2 else ink_HW
