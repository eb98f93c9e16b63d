"""Fewer points that draw the same picture: the least and the greatest value of each pixel or so. Pure numpy.

Bins are aligned to powers of two of the index, so that a curve that grows keeps the points it had and does not shimmer.
"""

import numpy as np

from gui.charts.series import Floats


def decimate(xs: Floats, ys: Floats, left: float, right: float, pixels: int) -> tuple[Floats, Floats]:
    """Returns about two points a pixel of the part of a curve that can be seen.

    The extremes of what is seen are kept exactly, at their own places; so are the first and the last point. Values that
    are not finite are left out.

    Args:
        xs: abscissas, shape (n,), ascending and finite.
        ys: values, shape (n,).
        left: smallest abscissa seen; the point before it is kept, so that the line enters from outside.
        right: greatest abscissa seen; the point after it is kept too.
        pixels: width of the picture.
    """
    first = max(int(np.searchsorted(xs, left, "left")) - 1, 0)
    last = min(int(np.searchsorted(xs, right, "right")) + 1, len(xs))
    size = bin_size(last - first, pixels)
    if size == 1:
        return _finite(xs[first:last], ys[first:last])
    keep = _extremes(ys, first, last, size)
    if not np.isfinite(ys[keep]).all():
        # Rare enough to pay for a copy only here: the extremes of a bin with a hole in it are the hole itself.
        return decimate(*_finite(xs[first:last], ys[first:last]), left, right, pixels)
    return xs[keep], ys[keep]


def bin_size(count: int, pixels: int) -> int:
    """Returns the power of two by which `count` points fall into at most `pixels` bins; 1 where they need no bins."""
    return 1 if count <= 2 * pixels else 1 << int(np.ceil(np.log2(count / max(pixels, 1))))


def _extremes(ys: Floats, first: int, last: int, size: int) -> np.ndarray:
    """Indices from `first` to before `last` of both ends and of the least and greatest value of each bin, ascending."""
    start = min(-(-first // size) * size, last)
    stop = max(last // size * size, start)
    bins = ys[start:stop].reshape(-1, size)
    offsets = np.arange(start, stop, size)
    inner = (offsets + bins.argmin(axis=1), offsets + bins.argmax(axis=1))
    # What sticks out of the aligned bins on either side is less than a bin each.
    return np.unique(np.concatenate((*inner, _ends(ys, first, start), _ends(ys, stop, last), (first, last - 1))))


def _ends(ys: Floats, start: int, stop: int) -> np.ndarray:
    if start >= stop:
        return np.empty(0, dtype=np.intp)
    part = ys[start:stop]
    return start + np.array((part.argmin(), part.argmax()))


def _finite(xs: Floats, ys: Floats) -> tuple[Floats, Floats]:
    good = np.isfinite(ys)
    return (xs, ys) if good.all() else (xs[good], ys[good])
