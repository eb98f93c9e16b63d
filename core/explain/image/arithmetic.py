"""The arithmetic of one pixel of a feature map: a patch times a kernel, added up. It gives the network's own value.

Axes: I input maps of the convolution, H height, W width, Y and X the kernel's height and width.
"""

from dataclasses import dataclass, field

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from core.arrays import Floats64
from core.explain.image.base import leaves_of
from core.inference.features import private_copy


@dataclass(frozen=True)
class PixelArithmetic:
    """How a convolution computed one number: `products_IYX.sum() + bias == value`, up to float32 rounding.

    Attributes:
        layer: the convolution's name.
        map: the number of the kernel, and so of its feature map.
        row: of the pixel in the feature map.
        column: of the pixel.
        box: the area under the kernel: left, top, right, bottom (the last two exclusive) in the input maps; parts
            outside of them are zero padding.
        patch_IYX: the input values in that area.
        kernel_IYX: the kernel's weights.
        products_IYX: patch times kernel, element by element.
        bias: is added to the sum; 0 if the layer has none.
        value: the value that the network computed.
    """

    layer: str
    map: int
    row: int
    column: int
    box: tuple[int, int, int, int]
    patch_IYX: Floats64 = field(repr=False)
    kernel_IYX: Floats64 = field(repr=False)
    products_IYX: Floats64 = field(repr=False)
    bias: float
    value: float

    @property
    def sum(self) -> float:
        """The sum of the products, before the bias."""
        return float(self.products_IYX.sum())


def pixel_arithmetic(
    model: nn.Module, input_1CHW: Tensor, layer: str, map: int, row: int, column: int
) -> PixelArithmetic:
    """Returns the arithmetic of one pixel of a convolution's feature map.

    Args:
        model: the network.
        input_1CHW: what it reads.
        layer: the name of one of its convolutions (`Layer.made_by`, or `Layer.name` if it has kernels).
        map: the number of the feature map.
        row: of the pixel there.
        column: of the pixel.
    """
    model = private_copy(model)
    convolution = leaves_of(model)[layer]
    assert isinstance(convolution, nn.Conv2d), f"{layer} is no convolution"
    assert convolution.padding_mode == "zeros"
    assert not isinstance(convolution.padding, str)
    seen: list[tuple[Tensor, Tensor]] = []
    convolution.register_forward_hook(lambda _module, inputs, output: seen.append((inputs[0], output)))
    with torch.inference_mode():
        model(input_1CHW)
    given_1IHW, made_1OHW = seen[-1]
    (pad_y, pad_x), (step_y, step_x) = convolution.padding, convolution.stride
    spread_y, spread_x = convolution.dilation
    top, left = row * step_y - pad_y, column * step_x - pad_x
    bottom = top + (convolution.kernel_size[0] - 1) * spread_y + 1
    right = left + (convolution.kernel_size[1] - 1) * spread_x + 1
    inputs = convolution.in_channels // convolution.groups
    first = map // (convolution.out_channels // convolution.groups) * inputs
    padded_IHW = F.pad(given_1IHW[0, first : first + inputs].double(), (pad_x, pad_x, pad_y, pad_y))
    patch_IYX = padded_IHW[:, top + pad_y : bottom + pad_y : spread_y, left + pad_x : right + pad_x : spread_x].numpy()
    kernel_IYX = convolution.weight[map].detach().double().numpy()
    return PixelArithmetic(
        layer,
        map,
        row,
        column,
        (left, top, right, bottom),
        patch_IYX.copy(),
        kernel_IYX.copy(),
        patch_IYX * kernel_IYX,
        0.0 if convolution.bias is None else float(convolution.bias.detach()[map]),
        float(made_1OHW[0, map, row, column]),
    )
