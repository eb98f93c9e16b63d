"""Trains, and tells what happened in words of its own: the one place where golden histories meet the program.

The recorded files know no class, field or file name of the program. When events, metrics or run folders get other
names, this file is edited and nothing that was recorded. A told run is

    sizes    parameters, train_examples, validation_examples
    steps    loss, accuracy, learning_rate: one number for each step
    epochs   train_loss, train_accuracy, validation_loss, validation_accuracy: one number for each epoch
    ending   reason, epoch, step, best_epoch
    weights  first, last: digests of the network's tensors before the first step and after the last
"""

import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file

from core.events import EpochDone, Event, RunEnded, RunStarted, StepsDone
from core.runs.config import RunConfig
from core.runs.run import Run
from core.runs.store import RunStore
from core.training.loop import fit

Told = dict[str, dict[str, Any]]


def train(config: dict[str, Any], folder: Path) -> Told:
    """Trains a config, as `RunConfig.make` takes it, in a new run in `folder`, and tells what happened."""
    made = RunConfig.make(**config)
    run = RunStore(folder).create(made)
    told = tell(fit(made, run))
    first = digest(run.weights_of_epoch(0))
    return told | {"weights": {"first": first, "last": digest(run.last)}}


def go_on(run: Run) -> Told:
    """Trains a stopped run to its end, and tells what happened from there on."""
    told = tell(fit(run.config, run))
    return told | {"weights": {"last": digest(run.last)}}


def tell(events: Iterable[Event]) -> Told:
    """Tells what the events of a run say, all but its weights."""
    told: Told = {
        "sizes": {},
        "steps": {"loss": [], "accuracy": [], "learning_rate": []},
        "epochs": {"train_loss": [], "train_accuracy": [], "validation_loss": [], "validation_accuracy": []},
        "ending": {},
    }
    for event in events:
        if isinstance(event, RunStarted):
            for name in ("parameters", "train_examples", "validation_examples"):
                told["sizes"][name] = getattr(event, name)
        elif isinstance(event, StepsDone):
            told["steps"]["loss"] += event.losses.tolist()
            told["steps"]["accuracy"] += event.accuracies.tolist()
            told["steps"]["learning_rate"] += event.learning_rates.tolist()
        elif isinstance(event, EpochDone):
            for name, values in told["epochs"].items():
                values.append(getattr(event, name))
        elif isinstance(event, RunEnded):
            for name in ("reason", "epoch", "step", "best_epoch"):
                told["ending"][name] = getattr(event, name)
    return told


def digest(checkpoint: Path) -> str:
    """Returns a digest over names, types, shapes and bytes of the network in a checkpoint, without its optimizer."""
    result = hashlib.sha256()
    for name, tensor in sorted(load_file(checkpoint).items()):
        if name.startswith("model."):
            result.update(f"{name} {tensor.dtype} {list(tensor.shape)}".encode())
            result.update(tensor.contiguous().flatten().view(torch.uint8).numpy().tobytes())
    return result.hexdigest()
