"""A run is a folder. This module locks it, reads it and appends to it; it does not train.

    0007-chapter_cnn-adam/
      config.json          the configuration (`RunConfig`)
      parts.json           the titles of its dataset, model, optimizer and schedule (`RunInfo`)
      environment.json     versions, device, threads, when it started
      reading.json         what the network reads, and the names of its classes (`InputSpec`)
      initial.safetensors  the initial weights, if they come from another network
      history.jsonl        one event per line, appended as it happens
      checkpoints/         last.safetensors, best.safetensors, epoch-0000.safetensors ...

A folder in which a crash left files missing or incomplete can still be opened; its status is "interrupted".
"""

import contextlib
import json
import os
import re
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, Literal

from filelock import FileLock, Timeout

from core.errors import ConfigError, NeurariumError, RunError, StorageError
from core.events import EpochDone, Event, RunEnded, RunStarted, StepsDone
from core.files import storage_errors, sweep, write_atomically, write_json
from core.i18n import _
from core.input_spec import InputSpec
from core.runs import history, migrate
from core.runs.config import RunConfig
from core.runs.info import LONGEST, RunInfo, glance

Status = Literal["running", "interrupted", "stopped", "finished", "early_stopped", "diverged", "failed"]
RESUMABLE: tuple[Status, ...] = ("interrupted", "stopped", "failed")

PARTS = "parts.json"
_TAIL = 65_536  # bytes; the last event is one line with a sentence or two in it


