"""Draws pen strokes as grey pictures: fits polylines into a box and draws them anti-aliased, one or thousands.

Independent of canvas, files and networks. Used for drawings by hand and for generated handwriting.
Axes: N drawings, S samples along a drawing's strokes, M pieces of line, H height, W width, 2 = (x, y); y points down.
"""

from dataclasses import dataclass
from typing import cast

import numpy as np
from numpy.typing import NDArray

from core.arrays import Floats32, Floats64

Mask = NDArray[np.bool_]

_BLOCK = 1 << 17
"""Pixels drawn at a time: small enough for the processor's cache, large enough to hide Python's overhead."""


@dataclass(frozen=True)
class Lines:
    """The strokes of N drawings, sampled to the same number of points.

    Attributes:
        points_NS2: positions of the pen, in any unit; `fit` converts them to pixels.
        radii_NS: half the width of the line at each sample, in pixels of the final picture.
        joined_NS: whether ink connects sample s with s + 1 (the last column is False). Unconnected samples are unused.
    """

    points_NS2: Floats32
    radii_NS: Floats32
    joined_NS: Mask

    def inked_NS(self) -> Mask:
        """Returns which samples carry ink: those at an end of a piece of line."""
        inked_NS = self.joined_NS.copy()
        inked_NS[:, 1:] |= self.joined_NS[:, :-1]
        return inked_NS


def fit(lines: Lines, side: float, smallest: float = 1e-6) -> Lines:
    """Moves and scales each drawing so that its ink, pen width included, starts at (0, 0) and is `side` pixels long.

    Args:
        lines: drawings in any unit. Their radii are already pixels and stay unchanged, so the width of a line does not
            depend on the size of the drawing.
        side: length of the longer side of the ink, in pixels.
        smallest: a drawing whose longer side is smaller, in its own unit, is not enlarged further.
    """
    # The samples are the last axis here: this makes min and max faster, which take most of the time.
    points_N2S = np.ascontiguousarray(lines.points_NS2.swapaxes(1, 2))
    inked_N1S, radii_N1S = lines.inked_NS()[:, None], lines.radii_NS[:, None]
    low_N2, high_N2 = _ink_box(points_N2S, np.zeros_like(radii_N1S), inked_N1S)
    extent_N = (high_N2 - low_N2).max(1)
    is_dot_N = extent_N < smallest
    extent_N = np.maximum(extent_N, smallest)
    points_N2S -= low_N2[..., None]
    scale_N = (side - 2 * np.where(inked_N1S, radii_N1S, 0).max((1, 2))) / extent_N
    # The thickest sample need not be the outermost. Ink grows by `extent` per unit of scale: two corrections suffice.
    for _ in range(2):
        left_N2, right_N2 = _ink_box(points_N2S * scale_N[:, None, None], radii_N1S, inked_N1S)
        missing_N = np.where(is_dot_N, 0, side - (right_N2 - left_N2).max(1))
        scale_N = np.maximum(scale_N + missing_N / extent_N, 0).astype(np.float32)
    points_N2S *= scale_N[:, None, None]
    left_N2, _right_N2 = _ink_box(points_N2S, radii_N1S, inked_N1S)
    points_NS2 = np.ascontiguousarray((points_N2S - left_N2[..., None]).swapaxes(1, 2), np.float32)
    return Lines(points_NS2, lines.radii_NS, lines.joined_NS)


def _ink_box(points_N2S: Floats32, radii_N1S: Floats32, inked_N1S: Mask) -> tuple[Floats32, Floats32]:
    """Returns the top left and bottom right corners (N, 2) of each drawing's ink."""
    low_N2 = (points_N2S - radii_N1S).min(2, where=inked_N1S, initial=np.inf)
    high_N2 = (points_N2S + radii_N1S).max(2, where=inked_N1S, initial=-np.inf)
    return low_N2, high_N2


