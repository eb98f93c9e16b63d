"""Numbers as colours on a dark ground: strength, or for and against; and both over a drawing.

Colour-blind people can tell blue and orange apart. Axes: H height, W width, C channels, 3 = red, green, blue.
"""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage, QPixmap

from core.arrays import Floats32

Colours = NDArray[np.uint8]

_GROUND = (13, 16, 21)
_FOR, _AGAINST = (86, 180, 233), (230, 159, 0)
_STRENGTHS = np.array([_GROUND, (52, 112, 190), (122, 190, 240), (250, 252, 255)], np.float32)


def strength(values_HW: Floats32, most: float | None = None) -> Colours:
    """Returns colours from 0 (dark) over blue to `most` (white); `most` is the largest value if not given."""
    top = float(values_HW.max()) if most is None else most
    scaled_HW = np.clip(values_HW / max(top, 1e-12), 0, 1)
    stops = np.linspace(0, 1, len(_STRENGTHS))
    channels = [np.interp(scaled_HW, stops, _STRENGTHS[:, channel]) for channel in range(3)]
    return np.stack(channels, -1).round().astype(np.uint8)


def balance(values_HW: Floats32, most: float | None = None) -> Colours:
    """Returns colours from `-most` (orange) over 0 (dark) to `most` (blue); by default the largest absolute value."""
    return _mixed(np.zeros_like(values_HW)[..., None], values_HW, most)


def over(levels_HWC: Floats32, values_HW: Floats32, *, signed: bool) -> Colours:
    """Returns a dimmed picture (levels 0..1) with values over it: blue for, orange against; or strength."""
    return _mixed(levels_HWC * np.float32(0.35), values_HW if signed else np.abs(values_HW), None)


def plain(levels_HWC: Floats32) -> Colours:
    """Returns levels 0..1, of one or three channels, as colours."""
    levels_HW3 = np.broadcast_to(levels_HWC, (*levels_HWC.shape[:2], 3))
    return np.rint(np.clip(levels_HW3, 0, 1) * 255).astype(np.uint8)


def scale(signed: bool, width: int = 128) -> Colours:
    """Returns the colours from the smallest to the largest value, from left to right, for a legend."""
    ramp = np.linspace(-1 if signed else 0, 1, width, dtype=np.float32)[None]
    return over(np.zeros_like(ramp)[..., None], ramp, signed=signed)


def _mixed(levels_HWC: Floats32, values_HW: Floats32, most: float | None) -> Colours:
    top = float(np.abs(values_HW).max()) if most is None else most
    share_HW1 = np.clip(np.abs(values_HW) / max(top, 1e-12), 0, 1)[..., None] ** np.float32(0.8)
    dark = np.array(_GROUND, np.float32)
    base_HW3 = dark + (np.float32(255) - dark) * levels_HWC
    tint_HW3 = np.where(values_HW[..., None] >= 0, np.array(_FOR, np.float32), np.array(_AGAINST, np.float32))
    return (base_HW3 * (1 - share_HW1) + tint_HW3 * share_HW1).round().astype(np.uint8)


def pixmap(colours_HW3: Colours) -> QPixmap:
    """Returns colours as a pixmap, one pixel each."""
    return QPixmap.fromImage(image(colours_HW3))


def image(colours_HW3: Colours) -> QImage:
    """Returns colours as an image, one pixel each."""
    levels = np.ascontiguousarray(colours_HW3)
    height, width, _three = levels.shape
    # The copy belongs to Qt, so the array may be freed.
    return QImage(levels.data, width, height, 3 * width, QImage.Format.Format_RGB888).copy()
