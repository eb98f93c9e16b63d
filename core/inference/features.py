"""What a network has made of a picture just before it answers: the input of its last dense layer.

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
    """Returns a network with hooks and switches of its own that shares the weights; one thread may do with it at will.

    Nothing is copied but the modules themselves, so it costs next to no time and memory.
    """
    shared = {id(tensor): tensor for tensor in [*model.parameters(), *model.buffers()]}
    return copy.deepcopy(model, shared)


def outside_the_heap(*shape: int, dtype: torch.dtype = torch.float32) -> Tensor:
    """Returns zeros for tens of megabytes that are needed again and again.

    Their memory goes straight back to the system; from the heap, smaller things would settle in the gap they leave.
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
    """Gives a network's logits together with its features. Any number of threads may ask at once.

    Args:
        model: in eval mode; it is not touched.

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
        """How many features there are."""
        return self._dense.in_features

    def __call__(self, images_BCHW: Tensor) -> tuple[Tensor, Tensor]:
        """Returns logits (B, K) and features (B, F)."""
        with torch.inference_mode():
            logits_BK: Tensor = self._model(images_BCHW)
            # Left there, it would be freed with the thread's state, which crashes in threads that Python did not start.
            features_BF: Tensor = self._caught.__dict__.pop("features_BF")
            return logits_BK, features_BF

    def many(
        self, images_N: Tensor, read: Callable[[Tensor], Tensor] = lambda images_B: images_B
    ) -> tuple[Tensor, Tensor]:
        """Returns logits (N, K) and features (N, F) of many pictures, a batch at a time, each as `read` gives it."""
        logits, features_NF = [], outside_the_heap(len(images_N), self.width)
        for images_B, rows_BF in zip(images_N.split(_BATCH), features_NF.split(_BATCH), strict=True):
            logits_BK, features_BF = self(read(images_B))
            logits.append(logits_BK)
            rows_BF.copy_(features_BF)
        return torch.cat(logits), features_NF

    def _catch(self, _module: nn.Module, inputs: tuple[Tensor, ...]) -> None:
        self._caught.features_BF = inputs[0]