def coverage(lines: Lines, height: int, width: int) -> Floats32:
    """Draws lines as grey pictures (N, height, width): the part of each pixel that ink covers, from 0 to 1.

    Each piece of line is the union of discs along it. The coverage is clip(d + 1/2, 0, 1), where d is the distance of a
    pixel's centre to the line's edge. Where pieces overlap, the larger value counts. Only pixels near a piece are
    visited, so the cost depends on the length of the lines, not on the size of the picture.

    Args:
        lines: points and radii in pixels; pixel (row 0, column 0) spans 0..1 along both axes.
        height: rows of the pictures.
        width: columns of the pictures.
    """
    drawing_M, sample_M = np.nonzero(lines.joined_NS)
    # A margin of one pixel receives everything outside the picture, so pieces need no separate check.
    picture = np.zeros((len(lines.joined_NS), height + 2, width + 2), np.float32)
    if drawing_M.size:
        start_M2, end_M2 = lines.points_NS2[drawing_M, sample_M], lines.points_NS2[drawing_M, sample_M + 1]
        start_M, end_M = lines.radii_NS[drawing_M, sample_M], lines.radii_NS[drawing_M, sample_M + 1]
        reach_M1 = np.maximum(start_M, end_M)[:, None] + 0.5
        corner_M2 = np.floor(np.minimum(start_M2, end_M2) - reach_M1 + 0.5)
        window_M = np.ceil((np.abs(end_M2 - start_M2) + 2 * reach_M1).max(1)).astype(int)
        for window in np.unique(window_M):
            members = np.flatnonzero(window_M == window)
            for part in np.split(members, range(block := max(_BLOCK // window**2, 1), len(members), block)):
                _draw(
                    picture,
                    int(window),
                    drawing_M[part],
                    corner_M2[part],
                    start_M2[part],
                    end_M2[part],
                    start_M[part],
                    end_M[part],
                )
    return np.ascontiguousarray(picture[:, 1:-1, 1:-1])


def _draw(
    picture: Floats32,
    window: int,
    drawing_M: NDArray[np.intp],
    corner_M2: Floats32,
    start_M2: Floats32,
    end_M2: Floats32,
    start_M: Floats32,
    end_M: Floats32,
) -> None:
    """Draws pieces of line into `picture`, each on `window` x `window` pixels (axes y, x) that start at its corner."""
    steps = np.arange(window, dtype=np.float32)
    along_M2 = end_M2 - start_M2
    middle_M2 = corner_M2 + np.float32(0.5) - start_M2
    x_MW, y_MW = middle_M2[:, :1] + steps, middle_M2[:, 1:] + steps
    length_M1 = np.maximum((along_M2 * along_M2).sum(1, keepdims=True), np.float32(1e-12))
    share_M2 = along_M2 / length_M1
    # t: the nearest point on the piece, from 0 at its start to 1 at its end.
    t_Myx = (y_MW * share_M2[:, 1:])[:, :, None] + (x_MW * share_M2[:, :1])[:, None, :]
    np.clip(t_Myx, 0, 1, out=t_Myx)
    off_Myx = t_Myx * along_M2[:, 0, None, None]
    np.subtract(x_MW[:, None, :], off_Myx, out=off_Myx)
    np.square(off_Myx, out=off_Myx)
    other_Myx = t_Myx * along_M2[:, 1, None, None]
    np.subtract(y_MW[:, :, None], other_Myx, out=other_Myx)
    np.square(other_Myx, out=other_Myx)
    off_Myx += other_Myx
    np.sqrt(off_Myx, out=off_Myx)
    t_Myx *= (end_M - start_M)[:, None, None]
    t_Myx += (start_M + np.float32(0.5))[:, None, None]
    t_Myx -= off_Myx
    np.clip(t_Myx, 0, 1, out=t_Myx)
    _count, height, width = picture.shape
    corner_M2i = corner_M2.astype(np.int32) + 1
    column_MW = np.clip(corner_M2i[:, :1] + np.arange(window), 0, width - 1)
    row_MW = np.clip(corner_M2i[:, 1:] + np.arange(window), 0, height - 1)
    row_MW += (drawing_M[:, None] * height).astype(row_MW.dtype)
    place_Myx = (row_MW * width)[:, :, None] + column_MW[:, None, :]
    np.maximum.at(picture.reshape(-1), place_Myx.reshape(-1), t_Myx.reshape(-1))


def resample(points_S2: Floats64, values_S: Floats64, step: float) -> tuple[Floats32, Floats32]:
    """Places samples at most `step` apart along a polyline, ends included; a single point becomes two equal ones.

    Returns:
        The new points (S', 2) and `values_S` (such as widths) interpolated there (S',).
    """
    length_S = np.concatenate([[0.0], np.hypot(*np.diff(points_S2, axis=0).T).cumsum()])
    count = max(int(np.ceil(length_S[-1] / step)) + 1, 2)
    at = np.linspace(0, length_S[-1], count)
    columns = [np.interp(at, length_S, column) for column in (*points_S2.T, values_S)]
    return np.stack(columns[:2], 1).astype(np.float32), columns[2].astype(np.float32)


def join(strokes: list[tuple[Floats32, Floats32]]) -> Lines:
    """Returns one drawing (N = 1) made of strokes (points, radii), with no ink between one stroke and the next."""
    points_NS2 = np.concatenate([points for points, _ in strokes])[None]
    radii_NS = np.concatenate([radii for _, radii in strokes])[None]
    joined_NS = np.ones(radii_NS.shape, np.bool_)
    joined_NS[0, np.cumsum([len(points) for points, _ in strokes]) - 1] = False
    return Lines(cast("Floats32", points_NS2), cast("Floats32", radii_NS), joined_NS)
