"""The two types of number arrays in the program; the axes of an array are part of its name.

`levels_HW` has the axes height and width, `values_TH` tokens and hidden units; each file explains its letters.
"""

import numpy as np
from numpy.typing import NDArray

Floats32 = NDArray[np.float32]
"""Pictures and what networks compute."""

Floats64 = NDArray[np.float64]
"""Losses, metrics, seconds, probabilities."""
