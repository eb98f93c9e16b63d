"""Decides what of a run is written when, and resumes a run from its folder. Does not train."""

import contextlib
from dataclasses import asdict

import torch
from torch import nn

from core import device as devices
from core.errors import RunError
from core.events import CheckpointSaved, Event
from core.files import storage_errors, write_json
from core.i18n import _
from core.input_spec import InputSpec
from core.runs import checkpoint, migrate
from core.runs.config import TrainingConfig
from core.runs.environment import environment
from core.runs.run import Run
from core.training.state import TrainingState


class Checkpointer:
    """Writes one run to its folder. Without a folder it writes nothing, and everything else works the same."""

    def __init__(self, run: Run | None, training: TrainingConfig) -> None:
        self.run, self.training = run, training

    def write(self, event: Event) -> None:
        """Appends `event` to the history."""
        if self.run is not None:
            self.run.append(event)

    def begin(self, input_spec: InputSpec, device: str) -> None:
        """Writes the files that do not change during the run: the input spec and the environment."""
        if self.run is not None:
            write_json(self.run.path / "reading.json", input_spec.model_dump(mode="json"))
            facts = environment(device, devices.threads_for(self.training.threads), self.training.seed)
            write_json(self.run.path / "environment.json", facts)

    def save(
        self,
        model: nn.Module,
        optimizer: torch.optim.Optimizer,
        progress: TrainingState,
        *,
        after_epoch: int | None = None,
        is_best: bool = False,
    ) -> list[CheckpointSaved]:
        """Writes the checkpoint for resuming; after an epoch also the weights of that epoch, and those of the best one.

        The order matters: `last` is written at the end. What a crash leaves out before it is written again when the run
        is resumed from the previous checkpoint.

        Raises:
            StorageError: the disk is full or missing; the previous checkpoint stays unchanged.
        """
        if self.run is None:
            return []
        # Not with parents: a run folder that was deleted must not come back without its config.
        with storage_errors(self.run.checkpoints):
            self.run.checkpoints.mkdir(exist_ok=True)
        saved = []
        weights = checkpoint.model_tensors(model)
        position = {"epoch": progress.epochs_done, "step": progress.step}
        if after_epoch is not None and self.training.keep_epochs:
            path = self.run.checkpoints / f"epoch-{after_epoch:04d}.safetensors"
            checkpoint.write(path, weights, position)
            self._thin_out()
            saved.append(CheckpointSaved(path, progress.step, after_epoch))
        if is_best:
            checkpoint.write(self.run.best, weights, position)
        state = {**position, "progress": asdict(progress)}
        checkpoint.write(self.run.last, weights | checkpoint.optimizer_tensors(optimizer), state)
        return [*saved, CheckpointSaved(self.run.last, progress.step)]

    def restore(
        self, model: nn.Module, optimizer: torch.optim.Optimizer, input_spec: InputSpec, primary: str
    ) -> TrainingState | None:
        """Restores the last checkpoint into model and optimizer; returns None if there is none.

        `primary` is the key of the metric that decides which epoch is best.

        Raises:
            RunError: the checkpoint is damaged, foreign or of another shape, or the data or the primary metric
                has changed.
        """
        if self.run is None or not self.run.last.is_file():
            return None
        if not self.run.input_spec().is_same_as(input_spec):
            raise RunError(
                _("The data of {name} has changed since it began.").format(name=self.run.name),
                _("Put the data back as it was, or start a new run."),
            )
        tensors, state = checkpoint.read(self.run.last)
        checkpoint.load_model(model, tensors)
        try:
            checkpoint.load_optimizer(optimizer, tensors)
            progress = TrainingState(**migrate.progress(state["progress"]))
            if progress.primary != primary:  # the ranks of different metrics cannot be compared
                raise ValueError(progress.primary)
        except (KeyError, TypeError, ValueError, IndexError, RuntimeError) as error:
            raise RunError(
                _("The last checkpoint of {name} does not fit its configuration.").format(name=self.run.name),
                _("Undo the changes to its config.json, or start a new run."),
            ) from error
        self.run.rewind(progress.step, progress.epochs_done)
        return progress

    def _thin_out(self) -> None:
        """Deletes kept epochs, evenly over the run, until the others fit; the first and the newest always stay."""
        assert self.run is not None
        kept = self.run.epoch_weights()
        limit = self.training.keep_megabytes * 1_000_000
        size, stride = sum(path.stat().st_size for path in kept.values()), 1
        while size > limit and stride < max(kept):
            stride *= 2
            for epoch in [e for e in kept if e % stride and e != max(kept)]:
                path = kept.pop(epoch)
                freed = path.stat().st_size
                with contextlib.suppress(PermissionError):  # it is being read, and will be deleted next time
                    path.unlink()
                    size -= freed
