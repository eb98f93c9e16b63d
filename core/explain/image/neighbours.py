"""Finds the training examples that are most similar to a picture: the nearest in the network's feature space.

The features of all training examples would need hundreds of megabytes for a convolutional network. So the index keeps
only a few principal components of each, finds candidates with them, and compares those by their full features.
Draws no random number. Axes: N examples, F features, D principal components, C channels, H height, W width.
"""

from collections.abc import Generator
from dataclasses import dataclass, field

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.data.images import ImageSplit
from core.events import Preparing
from core.i18n import _
from core.inference.features import FeatureNet

_DIRECTIONS = 128
_SAMPLE = 1024
_CANDIDATES = 256
_BATCH = 256


@dataclass(frozen=True)
class Neighbour:
    """One training example.

    Attributes:
        index: its place in the training split.
        picture_CHW: its levels, 0..255.
        label: number of its class.
        predicted: the class that the network predicts; often, but not always, the same.
        similarity: the cosine similarity of its features and those of the given picture, at most 1.
    """

    index: int
    picture_CHW: NDArray[np.uint8] = field(repr=False)
    label: int
    predicted: int
    similarity: float


class NeighbourIndex:
    """Finds the training examples that are most similar to a picture. Made by `build_index`."""

    def __init__(
        self, net: FeatureNet, split: ImageSplit, directions_FD: Tensor, coarse_ND: Tensor, predicted_N: Tensor
    ) -> None:
        self._net, self._split = net, split
        self._directions_FD, self._coarse_ND, self._predicted_N = directions_FD, coarse_ND, predicted_N

    def __len__(self) -> int:
        return len(self._coarse_ND)

    def nearest(self, input_1CHW: Tensor, count: int = 8) -> list[Neighbour]:
        """Returns the `count` nearest examples, nearest first.

        Args:
            input_1CHW: what the network reads (see `Classifier.input_of`).
            count: the number of examples; at most a few dozen.
        """
        with torch.inference_mode():
            _logits, features_1F = self._net(input_1CHW)
            unit_1F = _unit(features_1F)
            near_N = self._coarse_ND @ (unit_1F @ self._directions_FD)[0]
            candidates_N = near_N.topk(min(max(_CANDIDATES, count), len(self))).indices
            (images_NCHW,), _targets = self._split.batch(candidates_N)
            similarity_N = (_unit(self._net.many(images_NCHW)[1]) @ unit_1F.T)[:, 0]
            best_N = similarity_N.argsort(descending=True, stable=True)[:count]
        return [
            Neighbour(
                index=int(candidates_N[i]),
                picture_CHW=self._split.images_NCHW[candidates_N[i]].numpy().copy(),
                label=int(self._split.targets_N[candidates_N[i]]),
                predicted=int(self._predicted_N[candidates_N[i]]),
                similarity=float(similarity_N[i]),
            )
            for i in best_N.tolist()
        ]


def build_index(net: FeatureNet, split: ImageSplit) -> Generator[Preparing, None, NeighbourIndex]:
    """Computes the features of all training examples; yields the progress; returns the index.

    Args:
        net: such as `Classifier.features`.
        split: the training split, normalised as the network reads it (`data_of(snapshot).split("train")`).
    """
    sample_N = torch.arange(0, len(split), max(len(split) // _SAMPLE, 1))[:_SAMPLE]
    directions_FD = _main_directions(_unit(net.many(split.batch(sample_N)[0][0])[1]))
    coarse, predicted, done = [], [], 0
    for index_B in split.order(_BATCH, None):
        (images_BCHW,), _targets = split.batch(index_B)
        logits_BK, features_BF = net(images_BCHW)
        with torch.inference_mode():
            coarse.append(_unit(features_BF) @ directions_FD)
            predicted.append(logits_BK.argmax(1))
        done += len(index_B)
        yield Preparing(_("Looking at the training examples"), done, len(split), "examples")
    return NeighbourIndex(net, split, directions_FD, torch.cat(coarse), torch.cat(predicted))


def _main_directions(unit_NF: Tensor) -> Tensor:
    """Returns the principal directions (F, D) of the features; all directions if there are few features."""
    with torch.inference_mode():
        if unit_NF.shape[1] <= _DIRECTIONS:
            return torch.eye(unit_NF.shape[1])
        # The small Gram matrix of the examples gives the same directions; features may be thousands.
        values, vectors = torch.linalg.eigh((unit_NF @ unit_NF.T).double())
        kept = values[-_DIRECTIONS:] > 1e-6
        chosen_ND = vectors[:, -_DIRECTIONS:][:, kept] / values[-_DIRECTIONS:][kept].sqrt()
        directions_FD: Tensor = unit_NF.T @ chosen_ND.float()
        return directions_FD


def _unit(features_NF: Tensor) -> Tensor:
    return torch.nn.functional.normalize(features_NF, dim=1)
