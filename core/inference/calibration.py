"""Calibration: how far a network's probabilities can be trusted, as a temperature measured on its validation examples.

A network that says 90 % and is right in 70 % of such cases is overconfident. Dividing its logits by a temperature above
one lowers its confidence and leaves the predicted classes unchanged (Guo, Pleiss, Sun & Weinberger, "On calibration of
modern neural networks", ICML 2017). It is kept as a small JSON file next to the weights it belongs to:

    best.calibration.json   {"temperature": 1.62, "examples": 428, "epoch": 4}

Axes: N examples, K classes.
"""

import contextlib
import math
from pathlib import Path

import torch
from pydantic import Field, ValidationError
from torch import Tensor
from torch.nn import functional as F

from core.data.base import Data
from core.errors import StorageError
from core.files import write_json
from core.inference.catalogue import data_of
from core.inference.snapshot import Snapshot
from core.runs.run import Run
from core.settings import Settings

_COLDEST, _HOTTEST = 0.05, 20.0
_BATCH = 256


class Calibration(Settings):
    """The temperature of one network.

    Attributes:
        temperature: above one for an overconfident network, below one for an underconfident one.
        examples: on how many it was measured; 0 if there were none, and then the temperature is one.
        epoch: the epoch of the weights it was measured on.
    """

    temperature: float = Field(1.0, gt=0)
    examples: int = Field(0, ge=0)
    epoch: int = 0


def read_calibration(weights: Path, epoch: int) -> Calibration | None:
    """Returns the calibration of the weights at `weights`, or None if they have none, or one of an earlier epoch."""
    try:
        found = Calibration.model_validate_json(_calibration_file(weights).read_bytes())
    except (OSError, ValidationError):
        return None
    return found if found.epoch == epoch else None


def calibrate(snapshot: Snapshot, data: Data, weights: Path | None = None) -> Calibration:
    """Measures the temperature of a network on its validation examples.

    Args:
        snapshot: the network.
        data: what it was trained on, as the network reads it.
        weights: the file of its weights; the result is written next to it if the folder can be written.
    """
    split = data.split("validation")
    with torch.inference_mode():
        logits_NK, targets_N = [], []
        for index_B in split.order(_BATCH, None):
            inputs, targets_B = split.batch(index_B)
            logits_NK.append(snapshot.model(*inputs))
            targets_N.append(targets_B)
    temperature = temperature_of(torch.cat(logits_NK), torch.cat(targets_N))
    found = Calibration(temperature=temperature, examples=len(split), epoch=snapshot.epoch)
    if weights is not None:
        with contextlib.suppress(StorageError):
            write_json(_calibration_file(weights), found.model_dump())
    return found


def calibration_of(run: Run, snapshot: Snapshot, weights: Path | None = None) -> Calibration | None:
    """Returns the calibration of a network; if there is none yet, measures it.

    Measuring takes as long as reading its dataset.

    Args:
        run: the run it comes from.
        snapshot: the network.
        weights: which checkpoint it is; None for the default of `load_snapshot`.

    Returns:
        None if its training data is no longer on this computer.
    """
    path = weights or run.weights
    known = read_calibration(path, snapshot.epoch)
    if known is None:
        data = data_of(snapshot)
        known = calibrate(snapshot, data, path) if data is not None else None
    return known


def temperature_of(logits_NK: Tensor, targets_N: Tensor) -> float:
    """Returns the temperature that makes the targets most probable, between 0.05 and 20.

    The cross-entropy of β · logits is convex in β = 1 / temperature, so its slope has one root, found by bisection.
    """
    z_NK = logits_NK.double()
    z_NK = z_NK - z_NK.mean(dim=1, keepdim=True)
    right_N = z_NK.gather(1, targets_N[:, None]).squeeze(1)
    low, high = math.log(1 / _HOTTEST), math.log(1 / _COLDEST)
    for _step in range(40):
        middle = (low + high) / 2
        expected_N = (F.softmax(math.exp(middle) * z_NK, dim=1) * z_NK).sum(dim=1)
        if float((expected_N - right_N).mean()) > 0:
            high = middle
        else:
            low = middle
    return math.exp(-(low + high) / 2)


def _calibration_file(weights: Path) -> Path:
    return weights.with_name(f"{weights.stem}.calibration.json")
