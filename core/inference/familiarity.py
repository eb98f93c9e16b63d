"""Out-of-distribution detection: whether a picture is familiar to a network.

It is needed because softmax probabilities always add up to one: a softmax cannot say "none of these classes".
For a network of digits, a logistic regression learns to separate generated digits from generated non-digits (letters,
signs, scribbles, blobs). Its inputs are the energy of the logits (Liu et al., Energy-based out-of-distribution
detection, NeurIPS 2020), the similarity to the features of digits (nearest neighbours: Sun et al., ICML 2022), the
principal components of the features, and measures of the ink. Training a detector on examples that it should refuse is
called outlier exposure (Hendrycks et al., ICLR 2019). It takes under a second and needs no data.
For any other network, a picture is unfamiliar if its features are further from every training example than those
examples are from each other (Sun et al.).

Measured with a conv-BN net after one epoch on MNIST: it refuses 2.2 % of 3,000 digits that were held back. Areas under
the ROC curve between those digits and pictures that it was not fitted to: random walks of a pen 0.94, printed letters
0.975, blobs 0.996, Fashion-MNIST 0.999; the energy alone reaches 0.91, 0.92, 0.995 and 0.994. Weaker networks detect
less: softmax regression reaches 0.89, 0.90, 0.97 and 0.995. A network of Fashion-MNIST separates its own pictures from
MNIST digits with 0.995 and from printed letters with 0.997, but from blurred blobs only with 0.81.

Draws no number from a shared random generator. Axes: N examples, P a part of them, H height, W width,
C channels, F features, K classes, M measures, D directions.
"""

from dataclasses import dataclass
from functools import cache, partial

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.arrays import Floats32, Floats64
from core.data.handwriting.generator import generate, generate_non_digits
from core.i18n import _
from core.inference.features import FeatureNet, outside_the_heap
from core.ink.picture import INK_THRESHOLD, parts_of, resize
from core.input_spec import ImageInput

_EXAMPLES = 1000
_SEED = 28_1998
_DIRECTIONS = 64
_AT_ONCE = 32  # pictures whose features are processed together: networks may have thousands of features
_NEIGHBOUR = 10
_REFUSED = 0.03
"""The allowed share of genuine examples (not those of the fit) that are called unfamiliar by mistake."""

_RIDGE = 30.0
"""Strength of the regression's L2 penalty. It is high because generated pictures differ from learners' drawings."""


@dataclass(frozen=True)
class Ink:
    """Measures of a picture's ink: area, number of pieces and of holes, and thickness of the lines (in pixels)."""

    area: float
    parts: int
    holes: int
    thickest: float
    thickness: float

    def measures(self) -> list[float]:
        """Returns the measures and their squares, because both too small and too large values can be wrong."""
        own = [self.area, float(self.parts), float(self.holes), self.thickest, self.thickness]
        return [*own, *(value * value for value in own)]


def measure_ink(levels_HW: Floats32) -> Ink:
    """Measures a picture of 28 x 28 levels, 0 paper to 1 ink."""
    from scipy import ndimage

    labels_HW, count = parts_of(levels_HW > INK_THRESHOLD)
    sizes = np.bincount(labels_HW.ravel(), minlength=count + 1)[1:]
    _spaces, spaces = ndimage.label(np.pad(levels_HW <= INK_THRESHOLD, 1, constant_values=True))
    outline = float(np.hypot(*np.gradient(levels_HW)).sum())
    return Ink(
        area=float(levels_HW.sum()),
        parts=int((sizes >= 4).sum()),
        holes=int(spaces) - 1,
        thickest=float(ndimage.distance_transform_edt(levels_HW > 0.5).max()),
        thickness=2 * float(levels_HW.sum()) / max(outline, 1e-6),
    )


