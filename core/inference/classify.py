"""A network's answer to a drawing or a picture: the probability of each class, and whether the picture is familiar.

Works for every picture run: any number of classes, any size, one or three channels. Knows no canvas and no screen.
Call it in a background thread, after `torch.set_num_threads(1)`: a single picture is no faster with more threads, and
each calling thread would start a pool of threads that slows down a training. No random number is drawn.

Axes: C channels, H height, W width, K classes, 1 a batch of one.
"""

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from core.arrays import Floats32
from core.inference.familiarity import Familiarity
from core.inference.features import FeatureNet
from core.inference.snapshot import Snapshot
from core.ink.prepare import Preparation
from core.input_spec import Framing
from core.modalities import image_frame
from core.modalities.image import IMAGE
from core.modalities.image_frame import Box, Source

DIGIT_NAMES = tuple("0123456789")


@dataclass(frozen=True)
class Answer:
    """A network's answer to one picture.

    Attributes:
        label: the name of the most probable class, as in the dataset; `_(label)` is shown to people.
        index: the number of that class.
        probability: of that class.
        probabilities: of each class, in the order of `Classifier.class_names`; they add up to 1.
        margin: the probability of the most probable class minus that of the second, 0..1.
        is_digit: whether the picture is a digit at all; for a network with other classes, whether it is familiar.
        reason: why it is not, as one translated sentence; empty if `is_digit` is True.
    """

    label: str
    index: int
    probability: float
    probabilities: tuple[float, ...]
    margin: float
    is_digit: bool
    reason: str


@dataclass(frozen=True)
class Found:
    """One of several digits: the box around its ink (left, top, right, bottom; the source's units), and its answer."""

    box: Box
    preparation: Preparation
    answer: Answer


class Classifier:
    """Classifies pictures with one snapshot. Several threads may use it at once.

    Args:
        snapshot: of a picture run.
        familiarity: decides whether a picture is familiar; `Familiarity.of_digits` if the classes are the ten digits,
            else `Familiarity.of_examples`. None: every picture counts as familiar.

    Raises:
        RunError: the network does not read pictures.
    """

    def __init__(self, snapshot: Snapshot, familiarity: Familiarity | None = None) -> None:
        self.snapshot = snapshot
        self.input = IMAGE.require(snapshot.input_spec.input)
        self.class_names = snapshot.input_spec.class_names
        self.familiarity = familiarity
        self.features = FeatureNet(snapshot.model)

    @property
    def knows_digits(self) -> bool:
        """Whether the classes are the ten handwritten digits."""
        return self.class_names == DIGIT_NAMES and self.input.frame == "ink"

    @property
    def blank_C(self) -> Tensor:
        """An empty picture as the network reads it, one value per channel."""
        return torch.from_numpy(image_frame.blank(self.input))

    def prepare(self, source: Source, disabled: Collection[str] = (), framing: Framing = "auto") -> Preparation | None:
        """Prepares a drawing or a picture as the network's training data was prepared, stage by stage.

        Args:
            source: what was drawn or opened.
            disabled: keys of `core.modalities.image_frame.stages_of(self.input)` to skip.
            framing: for a picture file of handwriting; see `core.modalities.image_frame.prepare`.

        Returns:
            The stages, or None if there is no ink.
        """
        return image_frame.prepare(source, self.input, disabled, framing)

    def as_it_is(self, levels_HW: Floats32) -> Preparation:
        """Takes a picture that already has the network's size (0 paper to 1 ink); only its levels are normalised."""
        return image_frame.as_it_is(levels_HW, self.input)

    def input_of(self, preparation: Preparation) -> Tensor:
        """Returns the network's input (1, C, H, W), normalised by each channel's mean and standard deviation."""
        return torch.from_numpy(image_frame.input_of(preparation, self.input))[None]

    def classify(self, preparation: Preparation) -> Answer:
        """Returns the network's answer to a prepared drawing or picture."""
        logits_1K, features_1F = self.features(self.input_of(preparation))
        probabilities_K = logits_1K[0].double().softmax(0).numpy()
        order_K = np.argsort(-probabilities_K, kind="stable")
        best, second = int(order_K[0]), int(order_K[min(1, len(order_K) - 1)])
        reason = ""
        if self.familiarity is not None:
            reason = self.familiarity.objection(preparation.seen_HWC, logits_1K, features_1F)
        return Answer(
            label=self.class_names[best],
            index=best,
            probability=float(probabilities_K[best]),
            probabilities=tuple(probabilities_K.tolist()),
            margin=float(probabilities_K[best] - probabilities_K[second]),
            is_digit=not reason,
            reason=reason,
        )

    def several(self, source: Source, disabled: Collection[str] = ()) -> list[Found]:
        """Reads several digits, from left to right; an empty list if there is no ink or the network reads none."""
        parts = image_frame.prepare_several(source, self.input, disabled)
        return [Found(box, preparation, self.classify(preparation)) for box, preparation in parts]
