"""A smooth curve through a noisy one: the exponential moving average without its bias towards zero.

With weight b, the running average s_n = b s_(n-1) + (1 - b) y_n starts at s_0 = 0, so it is too small at first. Divided
by 1 - b^n it is a true weighted mean of the values so far (Kingma and Ba, 2015, "Adam", section 3).
"""

import math

import numpy as np

from core.arrays import Floats64

# b^-k stays below e^20 within a block, which leaves a relative error of about 1e-16.
_BLOCK_EXPONENT = 20.0


class DebiasedAverage:
    """Averages a series that arrives in parts.

    Args:
        weight: weight of the past, from 0 (no smoothing) to below 1.
    """

    def __init__(self, weight: float) -> None:
        assert 0 <= weight < 1, "the weight of the past lies from 0 to below 1"
        self._weight = weight
        self._biased = 0.0
        self._count = 0
        self._last = math.nan

    def extend(self, values: Floats64) -> Floats64:
        """Returns the average after each of `values`, shape (n,). After NaN or infinity it stays as it was."""
        finite = self._filled(values)
        if not len(finite) or self._weight == 0:
            return finite
        known = np.flatnonzero(~np.isnan(finite))
        if not len(known):
            return finite
        start = int(known[0])
        averages = self._averages(finite[start:])
        counts = self._count + np.arange(1, len(averages) + 1)
        self._biased = float(averages[-1])
        self._count += len(averages)
        result: Floats64 = np.concatenate((finite[:start], averages / -np.expm1(counts * math.log(self._weight))))
        return result

    def _averages(self, values: Floats64) -> Floats64:
        """Solves the recursion block by block, since a sum of b^-k y_k over all values would overflow."""
        b = self._weight
        size = max(1, min(len(values), int(_BLOCK_EXPONENT / -math.log(b))))
        blocks = np.zeros((-(-len(values) // size), size))
        blocks.ravel()[: len(values)] = values
        decay = b ** np.arange(size)
        within = decay * np.cumsum((1 - b) * blocks / decay, axis=1)
        carried = np.empty(len(blocks))
        carry = self._biased
        for index, end in enumerate(within[:, -1].tolist()):
            carried[index] = carry
            carry = carry * b * float(decay[-1]) + end
        result: Floats64 = (within + carried[:, None] * b * decay).ravel()[: len(values)]
        return result

    def _filled(self, values: Floats64) -> Floats64:
        """Replaces each value that is not finite by the last finite one. Before the first there is none to use."""
        good = np.isfinite(values)
        if good.all():
            filled = np.array(values)
        else:
            index = np.maximum.accumulate(np.where(good, np.arange(len(values)), -1))
            filled = np.where(index >= 0, values[np.maximum(index, 0)], self._last)
        if len(filled):
            self._last = float(filled[-1])
        return filled
