"""A network's answer to a drawing or a picture: how probable each class is, and whether it is anything it knows.

Works for every picture run: any number of classes, any size, one channel or three. Knows no canvas and no screen.
Ask from a thread other than the window's, and call `torch.set_num_threads(1)` there first: single pictures gain nothing
from core.arrays import Floats32
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
from core.ink.picture import ink_of, reduce, resize
from core.ink.prepare import FRAME, STAGES, Drawing, Preparation, Stage, prepare_drawing, prepare_ink, prepare_picture
from core.ink.segment import segment_drawing, segment_ink
from core.modalities.image import IMAGE

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

    box: tuple[float, float, float, float]
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
        self._mean_C11 = torch.tensor(self.input.mean).view(-1, 1, 1)
        self._std_C11 = torch.tensor(self.input.std).view(-1, 1, 1)

    @property
    def knows_digits(self) -> bool:
        """Whether the classes are the ten digits."""
        return self.class_names == DIGIT_NAMES

    @property
    def blank_C(self) -> Tensor:
        """Empty paper as the network reads it, one number per channel."""
        return (-self._mean_C11 / self._std_C11).flatten()

    def prepare(self, source: Drawing | Floats32, disabled: Collection[str] = ()) -> Preparation | None:
        """Puts a drawing, or grey levels (H, W) in 0..1 of a picture, into the network's frame, stage by stage.

        Args:
            source: what was drawn or opened.
            disabled: keys of `core.ink.prepare.STAGES` to skip.

        Returns:
            The stages, or None where there is no ink.
        """
        mean, std = self.input.mean[0], self.input.std[0]
        if isinstance(source, Drawing):
            return prepare_drawing(source, disabled, mean, std)
        return prepare_picture(source, disabled, mean, std)

    def as_it_is(self, levels_HW: Floats32) -> Preparation:
        """Takes a picture that is in the frame already (28 x 28, 0 paper to 1 ink); only levels are normalised."""
        frame_HW = np.asarray(resize(levels_HW, FRAME, FRAME), np.float32)
        input_HW = (frame_HW - np.float32(self.input.mean[0])) / np.float32(self.input.std[0])
        taken = ("normalise",)
        stages = (
            Stage(key, title, text, input_HW if key in taken else frame_HW, key in taken)
            for key, (title, text) in STAGES.items()
        )
        return Preparation(tuple(stages), input_HW)

    def input_of(self, preparation: Preparation) -> Tensor:
        """Returns what the network reads (1, C, H, W): its own size, and each channel's mean and deviation."""
        stages = {stage.key: stage for stage in preparation.stages}
        frame_HW = resize(stages["frame"].picture_HW, self.input.height, self.input.width)
        levels_CHW = torch.from_numpy(np.array(frame_HW, np.float32)).expand(self.input.channels, -1, -1)
        if stages["normalise"].enabled:
            levels_CHW = (levels_CHW - self._mean_C11) / self._std_C11
        return levels_CHW[None].contiguous()

    def classify(self, preparation: Preparation) -> Answer:
        """Returns the network's answer to a prepared drawing or picture."""
        logits_1K, features_1F = self.features(self.input_of(preparation))
        probabilities_K = logits_1K[0].double().softmax(0).numpy()
        order_K = np.argsort(-probabilities_K, kind="stable")
        best, second = int(order_K[0]), int(order_K[min(1, len(order_K) - 1)])
        reason = ""
        if self.familiarity is not None:
            levels_HW = next(stage.picture_HW for stage in preparation.stages if stage.key == "frame")
            reason = self.familiarity.objection(levels_HW, logits_1K, features_1F)
        return Answer(
            label=self.class_names[best],
            index=best,
            probability=float(probabilities_K[best]),
            probabilities=tuple(probabilities_K.tolist()),
            margin=float(probabilities_K[best] - probabilities_K[second]),
            is_digit=not reason,
            reason=reason,
        )

    def several(self, source: Drawing | Floats32, disabled: Collection[str] = ()) -> list[Found]:
        """Reads several digits, from left to right; an empty list where there is no ink."""
        found = []
        mean, std = self.input.mean[0], self.input.std[0]
        if isinstance(source, Drawing):
            for digit in segment_drawing(source):
                preparation = prepare_drawing(digit.drawing, disabled, mean, std)
                if preparation is not None:
                    found.append(Found(digit.box, preparation, self.classify(preparation)))
            return found
        for part in segment_ink(ink_of(reduce(source))):
            preparation = prepare_ink(part.ink_HW, disabled, mean, std)
            if preparation is not None:
                found.append(Found(part.box, preparation, self.classify(preparation)))
        return found
