"""A hand that writes: shapes described by knots become varied, anti-aliased pictures in MNIST's frame.

Knows no particular shape (those are in `allographs.py` and `oddities.py`). Pictures are drawn and framed by the code
that prepares a learner's own drawing (`core.inference`), so that both look alike to a network.

Axes: A shapes, N pictures, K knots, S samples along a shape's strokes, 2 = (x, y). Shapes live in a box of 100 x 100, y
pointing down.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.inference.ink import BOX, FRAME, centre_of_mass, place
from core.inference.raster import Floats, Lines, coverage, fit

SAMPLES = 48
"""Samples along the strokes of one shape."""

_TANGENTS = 3
"""Columns kept for the sides a picture can vary in its spline: see `_spline`."""


@dataclass(frozen=True)
class Shape:
    """One way to write a character.

    A stroke is its knots, "x,y" separated by blanks; strokes are separated by ";". The pen runs smoothly through the
    knots, except for a corner at those marked "^". `variants` have the same strokes and knots, placed differently: what
    is written is a random mixture of all of them.

    Attributes:
        label: class index.
        weight: how common it is among the shapes of its class.
        variants: one or more placements of its knots.
    """

    label: int
    weight: float
    variants: tuple[str, ...]


@dataclass(frozen=True)
class Alphabet:
    """Shapes compiled to tables, so that a whole batch of different shapes is written at once.

    Attributes:
        labels_A: class of each shape.
        weights_A: how common each shape is among those of its class.
        knots_AVK2: knots of each variant, padded with zeros.
        variants_A: how many variants each shape has.
        places_ASK: samples = places @ knots + roundness * bends @ knots.
        bends_ASK: the tangents' part of the spline.
        stroke_AS: number of the stroke each sample lies on.
        along_AS: how far along its stroke each sample lies, 0..1.
    """

    labels_A: NDArray[np.int64]
    weights_A: NDArray[np.float64]
    knots_AVK2: Floats
    variants_A: NDArray[np.int64]
    places_ASK: Floats
    bends_ASK: Floats
    stroke_AS: NDArray[np.int64]
    along_AS: Floats
    strokes_AK: NDArray[np.int64]


def compile_alphabet(shapes: Sequence[Shape]) -> Alphabet:
    """Compiles shapes; raises ValueError where the variants of one differ in strokes, knots or corners."""
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
            knots = np.concatenate([points for points, _ in strokes])
            knots_AVK2[a, v, : len(knots)] = knots
        first = 0
        sample = 0
        lengths = [float(np.hypot(*np.diff(points, axis=0).T).sum()) for points, _ in variants[0]]
        for s, ((points, corners), samples) in enumerate(zip(variants[0], _shares(lengths, SAMPLES, [2 * len(p) for p, _ in variants[0]]), strict=True)):
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


def _parse(text: str) -> list[tuple[NDArray[np.float64], tuple[int, ...]]]:
    """Returns the knots (K, 2) of each stroke and which of them are corners."""
    strokes = []
    for stroke in text.split(";"):
        knots = stroke.split()
        points = np.array([[float(number) for number in knot.rstrip("^").split(",")] for knot in knots])
        strokes.append((points, tuple(k for k, knot in enumerate(knots) if knot.endswith("^"))))
    return strokes


def _shares(lengths: Sequence[float], total: int, least: Sequence[int]) -> list[int]:
    """Shares `total` samples out by length, but gives each part `least`."""
    free = max(total - sum(least), 0)
    ideal = np.array(lengths) / sum(lengths) * free
    shares = np.floor(ideal).astype(int)
    for k in np.argsort(shares - ideal)[: free - int(shares.sum())]:
        shares[k] += 1
    return [int(share) + few for share, few in zip(shares, least, strict=True)]


def _spline(
    points_K2: NDArray[np.float64], corners: tuple[int, ...], samples: int
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Returns matrices (samples, K) that turn knots into points of a cubic Hermite spline, and the samples' place 0..1.

    Tangents are those of the parabola through each three neighbours (Catmull & Rom 1974, with chord lengths as
    parameter); they are a linear function of the knots, and scaling them makes the hand rounder or more angular.
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
        # A natural end: no curvature there. It differs between the two sides of a corner.
        left = 1.5 * secant[k] - 0.5 * slope_KK[k + 1] if k in ends else slope_KK[k]
        right = 1.5 * secant[k] - 0.5 * slope_KK[k] if k + 1 in ends else slope_KK[k + 1]
        if k in ends and k + 1 in ends:
            left = right = secant[k]
        last = k == count - 2
        t = np.arange(share + last)[:, None] / share
        # Position and tangent part of the Hermite basis; a tangent part of zero is the straight line in slow motion.
        straight = np.eye(count)[k] * (1 - t) + np.eye(count)[k + 1] * t
        h10, h11 = t * (1 - t) ** 2, t * t * (t - 1)
        h01 = t * t * (3 - 2 * t)
        smooth = np.eye(count)[k] * (1 - h01) + np.eye(count)[k + 1] * h01
        curve = smooth + chord[k] * (h10 * left + h11 * right)
        places.append(straight)
        bends.append(curve - straight)
        along.append(start[k] + t[:, 0] * (start[k + 1] - start[k]))
    return np.concatenate(places), np.concatenate(bends), np.concatenate(along)


@dataclass(frozen=True)
class Hand:
    """How much writers differ: standard deviations unless said otherwise. Lengths are in hundredths of a shape's height.

    The defaults were found by looking at what a network trained on generated digits alone got wrong in MNIST's training set.
    """

    width: float = 2.55
    width_spread: float = 0.24
    slant: float = 0.12
    slant_spread: float = 0.24
    turn: float = 0.07
    aspect: float = 0.18
    knots: float = 4.0
    stroke_offset: float = 3.0
    stroke_scale: float = 0.06
    roundness: float = 0.18
    bow: float = 0.10
    taper: float = 0.14
    tremor: float = 0.7
    hook: float = 5.0
    trim: float = 0.03
    pressure: float = 0.12


def write(alphabet: Alphabet, shape_N: NDArray[np.int64], rng: np.random.Generator, hand: Hand = Hand()) -> NDArray[np.uint8]:
    """Writes the given shapes, each by a writer of its own, as pictures (N, 28, 28) in MNIST's frame.

    Args:
        alphabet: shapes.
        shape_N: which shape each picture shows.
        rng: decides everything else.
        hand: how much writers differ.
    """
    lines = fit(_lines(alphabet, shape_N, rng, hand), BOX)
    boxes_NHW = coverage(lines, BOX, BOX)
    frames_NHW = place(boxes_NHW, centre_of_mass(boxes_NHW), FRAME)
    return np.rint(frames_NHW * 255).astype(np.uint8)


def _lines(alphabet: Alphabet, shape_N: NDArray[np.int64], rng: np.random.Generator, hand: Hand) -> Lines:
    """Returns the strokes of the given shapes, in hundredths, with radii in pixels."""
    count = len(shape_N)

    def normal(*shape: int, spread: float = 1.0) -> Floats:
        return rng.standard_normal((count, *shape), np.float32) * np.float32(spread)

    variants = alphabet.knots_AVK2.shape[1]
    mixture_NV = rng.standard_exponential((count, variants), np.float32) ** 1.5
    mixture_NV *= np.arange(variants) < alphabet.variants_A[shape_N, None]
    mixture_NV /= mixture_NV.sum(1, keepdims=True)
    knots_NK2 = (alphabet.knots_AVK2[shape_N] * mixture_NV[:, :, None, None]).sum(1)
    wobble_N = np.exp(normal(spread=0.4)) * np.float32(hand.knots)
    knots_NK2 += normal(*knots_NK2.shape[1:]) * wobble_N[:, None, None]
    strokes_NK = alphabet.strokes_AK[shape_N]
    most = int(alphabet.strokes_AK.max()) + 1
    offset_Nm2 = normal(most, 2, spread=hand.stroke_offset)
    scale_Nm = np.exp(normal(most, spread=hand.stroke_scale))
    rows_N1 = np.arange(count)[:, None]
    knots_NK2 = (knots_NK2 - 50) * scale_Nm[rows_N1, strokes_NK][..., None] + offset_Nm2[rows_N1, strokes_NK]
    roundness_N11 = 1 + normal(1, 1, spread=hand.roundness)
    points_NS2 = alphabet.places_ASK[shape_N] @ knots_NK2 + roundness_N11 * (alphabet.bends_ASK[shape_N] @ knots_NK2)
    along_NS, stroke_NS = alphabet.along_AS[shape_N], alphabet.stroke_AS[shape_N]
    points_NS2 += _ends(along_NS, hand, normal)
    x_NS, y_NS = points_NS2[..., 0] / 50, points_NS2[..., 1] / 50

    # The whole character is bowed, wider at one end than at the other, stretched, slanted and turned.
    bow_N4, taper_N2 = normal(4, spread=hand.bow), normal(2, spread=hand.taper)
    bowed_x = x_NS * (1 + taper_N2[:, :1] * y_NS) + bow_N4[:, :1] * y_NS * y_NS + 0.5 * bow_N4[:, 2:3] * y_NS**3
    bowed_y = y_NS * (1 + taper_N2[:, 1:] * x_NS) + bow_N4[:, 1:2] * x_NS * x_NS
    bowed_x = bowed_x * np.exp(normal(1, spread=hand.aspect))
    bowed_x = bowed_x - (np.float32(hand.slant) + normal(1, spread=hand.slant_spread)) * bowed_y
    turn_N1 = normal(1, spread=hand.turn)
    x_NS = bowed_x * np.cos(turn_N1) - bowed_y * np.sin(turn_N1)
    y_NS = bowed_x * np.sin(turn_N1) + bowed_y * np.cos(turn_N1)
    points_NS2 = np.stack([x_NS, y_NS], 2) * 50 + _tremor(hand, normal)

    joined_NS = np.zeros(stroke_NS.shape, np.bool_)
    joined_NS[:, :-1] = stroke_NS[:, :-1] == stroke_NS[:, 1:]
    cut_N2 = np.abs(normal(2, spread=hand.trim))
    joined_NS &= (along_NS >= cut_N2[:, :1]) & (along_NS <= 1 - cut_N2[:, 1:])
    radii_NS = _radii(points_NS2, along_NS, hand, normal)
    return Lines(points_NS2.astype(np.float32), radii_NS.astype(np.float32), joined_NS)


def _ends(along_NS: Floats, hand: Hand, normal) -> Floats:
    """Returns how far each sample is bent by hooks at the start and the end of its stroke."""
    hook_N22 = normal(2, 2, spread=hand.hook)
    near_start_NS = np.clip(1 - along_NS / 0.25, 0, 1) ** 2
    near_end_NS = np.clip(1 - (1 - along_NS) / 0.25, 0, 1) ** 2
    return near_start_NS[..., None] * hook_N22[:, None, 0] + near_end_NS[..., None] * hook_N22[:, None, 1]


_WAVES = np.stack(
    [wave(2 * np.pi * f * np.arange(SAMPLES) / SAMPLES) / f for f in (1, 2, 3, 5, 8) for wave in (np.sin, np.cos)]
).astype(np.float32)
"""Slow and quick waves along the strokes, quick ones smaller; mixtures of them are tremor and pressure."""


def _tremor(hand: Hand, normal) -> Floats:
    """Returns a small smooth displacement of each sample."""
    mix = normal(2, len(_WAVES)) * (np.float32(hand.tremor) * np.exp(normal(1, 1, spread=0.5)))
    return np.swapaxes(mix @ _WAVES, 1, 2)


def _radii(points_NS2: Floats, along_NS: Floats, hand: Hand, normal) -> Floats:
    """Returns half the line's width at each sample: the writer's pen, its pressure, and a nib that is wider one way."""
    radius_N1 = np.float32(hand.width / 2) * np.exp(normal(1, spread=hand.width_spread))
    pressure_NS = normal(4, spread=hand.pressure / 2) @ _WAVES[:4]
    ends_NS = np.float32(0.12) * np.abs(normal(1)) * np.clip(1 - np.minimum(along_NS, 1 - along_NS) / 0.15, 0, 1)
    return np.clip(radius_N1 * np.exp(pressure_NS - ends_NS), 0.55, 3.2)
