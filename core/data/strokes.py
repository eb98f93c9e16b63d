"""Handwriting from a generator: any amount of digits, written by no one, the same for the same seed.

Knows no dataset registry and no files; `core.data.writer` knows how to write, `core.data.allographs` what.
"""

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache

import numpy as np
from numpy.typing import NDArray

from core.data.allographs import DIGITS
from core.data.alphabet import Alphabet, compile_alphabet, read_shapes
from core.data.writer import write

_CHUNK = 500
"""Pictures generated together. A chunk is a function of (seed, number of the chunk): any prefix of a set is stable."""


@cache
def _digits() -> Alphabet:
    return compile_alphabet(read_shapes(DIGITS))


def generate(
    count: int, seed: int, classes: Sequence[int] = tuple(range(10))
) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Writes digits.

    Picture i is the same for the same seed and classes, however many are asked for.

    Args:
        count: how many.
        seed: any integer >= 0.
        classes: which digits, evenly.

    Returns:
        Pictures (count, 28, 28), 0 paper to 255 ink, in MNIST's frame; and their classes (count,).
    """
    chunks = range(-(-count // _CHUNK))
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        parts = list(pool.map(lambda chunk: _chunk(seed, chunk, tuple(classes)), chunks))
    if not parts:
        return np.zeros((0, 28, 28), np.uint8), np.zeros(0, np.int64)
    images_NHW, labels_N = (np.concatenate(arrays)[:count] for arrays in zip(*parts, strict=True))
    return images_NHW, labels_N


def _chunk(seed: int, chunk: int, classes: tuple[int, ...]) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    rng = np.random.Generator(np.random.PCG64([seed, chunk]))
    alphabet = _digits()
    labels_N = np.array(classes)[(np.arange(_CHUNK) + chunk * _CHUNK) % len(classes)]
    labels_N = rng.permutation(labels_N)
    shares_A = alphabet.weights_A.copy()
    for label in range(10):
        own_A = alphabet.labels_A == label
        shares_A[own_A] /= shares_A[own_A].sum()
    # Shapes lie in order of class, so one search in the running sum of shares finds a shape of the wanted class.
    shape_N = np.searchsorted(shares_A.cumsum(), labels_N + rng.random(_CHUNK) * (1 - 1e-9), side="right")
    return write(alphabet, shape_N, rng), labels_N
