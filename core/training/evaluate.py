"""How good a network is on examples it did not learn from. Axes: N examples, B batch, K classes."""

import time
from collections.abc import Generator
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from core.data.base import Split, SplitName
from core.events import Evaluating

BATCH = 64  # larger ones are no faster on a processor and leave larger holes in the heap
CADENCE = 1 / 30


@dataclass(frozen=True)
class Evaluation:
    """Means over `examples` examples; `confusion_KK[i, j]` counts examples of class i answered as j."""

    loss: float
    accuracy: float
    examples: int
    confusion_KK: Tensor


def evaluate(model: nn.Module, split: Split, name: SplitName, classes: int) -> Generator[Evaluating, None, Evaluation]:
    """Asks `model` about every example of `split`, in eval mode; yields how far it is; returns the result.

    The model is left in the mode in which it was found.
    """
    was_training = model.training
    model.eval()
    device = split.targets_N.device
    loss_sum = torch.zeros((), dtype=torch.float64, device=device)
    confusion = torch.zeros(classes * classes, dtype=torch.int64, device=device)
    done, told = 0, time.perf_counter()
    try:
        for index_B in split.order(BATCH, None):
            with torch.inference_mode():
                inputs, targets_B = split.batch(index_B.to(device))
                logits_BK = model(*inputs)
                loss_sum += F.cross_entropy(logits_BK, targets_B, reduction="sum").double()
                pairs_B = targets_B * classes + logits_BK.argmax(1)
                confusion += torch.bincount(pairs_B, minlength=classes * classes)
            done += len(index_B)
            if time.perf_counter() - told > CADENCE:
                yield Evaluating(name, done, len(split))
                told = time.perf_counter()
    finally:
        model.train(was_training)
    confusion_KK = confusion.view(classes, classes).cpu()
    return Evaluation(
        loss=float(loss_sum) / max(done, 1),
        accuracy=int(confusion_KK.diagonal().sum()) / max(done, 1),
        examples=done,
        confusion_KK=confusion_KK,
    )
