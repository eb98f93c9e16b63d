"""Turns a finished training into the folder that is shipped: calibrated, in half precision, with hashes.

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
from core.runs import checkpoint
from core.runs.run import Run

FIGURES = "figures.json"
STAGES = "stages.json"
_TOLD = ("neurarium", "python", "torch", "numpy", "machine", "cores", "device", "threads", "seed", "started")
_BATCH = 256


def ship(run: Run, data: Data, target: Path, averaged: int = 0) -> float:
    """Writes the weights of `run` to the folder `target`, with everything needed to open it as a run.

    Args:
        run: a finished training.
        data: its training data; the validation examples decide the temperature.
        target: the folder to ship.
        averaged: take the mean of the weights after so many last epochs (if more than one, the run must have kept
            them); 0 takes the best epoch's.

    Logits are divided by the temperature measured on the validation examples, so that the answers are calibrated.

    Returns:
        That temperature.
    """
    snapshot = load_snapshot(run)
    if averaged:
        mean = _mean_weights(run, averaged)
        snapshot.model.load_state_dict(mean)
    temperature, examples = _temperature(snapshot.model, data)
    dense = [module for module in snapshot.model.modules() if isinstance(module, nn.Linear)][-1]
    with torch.no_grad():
        dense.weight.div_(temperature)
        dense.bias.div_(temperature)
    tensors = {
        name: tensor.half() if tensor.is_floating_point() else tensor
        for name, tensor in checkpoint.model_tensors(snapshot.model).items()
    }
    write_atomically(target / "config.json", (run.path / "config.json").read_bytes())
    environment = json.loads((run.path / "environment.json").read_bytes())
    write_json(target / "environment.json", {name: environment[name] for name in _TOLD})
    write_atomically(target / "history.jsonl", _without_steps((run.path / "history.jsonl").read_bytes()))
    write_json(target / "reading.json", json.loads((run.path / "reading.json").read_bytes()), indent=None)
    shipped = Run(target)
    shipped.info()  # writes parts.json, the names of its parts
    checkpoint.write(shipped.best, tensors, {"epoch": snapshot.epoch})
    calibrated = Calibration(temperature=1.0, examples=examples, epoch=snapshot.epoch)
    write_json(shipped.checkpoints / "best.calibration.json", calibrated.model_dump())
    for name in ("training.log", STAGES):
        if (run.path.parent / name).is_file():
            shutil.copyfile(run.path.parent / name, target / name)
    for path in target.rglob("*"):
        path.chmod(0o755 if path.is_dir() else 0o644)
    return temperature


def note_stage(folder: Path, stage: str, seconds: float) -> None:
    """Records how long a stage of a recipe took; keeps the first record of a stage."""
    stages = stages_of(folder)
    write_json(folder / STAGES, stages | {stage: stages.get(stage, round(seconds))})


def stages_of(folder: Path) -> dict[str, int]:
    """Returns how many seconds each stage of a recipe before the last training took."""
    path = folder / STAGES
    found: dict[str, int] = json.loads(path.read_bytes()) if path.is_file() else {}
    return found


def hashes_of(folder: Path) -> dict[str, str]:
    """Returns the SHA-256 of each file that decides a shipped network's answers, by its name in the folder."""
    names = ["config.json", "reading.json", "checkpoints/best.safetensors", "checkpoints/best.calibration.json"]
    return {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in names}


def read_figures(folder: Path) -> dict[str, Any]:
    """Returns the figures of a shipped network."""
    figures: dict[str, Any] = json.loads((folder / FIGURES).read_bytes())
    return figures


def _without_steps(history: bytes) -> bytes:
    """Returns the history of a run with its epochs only; the steps take most of the space."""
    return b"".join(line for line in history.splitlines(True) if not line.startswith(b'{"event": "StepsDone"'))


def _mean_weights(run: Run, epochs: int) -> dict[str, Tensor]:
    last = list(run.epoch_weights().values())[-epochs:] if epochs > 1 else [run.last]
    states = [load_snapshot(run, path).model.state_dict() for path in last]
    return {name: torch.stack([state[name].float() for state in states]).mean(0) for name in states[0]}


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