class Run:
    """One run folder. Training holds a lock; reading needs none."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._stream: IO[str] | None = None
        self._lock: FileLock | None = None  # made when training starts

    @property
    def name(self) -> str:
        """The folder's name, unique among the runs."""
        return self.path.name

    @property
    def number(self) -> int:
        """The number the folder's name begins with, or 0."""
        found = re.match(r"\d+", self.name)
        return int(found[0]) if found else 0

    @property
    def title(self) -> str:
        """The run's name for people: number, model and optimizer."""
        try:
            info = self.info()
        except NeurariumError:
            return self.name
        return f"{self.number} · {_(info.model)} · {_(info.optimizer)}"

    @property
    def config(self) -> RunConfig:
        """The configuration.

        Raises:
            RunError: the folder holds no config.
            ConfigError: the config was edited and is no longer valid.
        """
        return RunConfig.from_json(self._config_json(), self._environment_json())

    def info(self) -> RunInfo:
        """Returns the titles of its parts and its training settings.

        Imports torch only if `parts.json` is missing or outdated; then the file is written again if possible.

        Raises:
            RunError, ConfigError: as for `config`.
        """
        config_json = self._config_json()
        found = glance(config_json, self._parts_json())
        if found is None:
            found = RunInfo.of(RunConfig.from_json(config_json))
            with contextlib.suppress(StorageError):  # then torch is imported next time, too
                write_json(self.path / PARTS, found.parts(config_json))
        return found

    def write_config(self, config: RunConfig) -> None:
        """Writes the configuration, and the titles of its parts.

        Raises:
            StorageError: the folder cannot be written.
        """
        write_json(self.path / "config.json", config.to_dict())
        self.info()

    def _config_json(self) -> bytes:
        try:
            return (self.path / "config.json").read_bytes()
        except OSError as error:
            raise RunError(
                _("{path} is not the folder of a run.").format(path=self.path),
                _("Choose a folder that holds a config.json."),
            ) from error

    def _parts_json(self) -> bytes:
        try:
            with (self.path / PARTS).open("rb") as file:
                return file.read(LONGEST)
        except OSError:
            return b""

    def _environment_json(self) -> bytes:
        try:
            return (self.path / "environment.json").read_bytes()
        except OSError:  # it is written when training begins
            return b""

    def input_spec(self) -> InputSpec:
        """Returns what the network reads, and the names of its classes.

        Raises:
            RunError: training has not begun, or the file is damaged.
        """
        path = self.path / "reading.json"
        try:
            value = json.loads(path.read_bytes())
            if isinstance(value, dict):
                value = migrate.input_spec(value, self._config_value())
            return InputSpec.model_validate(value)
        except FileNotFoundError as error:
            raise RunError(
                _("Run {name} does not say what its network reads.").format(name=self.name), _("Train it first.")
            ) from error
        except (OSError, ValueError, RecursionError) as error:
            raise RunError(
                _("The file {path} is damaged.").format(path=path), _("Choose another run, or train again.")
            ) from error

    def _config_value(self) -> dict[str, Any]:
        """Returns the JSON of config.json, which is not validated; empty if it cannot be read."""
        with contextlib.suppress(RunError, ValueError, RecursionError):
            value = json.loads(self._config_json())
            return value if isinstance(value, dict) else {}
        return {}

    @property
    def checkpoints(self) -> Path:
        """The folder of checkpoints."""
        return self.path / "checkpoints"

    @property
    def last(self) -> Path:
        """The checkpoint from which the run is resumed."""
        return self.checkpoints / "last.safetensors"

    @property
    def best(self) -> Path:
        """The weights of the best epoch, chosen by the objective on the validation set."""
        return self.checkpoints / "best.safetensors"

    @property
    def initial(self) -> Path:
        """A copy of the initial weights, if they come from another network."""
        return self.path / "initial.safetensors"

    @property
    def weights(self) -> Path:
        """The checkpoint to use by default: the best, or the last while no epoch is completed."""
        return self.best if self.best.is_file() else self.last

    def weights_called(self, name: str) -> Path:
        """Returns the checkpoint called `name`: "best", "last", or the number of an epoch that was kept.

        Raises:
            ConfigError: no weights can be called so.
            RunError: that epoch was not kept, or was thinned out meanwhile.
        """
        if name.isdecimal():
            return self.weights_of_epoch(int(name))
        if name not in ("best", "last"):
            raise ConfigError(
                _("“{name}” names no weights.").format(name=name), _("Choose best, last, or the number of an epoch.")
            )
        return self.weights if name == "best" else self.last

    def weights_of_epoch(self, epoch: int) -> Path:
        """Returns the weights kept after `epoch` epochs.

        Raises:
            RunError: that epoch was not kept, or was deleted to save space.
        """
        kept = self.epoch_weights()
        if epoch not in kept:
            raise RunError(
                _("Run {run} has not kept epoch {epoch}.").format(run=self.name, epoch=epoch),
                _("Choose one of: {keys}.").format(keys=", ".join(map(str, kept)) or "best, last"),
            )
        return kept[epoch]

    def epoch_weights(self) -> dict[int, Path]:
        """Returns the kept weights by epoch; 0 is the untrained network."""
        found = {}
        for path in self.checkpoints.glob("epoch-*.safetensors"):
            with contextlib.suppress(ValueError):
                found[int(path.stem.removeprefix("epoch-"))] = path
        return dict(sorted(found.items()))

    def status(self) -> Status:
        """Returns the status of the run, from the files in its folder."""
        if self.is_locked():
            return "running"
        ending = self.ending()
        return ending.reason if ending is not None else "interrupted"

    def is_resumable(self) -> bool:
        """Whether training can be resumed from a checkpoint."""
        return self.last.is_file() and self.status() in RESUMABLE

    # -- locking

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """Locks the folder for training, and deletes temporary files that a crash left.

        Raises:
            RunError: another window or process is training in it.
            StorageError: the folder cannot be written.
        """
        with storage_errors(self.path):
            lock = FileLock(self.path / ".lock")
            try:
                lock.acquire(timeout=0)
            except Timeout as error:
                raise RunError(
                    _("Run {name} is being trained in another window.").format(name=self.name),
                    _("Stop it there, or start a new run here."),
                ) from error
        self._lock = lock
        sweep(self.path)
        sweep(self.checkpoints, "*.safetensors")  # no others: calibrations are written there without a lock
        try:
            yield
        finally:
            self.close()
            self._lock = None
            lock.release()

    def is_locked(self) -> bool:
        """Whether a training in this folder is running."""
        if self._lock is not None:
            return True
        if not (self.path / ".lock").exists():
            return False
        probe = FileLock(self.path / ".lock")
        try:
            probe.acquire(timeout=0)
        except (Timeout, OSError):
            return isinstance(sys.exc_info()[1], Timeout)
        probe.release()
        return False

    def discard_if_it_never_began(self) -> None:
        """Removes the folder if the run failed or was stopped before the first checkpoint and the first event."""
        has_begun = (self.path / "history.jsonl").exists() or any(self.checkpoints.glob("*.safetensors"))
        if not has_begun and not self.is_locked():
            shutil.rmtree(self.path, ignore_errors=True)

    # -- history

    def append(self, event: Event) -> None:
        """Appends `event` to the history file if it is of a kind that is kept, and flushes the file.

        Raises:
            StorageError: the disk is full or missing.
        """
        if type(event).__name__ not in history.KEPT:
            return
        with storage_errors(self.path / "history.jsonl"):
            if self._stream is None:
                self._stream = (self.path / "history.jsonl").open("a", encoding="utf-8")
            self._stream.write(history.to_line(event) + "\n")
            self._stream.flush()

    def close(self) -> None:
        """Closes the history file."""
        if self._stream is not None:
            with contextlib.suppress(OSError):
                self._stream.close()
            self._stream = None

    def history(self, *kinds: type[Event]) -> Iterator[Event]:
        """Yields the kept events in order, only `kinds` if given. Incomplete and invalid lines are skipped."""
        wanted = tuple(history.begins(kind) for kind in kinds)
        try:
            with (self.path / "history.jsonl").open(encoding="utf-8", errors="replace") as lines:
                for line in lines:
                    if not wanted or line.startswith(wanted):
                        with contextlib.suppress(*history.NO_RECORD):
                            yield history.from_line(line)
        except OSError:
            return

    def ending(self) -> RunEnded | None:
        """Returns the last event, reading only the end of the history; None if training was interrupted."""
        try:
            with (self.path / "history.jsonl").open("rb") as file:
                file.seek(max(file.seek(0, os.SEEK_END) - _TAIL, 0))
                last = file.read().rstrip(b"\n").rpartition(b"\n")[2]
        except OSError:
            return None
        with contextlib.suppress(*history.NO_RECORD):
            event = history.from_line(last)
            return event if isinstance(event, RunEnded) else None
        return None

    def rewind(self, step: int, epochs_done: int) -> None:
        """Removes all events after the checkpoint at `step`, so that a resumed run does not record them twice.

        Raises:
            StorageError: the history could not be rewritten.
        """
        self.close()
        kept: list[str] = []
        for event in self.history():
            if isinstance(event, StepsDone):
                beyond = event.last_step - step
                if beyond >= len(event.losses):
                    continue
                if beyond > 0:
                    event = history.shortened(event, beyond)
            elif isinstance(event, EpochDone):
                if event.epoch > epochs_done:
                    continue
            elif isinstance(event, RunEnded) or (isinstance(event, RunStarted) and event.first_step > step + 1):
                continue
            kept.append(history.to_line(event))
        text = "".join(line + "\n" for line in kept)
        write_atomically(self.path / "history.jsonl", text.encode())
