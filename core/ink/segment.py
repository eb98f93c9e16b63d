"""Separates several digits in one drawing or picture, from left to right.

Uses no network: pieces of ink belong together if they touch or lie above each other. Digits that touch each other are
not separated. Axes: K pieces, H height, W width; a box is left, top, right, bottom.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.arrays import Floats32, Floats64
from core.ink.picture import INK_THRESHOLD, parts_of
from core.ink.prepare import Drawing, Stroke, visible_strokes
from core.ink.raster import coverage, join

_TALL = 0.75
"""Strokes at least this fraction of the line's height are separate digits unless they touch."""

_ABOVE = 0.5
"""Two unconnected pieces are one digit if they overlap sideways by this fraction of the narrower one's width."""

_SLACK = 0.03
"""Strokes still touch across a gap of this fraction of the line's height."""

_GRID = 256
"""Longer side, in pixels, of the picture that is used to find strokes that touch."""

_SPECK = 0.03
"""Pieces with less than this fraction of the largest one's ink are dirt unless they lie above or below another."""


@dataclass(frozen=True)
class DrawnDigit:
    """The strokes of one digit, alone on a canvas of the same size, and the bounding box of its ink in canvas units."""

    drawing: Drawing
    box: tuple[float, float, float, float]


@dataclass(frozen=True)
class PicturedDigit:
    """The ink of one digit, alone in a picture of the same size, and its bounding box in pixels."""

    ink_HW: Floats32
    box: tuple[int, int, int, int]


def segment_drawing(drawing: Drawing) -> list[DrawnDigit]:
    """Returns the digits of a drawing from left to right; an empty list if there is no ink."""
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
    """Returns the digits of a picture's ink (0 paper, 1 pen) from left to right; an empty list if there is no ink."""
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
        # The faint edge of a line is below the threshold but belongs to the line.
        near_HW = _grown(own_HW) & ((labels_HW == 0) | own_HW)
        left, top, right, bottom = (int(edge) for edge in _around(boxes_K4[members]))
        digits.append(PicturedDigit(np.where(near_HW, ink_HW, np.float32(0)), (left, top, right, bottom)))
    return digits


def _groups(boxes_K4: Floats64, touching_KK: NDArray[np.bool_]) -> list[list[int]]:
    """Returns the indices of each digit's pieces; digits are sorted from left to right by the centre of their box."""
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
    """Returns for each pair of lines (points, widths) whether ink connects them across gaps smaller than `slack`.

    All lines are drawn in one picture, each `slack` wider. Two lines touch if they are in the same connected part. The
    cost depends on the length of the lines, not on the number of crossings.
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
    """Returns the mask extended by its neighbouring pixels."""
    padded_HW = np.pad(mask_HW, 1)
    rows_HW = padded_HW[:-2] | padded_HW[1:-1] | padded_HW[2:]
    return np.asarray(rows_HW[:, :-2] | rows_HW[:, 1:-1] | rows_HW[:, 2:])
