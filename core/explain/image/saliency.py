"""Saliency and integrated gradients: how the score of a class depends on each pixel.

Axes: C channels, H height, W width, 1 a batch of one.
"""

import numpy as np
import torch
from torch import Tensor, nn

from core.explain.image.base import Attribution, blank_of, summed_over_channels
from core.i18n import N_
from core.inference.features import private_copy

STEPS = 256
"""Number of points of the integral. With half as many, the sum is wrong by a percent in deeper networks."""

_BATCH = 64


def saliency(model: nn.Module, input_1CHW: Tensor, target: int) -> Attribution:
    """Returns the absolute value of the gradient of a class's score at each pixel.

    Source: Simonyan, Vedaldi & Zisserman, "Deep inside convolutional networks", arXiv:1312.6034, section 3.

    Args:
        model: the network.
        input_1CHW: what it reads.
        target: the class whose score is explained.
    """
    from captum.attr import Saliency

    values_1CHW = Saliency(private_copy(model)).attribute(_leaf(input_1CHW), target=target, abs=True)
    values_HW = np.asarray(values_1CHW.detach()[0].amax(0).float().numpy(), np.float32)
    return Attribution(
        values_HW,
        N_("Saliency"),
        N_("Bright pixels are those where a small change would change the score most, in either direction."),
        signed=False,
    )


def integrated_gradients(
    model: nn.Module, input_1CHW: Tensor, target: int, blank: float | Tensor = 0.0, steps: int = STEPS
) -> Attribution:
    """Returns each pixel's contribution to the difference between the scores of the picture and of an empty one.

    Source: Sundararajan, Taly & Yan, "Axiomatic attribution for deep networks", ICML 2017. By its axiom of completeness
    the contributions add up to the difference of the two scores, `total`.

    Args:
        model: the network.
        input_1CHW: what it reads.
        target: the class whose score is explained.
        blank: an empty picture as the network reads it, one number or one per channel (see `Classifier.blank_C`).
        steps: the number of points of the integral.
    """
    from captum.attr import IntegratedGradients

    own = private_copy(model)
    blank_1CHW = blank_of(input_1CHW, blank)
    shares_1CHW = IntegratedGradients(own).attribute(
        _leaf(input_1CHW),
        baselines=blank_1CHW,
        target=target,
        n_steps=steps,
        method="riemann_middle",
        internal_batch_size=_BATCH,
    )
    with torch.inference_mode():
        scores_2 = own(torch.cat([input_1CHW, blank_1CHW]))[:, target].double()
    return Attribution(
        summed_over_channels(shares_1CHW),
        N_("Integrated gradients"),
        N_("What each pixel adds to the score, compared with an empty picture. The values add up to the difference."),
        total=float(scores_2[0] - scores_2[1]),
    )


def _leaf(input_1CHW: Tensor) -> Tensor:
    """Returns a copy that requires gradients."""
    return input_1CHW.detach().clone().requires_grad_()