class Familiarity:
    """Decides which pictures are familiar to one network. Build it with `of_digits` or `of_examples`."""

    def __init__(self, known_NF: Tensor, threshold: float) -> None:
        self._known_NF = outside_the_heap(*known_NF.shape)
        for few_NF, rows_NF in zip(known_NF.split(_AT_ONCE), self._known_NF.split(_AT_ONCE), strict=True):
            rows_NF.copy_(_unit(few_NF))
        self._threshold = threshold
        self._fit: _Fit | None = None

    @classmethod
    def of_digits(cls, net: FeatureNet, input: ImageInput) -> "Familiarity":
        """Returns the familiarity of a network whose classes are the ten digits."""
        digits_NHW, others_NHW = _generated()
        read = partial(_as_read, input)
        logits_NK, features_NF = net.many(torch.from_numpy(digits_NHW), read)
        other_logits_NK, other_features_NF = net.many(torch.from_numpy(others_NHW), read)
        fitted = slice(0, _EXAMPLES)
        self = cls(features_NF[fitted], 0.0)
        self._fit = _Fit(features_NF[fitted], other_features_NF)
        ink_NM, other_ink_NM = _inks()
        yes_NM = self._measures(logits_NK, features_NF, ink_NM)
        # The nearest neighbour of a digit of the fit is the digit itself, so it is skipped.
        yes_NM[fitted, 2] = self._closeness(features_NF[fitted], _NEIGHBOUR + 1)
        no_NM = self._measures(other_logits_NK, other_features_NF, other_ink_NM)
        self._fit.learn(yes_NM[fitted], no_NM)
        self._threshold = float(np.quantile(self._fit.score(yes_NM[_EXAMPLES:]), _REFUSED))
        return self

    @classmethod
    def of_examples(cls, net: FeatureNet, images_NCHW: Tensor) -> "Familiarity":
        """Returns the familiarity of a network with any classes, from normalised training examples; 2,000 suffice."""
        _logits, features_NF = net.many(images_NCHW)
        known_NF, own_NF = features_NF[::2], features_NF[1::2]
        self = cls(known_NF, 0.0)
        self._threshold = float(np.quantile(self._closeness(own_NF), _REFUSED))
        return self

    def objection(self, seen_HWC: Floats32, logits_1K: Tensor, features_1F: Tensor) -> str:
        """Returns why a picture is unfamiliar, as one translated sentence, or "" if it is familiar.

        Args:
            seen_HWC: the picture in the network's frame, levels 0..1; for digits 0 paper to 1 ink.
            logits_1K: its logits.
            features_1F: its features.
        """
        if self._fit is None:
            if self._closeness(features_1F)[0] >= self._threshold:
                return ""
            return _("Unfamiliar: it differs more from all training examples than those differ from each other.")
        ink = measure_ink(resize(seen_HWC[..., 0], 28, 28))
        measures_1M = self._measures(logits_1K, features_1F, np.array([ink.measures()]))
        if self._fit.score(measures_1M)[0] >= self._threshold:
            return ""
        return _sentence(ink, logits_1K)

    def score(self, levels_NHW: Floats32, logits_NK: Tensor, features_NF: Tensor) -> Floats64:
        """Returns how familiar pictures are, on an arbitrary scale; those below 0 are refused."""
        if self._fit is None:
            return self._closeness(features_NF) - self._threshold
        ink_NM = np.array([measure_ink(levels_HW).measures() for levels_HW in levels_NHW])
        return self._fit.score(self._measures(logits_NK, features_NF, ink_NM)) - self._threshold

    def _measures(self, logits_NK: Tensor, features_NF: Tensor, ink_NM: Floats64) -> Floats64:
        assert self._fit is not None
        energy_N = torch.logsumexp(logits_NK.double(), 1).numpy()
        top_N2 = logits_NK.double().topk(2).values.numpy()
        numbers = [energy_N, top_N2[:, 0] - top_N2[:, 1], self._closeness(features_NF)]
        return np.column_stack([*numbers, ink_NM, self._fit.directions(features_NF)])

    def _closeness(self, features_NF: Tensor, neighbour: int = _NEIGHBOUR) -> Floats64:
        """Returns the cosine similarity between features and those of the nth nearest known example."""
        nth = min(neighbour, len(self._known_NF))
        portions = features_NF.split(_AT_ONCE)
        closest = [(_unit(few_NF) @ self._known_NF.T).topk(nth).values[:, -1] for few_NF in portions]
        return torch.cat(closest).double().numpy()


