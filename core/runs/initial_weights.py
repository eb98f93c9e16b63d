"""Initial weights from another network: they are read from its run and copied into the folder of the new run.

So a run can be repeated from its folder alone, even if the other run was deleted. Knows nothing about training. Loads
torch only when there is something to read.
"""

import contextlib
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import ValidationError

from core.errors import RunError
from core.i18n import _
from core.input_spec import InputSpec
from core.runs.config import RunConfig
from core.runs.run import Run

Content = tuple[dict[str, "Tensor"], InputSpec, str]
"""The weights by name, what their network reads, and the name of the run they come from."""

if TYPE_CHECKING:
    from torch import Tensor


def read(source: Run, which: str) -> Content:
    """Reads the weights of a run.

    Args:
        source: the run that has them.
        which: "best", "last", or the number of an epoch.

    Raises:
        RunError: the weights are missing, damaged, or were not kept.
    """
    from core.runs import checkpoint

    tensors, _state = checkpoint.read(source.weights_called(which))
    return checkpoint.weights_in(tensors), source.input_spec(), source.name


def packed(content: Content) -> bytes:
    """Returns the weights as the bytes of a checkpoint, to be kept in the folder of the run that starts with them."""
    from core.runs import checkpoint

    weights, spec, name = content
    tensors = {f"model.{key}": tensor for key, tensor in weights.items()}
    return checkpoint.packed(tensors, {"input_spec": spec.model_dump(mode="json"), "run": name})


def copy_in(folders: Iterable[Path], digest: str) -> bytes | None:
    """Returns the first intact copy with this `digest` in the folders of runs, or None if there is none."""
    from core.runs import checkpoint

    for copy in (Run(folder).initial for folder in folders):
        if digest and checkpoint.digest_in(copy) == digest:
            with contextlib.suppress(RunError):  # it is damaged
                checkpoint.read(copy)
                return copy.read_bytes()
    return None


def with_digest(config: RunConfig, copy: Path) -> RunConfig:
    """Returns `config` with the digest of the weights in the file `copy`."""
    from core.runs import checkpoint

    digest = checkpoint.digest_in(copy)
    return config.with_changes(initial_weights=config.initial_weights.model_dump() | {"digest": digest})


def read_copy(run: Run) -> Content:
    """Reads the copy of the initial weights in the folder of `run`.

    Raises:
        RunError: the copy is missing or damaged, or does not have the digest in the config of the run.
    """
    from core.runs import checkpoint

    if checkpoint.digest_in(run.initial) != run.config.initial_weights.digest:
        raise RunError(
            _("The weights that {name} begins with are not in its folder.").format(name=run.name),
            _("Put its file {file} back, or start a new run.").format(file=run.initial.name),
        )
    tensors, state = checkpoint.read(run.initial)
    try:
        spec = InputSpec.model_validate(state.get("input_spec"))
    except ValidationError as error:  # the digest is right, so somebody wrote it like this
        raise RunError(
            _("The file {path} is damaged.").format(path=run.initial), _("Choose another run, or train again.")
        ) from error
    return checkpoint.weights_in(tensors), spec, str(state.get("run", ""))
