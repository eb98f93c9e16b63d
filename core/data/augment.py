"""Distorts a batch of pictures a little, at random. Independent of datasets; works on whole batches as tensors.

Each picture is shifted, rotated, scaled, sheared and bent (elastic distortion: Simard, Steinkraus and Platt, "Best
Practices for Convolutional Neural Networks", 2003) by its own random amounts. All distortions are combined in one
sampling grid, so each picture is interpolated only once. Axes: B batch, C channels, H height, W width,
P pixels (H * W), K knots of the elastic grid in a row, Q terms of the sampling grid.
"""

import math
from dataclasses import dataclass
from functools import lru_cache

import torch
import torch.nn.functional as F
from torch import Tensor

from core.data.base import Strength


@dataclass(frozen=True)
class Ranges:
    """Largest amounts; for each picture they are drawn uniformly between minus and plus these.

    Attributes:
        shift: fraction of the picture's width and height.
        rotation: degrees.
        scale: fraction of the size.
        shear: tangent of the angle.
        bend: how far the knots of the elastic grid move: the standard deviation of a normal distribution, in pixels at
            a size of 28; proportionally more in larger pictures.
    """

    shift: float
    rotation: float
    scale: float
    shear: float
    bend: float


RANGES: dict[Strength, Ranges] = {
    "light": Ranges(shift=0.06, rotation=8.0, scale=0.08, shear=0.08, bend=0.4),
    "strong": Ranges(shift=0.1, rotation=15.0, scale=0.15, shear=0.2, bend=0.8),
}
_KNOTS = 6


def augment(images_BCHW: Tensor, strength: Strength) -> Tensor:
    """Returns the pictures, distorted at random; "off" returns them unchanged.

    Args:
        images_BCHW: levels 0..1, float; stays unchanged.
        strength: see `RANGES`.

    Returns:
        A batch of the same shape, levels 0..1; areas from outside the picture are 0. Random numbers come from torch's
        global generator of the pictures' device.
    """
    if strength == "off":
        return images_BCHW
    batch, _, height, width = images_BCHW.shape
    amounts_2BQ = torch.cat([_affine(images_BCHW, RANGES[strength]), _bends(images_BCHW, RANGES[strength])], dim=-1)
    grid_2BP = amounts_2BQ.flatten(0, 1) @ _basis(height, width, images_BCHW.device)
    grid_BHW2 = grid_2BP.view(2, batch, height, width).permute(1, 2, 3, 0)
    return F.grid_sample(images_BCHW, grid_BHW2, align_corners=False)


def _affine(images_BCHW: Tensor, ranges: Ranges) -> Tensor:
    """Draws the source positions of each picture's pixels: factors (2, B, 3) of x, y and 1, for x and for y."""
    batch, _, height, width = images_BCHW.shape
    draw_5B = torch.rand(5, batch, device=images_BCHW.device) * 2 - 1
    angle_B = draw_5B[0] * math.radians(ranges.rotation)
    scale_B = 1 + draw_5B[1] * ranges.scale
    shear_B = draw_5B[2] * ranges.shear
    # Lengths are in units of half the width and height, so a rotation needs their ratio and a shift counts double.
    cos_B, sin_B, ratio = torch.cos(angle_B) / scale_B, torch.sin(angle_B) / scale_B, height / width
    shift_x_B, shift_y_B = draw_5B[3:] * (2 * ranges.shift)
    x_B3 = torch.stack([cos_B, (shear_B * cos_B - sin_B) * ratio, shift_x_B], dim=1)
    y_B3 = torch.stack([sin_B / ratio, shear_B * sin_B + cos_B, shift_y_B], dim=1)
    return torch.stack([x_B3, y_B3])


def _bends(images_BCHW: Tensor, ranges: Ranges) -> Tensor:
    """Draws how far each knot of the elastic grid moves in x and y: (2, B, K * K)."""
    knots_2BK2 = torch.randn(2, len(images_BCHW), _KNOTS**2, device=images_BCHW.device)
    return knots_2BK2.mul_(2 * ranges.bend / 28)


@lru_cache(maxsize=16)
def _basis(height: int, width: int, device: torch.device) -> Tensor:
    """Returns the terms of the sampling grid at every pixel: (Q = 3 + K * K, P = H * W).

    First x, y and 1, then for each knot a smooth bump around it (bicubic interpolation between the knots).
    """
    y_H = (torch.arange(height) * 2 + 1) / height - 1
    x_W = (torch.arange(width) * 2 + 1) / width - 1
    y_HW, x_HW = torch.meshgrid(y_H, x_W, indexing="ij")
    knots_Q1KK = torch.eye(_KNOTS**2).view(-1, 1, _KNOTS, _KNOTS)
    bumps_QHW = F.interpolate(knots_Q1KK, size=(height, width), mode="bicubic", align_corners=True).squeeze(1)
    return torch.cat([torch.stack([x_HW, y_HW, torch.ones_like(x_HW)]), bumps_QHW]).flatten(1).to(device)
