"""Occlusion: how the score of a class changes when a patch of the picture is covered. Needs no gradient.

Axes: C channels, H height, W width, 1 a batch of one.
"""

import torch
from torch import Tensor, nn

from core.explain.image.base import Attribution, blank_of
from core.i18n import N_
from core.inference.features import private_copy

_PART = 0.18
"""Side of the patch as a share of the picture's side: 5 of 28 pixels, about two widths of a line."""

_AT_ONCE = 64


def occlusion(model: nn.Module, input_1CHW: Tensor, target: int, blank: float | Tensor = 0.0) -> Attribution:
    """Returns for each pixel how far the score falls when it is covered (mean over all patches that cover it).

    Source: Zeiler & Fergus, "Visualizing and understanding convolutional networks", ECCV 2014, section 4.2.

    Args:
        model: the network.
        input_1CHW: what it reads.
        target: the class whose score is explained.
        blank: an empty picture as the network reads it, one number or one per channel (see `Classifier.blank_C`).
    """
    from captum.attr import Occlusion

    channels, height, width = input_1CHW.shape[1:]
    side = max(round(min(height, width) * _PART), 1)
    step = max(side // 4, 1)
    with torch.no_grad():
        falls_1CHW = Occlusion(private_copy(model)).attribute(
            input_1CHW,
            sliding_window_shapes=(channels, side, side),
            strides=(channels, step, step),
            baselines=blank_of(input_1CHW, blank),
            target=target,
            perturbations_per_eval=_AT_ONCE,
        )
    return Attribution(
        falls_1CHW[0, 0].float().numpy().copy(),
        N_("Occlusion"),
        N_("How far the score falls when a small patch there is covered; a negative value means that it rises."),
    )
