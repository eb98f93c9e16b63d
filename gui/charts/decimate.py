"""Fewer points that draw the same picture. Pure numpy.

A noisy curve becomes the minimum and the maximum of each pixel or so. Bins are aligned to powers of two of the index.
So a growing curve keeps the points it had and does not flicker, and the extremes of a block are found once and serve
every coarser view.
"""

import numpy as np
from numpy.typing import NDArray

from core.arrays import Floats64

Indices = NDArray[np.int64]

BLOCK = 256


class Extremes:
    """The positions of the minimum and the maximum in each whole block of a growing curve.

    They make it possible to thin a curve of a million points by reading a few thousand.
    """

    def __init__(self) -> None:
        self._least: list[Indices] = []
        self._greatest: list[Indices] = []
        self._blocks = 0

    def extend(self, ys: Floats64) -> None:
        """Reads what was appended to `ys`, shape (n,), since the last call."""
        start, stop = self._blocks * BLOCK, len(ys) // BLOCK * BLOCK
        if stop > start:
            least, greatest = _of_bins(ys, start, stop, BLOCK)
            self._least.append(least)
            self._greatest.append(greatest)
            self._blocks = stop // BLOCK
            if len(self._least) > 64:
                self._least = [np.concatenate(self._least)]
                self._greatest = [np.concatenate(self._greatest)]

    def of_bins(self, ys: Floats64, start: int, stop: int, size: int) -> tuple[Indices, Indices]:
        """Returns the positions of the minimum and maximum of each bin of `size` from `start` to before `stop`.

        `start` and `stop` are multiples of `size`. The result is the same as from reading every value.
        """
        known = min(stop, self._blocks * BLOCK // size * size)
        if size < BLOCK or known <= start:
            return _of_bins(ys, start, stop, size)
        blocks = slice(start // BLOCK, known // BLOCK)
        least = np.concatenate(self._least)[blocks].reshape(-1, size // BLOCK)
        greatest = np.concatenate(self._greatest)[blocks].reshape(-1, size // BLOCK)
        rows = np.arange(len(least))
        low, high = _where_least(ys[least]), _where_least(-ys[greatest])
        rest_low, rest_high = _of_bins(ys, known, stop, size)
        return np.concatenate((least[rows, low], rest_low)), np.concatenate((greatest[rows, high], rest_high))


def decimate(
    xs: Floats64, ys: Floats64, left: float, right: float, pixels: int, known: Extremes | None = None
) -> tuple[Floats64, Floats64]:
    """Returns about two points a pixel for the visible part of a curve.

    The extremes of the visible part are kept exactly and in their places; so are its first and last point. Values that
    are not finite are left out.

    Args:
        xs: abscissas, shape (n,), ascending and finite.
        ys: values, shape (n,).
        left: smallest visible abscissa; the point before it is kept, so that the line enters from outside.
        right: greatest visible abscissa; the point after it is kept too.
        pixels: width of the picture.
        known: the extremes of the blocks of `ys`; with them not every value is read.
    """
    first, last = _seen(xs, left, right)
    size = bin_size(last - first, pixels)
    if size == 1:
        return _finite(xs[first:last], ys[first:last])
    start = min(-(-first // size) * size, last)
    stop = max(last // size * size, start)
    inner = (known or Extremes()).of_bins(ys, start, stop, size)
    # What remains on either side of the aligned bins is less than one bin each.
    outer = [np.concatenate(_of_bins(ys, *ends, ends[1] - ends[0])) for ends in ((first, start), (stop, last))]
    keep = np.unique(np.concatenate((*inner, *outer, (first, last - 1))))
    return _finite(xs[keep], ys[keep])


def sample(xs: Floats64, ys: Floats64, left: float, right: float, pixels: int) -> tuple[Floats64, Floats64]:
    """Returns about one point a pixel for the visible part of a smooth curve, and its last point.

    For a curve without noise, whose extremes do not hide between the points.

    Args:
        xs: abscissas, shape (n,), ascending and finite.
        ys: values, shape (n,).
        left: smallest visible abscissa.
        right: greatest visible abscissa.
        pixels: width of the picture.
    """
    first, last = _seen(xs, left, right)
    size = bin_size(last - first, pixels)
    keep = np.unique(np.concatenate((np.arange(first // size * size, last, size), (last - 1,))))
    keep = keep[keep >= 0]
    return _finite(xs[keep], ys[keep])


def bin_size(count: int, pixels: int) -> int:
    """Returns the power of two that sorts `count` points into at most `pixels` bins; 1 if no bins are needed."""
    return 1 if count <= 2 * pixels else 1 << int(np.ceil(np.log2(count / max(pixels, 1))))


def _seen(xs: Floats64, left: float, right: float) -> tuple[int, int]:
    """Returns the first visible index and the one after the last visible one, with one more point on either side."""
    first = max(int(np.searchsorted(xs, left, "left")) - 1, 0)
    return first, min(int(np.searchsorted(xs, right, "right")) + 1, len(xs))


def _of_bins(ys: Floats64, start: int, stop: int, size: int) -> tuple[Indices, Indices]:
    """Returns the positions of the minimum and maximum of each bin of `size`, from `start` to before `stop`."""
    if stop <= start:
        return np.empty(0, np.int64), np.empty(0, np.int64)
    bins = ys[start:stop].reshape(-1, size)
    offsets = np.arange(start, stop, size)
    return offsets + _where_least(bins), offsets + _where_least(-bins)


def _where_least(rows: Floats64) -> Indices:
    """Returns the column of the smallest finite value of each row; any column if a row has none."""
    places = rows.argmin(axis=1)
    holes = ~np.isfinite(rows[np.arange(len(rows)), places])
    if holes.any():
        places[holes] = np.where(np.isfinite(rows[holes]), rows[holes], np.inf).argmin(axis=1)
    return places


def _finite(xs: Floats64, ys: Floats64) -> tuple[Floats64, Floats64]:
    good = np.isfinite(ys)
    return (xs, ys) if good.all() else (xs[good], ys[good])
