"""A checkpoint is one safetensors file: the tensors, and everything else as JSON text in its header.

It is one file because one rename is atomic: weights and their description can never disagree. A digest of both detects
changed bytes. Nothing is ever unpickled. Knows nothing about training.
"""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import safetensors.torch
import torch
from safetensors import SafetensorError, safe_open
from torch import Tensor, nn

from core.errors import RunError
from core.files import write_atomically
from core.i18n import _

FORMAT = "neurarium-checkpoint-1"


def write(path: Path, tensors: Mapping[str, Tensor], state: Mapping[str, Any]) -> None:
    """Writes `tensors` (any device and layout) and the JSON-able `state` to `path`, atomically.

    Raises:
        StorageError: the disk is full, read-only or missing; an older file at `path` stays unchanged.
    """
    write_atomically(path, packed(tensors, state))


def packed(tensors: Mapping[str, Tensor], state: Mapping[str, Any]) -> bytes:
    """Returns the content of a checkpoint that holds `tensors` (any device and layout) and the JSON-able `state`."""
    plain = {name: tensor.detach().cpu().contiguous() for name, tensor in tensors.items()}
    text = json.dumps(state)
    return safetensors.torch.save(plain, {"format": FORMAT, "state": text, "digest": _digest(plain, text)})


def digest_in(path: Path) -> str:
    """Returns the digest in the header of the checkpoint at `path`, or "" if it cannot be read."""
    try:
        with safe_open(path, framework="pt") as file:
            return str((file.metadata() or {}).get("digest", ""))
    except (SafetensorError, OSError, ValueError, RuntimeError):
        return ""


def read(path: Path) -> tuple[dict[str, Tensor], dict[str, Any]]:
    """Reads what `write` wrote, onto the CPU.

    Raises:
        RunError: the file is missing, truncated, damaged or not a checkpoint.
    """
    try:
        with safe_open(path, framework="pt") as file:
            metadata = file.metadata() or {}
            # Copied, because these tensors lie in the file itself, and Windows does not replace a file in use.
            tensors = {name: file.get_tensor(name).clone() for name in file.keys()}  # noqa: SIM118 (not a mapping)
    except FileNotFoundError as error:
        raise RunError(_("There is no checkpoint {name}.").format(name=path.name), _("Choose another one.")) from error
    except (SafetensorError, OSError, ValueError, RuntimeError) as error:
        raise _damaged(path) from error
    text = metadata.get("state", "")
    if metadata.get("format") != FORMAT:
        raise RunError(
            _("{name} is not a checkpoint of Neurarium.").format(name=path.name),
            _("Choose a file that Neurarium has saved."),
        )
    if metadata.get("digest") != _digest(tensors, text):
        raise _damaged(path)
    try:
        state = json.loads(text)
    except (ValueError, RecursionError) as error:  # the digest is right, so somebody wrote it like this
        raise _damaged(path) from error
    if not isinstance(state, dict):
        raise _damaged(path)
    return tensors, state


def _damaged(path: Path) -> RunError:
    return RunError(
        _("The checkpoint {name} is damaged or incomplete.").format(name=path.name),
        _("Choose another checkpoint of this run, or train again."),
    )


def _digest(tensors: Mapping[str, Tensor], text: str) -> str:
    digest = hashlib.blake2b(text.encode(), digest_size=16)
    for name in sorted(tensors):
        tensor = tensors[name]
        digest.update(f"{name} {tensor.dtype} {list(tensor.shape)}".encode())
        digest.update(tensor.flatten().view(torch.uint8).numpy().data if tensor.numel() else b"")
    return digest.hexdigest()


def model_tensors(model: nn.Module) -> dict[str, Tensor]:
    """Returns the weights and buffers of `model` under "model." names."""
    return {f"model.{name}": tensor for name, tensor in model.state_dict().items()}


def weights_in(tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Returns the network's tensors of a checkpoint, under the names they have in the network."""
    return {name.removeprefix("model."): t for name, t in tensors.items() if name.startswith("model.")}


def load_model(model: nn.Module, tensors: Mapping[str, Tensor], *, assign: bool = False) -> None:
    """Copies the "model." tensors into `model`, which keeps its device and memory layout.

    With `assign` the model takes the tensors themselves instead of copies.

    Raises:
        RunError: they belong to another architecture.
    """
    try:
        model.load_state_dict(weights_in(tensors), assign=assign)
    except RuntimeError as error:
        raise RunError(
            _("This checkpoint belongs to a network of another shape."), _("Choose a checkpoint of this run.")
        ) from error


def optimizer_tensors(optimizer: torch.optim.Optimizer) -> dict[str, Tensor]:
    """Returns the optimizer's state (momentum, moments, step counts) under "optimizer.<parameter>.<name>" names."""
    return {
        f"optimizer.{index}.{name}": value
        for index, state in optimizer.state_dict()["state"].items()
        for name, value in state.items()
        if isinstance(value, Tensor)
    }


def load_optimizer(optimizer: torch.optim.Optimizer, tensors: Mapping[str, Tensor]) -> None:
    """Restores the state that `optimizer_tensors` returned, in the memory layout of each parameter.

    The layout decides the order of sums, and so their last digits.
    """
    parameters = [p for group in optimizer.param_groups for p in group["params"]]
    state: dict[int, dict[str, Tensor]] = {}
    for key, value in tensors.items():
        if key.startswith("optimizer."):
            _prefix, index, name = key.split(".", 2)
            parameter = parameters[int(index)]
            if value.shape == parameter.shape:
                value = torch.empty_like(parameter, requires_grad=False).copy_(value)
            state.setdefault(int(index), {})[name] = value
    optimizer.load_state_dict({"state": state, "param_groups": optimizer.state_dict()["param_groups"]})
