"""Several digits in one drawing or picture: which ink belongs together, from left to right.

Knows no network: it goes by what touches and by what lies above what. Digits that touch each other are not told apart.
Axes as in `ink.py`; a box is left, top, right, bottom.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.arrays import Floats32, Floats64
from core.ink.picture import INK_THRESHOLD, parts_of
from core.ink.prepare import Drawing, Stroke, visible_strokes
from core.ink.raster import coverage, join

_TALL = 0.75
"""Strokes at least this part of the line's height are digits of their own unless they touch."""

_ABOVE = 0.5
"""Part of the narrower one's width by which two unconnected pieces overlap sideways when they are one digit."""

_SLACK = 0.03
"""Gap, as a part of the line's height, across which strokes still count as touching."""

_GRID = 256
"""Pixels along the longer side of the picture in which touching is looked for."""

_SPECK = 0.03
"""Pieces with less ink than this part of the largest one's are dirt unless they lie above or below another."""


@dataclass(frozen=True)
class DrawnDigit:
    """The strokes of one digit, alone on a canvas of the same size, and the box round its ink in canvas units."""

    drawing: Drawing
    box: tuple[float, float, float, float]


@dataclass(frozen=True)
class PicturedDigit:
    """The ink of one digit, alone in a picture of the same size, and the box round it in pixels."""

    ink_HW: Floats32
    box: tuple[int, int, int, int]


def segment_drawing(drawing: Drawing) -> list[DrawnDigit]:
    """Returns the digits of a drawing from left to right; an empty list when there is no ink."""
    lines = visible_strokes(drawing)
    if not lines:
        return []
    boxes_K4 = np.array(
        [[*(p - w[:, None] / 2).min(0), *(p + w[:, None] / 2).max(0)] for p, w in lines], dtype=np.float64
    )
    slack = _SLACK * float(boxes_K4[:, 3].max() - boxes_K4[:, 1].min())
    digits = []
    for members in _groups(boxes_K4, _touching(lines, slack)):
        strokes = [Stroke(lines[k][0].astype(np.float64), lines[k][1].astype(np.float64)) for k in members]
        digits.append(
            DrawnDigit(Drawing(tuple(strokes), drawing.width, drawing.height, drawing.pen), _around(boxes_K4[members]))
        )
    return digits


def segment_ink(ink_HW: Floats32) -> list[PicturedDigit]:
    """Returns the digits of a picture's ink (0 paper, 1 pen) from left to right; an empty list when there is no ink."""
    labels_HW, count = parts_of(ink_HW > INK_THRESHOLD)
    if not count:
        return []
    sizes_K = np.bincount(labels_HW.ravel(), minlength=count + 1)[1:]
    boxes_K4 = np.array([_box_of(labels_HW == k + 1) for k in range(count)], dtype=np.float64)
    digits = []
    for members in _groups(boxes_K4, np.eye(count, dtype=np.bool_)):
        if sizes_K[members].sum() < _SPECK * sizes_K.max():
            continue
        own_HW = np.isin(labels_HW, np.array(members) + 1)
        # The faint rim of a line lies below the threshold but belongs to it.
        near_HW = _grown(own_HW) & ((labels_HW == 0) | own_HW)
        left, top, right, bottom = (int(edge) for edge in _around(boxes_K4[members]))
        digits.append(PicturedDigit(np.where(near_HW, ink_HW, np.float32(0)), (left, top, right, bottom)))
    return digits


def _groups(boxes_K4: Floats64, touching_KK: NDArray[np.bool_]) -> list[list[int]]:
    """Returns which pieces make up each digit, from left to right by the middle of the digit's box."""
    left_K, top_K, right_K, bottom_K = boxes_K4.T
    line = float(bottom_K.max() - top_K.min())
    overlap_KK = np.minimum(right_K[:, None], right_K) - np.maximum(left_K[:, None], left_K)
    width_K = right_K - left_K
    above_KK = overlap_KK >= _ABOVE * np.minimum(width_K[:, None], width_K)
    tall_K = bottom_K - top_K >= _TALL * line
    linked_KK = touching_KK | (above_KK & ~(tall_K[:, None] & tall_K))
    groups: list[list[int]] = []
    left = set(range(len(boxes_K4)))
    while left:
        group, found = set(), {left.pop()}
        while found:
            group |= found
            found = {int(k) for k in np.flatnonzero(linked_KK[list(found)].any(0))} - group
        left -= group
        groups.append(sorted(group))
    return sorted(groups, key=lambda group: float(boxes_K4[group][:, [0, 2]].mean()))


def _touching(lines: list[tuple[Floats32, Floats32]], slack: float) -> NDArray[np.bool_]:
    """Says for each two lines (points, widths) whether ink leads from one to the other across gaps below `slack`.

    All lines are drawn together, each `slack` wider, and touch when they end up in the same connected part: that takes
    as long as the lines are, however often they cross.
    """
    low_2 = np.concatenate([points - widths[:, None] for points, widths in lines]).min(0) - slack
    high_2 = np.concatenate([points + widths[:, None] for points, widths in lines]).max(0) + slack
    scale = np.float32(_GRID / float((high_2 - low_2).max()))
    scaled = [((points - low_2) * scale, np.maximum((widths + slack) * scale / 2, 0.5)) for points, widths in lines]
    width, height = np.ceil((high_2 - low_2) * scale).astype(int) + 1
    labels_HW, _count = parts_of(coverage(join(scaled), int(height), int(width))[0] >= 0.5)
    part_K = np.array([labels_HW[int(points[0, 1]), int(points[0, 0])] for points, _ in scaled])
    return np.asarray(part_K[:, None] == part_K)


def _around(boxes_K4: Floats64) -> tuple[float, float, float, float]:
    left, top = boxes_K4[:, :2].min(0)
    right, bottom = boxes_K4[:, 2:].max(0)
    return float(left), float(top), float(right), float(bottom)


def _box_of(mask_HW: NDArray[np.bool_]) -> tuple[int, int, int, int]:
    rows, columns = np.flatnonzero(mask_HW.any(1)), np.flatnonzero(mask_HW.any(0))
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1


def _grown(mask_HW: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Returns a mask and the pixels next to it."""
    padded_HW = np.pad(mask_HW, 1)
    rows_HW = padded_HW[:-2] | padded_HW[1:-1] | padded_HW[2:]
    return np.asarray(rows_HW[:, :-2] | rows_HW[:, 1:-1] | rows_HW[:, 2:])
