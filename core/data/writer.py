"""A hand that writes: shapes described by knots become varied, anti-aliased pictures in MNIST's frame.

Knows no particular shape (those are in `allographs.py` and `oddities.py`). Pictures are drawn and framed by the code
that prepares a learner's own drawing (`core.inference`), so that both look alike to a network.

Axes: A shapes, N pictures, K knots, S samples along a shape's strokes, 2 = (x, y). Shapes live in a box of 100 x 100, y
pointing down.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.data.alphabet import SAMPLES, Alphabet
from core.inference.ink import BOX, FRAME, centre_of_mass, place
from core.inference.raster import Floats, Lines, coverage, fit


@dataclass(frozen=True)
class Hand:
    """How much writers differ: standard deviations unless said otherwise. Lengths are in hundredths of a shape's height.

    The defaults were found by looking at what a network trained on generated digits alone got wrong in MNIST's training set.
    """

    width: float = 2.55
    width_spread: float = 0.24
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
    pressure: float = 0.12
    widest: float = 6.4


def write(
    alphabet: Alphabet, shape_N: NDArray[np.int64], rng: np.random.Generator, hand: Hand = Hand()
) -> NDArray[np.uint8]:
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
    knots_NK2 = knots_NK2 * scale_Nm[rows_N1, strokes_NK][..., None] + offset_Nm2[rows_N1, strokes_NK]
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


def _ends(along_NS: Floats, hand: Hand, normal: Callable[..., Floats]) -> Floats:
    """Returns how far each sample is bent by hooks at the start and the end of its stroke."""
    hook_N22 = normal(2, 2, spread=hand.hook)
    near_start_NS = np.clip(1 - along_NS / 0.25, 0, 1) ** 2
    near_end_NS = np.clip(1 - (1 - along_NS) / 0.25, 0, 1) ** 2
    return near_start_NS[..., None] * hook_N22[:, None, 0] + near_end_NS[..., None] * hook_N22[:, None, 1]


_WAVES = np.stack(
    [wave(2 * np.pi * f * np.arange(SAMPLES) / SAMPLES) / f for f in (1, 2, 3, 5, 8) for wave in (np.sin, np.cos)]
).astype(np.float32)
"""Slow and quick waves along the strokes, quick ones smaller; mixtures of them are tremor and pressure."""


def _tremor(hand: Hand, normal: Callable[..., Floats]) -> Floats:
    """Returns a small smooth displacement of each sample."""
    mix = normal(2, len(_WAVES)) * (np.float32(hand.tremor) * np.exp(normal(1, 1, spread=0.5)))
    return np.swapaxes(mix @ _WAVES, 1, 2)


def _tailed(values: Floats) -> Floats:
    """Returns values whose upper tail is longer: some felt pens are twice as wide as the widest ball pens."""
    return values + np.maximum(values - np.float32(0.35), 0)


def _radii(points_NS2: Floats, along_NS: Floats, hand: Hand, normal: Callable[..., Floats]) -> Floats:
    """Returns half the line's width at each sample: the writer's pen, its pressure, and a nib that is wider one way."""
    radius_N1 = np.float32(hand.width / 2) * np.exp(_tailed(normal(1, spread=hand.width_spread)))
    pressure_NS = normal(4, spread=hand.pressure / 2) @ _WAVES[:4]
    ends_NS = np.float32(0.12) * np.abs(normal(1)) * np.clip(1 - np.minimum(along_NS, 1 - along_NS) / 0.15, 0, 1)
    return np.clip(radius_N1 * np.exp(pressure_NS - ends_NS), 0.55, hand.widest / 2)
