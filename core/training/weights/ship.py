"""From a finished training to the folder that is shipped: calibrated, in half precision, with everything hashed.

Knows no particular network. Axes: N examples, K classes.
"""

import hashlib
import json
import shutil
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from core.data.base import Data
from core.files import write_atomically, write_json
from core.inference.calibration import Calibration, temperature_of
from core.inference.snapshot import load_snapshot
from core.training import checkpoint
from core.training.run_store import Run

FIGURES = "figures.json"
_COPIED = ("config.json", "environment.json", "history.jsonl")
_BATCH = 256


def ship(run: Run, data: Data, target: Path) -> float:
    """Writes the best weights of `run` to the folder `target`, together with what a run needs to be opened.

    Logits are divided by the temperature measured on the validation examples: what the network says is calibrated.

    Returns:
        That temperature.
    """
    snapshot = load_snapshot(run)
    temperature, examples = _temperature(snapshot.model, data)
    dense = [module for module in snapshot.model.modules() if isinstance(module, nn.Linear)][-1]
    with torch.no_grad():
        dense.weight.div_(temperature)
        dense.bias.div_(temperature)
    tensors = {
        name: tensor.half() if tensor.is_floating_point() else tensor
        for name, tensor in checkpoint.model_tensors(snapshot.model).items()
    }
    for name in _COPIED:
        write_atomically(target / name, (run.path / name).read_bytes())
    write_json(target / "reading.json", json.loads((run.path / "reading.json").read_bytes()), indent=None)
    shipped = Run(target)
    checkpoint.write(shipped.best, tensors, {"epoch": snapshot.epoch})
    calibrated = Calibration(temperature=1.0, examples=examples, epoch=snapshot.epoch)
    write_json(shipped.checkpoints / "best.calibration.json", calibrated.model_dump())
    log = run.path.parent / "training.log"
    if log.is_file():
        shutil.copyfile(log, target / log.name)
    return temperature


def hashes_of(folder: Path) -> dict[str, str]:
    """Returns the SHA-256 of each file that decides what a shipped network says, by its name in the folder."""
    names = ["config.json", "reading.json", "checkpoints/best.safetensors", "checkpoints/best.calibration.json"]
    return {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in names}


def read_figures(folder: Path) -> dict[str, Any]:
    """Returns what was measured on a shipped network."""
    figures: dict[str, Any] = json.loads((folder / FIGURES).read_bytes())
    return figures


def _temperature(model: nn.Module, data: Data) -> tuple[float, int]:
    split = data.split("validation")
    logits: list[Tensor] = []
    targets: list[Tensor] = []
    with torch.inference_mode():
        for index_B in split.order(_BATCH, None):
            inputs, targets_B = split.batch(index_B)
            logits.append(model(*inputs))
            targets.append(targets_B)
    return temperature_of(torch.cat(logits), torch.cat(targets)), len(split)
