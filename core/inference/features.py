"""The features of a picture: the input of the network's last dense layer.

Works for every network that ends in a dense layer, as all of ours do. Knows neither classes nor pixels.
Axes: B batch, C channels, H height, W width, F features, K classes.
"""

import copy
import math
import mmap
import threading
from collections.abc import Callable

import torch
from torch import Tensor, nn

from core.errors import RunError
from core.i18n import _

_BATCH = 64


def private_copy(model: nn.Module) -> nn.Module:
    """Returns a copy of a network that shares the weights but has its own hooks and modes, for use by one thread.

    Only the modules are copied, so it needs almost no time and memory.
    """
    shared = {id(tensor): tensor for tensor in [*model.parameters(), *model.buffers()]}
    return copy.deepcopy(model, shared)


def outside_the_heap(*shape: int, dtype: torch.dtype = torch.float32) -> Tensor:
    """Returns zeros in memory of their own, for tens of megabytes that are needed repeatedly.

    When freed, this memory returns to the system at once. In the heap, smaller objects would soon occupy the gap.
    """
    size = math.prod(shape)
    if not size:
        return torch.zeros(shape, dtype=dtype)
    try:
        memory = mmap.mmap(-1, size * dtype.itemsize)
    except OSError as error:
        raise MemoryError from error
    return torch.frombuffer(memory, dtype=dtype).view(shape)


class FeatureNet:
    """Computes a network's logits together with its features. Any number of threads may use it at once.

    Args:
        model: in eval mode; it is not changed.

    Raises:
        RunError: it has no dense layer.
    """

    def __init__(self, model: nn.Module) -> None:
        self._model = private_copy(model)
        dense = [module for module in self._model.modules() if isinstance(module, nn.Linear)]
        if not dense:
            raise RunError(_("This network does not end in a dense layer."), _("Choose a run of another network."))
        self._dense = dense[-1]
        self._dense.register_forward_pre_hook(self._catch)
        self._caught = threading.local()

    @property
    def width(self) -> int:
        """The number of features."""
        return self._dense.in_features

    def __call__(self, images_BCHW: Tensor) -> tuple[Tensor, Tensor]:
        """Returns logits (B, K) and features (B, F)."""
        with torch.inference_mode():
            logits_BK: Tensor = self._model(images_BCHW)
            # Otherwise it would be freed with the thread's state, which crashes in threads that Python did not start.
            features_BF: Tensor = self._caught.__dict__.pop("features_BF")
            return logits_BK, features_BF

    def many(
        self, images_N: Tensor, read: Callable[[Tensor], Tensor] = lambda images_B: images_B
    ) -> tuple[Tensor, Tensor]:
        """Returns logits (N, K) and features (N, F) of many pictures; `read` makes each batch the network's input."""
        logits, features_NF = [], outside_the_heap(len(images_N), self.width)
        for images_B, rows_BF in zip(images_N.split(_BATCH), features_NF.split(_BATCH), strict=True):
            logits_BK, features_BF = self(read(images_B))
            logits.append(logits_BK)
            rows_BF.copy_(features_BF)
        return torch.cat(logits), features_NF

    def _catch(self, _module: nn.Module, inputs: tuple[Tensor, ...]) -> None:
        self._caught.features_BF = inputs[0]
