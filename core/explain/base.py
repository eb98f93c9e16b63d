"""What an explanation is: a plain record, aligned to the picture that the network read. Knows no method and no colours.

Explaining never draws a random number and never touches a network that another thread may be using: methods that hang
hooks on modules work on a private copy that shares the weights. Axes: B batch, C channels, H height, W width.
"""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from core.i18n import _

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Attribution:
    """How much each pixel of the input mattered for the score of one class.

    Attributes:
        values_HW: positive spoke for the class, negative against it; all >= 0 where `signed` is False. The size is the
            network's input, whatever resolution the method worked at. Where the method does not apply, all zeros.
        title: the method's name, to be translated.
        how_to_read: what the values mean, in one or two sentences, to be translated.
        signed: whether negative values can occur.
        applies: False where the network lacks what the method needs; `how_to_read` then says so.
        total: what the values add up to by the method's own theory, or None where it makes no such promise.
    """

    values_HW: Floats
    title: str
    how_to_read: str
    signed: bool = True
    applies: bool = True
    total: float | None = None


def does_not_apply(input_1CHW: Tensor, title: str, why: str) -> Attribution:
    """Returns the answer of a method that needs something the network has not."""
    height, width = input_1CHW.shape[-2:]
    return Attribution(np.zeros((height, width), np.float32), title, why, signed=False, applies=False)


def layers_of(model: nn.Module, *kinds: type[nn.Module]) -> list[tuple[str, nn.Module]]:
    """Returns the innermost modules of the given kinds (any kind when none is given) with their names, as declared."""
    return [
        (name, module)
        for name, module in model.named_modules()
        if not any(True for _child in module.children()) and (not kinds or isinstance(module, kinds))
    ]


def logits_of(model: nn.Module, input_1CHW: Tensor) -> Floats:
    """Returns the scores (K,) of one picture before softmax."""
    with torch.inference_mode():
        return np.asarray(model(input_1CHW)[0].float().numpy(), np.float32)


def name_of_layer(module: nn.Module) -> str:
    """Returns what people call a layer of this kind, translated."""
    return _(TITLES[type(module)]) if type(module) in TITLES else type(module).__name__


TITLES: dict[type[nn.Module], str] = {}
