"""The activations of every layer for one picture: feature maps, and the kernels that computed them.

Axes: I input maps of a layer, O output maps, H height, W width, Y and X a kernel's height and width, F features.
"""

from dataclasses import dataclass, field

import numpy as np
import torch
from torch import Tensor, nn

from core.arrays import Floats32
from core.explain.image.base import KINDS, leaves_of
from core.inference.features import private_copy
from core.input_spec import ImageInput

_UNSEEN = (nn.Identity, nn.Dropout, nn.Flatten)
"""In eval mode these layers return their input, at most in another shape."""


@dataclass(frozen=True)
class Layer:
    """The output of one layer for one picture.

    Attributes:
        name: the module's name in the network, such as "conv1" or "stage2.0.conv1".
        title: its kind, to be translated.
        maps_OHW: its feature maps; None if its output is a vector.
        values_F: its output vector; None if its output is feature maps.
        kernels_OIYX: a convolution's weights; None for other layers.
        made_by: the name of the convolution whose kernel o computed map o, possibly this layer itself; None if there
            is none, or if the maps are a sum of several convolutions (after a shortcut).
    """

    name: str
    title: str
    maps_OHW: Floats32 | None = field(default=None, repr=False)
    values_F: Floats32 | None = field(default=None, repr=False)
    kernels_OIYX: Floats32 | None = field(default=None, repr=False)
    made_by: str | None = None


def activations(model: nn.Module, input_1CHW: Tensor) -> list[Layer]:
    """Returns the output of every layer for a picture, in the order of computation."""
    model = private_copy(model)
    leaves = leaves_of(model)
    names = {module: name for name, module in leaves.items()}
    layers: list[Layer] = []
    made_by: dict[int, str | None] = {}
    alive: list[Tensor] = []  # an id is unique only while its object is alive

    def note(module: nn.Module, inputs: tuple[Tensor, ...], output: Tensor) -> None:
        alive.extend((inputs[0], output))
        name = names[module]
        is_convolution = isinstance(module, nn.Conv2d)
        source = name if is_convolution else made_by.get(id(inputs[0]))
        made_by[id(output)] = source
        if isinstance(module, _UNSEEN):
            return
        values = output[0].float().numpy().copy()
        layers.append(
            Layer(
                name,
                KINDS.get(type(module), type(module).__name__),
                maps_OHW=values if values.ndim == 3 else None,
                values_F=values if values.ndim == 1 else None,
                kernels_OIYX=filters(module) if isinstance(module, nn.Conv2d) else None,
                made_by=source if values.ndim == 3 else None,
            )
        )

    for module in names:
        module.register_forward_hook(note)
    with torch.inference_mode():
        model(input_1CHW)
    return layers


def filters(convolution: nn.Conv2d) -> Floats32:
    """Returns a convolution's kernels (O, I, Y, X)."""
    return np.asarray(convolution.weight.detach().float().cpu().numpy().copy(), np.float32)


def first_filters(model: nn.Module, input: ImageInput) -> Floats32 | None:
    """Returns the patterns that the first layer looks for, each as a picture (O, C, Y, X).

    They are the kernels of the first convolution. If a network has none, they are the first dense layer's weights,
    reshaped like the picture. None if neither is possible.
    """
    for module in model.modules():
        if isinstance(module, nn.Conv2d):
            return filters(module)
        if isinstance(module, nn.Linear):
            if module.in_features != input.channels * input.height * input.width:
                return None
            weight_OF = module.weight.detach().float().cpu().numpy().copy()
            return np.asarray(weight_OF.reshape(-1, input.channels, input.height, input.width), np.float32)
    return None