class _Fit:
    """A logistic regression on standardised measures, some of which are principal components of the features."""

    def __init__(self, yes_NF: Tensor, no_NF: Tensor) -> None:
        portions = [*yes_NF.split(_AT_ONCE), *no_NF.split(_AT_ONCE)]
        sum_F = torch.stack([few_NF.sum(0, dtype=torch.float64) for few_NF in portions]).sum(0)
        self._middle_F = sum_F / (len(yes_NF) + len(no_NF))
        # The smaller of the two products gives the same directions; networks may have thousands of features.
        yes_PF, no_PF = yes_NF[::4], no_NF[::4]
        off_PF = outside_the_heap(len(yes_PF) + len(no_PF), yes_NF.shape[1], dtype=torch.float64)
        off_PF[: len(yes_PF)], off_PF[len(yes_PF) :] = yes_PF, no_PF
        off_PF -= self._middle_F
        values, vectors = torch.linalg.eigh(off_PF @ off_PF.T)
        kept = min(_DIRECTIONS, off_PF.shape[1])
        self._directions_FD = off_PF.T @ vectors[:, -kept:] / values[-kept:].clamp_min(1e-9).sqrt()
        self._mean_M = self._spread_M = self._weights_M = np.zeros(0)

    def directions(self, features_NF: Tensor) -> Floats64:
        """Returns the principal components of the features (N, D)."""
        portions = features_NF.split(_AT_ONCE)
        return np.concatenate(
            [((few_NF.double() - self._middle_F) @ self._directions_FD).numpy() for few_NF in portions]
        )

    def learn(self, yes_NM: Floats64, no_NM: Floats64) -> None:
        """Fits the regression by Newton's method (Hastie, Tibshirani & Friedman, 2009, section 4.4.1)."""
        both_NM = np.concatenate([yes_NM, no_NM])
        self._mean_M, self._spread_M = both_NM.mean(0), both_NM.std(0) + 1e-9
        inputs_NM = self._standard(both_NM)
        target_N = np.repeat([1.0, 0.0], [len(yes_NM), len(no_NM)])
        penalty_MM = _RIDGE * np.eye(inputs_NM.shape[1])
        penalty_MM[-1, -1] = 0  # the bias
        weights_M = np.zeros(inputs_NM.shape[1])
        for _step in range(30):
            chance_N = 1 / (1 + np.exp(-np.clip(inputs_NM @ weights_M, -30, 30)))
            slope_M = inputs_NM.T @ (target_N - chance_N) - penalty_MM @ weights_M
            curve_MM = (inputs_NM.T * (chance_N * (1 - chance_N))) @ inputs_NM + penalty_MM
            change_M = np.linalg.solve(curve_MM, slope_M)
            weights_M += change_M
            if np.abs(change_M).max() < 1e-6:
                break
        self._weights_M = weights_M

    def score(self, measures_NM: Floats64) -> Floats64:
        """Returns the log-odds (N,) that the pictures are digits."""
        return np.asarray(self._standard(measures_NM) @ self._weights_M)

    def _standard(self, measures_NM: Floats64) -> Floats64:
        # Values far outside the fitted range are clipped, because a linear function grows without limit there.
        scaled_NM = np.clip((measures_NM - self._mean_M) / self._spread_M, -6, 6)
        return np.column_stack([scaled_NM, np.ones(len(scaled_NM))])


def _sentence(ink: Ink, logits_1K: Tensor) -> str:
    """Returns the most obvious difference between a picture and digits, as one translated sentence."""
    if ink.parts > 2:
        return _("Not a digit: it lies in {count} separate pieces, and digits have one or two.").format(count=ink.parts)
    if ink.holes > 3:
        return _("Not a digit: its lines enclose {count} spaces; a digit has at most two.").format(count=ink.holes)
    if ink.thickest > 5:
        return _("Not a digit: it is a blob of ink, many times as thick as a line.")
    best, second = logits_1K[0].double().softmax(0).topk(2).values.tolist()
    if best - second < 0.5:
        return _("Not a digit: the network cannot decide between several digits.")
    return _("Not a digit: what the network finds in it is more like letters and scribbles than like any digit.")


def _unit(features_NF: Tensor) -> Tensor:
    return torch.nn.functional.normalize(features_NF.float(), dim=1)


@cache
def _generated() -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Returns generated digits (the last third decides the threshold) and generated non-digits."""
    return generate(_EXAMPLES * 3 // 2, _SEED)[0], generate_non_digits(_EXAMPLES, _SEED)


@cache
def _inks() -> tuple[Floats64, Floats64]:
    digits_NM, others_NM = (
        np.array([measure_ink(np.asarray(image / np.float32(255))).measures() for image in images])
        for images in _generated()
    )
    return digits_NM, others_NM


def _as_read(input: ImageInput, images_BHW: Tensor) -> Tensor:
    """Returns generated pictures as the network reads them (B, C, H, W)."""
    levels_B1HW = images_BHW.unsqueeze(1).float() / 255
    if levels_B1HW.shape[-2:] != (input.height, input.width):
        levels_B1HW = torch.nn.functional.interpolate(
            levels_B1HW, (input.height, input.width), mode="bilinear", antialias=True
        )
    mean_C11, std_C11 = (torch.tensor(values).view(-1, 1, 1) for values in (input.mean, input.std))
    return (levels_B1HW.expand(-1, input.channels, -1, -1) - mean_C11) / std_C11
