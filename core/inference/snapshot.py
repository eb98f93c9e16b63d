"""A trained network loaded from its run: in eval mode, on the CPU, never the module that is being trained.

Knows no screen and trains nothing. Classifying, scoring and explaining all start from a snapshot.
"""

from dataclasses import dataclass
from pathlib import Path

import torch
from torch import nn

from core.errors import RunError
from core.i18n import _
from core.input_spec import InputSpec
from core.modalities import MODALITIES
from core.runs import checkpoint
from core.runs.config import RunConfig
from core.runs.run import Run


@dataclass(frozen=True)
class Snapshot:
    """A network at one moment of its training.

    Attributes:
        model: in eval mode, on the CPU; its weights need no gradients.
        input_spec: what it reads, and the names of its classes.
        config: how it was trained.
        title: the name of its run for people.
        epoch: after how many epochs.
    """

    model: nn.Module
    input_spec: InputSpec
    config: RunConfig
    title: str
    epoch: int


def load_snapshot(run: Run, weights: Path | None = None) -> Snapshot:
    """Loads a network from a run.

    Args:
        run: its folder.
        weights: which of its checkpoints; None takes the best, or the last if no epoch is completed.

    Raises:
        RunError: the run or the checkpoint is missing, damaged or of another shape, or the run diverged.
        ConfigError: the run's config is invalid.
    """
    weights = weights or run.weights
    if weights == run.last and not run.best.is_file() and run.status() == "diverged":
        raise RunError(
            _("{run} diverged before its first epoch was over: it has learned nothing.").format(run=run.title),
            _("Choose another run, or train again with a smaller learning rate."),
        )
    config, input_spec = run.config, run.input_spec()
    tensors, state = checkpoint.read(weights)
    input = MODALITIES[config.model.modality].require(input_spec.input)
    try:
        with torch.device("meta"):  # draws no random numbers, which would change a training that runs at the same time
            model = config.model.build(input, config.objective.outputs(input_spec))
    except (TypeError, ValueError, RuntimeError) as error:  # impossible sizes
        raise RunError(
            _("{run} describes a network that cannot be built.").format(run=run.title), _("Choose another run.")
        ) from error
    checkpoint.load_model(model, tensors, assign=True)
    model.float()  # those that come with the program are kept in half precision
    assert not any(t.is_meta for t in [*model.parameters(), *model.buffers()]), "a buffer is not in the state dict"
    if not all(bool(tensor.isfinite().all()) for tensor in model.state_dict().values()):
        raise RunError(
            _("The weights of {run} are not numbers any more: it diverged.").format(run=run.title),
            _("Choose an earlier epoch of it, or another run."),
        )
    model.eval().requires_grad_(False)
    epoch = state.get("epoch", 0)
    return Snapshot(model, input_spec, config, run.title, epoch if isinstance(epoch, int) else 0)
