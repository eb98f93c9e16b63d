"""Ends of axes that show what matters: robust against the first steps and spikes, and round. Pure numpy."""

import math

import numpy as np

from gui.charts.series import Floats

_ROUND = (1.0, 1.2, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0)
# Enough to know a quantile by, few enough to look at ten times a second.
_SAMPLE = 4096


def round_up(value: float) -> float:
    """Returns the least round number that is not below `value`; 1 for what is not positive and finite."""
    if not (0 < value < math.inf):
        return 1.0
    power = 10.0 ** math.floor(math.log10(value))
    # A relative slack of 1e-9: 0.3 must not become 0.4 because it is stored as 0.30000000000000004.
    return next((power * step for step in _ROUND if value <= power * step * (1 + 1e-9)), 10 * power)


def loss_range(training: Floats, validation: Floats) -> tuple[float, float]:
    """Returns 0 and a top under which nearly all of the curve lies, so that the first steps do not flatten the rest.

    Args:
        training: losses of steps, shape (n,), any of which may be infinite or not a number.
        validation: losses of epochs, shape (m,); all but the first are shown whatever they are.
    """
    sample, points = _sample(training), _finite(validation)
    tops = []
    if len(sample):
        tops.append(1.1 * float(np.quantile(sample, 0.98)))
    if len(points):
        tops.append(1.05 * float(points[1:].max() if len(points) > 1 else points.max()))
    return 0.0, round_up(max(tops, default=1.0))


def accuracy_range(training: Floats, validation: Floats) -> tuple[float, float]:
    """Returns a round bottom above which nearly all of the curve lies, and 1."""
    sample, points = _sample(training), _finite(validation)
    bottoms = []
    if len(sample):
        bottoms.append(float(np.quantile(sample, 0.05)))
    if len(points):
        bottoms.append(float(points[1:].min() if len(points) > 1 else points.min()))
    below = 1 - min(bottoms, default=0.0)
    # At least 2 % of room: a model that is always right still has a curve to show.
    return max(0.0, 1 - round_up(max(1.1 * below, 0.02))), 1.0


def log_range(training: Floats, validation: Floats) -> tuple[float, float]:
    """Returns the decimal logarithms of a bottom and a top for values of which only positive ones can be drawn."""
    sample, points = _sample(training), _finite(validation)
    sample, points = sample[sample > 0], points[points > 0]
    ends = list(points)
    if len(sample):
        ends += [np.quantile(sample, 0.005, method="lower"), np.quantile(sample, 0.995, method="higher")]
    if not ends:
        return -1.0, 0.0
    return math.floor(10 * math.log10(min(ends)) - 0.5) / 10, math.ceil(10 * math.log10(max(ends)) + 0.5) / 10


def _sample(values: Floats) -> Floats:
    return _finite(values[:: max(1, len(values) // _SAMPLE)])


def _finite(values: Floats) -> Floats:
    return values[np.isfinite(values)]
