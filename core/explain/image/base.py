"""The record of an explanation: one value for each pixel of the network's input. Knows no method and no colours.

Methods never draw random numbers and never change a network that another thread may be using: those that register hooks
work on a private copy that shares the weights. Axes: H height, W width, C channels, 1 a batch of one.
"""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from core.arrays import Floats32
from core.i18n import N_


@dataclass(frozen=True)
class Attribution:
    """How much each pixel of the input mattered for the score of one class.

    Attributes:
        values_HW: positive values speak for the class, negative ones against it; none is negative if `signed` is False.
            The size is that of the network's input, at any resolution of the method. All zeros if it does not apply.
        title: the method's name, to be translated.
        how_to_read: what the values mean, in a sentence or two, to be translated.
        signed: whether negative values can occur.
        applies: False if the network lacks what the method needs; `how_to_read` then says so.
        total: the sum of the values according to the theory, in units of the score; None if there is no such theorem.
    """

    values_HW: Floats32
    title: str
    how_to_read: str
    signed: bool = True
    applies: bool = True
    total: float | None = None


def does_not_apply(input_1CHW: Tensor, title: str, why: str) -> Attribution:
    """Returns the record of a method that needs something this network does not have."""
    height, width = input_1CHW.shape[-2:]
    return Attribution(np.zeros((height, width), np.float32), title, why, signed=False, applies=False)


def leaves_of(model: nn.Module) -> dict[str, nn.Module]:
    """Returns the modules without submodules, by name."""
    return {name: module for name, module in model.named_modules() if not any(True for _child in module.children())}


def last_convolution(model: nn.Module) -> nn.Conv2d | None:
    """Returns the last convolution on the main path from input to output; shortcuts (1 x 1) do not count."""
    found = [module for module in model.modules() if isinstance(module, nn.Conv2d)]
    wide = [module for module in found if max(module.kernel_size) > 1]
    return next(reversed(wide or found), None)


def blank_of(input_1CHW: Tensor, blank: float | Tensor) -> Tensor:
    """Returns an empty picture of the input's shape.

    Args:
        input_1CHW: what the network reads.
        blank: the value of an empty picture as the network reads it: one number, or one for each channel.
    """
    return torch.as_tensor(blank, dtype=input_1CHW.dtype).reshape(1, -1, 1, 1).expand_as(input_1CHW).contiguous()


def summed_over_channels(values_1CHW: Tensor) -> Floats32:
    """Returns one value per pixel (H, W)."""
    return np.asarray(values_1CHW.detach()[0].sum(0).float().numpy(), np.float32)


KINDS: dict[type[nn.Module], str] = {
    nn.Conv2d: N_("Convolution"),
    nn.Linear: N_("Dense layer"),
    nn.MaxPool2d: N_("Max pooling"),
    nn.AvgPool2d: N_("Average pooling"),
    nn.AdaptiveAvgPool2d: N_("Mean of each map"),
    nn.BatchNorm2d: N_("Batch normalisation"),
    nn.ReLU: N_("ReLU"),
    nn.Tanh: N_("tanh"),
    nn.Sigmoid: N_("Sigmoid"),
    nn.GELU: N_("GELU"),
    nn.Dropout: N_("Dropout"),
    nn.Flatten: N_("Flatten"),
}
"""The name of each kind of layer, to be translated."""
