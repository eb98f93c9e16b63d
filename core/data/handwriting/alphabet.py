"""Compiles shapes, which are described by knots, to tables that can write a whole batch of different shapes at once.

Independent of particular shapes and pictures. Axes: A shapes, V variants, K knots, S samples along a shape's strokes,
2 = (x, y). Shapes are in a box of 100 x 100 with y pointing down; after compiling, its middle is (0, 0).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.arrays import Floats32, Floats64

SAMPLES = 48
"""Samples along the strokes of one shape."""


@dataclass(frozen=True)
class Shape:
    """One way to write a character.

    Attributes:
        label: class index.
        weight: how common it is among the shapes of its class.
        variants: the same strokes and knots at different positions; a random mixture of all of them is written. A
            stroke is its knots, "x,y" separated by blanks; strokes are separated by ";". The pen runs smoothly through
            the knots; "^" marks a corner.
        breadth: factor of its width.
        lean: how far its top is moved to the right, as a fraction of its height.
    """

    label: int
    weight: float
    variants: tuple[str, ...]
    breadth: float = 1.0
    lean: float = 0.0


def read_shapes(table: str) -> list[Shape]:
    """Reads a table of shapes.

    "character LABEL breadth B lean L" begins the shapes of one class, and "shape WEIGHT" begins one shape. Each line
    after that is one variant of the shape; "#" begins a comment.
    """
    shapes: list[Shape] = []
    label, breadth, lean, weight = 0, 1.0, 0.0, 1.0
    variants: list[str] = []

    def finish() -> None:
        if variants:
            shapes.append(Shape(label, weight, tuple(variants), breadth, lean))
            variants.clear()

    for line in table.splitlines():
        words = line.partition("#")[0].split()
        match words:
            case []:
                pass
            case ["character", number, "breadth", broad, "lean", leaning]:
                finish()
                label, breadth, lean = int(number), float(broad), float(leaning)
            case ["shape", number]:
                finish()
                weight = float(number)
            case _:
                variants.append(" ".join(words))
    finish()
    return shapes


@dataclass(frozen=True)
class Alphabet:
    """Shapes compiled to tables that can write a whole batch of different shapes at once.

    Attributes:
        labels_A: class of each shape.
        weights_A: how common each shape is among those of its class.
        knots_AVK2: knots of each variant, padded with zeros.
        variants_A: number of variants of each shape.
        places_ASK: samples = places @ knots + roundness * bends @ knots.
        bends_ASK: the tangents' part of the spline.
        stroke_AS: number of each sample's stroke.
        along_AS: position of each sample along its stroke, 0..1.
        strokes_AK: number of each knot's stroke.
    """

    labels_A: NDArray[np.int64]
    weights_A: Floats64
    knots_AVK2: Floats32
    variants_A: NDArray[np.int64]
    places_ASK: Floats32
    bends_ASK: Floats32
    stroke_AS: NDArray[np.int64]
    along_AS: Floats32
    strokes_AK: NDArray[np.int64]


def compile_alphabet(shapes: Sequence[Shape]) -> Alphabet:
    """Compiles shapes; raises ValueError if the variants of a shape differ in strokes, knots or corners."""
    parsed = [[_parse(variant) for variant in shape.variants] for shape in shapes]
    most_knots = max(sum(len(points) for points, _ in variants[0]) for variants in parsed)
    most_variants = max(len(variants) for variants in parsed)
    count = len(shapes)
    knots_AVK2 = np.zeros((count, most_variants, most_knots, 2), np.float32)
    places_ASK = np.zeros((count, SAMPLES, most_knots), np.float32)
    bends_ASK = np.zeros_like(places_ASK)
    stroke_AS = np.zeros((count, SAMPLES), np.int64)
    along_AS = np.zeros((count, SAMPLES), np.float32)
    strokes_AK = np.zeros((count, most_knots), np.int64)
    for a, variants in enumerate(parsed):
        forms = {tuple((len(points), corners) for points, corners in strokes) for strokes in variants}
        if len(forms) > 1:
            raise ValueError(f"the variants of shape {a} ({shapes[a].variants[0]}) differ in strokes, knots or corners")
        for v, strokes in enumerate(variants):
            knots = np.concatenate([points for points, _ in strokes]) - 50
            knots = knots * [shapes[a].breadth, 1] - knots[:, 1:] * [shapes[a].lean, 0]
            knots_AVK2[a, v, : len(knots)] = knots
        first = 0
        sample = 0
        lengths = [float(np.hypot(*np.diff(points, axis=0).T).sum()) for points, _ in variants[0]]
        for s, ((points, corners), samples) in enumerate(
            zip(variants[0], _shares(lengths, SAMPLES, [2 * len(p) for p, _ in variants[0]]), strict=True)
        ):
            place, bend, along = _spline(points, corners, samples)
            rows, columns = slice(sample, sample + samples), slice(first, first + len(points))
            places_ASK[a, rows, columns], bends_ASK[a, rows, columns] = place, bend
            stroke_AS[a, rows], along_AS[a, rows], strokes_AK[a, columns] = s, along, s
            sample, first = sample + samples, first + len(points)
    return Alphabet(
        np.array([shape.label for shape in shapes]),
        np.array([shape.weight for shape in shapes]),
        knots_AVK2,
        np.array([len(variants) for variants in parsed]),
        places_ASK,
        bends_ASK,
        stroke_AS,
        along_AS,
        strokes_AK,
    )


def _parse(text: str) -> list[tuple[Floats64, tuple[int, ...]]]:
    """Returns the knots (K, 2) of each stroke and the indices of its corners."""
    strokes = []
    for stroke in text.split(";"):
        knots = stroke.split()
        points = np.array([[float(number) for number in knot.rstrip("^").split(",")] for knot in knots])
        strokes.append((points, tuple(k for k, knot in enumerate(knots) if knot.endswith("^"))))
    return strokes


def _shares(lengths: Sequence[float], total: int, least: Sequence[int]) -> list[int]:
    """Divides `total` samples among parts by length; each part gets at least its number in `least`."""
    free = max(total - sum(least), 0)
    ideal = np.array(lengths) / sum(lengths) * free
    shares = np.floor(ideal).astype(int)
    for k in np.argsort(shares - ideal)[: free - int(shares.sum())]:
        shares[k] += 1
    return [int(share) + few for share, few in zip(shares, least, strict=True)]


def _spline(points_K2: Floats64, corners: tuple[int, ...], samples: int) -> tuple[Floats64, Floats64, Floats64]:
    """Returns matrices (samples, K) that map knots to points of a cubic Hermite spline, and each sample's place 0..1.

    The tangent at a knot is that of the parabola through it and its two neighbours (Catmull & Rom 1974, with chord
    lengths as parameter). Tangents are a linear function of the knots; scaling them makes the writing rounder or more
    angular.
    """
    count = len(points_K2)
    chord = np.maximum(np.hypot(*np.diff(points_K2, axis=0).T), 1e-3)
    slope_KK = np.zeros((count, count))
    secant = np.zeros((count - 1, count))
    for k in range(count - 1):
        secant[k, k], secant[k, k + 1] = -1 / chord[k], 1 / chord[k]
    ends = {0, count - 1, *corners}
    for k in range(count):
        if k not in ends:
            slope_KK[k] = (chord[k] * secant[k - 1] + chord[k - 1] * secant[k]) / (chord[k - 1] + chord[k])
    places, bends, along = [], [], []
    start = np.concatenate([[0], chord.cumsum()]) / chord.sum()
    shares = _shares(list(chord), samples - 1, [1] * (count - 1))
    for k, share in enumerate(shares):
        # A natural end: without curvature. The tangent differs between the two sides of a corner.
        left = 1.5 * secant[k] - 0.5 * slope_KK[k + 1] if k in ends else slope_KK[k]
        right = 1.5 * secant[k] - 0.5 * slope_KK[k] if k + 1 in ends else slope_KK[k + 1]
        if k in ends and k + 1 in ends:
            left = right = secant[k]
        last = k == count - 2
        t = np.arange(share + last)[:, None] / share
        # Position and tangent parts of the Hermite basis. If the bends are zero, a straight line remains.
        straight = np.eye(count)[k] * (1 - t) + np.eye(count)[k + 1] * t
        h10, h11 = t * (1 - t) ** 2, t * t * (t - 1)
        h01 = t * t * (3 - 2 * t)
        smooth = np.eye(count)[k] * (1 - h01) + np.eye(count)[k + 1] * h01
        curve = smooth + chord[k] * (h10 * left + h11 * right)
        places.append(straight)
        bends.append(curve - straight)
        along.append(start[k] + t[:, 0] * (start[k + 1] - start[k]))
    return np.concatenate(places), np.concatenate(bends), np.concatenate(along)
