"""Ranges of axes that show what matters: round, and not distorted by the first steps or by spikes. Pure numpy."""

import math
from collections.abc import Sequence

import numpy as np

from core.arrays import Floats64

# Space beyond the end that a curve comes close to, as a fraction of the axis, so that marks there are not cut off.
MARGIN = 0.04
_ROUND = (1.0, 1.2, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0)
# Enough values to estimate a quantile, few enough to read several times a second.
_SAMPLE = 1024


def round_up(value: float) -> float:
    """Returns the smallest round number that is not below `value`; 1 if `value` is not positive and finite."""
    if not (0 < value < math.inf):
        return 1.0
    power = 10.0 ** math.floor(math.log10(value))
    # The relative slack of 1e-9 keeps 0.3 from becoming 0.4 because it is stored as 0.30000000000000004.
    return next((power * step for step in _ROUND if value <= power * step * (1 + 1e-9)), 10 * power)


def round_spacing(least: float) -> float:
    """Returns the smallest of 1, 2, 2.5 and 5 times a power of ten that is not below `least`, which is positive."""
    power = 10.0 ** math.floor(math.log10(least))
    return next((power * step for step in (1, 2, 2.5, 5) if least <= power * step * (1 + 1e-9)), 10 * power)


def loss_range(
    training: Floats64, validation: Floats64, others: Sequence[Floats64] = (), margin: float = MARGIN
) -> tuple[float, float]:
    """Returns a little less than 0 and a round top, so that nearly all of the curve lies between them.

    The first steps do not flatten the rest. If there are negative values, the bottom is round too.

    Args:
        training: values of steps, shape (n,); they may contain infinities and NaN.
        validation: values of epochs, shape (m,); all are always visible, except the first of several beside steps.
        others: values of earlier runs; they may raise the top to at most twice its height.
        margin: space below 0, as a fraction of the top.
    """
    top = round_up(_reach(training, validation, others))
    below = _reach(-training, -validation, [-other for other in others])
    return -round_up(below) if below > 0 else -margin * top, top


def share_range(
    training: Floats64, validation: Floats64, others: Sequence[Floats64] = (), margin: float = MARGIN
) -> tuple[float, float]:
    """Returns a round bottom above which nearly all of the curve lies, and a little more than 1.

    This is the range of 1 minus the values, reversed; see `loss_range`.
    """
    if not len(training) + len(validation) + sum(map(len, others)):
        return 0.0, 1.0 + margin
    wrong = _reach(1 - training, 1 - validation, [1 - other for other in others])
    # At least 2 % of space, so that the curve of a model that is always right is visible.
    room = min(round_up(max(wrong, 0.02)), 1.0)
    return 1 - room, 1 + margin * room


def log_range(training: Floats64, validation: Floats64, margin: float = 0.0) -> tuple[float, float]:
    """Returns the decimal logarithms of a bottom and a top; only positive values are considered.

    `margin` is space beyond both, as a fraction of the distance between them.
    """
    sample, points = _sample(training), _finite(validation)
    sample, points = sample[sample > 0], points[points > 0]
    ends = list(points)
    if len(sample):
        ends += [np.quantile(sample, 0.005, method="lower"), np.quantile(sample, 0.995, method="higher")]
    if not ends:
        return -1.0, 0.0
    bottom, top = math.log10(min(ends)), math.log10(max(ends))
    room = max(0.05, margin * (top - bottom))
    return math.floor(10 * (bottom - room)) / 10, math.ceil(10 * (top + room)) / 10


def _reach(training: Floats64, validation: Floats64, others: Sequence[Floats64]) -> float:
    own, compared = _top(training, validation), max((_top(other, other[:0]) for other in others), default=0.0)
    return max(own, min(compared, 2 * own)) if own else compared


def _top(training: Floats64, validation: Floats64) -> float:
    """Returns the top that the axis needs to show nine tenths of all steps and nearly all of the later ones."""
    sample, points = _sample(training), _finite(validation)
    tops = [0.0]
    if len(sample):
        tops += [1.3 * float(np.quantile(sample, 0.9)), 1.1 * float(np.quantile(sample[len(sample) // 2 :], 0.98))]
    if len(points):
        is_first_shown = len(points) == 1 or not len(sample)  # without steps the points are all there is of the curve
        tops.append(1.05 * float(points.max() if is_first_shown else points[1:].max()))
    return max(tops)


def _sample(values: Floats64) -> Floats64:
    return _finite(values[:: max(1, len(values) // _SAMPLE)])


def _finite(values: Floats64) -> Floats64:
    return values[np.isfinite(values)]
