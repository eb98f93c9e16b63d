"""A network's answer to a drawing or a picture: how probable each class is, and whether it is anything it knows.

Works for every picture run: any number of classes, any size, one channel or three. Knows no canvas and no screen.
Ask from a thread other than the window's, and call `torch.set_num_threads(1)` there first: single pictures gain nothing
from more, and a pool of threads per asking thread would slow a run that trains meanwhile. No random number is drawn.

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
from core.modalities import image_frame
from core.modalities.image import IMAGE
from core.modalities.image_frame import Box, Framing, Source

DIGIT_NAMES = tuple("0123456789")


@dataclass(frozen=True)
class Answer:
    """What a network says to one picture.

    Attributes:
        label: the name of the most probable class, as the dataset spells it; `_(label)` is what people read.
        index: the number of that class.
        probability: of that class.
        probabilities: of each class, in the order of `Classifier.class_names`; they add up to 1.
        margin: the lead of the most probable class over the second, 0..1.
        is_digit: whether the picture is a digit at all; for a network of other classes: whether it looks like anything
            that the network knows.
        reason: why not, as one translated sentence; empty where `is_digit`.
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
    """One of several digits: the box round its ink (left, top, right, bottom; the source's units), and its answer."""

    box: Box
    preparation: Preparation
    answer: Answer


class Classifier:
    """Answers for one snapshot. Several threads may ask at once.

    Args:
        snapshot: of a picture run.
        familiarity: what the network finds familiar; `Familiarity.of_digits` where its classes are the ten digits, and
            otherwise made of examples it learned from. None: everything counts as familiar.

    Raises:
        RunError: it reads no images.
    """

    def __init__(self, snapshot: Snapshot, familiarity: Familiarity | None = None) -> None:
        self.snapshot = snapshot
        self.input = IMAGE.require(snapshot.input_spec.input)
        self.class_names = snapshot.input_spec.class_names
        self.familiarity = familiarity
        self.features = FeatureNet(snapshot.model)

    @property
    def knows_digits(self) -> bool:
        """Whether the classes are the ten digits, written by hand."""
        return self.class_names == DIGIT_NAMES and self.input.frame == "ink"

    @property
    def blank_C(self) -> Tensor:
        """An empty picture as the network reads it, one number per channel."""
        return torch.from_numpy(image_frame.blank(self.input))

    def prepare(self, source: Source, disabled: Collection[str] = (), framing: Framing = "auto") -> Preparation | None:
        """Puts a drawing or a picture into the frame in which the network was trained, stage by stage.

        Args:
            source: what was drawn or opened.
            disabled: keys of `core.modalities.image_frame.stages_of(self.input)` to skip.
            framing: of a picture file of handwriting; see `core.modalities.image_frame.prepare`.

        Returns:
            The stages, or None where there is no ink.
        """
        return image_frame.prepare(source, self.input, disabled, framing)

    def as_it_is(self, levels_HW: Floats32) -> Preparation:
        """Takes a picture that is in the frame already (0 paper to 1 ink); only levels are normalised."""
        return image_frame.as_it_is(levels_HW, self.input)

    def input_of(self, preparation: Preparation) -> Tensor:
        """Returns what the network reads (1, C, H, W): its own size, and each channel's mean and deviation."""
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
        """Reads several digits, from left to right; an empty list where there is no ink or the network reads none."""
        parts = image_frame.prepare_several(source, self.input, disabled)
        return [Found(box, preparation, self.classify(preparation)) for box, preparation in parts]
