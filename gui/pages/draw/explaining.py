"""Computes the explanations of an answer in a background thread. Knows no widget.

Axes: O filters or maps, C channels, H height, W width, Y and X a kernel's height and width.
"""

from collections.abc import Generator
from dataclasses import dataclass, field
from typing import Any

from core.arrays import Floats32
from core.data.images import ImageSplit
from core.errors import DataError
from core.events import Preparing
from core.explain.image.activations import Layer, activations, first_filters
from core.explain.image.arithmetic import PixelArithmetic, pixel_arithmetic
from core.explain.image.base import Attribution
from core.explain.image.gradcam import grad_cam
from core.explain.image.neighbours import Neighbour, NeighbourIndex, build_index
from core.explain.image.occlusion import occlusion
from core.explain.image.saliency import integrated_gradients, saliency
from core.i18n import N_, _
from core.inference.catalogue import data_of
from core.inference.classify import Classifier
from core.ink.prepare import Preparation

MODES: dict[str, str] = {
    "maps": N_("Feature maps"),
    "filters": N_("Filters"),
    "saliency": N_("Saliency"),
    "gradients": N_("Integrated gradients"),
    "gradcam": N_("Grad-CAM"),
    "occlusion": N_("Occlusion"),
    "neighbours": N_("Neighbours"),
}
"""The kinds of explanation, in order: key to title."""

ATTRIBUTIONS = ("saliency", "gradients", "gradcam", "occlusion")


@dataclass(frozen=True)
class Question:
    """What to explain: one answer of one network.

    Attributes:
        mode: a key of `MODES`.
        classifier: the network.
        preparation: the network's input; None for an empty sheet, for which only filters can be shown.
        target: the class whose score is explained.
    """

    mode: str
    classifier: Classifier
    preparation: Preparation | None
    target: int


@dataclass(frozen=True)
class Explanation:
    """The result of a question; only the fields of its mode are filled.

    Attributes:
        seen_HWC: the input of the network, in levels 0..1.
    """

    question: Question
    seen_HWC: Floats32 | None = field(default=None, repr=False)
    layers: tuple[Layer, ...] = field(default=(), repr=False)
    filters_OCYX: Floats32 | None = field(default=None, repr=False)
    attribution: Attribution | None = field(default=None, repr=False)
    neighbours: tuple[Neighbour, ...] = field(default=(), repr=False)


@dataclass(frozen=True)
class Pixel:
    """One number of a feature map, and how it was computed."""

    arithmetic: PixelArithmetic
    map_HW: Floats32 = field(repr=False)


def explain(question: Question, index: NeighbourIndex | None = None) -> Explanation:
    """Returns the answer to `question`.

    Args:
        question: what to explain.
        index: the training examples, for neighbours.
    """
    classifier, preparation, target = question.classifier, question.preparation, question.target
    model = classifier.snapshot.model
    if question.mode == "filters":
        return Explanation(question, filters_OCYX=first_filters(model, classifier.input))
    if preparation is None:
        return Explanation(question)
    picture = classifier.input_of(preparation)
    seen_HWC = preparation.seen_HWC
    if question.mode == "maps":
        return Explanation(question, seen_HWC, layers=tuple(activations(model, picture)))
    if question.mode == "neighbours":
        found = index.nearest(picture, 16) if index is not None else []
        return Explanation(question, seen_HWC, neighbours=tuple(found))
    methods: dict[str, Any] = {
        "saliency": lambda: saliency(model, picture, target),
        "gradients": lambda: integrated_gradients(model, picture, target, classifier.blank_C),
        "gradcam": lambda: grad_cam(model, picture, target),
        "occlusion": lambda: occlusion(model, picture, target, classifier.blank_C),
    }
    return Explanation(question, seen_HWC, attribution=methods[question.mode]())


def index_of(classifier: Classifier) -> Generator[Preparing, None, tuple[Classifier, NeighbourIndex]]:
    """Computes a network's features of its training examples; yields progress; returns the network and the index.

    Raises:
        DataError: the examples are no longer on this computer.
    """
    yield Preparing(_("Reading the training examples"))
    data = data_of(classifier.snapshot)
    if data is None:
        raise DataError(
            _("The data that this network learned from is not on this computer."), _("Choose another network.")
        )
    split = data.split("train")
    assert isinstance(split, ImageSplit)
    index = yield from build_index(classifier.features, split)
    return classifier, index


def pixel_of(question: Question, layer: Layer, map: int, pixel: tuple[int, int] | None) -> Pixel:
    """Returns how one number of a feature map was computed.

    Args:
        question: the network and its input.
        layer: a convolution, as from `explain`.
        map: the number of its feature map.
        pixel: row and column, or None for the largest one.
    """
    assert question.preparation is not None
    assert layer.maps_OHW is not None
    map_HW = layer.maps_OHW[map]
    height, width = map_HW.shape
    row, column = pixel if pixel is not None else divmod(int(map_HW.argmax()), width)
    picture = question.classifier.input_of(question.preparation)
    model = question.classifier.snapshot.model
    row, column = min(row, height - 1), min(column, width - 1)
    return Pixel(pixel_arithmetic(model, picture, layer.name, map, row, column), map_HW)
