"""Hard cases for the ready-made networks: other pens, sizes and angles, and typing errors.

Axes: N pictures, H height, W width, C channels.
"""

import math

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor
from torch.nn import functional as F

from core.arrays import Floats32
from core.inference.classify import Classifier
from core.ink.picture_file import Picture
from core.ink.prepare import FRAME

CANVAS = 280
SIZES = (70, 230)
"""Smallest and largest side of the frame pasted on the canvas; the digit's own longer side is 20/28 of it."""

PENS = {"thin": -1, "as written": 0, "thick": 1}


Bytes = NDArray[np.uint8]


def through_the_canvas(classifier: Classifier, image_HW: Bytes, change: int, rng: np.random.Generator) -> Floats32:
    """Pastes a digit on a canvas at a random place, prepares the canvas, and returns the picture in the network's
    frame.

    Args:
        classifier: the network whose preparation is used.
        image_HW: a digit in MNIST's frame, 0 paper to 255 ink.
        change: its lines thinner (-1), unchanged (0) or thicker (1).
        rng: draws place and size.
    """
    side = int(rng.integers(*SIZES))
    left, top = rng.integers(0, CANVAS - side, 2)
    digit_HW = np.asarray(Image.fromarray(image_HW).resize((side, side), Image.Resampling.BICUBIC), np.float32)
    canvas_HW = np.zeros((CANVAS, CANVAS), np.float32)
    canvas_HW[top : top + side, left : left + side] = np.clip(with_line(digit_HW, change, side), 0, 255)
    preparation = classifier.prepare(Picture.of_levels(1 - canvas_HW / np.float32(255)))
    if preparation is None:
        return np.zeros((FRAME, FRAME), np.float32)
    return preparation.seen_HWC[..., 0]


def with_line(digit_HW: Floats32, change: int, side: int) -> Floats32:
    """Returns a digit with its lines thinner (-1), unchanged (0) or thicker (1), by half a pixel of MNIST a side."""
    from scipy import ndimage

    if not change:
        return digit_HW
    reach = max(round(0.5 * side / FRAME), 1)
    yy, xx = np.mgrid[-reach : reach + 1, -reach : reach + 1]
    disc_HW = yy * yy + xx * xx <= reach * reach
    filter = ndimage.grey_dilation if change > 0 else ndimage.grey_erosion
    changed_HW: Floats32 = filter(digit_HW, footprint=disc_HW)
    return changed_HW


def moved(levels_N1HW: Tensor, what: str, seed: int = 0) -> Tensor:
    """Returns digits rotated by up to 20 degrees, scaled by 0.6 to 1.3, or sheared by up to 0.3.

    Args:
        levels_N1HW: 0 paper to 1 ink.
        what: "rotated", "scaled" or "sheared".
        seed: of the amounts, uniform in their range.
    """
    draw_N = torch.rand(len(levels_N1HW), generator=torch.Generator().manual_seed(seed)) * 2 - 1
    theta_N23 = torch.eye(2, 3).repeat(len(draw_N), 1, 1)
    if what == "rotated":
        angle_N = draw_N * math.radians(20)
        theta_N23[:, 0, 0] = theta_N23[:, 1, 1] = angle_N.cos()
        theta_N23[:, 0, 1], theta_N23[:, 1, 0] = -angle_N.sin(), angle_N.sin()
    elif what == "scaled":
        theta_N23 /= (0.95 + 0.35 * draw_N)[:, None, None]
    else:
        assert what == "sheared"
        theta_N23[:, 0, 1] = 0.3 * draw_N
    grid_NHW2 = F.affine_grid(theta_N23, list(levels_N1HW.shape), align_corners=False)
    return F.grid_sample(levels_N1HW, grid_NHW2, align_corners=False)
