"""Writes shapes that are described by knots, as varied, anti-aliased pictures in MNIST's frame.

The shapes are in `allographs.py` and `oddities.py`. The code that prepares the user's drawings (`core.ink`) also draws
and frames these pictures, so both look alike to a network.

Axes: A shapes, N pictures, K knots, S samples along a shape's strokes, 2 = (x, y). Shapes are in a box of 100 x 100
with y pointing down.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.arrays import Floats32
from core.data.handwriting.alphabet import SAMPLES, Alphabet
from core.ink.prepare import BOX, FRAME, centre_of_mass, place
from core.ink.raster import Lines, coverage, fit

Normal = Callable[..., Floats32]
"""Draws normally distributed numbers: one array of the given shape per picture, with standard deviation `spread`."""


@dataclass(frozen=True)
class Hand:
    """How much writers differ: standard deviations of normal distributions, unless stated otherwise.

    Lengths are hundredths of a shape's height. The defaults come from looking at the mistakes that a network trained
    only on generated digits made on MNIST's training set.

    Attributes:
        width: median width of the line, in pixels of the final picture.
        width_spread: of its logarithm; its upper tail is longer, see `_radii`.
        widest: limit of the width.
        pressure: of the logarithm of the width along one stroke.
        slant: mean lean to the right, as a fraction of the height.
        slant_spread: of the slant.
        turn: rotation, in radians.
        aspect: of the logarithm of breadth over height.
        knots: displacement of each knot; it differs from writer to writer by a factor of about 1.5.
        stroke_offset: displacement of each stroke as a whole.
        stroke_scale: of the logarithm of each stroke's size.
        roundness: of the strength of the splines' tangents (mean 1): from angular to round.
        bow: curvature of the whole character.
        taper: how much wider the character is at one end than at the other.
        tremor: size of the waves along the strokes.
        hook: how far the ends of a stroke bend away.
        trim: fraction of a stroke that is missing at each end (incomplete closure).
    """

    width: float = 2.55
    width_spread: float = 0.24
    widest: float = 6.4
    pressure: float = 0.12
    slant: float = 0.12
    slant_spread: float = 0.25
    turn: float = 0.09
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


def write(
    alphabet: Alphabet, shape_N: NDArray[np.int64], rng: np.random.Generator, hand: Hand = Hand()
) -> NDArray[np.uint8]:
    """Writes the given shapes, each by a different writer, as pictures (N, 28, 28) in MNIST's frame.

    Args:
        alphabet: shapes.
        shape_N: the shape of each picture.
        rng: source of all random numbers.
        hand: how much writers differ.
    """
    lines = fit(_lines(alphabet, shape_N, rng, hand), BOX)
    boxes_NHW = coverage(lines, BOX, BOX)
    frames_NHW = place(boxes_NHW, centre_of_mass(boxes_NHW), FRAME)
    return np.rint(frames_NHW * 255).astype(np.uint8)


def _lines(alphabet: Alphabet, shape_N: NDArray[np.int64], rng: np.random.Generator, hand: Hand) -> Lines:
    """Returns the strokes of the given shapes, in hundredths, with radii in pixels."""

    def normal(*shape: int, spread: float = 1.0) -> Floats32:
        return np.multiply(rng.standard_normal((len(shape_N), *shape), np.float32), np.float32(spread))

    knots_NK2 = _knots(alphabet, shape_N, rng, hand, normal)
    roundness_N11 = 1 + normal(1, 1, spread=hand.roundness)
    points_NS2 = np.matmul(alphabet.places_ASK[shape_N], knots_NK2)
    points_NS2 += roundness_N11 * np.matmul(alphabet.bends_ASK[shape_N], knots_NK2)
    along_NS, stroke_NS = alphabet.along_AS[shape_N], alphabet.stroke_AS[shape_N]
    points_NS2 += _hooks(along_NS, hand, normal)
    points_NS2 = _styled(points_NS2 / np.float32(50), hand, normal) * np.float32(50)
    points_NS2 += _tremor(hand, normal)
    joined_NS = np.zeros(stroke_NS.shape, np.bool_)
    middle_NS = (along_NS[:, :-1] + along_NS[:, 1:]) / 2
    cut_N2 = np.minimum(np.abs(normal(2, spread=hand.trim)), 0.4)
    joined_NS[:, :-1] = (middle_NS > cut_N2[:, :1]) & (middle_NS < 1 - cut_N2[:, 1:])
    joined_NS[:, :-1] &= stroke_NS[:, :-1] == stroke_NS[:, 1:]
    return Lines(points_NS2, _radii(along_NS, hand, normal), joined_NS)


def _knots(
    alphabet: Alphabet, shape_N: NDArray[np.int64], rng: np.random.Generator, hand: Hand, normal: Normal
) -> Floats32:
    """Returns the knots (N, K, 2): variants are mixed, each knot moved a little, each stroke moved and scaled."""
    count, variants = len(shape_N), alphabet.knots_AVK2.shape[1]
    mixture_NV = rng.standard_exponential((count, variants), np.float32) ** 1.5
    mixture_NV *= np.arange(variants) < alphabet.variants_A[shape_N, None]
    mixture_NV /= mixture_NV.sum(1, keepdims=True)
    knots_NK2 = (alphabet.knots_AVK2[shape_N] * mixture_NV[:, :, None, None]).sum(1)
    wobble_N11 = np.float32(hand.knots) * np.exp(normal(1, 1, spread=0.4))
    knots_NK2 += wobble_N11 * normal(*knots_NK2.shape[1:])
    strokes = int(alphabet.strokes_AK.max()) + 1
    scales = np.exp(normal(strokes, 1, spread=hand.stroke_scale))
    offsets = normal(strokes, 2, spread=hand.stroke_offset)
    own = np.arange(count)[:, None], alphabet.strokes_AK[shape_N]
    return np.asarray(knots_NK2 * scales[own] + offsets[own], np.float32)


def _styled(points_NS2: Floats32, hand: Hand, normal: Normal) -> Floats32:
    """Returns characters in -1..1, bowed, tapered, stretched, slanted and rotated."""
    x_NS, y_NS = points_NS2[..., 0], points_NS2[..., 1]
    bow_N3, taper_N2 = normal(3, spread=hand.bow), normal(2, spread=hand.taper)
    bent_x = x_NS * (1 + taper_N2[:, :1] * y_NS) + bow_N3[:, :1] * y_NS**2 + bow_N3[:, 1:2] / 2 * y_NS**3
    bent_y = y_NS * (1 + taper_N2[:, 1:] * x_NS) + bow_N3[:, 2:] * x_NS**2
    bent_x *= np.exp(normal(1, spread=hand.aspect))
    bent_x -= (np.float32(hand.slant) + normal(1, spread=hand.slant_spread)) * bent_y
    turn_N1 = normal(1, spread=hand.turn)
    cosine, sine = np.cos(turn_N1), np.sin(turn_N1)
    return np.stack([bent_x * cosine - bent_y * sine, bent_x * sine + bent_y * cosine], 2).astype(np.float32)


def _hooks(along_NS: Floats32, hand: Hand, normal: Normal) -> Floats32:
    """Returns how far each sample is bent by hooks at the start and the end of its stroke."""
    hook_N22 = normal(2, 2, spread=hand.hook)
    start_NS1 = (np.clip(1 - along_NS / 0.25, 0, 1) ** 2)[..., None]
    end_NS1 = (np.clip(1 - (1 - along_NS) / 0.25, 0, 1) ** 2)[..., None]
    return np.asarray(start_NS1 * hook_N22[:, None, 0] + end_NS1 * hook_N22[:, None, 1], np.float32)


_WAVES = np.stack(
    [wave(2 * np.pi * f * np.arange(SAMPLES) / SAMPLES) / f for f in (1, 2, 3, 5, 8) for wave in (np.sin, np.cos)]
).astype(np.float32)
"""Slow and fast waves along the strokes; fast ones are smaller. Mixtures of them are tremor and pressure."""


def _tremor(hand: Hand, normal: Normal) -> Floats32:
    """Returns a small smooth displacement of each sample."""
    mix_N2w = normal(2, len(_WAVES), spread=hand.tremor) * np.exp(normal(1, 1, spread=0.5))
    return np.asarray(np.swapaxes(mix_N2w @ _WAVES, 1, 2), np.float32)


def _radii(along_NS: Floats32, hand: Hand, normal: Normal) -> Floats32:
    """Returns half the line's width at each sample: the writer's pen, thinner ends, and pressure."""
    width_N1 = normal(1, spread=hand.width_spread)
    # The upper tail is longer: some felt pens are twice as wide as the widest ball pens.
    width_N1 += np.maximum(width_N1 - np.float32(0.35), 0)
    pressure_NS = np.matmul(normal(4, spread=hand.pressure / 2), _WAVES[:4])
    thinner_N1 = np.abs(normal(1, spread=0.12))
    ends_NS = np.clip(1 - np.minimum(along_NS, 1 - along_NS) / 0.15, 0, 1)
    radii_NS = np.float32(hand.width / 2) * np.exp(width_N1 + pressure_NS - thinner_N1 * ends_NS)
    return np.asarray(np.clip(radii_NS, 0.55, hand.widest / 2), np.float32)
