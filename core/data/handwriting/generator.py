"""Generates any number of handwritten digits; the same seed gives the same digits.

Independent of the dataset registry and of files. `writer` writes; `allographs` and `oddities` contain the shapes.
Axes: N pictures, H and W 28 pixels, A shapes.
"""

from collections import deque
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from itertools import islice
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from core.data.handwriting.allographs import DIGITS
from core.data.handwriting.alphabet import Alphabet, compile_alphabet, read_shapes
from core.data.handwriting.oddities import SCRIBBLES, SIGNS
from core.data.handwriting.writer import Hand, write
from core.ink.prepare import FRAME

Images = NDArray[np.uint8]
Labels = NDArray[np.int64]
T = TypeVar("T")

_CHUNK = 500
"""Pictures generated together. A chunk depends only on the seed and its number, so a larger set begins equally."""

_THREADS = 2
"""More threads gain little: much of the work holds Python's interpreter lock."""

_WANDERING = Hand(knots=30, stroke_offset=12, hook=0)
_SMEARED = Hand(knots=24, stroke_offset=12, hook=0, width=9, width_spread=0.4, widest=17)


def generate(count: int, seed: int, classes: Sequence[int] = tuple(range(10))) -> tuple[Images, Labels]:
    """Generates digits.

    Picture i depends only on the seed and the classes, not on `count`.

    Args:
        count: number of pictures.
        seed: any integer >= 0.
        classes: the digits to write, evenly.

    Returns:
        Pictures (N, 28, 28), 0 paper to 255 ink, in MNIST's frame; and their classes (N,).
    """
    parts = list(generate_in_parts(count, seed, classes))
    images_NHW = np.concatenate([np.zeros((0, FRAME, FRAME), np.uint8), *(images for images, _ in parts)])
    labels_N = np.concatenate([np.zeros(0, np.int64), *(labels for _, labels in parts)])
    return images_NHW, labels_N


def generate_in_parts(
    count: int, seed: int, classes: Sequence[int] = tuple(range(10))
) -> Generator[tuple[Images, Labels], None, None]:
    """Yields the result of `generate` in parts of a few hundred pictures, as soon as they are written."""
    done = 0
    for images_NHW, labels_N in _in_chunks(lambda chunk: _digits(seed, chunk, tuple(classes)), count):
        yield images_NHW[: count - done], labels_N[: count - done]
        done += len(labels_N)


def generate_non_digits(count: int, seed: int) -> Images:
    """Generates drawings that are not digits: letters, signs and figures (one half), scribbles, and blobs.

    Picture i depends only on the seed, not on `count`.

    Returns:
        Pictures (N, 28, 28), 0 paper to 255 ink, in MNIST's frame.
    """
    parts = _in_chunks(lambda chunk: _oddities(seed, chunk), count)
    return np.concatenate([np.zeros((0, FRAME, FRAME), np.uint8), *parts])[:count]


def _in_chunks(make: Callable[[int], T], count: int) -> Generator[T, None, None]:
    """Yields the chunks with `count` pictures, in order; only a few are made ahead of the caller."""
    chunks = iter(range(-(-count // _CHUNK)))
    pool = ThreadPoolExecutor(_THREADS)
    try:
        made = deque(pool.submit(make, chunk) for chunk in islice(chunks, 2 * _THREADS))
        while made:
            ready = made.popleft().result()
            made.extend(pool.submit(make, chunk) for chunk in islice(chunks, 1))
            yield ready
    finally:
        pool.shutdown(cancel_futures=True)  # on an early stop, chunks not yet begun are dropped


def _digits(seed: int, chunk: int, classes: tuple[int, ...]) -> tuple[Images, Labels]:
    rng = np.random.default_rng([seed, chunk])
    alphabet = _alphabet(DIGITS)
    labels_N = np.array(classes)[(np.arange(_CHUNK) + chunk * _CHUNK) % len(classes)]
    labels_N = rng.permutation(labels_N)
    return write(alphabet, _shapes(alphabet, labels_N, rng), rng), labels_N


def _oddities(seed: int, chunk: int) -> Images:
    # The third number gives digits and oddities of the same seed different random numbers.
    rng = np.random.default_rng([seed, chunk, 1])
    signs, scribbles = _alphabet(SIGNS), _alphabet(SCRIBBLES)
    half, third = _CHUNK // 2, _CHUNK // 3
    parts = [
        write(alphabet, _shapes(alphabet, np.zeros(count, np.int64), rng), rng, hand)
        for alphabet, count, hand in (
            (signs, half, Hand()),
            (scribbles, third, _WANDERING),
            (scribbles, _CHUNK - half - third, _SMEARED),
        )
    ]
    return rng.permutation(np.concatenate(parts))


@cache
def _alphabet(table: str) -> Alphabet:
    return compile_alphabet(read_shapes(table))


def _shapes(alphabet: Alphabet, labels_N: Labels, rng: np.random.Generator) -> NDArray[np.int64]:
    """Returns a random shape for each label, by weight."""
    totals = np.bincount(alphabet.labels_A, alphabet.weights_A)
    shares_A = alphabet.weights_A / totals[alphabet.labels_A]
    # Shapes are sorted by class, so the cumulative sum of shares passes one whole number per class.
    bounds_A = shares_A.cumsum()
    return np.minimum(np.searchsorted(bounds_A, labels_N + rng.random(len(labels_N)), side="right"), len(bounds_A) - 1)
