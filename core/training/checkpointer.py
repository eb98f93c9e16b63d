"""Keeps a run in its folder: what is written when, and how a run is taken up again. Does not train."""

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
    """Writes one run down. Without a folder it keeps nothing and everything else works the same."""

    def __init__(self, run: Run | None, training: TrainingConfig) -> None:
        self.run, self.training = run, training

    def write(self, event: Event) -> None:
        """Appends `event` to the history."""
        if self.run is not None:
            self.run.append(event)

    def begin(self, input_spec: InputSpec, device: str) -> None:
        """Writes what does not change while the run goes on."""
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
        """Writes a checkpoint to go on from; after an epoch also that epoch's weights, and the best ones.

        The order matters: whatever a crash leaves out is written again, the same, when the run goes on from the last
        checkpoint.

        Raises:
            StorageError: the disk is full or gone; the last checkpoint before it is untouched.
        """
        if self.run is None:
            return []
        # A folder that was deleted meanwhile does not come back without its config.
        with storage_errors(self.run.checkpoints):
            self.run.checkpoints.mkdir(exist_ok=True)
        saved = []
        weights = checkpoint.model_tensors(model)
        about = {"epoch": progress.epochs_done, "step": progress.step}
        if after_epoch is not None and self.training.keep_epochs:
            path = self.run.checkpoints / f"epoch-{after_epoch:04d}.safetensors"
            checkpoint.write(path, weights, about)
            self._thin_out()
            saved.append(CheckpointSaved(path, progress.step, after_epoch))
        if is_best:
            checkpoint.write(self.run.best, weights, about)
        state = {**about, "progress": asdict(progress)}
        checkpoint.write(self.run.last, weights | checkpoint.optimizer_tensors(optimizer), state)
        return [*saved, CheckpointSaved(self.run.last, progress.step)]

    def restore(
        self, model: nn.Module, optimizer: torch.optim.Optimizer, input_spec: InputSpec
    ) -> TrainingState | None:
        """Takes the run up at its last checkpoint, or returns None where there is none.

        Raises:
            RunError: the checkpoint is damaged, foreign or of another shape, or the data is not the same any more.
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
        except (KeyError, TypeError, ValueError, IndexError, RuntimeError) as error:
            raise RunError(
                _("The last checkpoint of {name} does not fit its configuration.").format(name=self.run.name),
                _("Undo the changes to its config.json, or start a new run."),
            ) from error
        self.run.rewind(progress.step, progress.epochs_done)
        return progress

    def _thin_out(self) -> None:
        """Deletes kept epochs, evenly over the run, until the rest fits; the first and the newest always stay."""
        assert self.run is not None
        kept = self.run.epoch_weights()
        room = self.training.keep_megabytes * 1_000_000
        size, stride = sum(path.stat().st_size for path in kept.values()), 1
        while size > room and stride < max(kept):
            stride *= 2
            for epoch in [e for e in kept if e % stride and e != max(kept)]:
                path = kept.pop(epoch)
                freed = path.stat().st_size
                with contextlib.suppress(PermissionError):  # somebody reads it; it goes the next time
                    path.unlink()
                    size -= freed
