"""The two kinds of arrays of numbers that travel through the program; their axes are part of their names.

`levels_HW` has height and width, `values_TH` tokens and hidden units; each file says what its letters stand for.
"""

import numpy as np
from numpy.typing import NDArray

Floats32 = NDArray[np.float32]
"""Pictures and what networks compute."""

Floats64 = NDArray[np.float64]
"""Figures: losses, metrics, seconds, probabilities."""
