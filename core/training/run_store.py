"""A run is a folder. This module creates, lists, locks, reads and appends to such folders; it does not train.

    0007-chapter_cnn-adam/
      config.json          what was asked for (`RunConfig`)
      environment.json     versions, device, threads, when it began
      reading.json         what the network reads and how its classes are called (`Reading`)
      history.jsonl        what happened: one event a line, appended as it happens
      checkpoints/         last.safetensors, best.safetensors, epoch-0000.safetensors ...

Whatever is missing or half-written after a crash, the folder opens, as "interrupted".
"""

import contextlib
import dataclasses
import json
import os
import re
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Literal, get_args

import numpy as np
from filelock import FileLock, Timeout
from pydantic import ValidationError

from core import consent, paths
from core.config import RunConfig, models, optimizers
from core.errors import NeurariumError, RunError
from core.events import EndReason, EpochDone, Event, Floats, RunEnded, RunStarted, StepsDone
from core.files import storage_errors, sweep, write_atomically, write_json
from core.i18n import _

if TYPE_CHECKING:
    from core.data.base import Reading

Status = Literal["running", "interrupted", "stopped", "finished", "early_stopped", "diverged", "failed"]
RESUMABLE: tuple[Status, ...] = ("interrupted", "stopped", "failed")

_TAIL = 65_536  # bytes; an ending is one line with a sentence or two in it
# What a line raises that a crash cut short, or a stranger made up.
_NO_RECORD = (ValueError, TypeError, KeyError, AttributeError, RecursionError)
_RECORDED: dict[str, type[Any]] = {cls.__name__: cls for cls in (RunStarted, StepsDone, EpochDone, RunEnded)}


class Run:
    """One run folder. Reading needs no lock; training holds one."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._stream: IO[str] | None = None
        self._lock: FileLock | None = None  # made when training begins: looking at a run needs none

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
            config = self.config
        except NeurariumError:
            return self.name
        return f"{self.number} · {_(models()[config.model.key].title)} · {_(optimizers()[config.optimizer.key].title)}"

    @property
    def config(self) -> RunConfig:
        """What was asked for.

        Raises:
            RunError: the folder holds no config.
            ConfigError: the config was edited into something that is not one.
        """
        try:
            text = (self.path / "config.json").read_bytes()
        except OSError as error:
            raise RunError(
                _("{path} is not the folder of a run.").format(path=self.path),
                _("Choose a folder that holds a config.json."),
            ) from error
        return RunConfig.from_json(text)

    def reading(self) -> "Reading":
        """Returns what the network reads and how its classes are called.

        Raises:
            RunError: training has not begun, or the file is damaged.
        """
        from core.data.base import Reading  # imports torch, which listing runs can do without

        path = self.path / "reading.json"
        try:
            return Reading.model_validate_json(path.read_bytes())
        except FileNotFoundError as error:
            raise RunError(
                _("Run {name} does not say what its network reads.").format(name=self.name), _("Train it first.")
            ) from error
        except (OSError, ValidationError) as error:
            raise RunError(
                _("The file {path} is damaged.").format(path=path), _("Choose another run, or train again.")
            ) from error

    @property
    def checkpoints(self) -> Path:
        """The folder of checkpoints."""
        return self.path / "checkpoints"

    @property
    def last(self) -> Path:
        """The checkpoint from which the run goes on."""
        return self.checkpoints / "last.safetensors"

    @property
    def best(self) -> Path:
        """The weights with the best validation accuracy."""
        return self.checkpoints / "best.safetensors"

    @property
    def weights(self) -> Path:
        """The checkpoint to ask where nobody says which: the best, or the last while no epoch is over."""
        return self.best if self.best.is_file() else self.last

    def weights_of_epoch(self, epoch: int) -> Path:
        """Returns the weights kept after `epoch` epochs.

        Raises:
            RunError: that epoch was not kept, or was thinned out meanwhile.
        """
        kept = self.epoch_weights()
        if epoch not in kept:
            raise RunError(
                _("Run {run} has not kept epoch {epoch}.").format(run=self.name, epoch=epoch),
                _("Choose one of: {keys}.").format(keys=", ".join(map(str, kept)) or "best, last"),
            )
        return kept[epoch]

    def epoch_weights(self) -> dict[int, Path]:
        """Returns the kept weights by epoch; 0 is the untrained start."""
        found = {}
        for path in self.checkpoints.glob("epoch-*.safetensors"):
            with contextlib.suppress(ValueError):
                found[int(path.stem.removeprefix("epoch-"))] = path
        return dict(sorted(found.items()))

    def status(self) -> Status:
        """Returns how the run stands, from what lies on disk."""
        if self.is_locked():
            return "running"
        ending = self.ending()
        return ending.reason if ending is not None else "interrupted"

    def is_resumable(self) -> bool:
        """Whether training can go on from a checkpoint."""
        return self.last.is_file() and self.status() in RESUMABLE

    # -- locking

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """Holds the folder for training, and sweeps out what a crash left of files in the making.

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
        sweep(self.checkpoints, "*.safetensors")  # calibrations are written there without a lock
        try:
            yield
        finally:
            self.close()
            self._lock = None
            lock.release()

    def is_locked(self) -> bool:
        """Whether somebody is training in this folder."""
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
        """Removes the folder of a run that failed or was stopped before anything was trained: nothing is lost."""
        has_begun = (self.path / "history.jsonl").exists() or any(self.checkpoints.glob("*.safetensors"))
        if not has_begun and not self.is_locked():
            shutil.rmtree(self.path, ignore_errors=True)

    # -- history

    def append(self, event: Event) -> None:
        """Adds `event` to the history if it is one that is kept, and hands it to the operating system.

        Raises:
            StorageError: the disk is full or gone.
        """
        if type(event).__name__ not in _RECORDED:
            return
        with storage_errors(self.path / "history.jsonl"):
            if self._stream is None:
                self._stream = (self.path / "history.jsonl").open("a", encoding="utf-8")
            self._stream.write(json.dumps(_to_record(event)) + "\n")
            self._stream.flush()

    def close(self) -> None:
        """Closes the history file."""
        if self._stream is not None:
            with contextlib.suppress(OSError):
                self._stream.close()
            self._stream = None

    def history(self, *kinds: type[Event]) -> Iterator[Event]:
        """Yields the kept events in order, only `kinds` if given. A line that a crash cut short is left out."""
        wanted = tuple(f'{{"event": "{kind.__name__}"' for kind in kinds)
        try:
            with (self.path / "history.jsonl").open(encoding="utf-8", errors="replace") as lines:
                for line in lines:
                    if not wanted or line.startswith(wanted):
                        with contextlib.suppress(*_NO_RECORD):
                            yield _from_record(json.loads(line))
        except OSError:
            return

    def ending(self) -> RunEnded | None:
        """Returns the last event if the history has one, reading only its last lines; None where training broke off."""
        try:
            with (self.path / "history.jsonl").open("rb") as file:
                file.seek(max(file.seek(0, os.SEEK_END) - _TAIL, 0))
                last = file.read().rstrip(b"\n").rpartition(b"\n")[2]
        except OSError:
            return None
        with contextlib.suppress(*_NO_RECORD):
            event = _from_record(json.loads(last))
            return event if isinstance(event, RunEnded) else None
        return None

    def rewind(self, step: int, epochs_done: int) -> None:
        """Cuts the history back to what a checkpoint at `step` knows, so that going on does not tell things twice.

        Raises:
            StorageError: it could not be rewritten.
        """
        self.close()
        kept: list[dict[str, Any]] = []
        for event in self.history():
            if isinstance(event, StepsDone):
                beyond = event.last_step - step
                if beyond >= len(event.losses):
                    continue
                if beyond > 0:
                    event = _shortened(event, beyond)
            elif isinstance(event, EpochDone):
                if event.epoch > epochs_done:
                    continue
            elif isinstance(event, RunEnded) or (isinstance(event, RunStarted) and event.first_step > step + 1):
                continue
            kept.append(_to_record(event))
        text = "".join(json.dumps(record) + "\n" for record in kept)
        write_atomically(self.path / "history.jsonl", text.encode())


class RunStore:
    """The folder of all runs."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder or paths.runs_folder()

    def create(self, config: RunConfig) -> Run:
        """Makes the folder of a new run, numbered one above the highest.

        Raises:
            StorageError: the disk is full, read-only or gone.
        """
        with storage_errors(self.folder):
            self.folder.mkdir(parents=True, exist_ok=True)
            number = max((run.number for run in self.runs()), default=0)
            while True:
                number += 1
                path = self.folder / f"{number:04d}-{config.model.key}-{config.optimizer.key}"
                with contextlib.suppress(FileExistsError):
                    path.mkdir()
                    break
        consent.give(config)
        run = Run(path)
        write_json(path / "config.json", config.to_dict())
        return run

    def runs(self) -> list[Run]:
        """Returns the runs there are, newest first."""
        try:
            folders = [path for path in self.folder.iterdir() if (path / "config.json").is_file()]
        except OSError:
            return []
        return sorted((Run(path) for path in folders), key=lambda run: (-run.number, run.name))

    def unfinished(self) -> Run | None:
        """Returns the newest run that can be resumed."""
        return next((run for run in self.runs() if run.is_resumable()), None)

    def find(self, name: str) -> Run:
        """Returns the run called `name`: a path, a folder's name, a number, or "last".

        Raises:
            RunError: there is none.
        """
        if (Path(name) / "config.json").is_file():
            return Run(Path(name))
        runs = self.runs()
        if name == "last" and runs:
            return next((run for run in runs if run.last.is_file()), runs[0])
        for run in runs:
            if name == run.name or (name.isdigit() and int(name) == run.number):
                return run
        raise RunError(
            _("There is no run called “{name}”.").format(name=name),
            _("List them with “neurarium runs”.") if runs else _("Train one first: neurarium train"),
        )


def _to_record(event: Any) -> dict[str, Any]:
    record: dict[str, Any] = {"event": type(event).__name__}
    for field in dataclasses.fields(event):
        value = getattr(event, field.name)
        record[field.name] = [_nine_digits(x) for x in value] if isinstance(value, np.ndarray) else _finite(value)
    return record


def _nine_digits(value: float) -> float | None:
    """Nine digits hold a float32 exactly, which is what losses are."""
    return float(f"{value:.9g}") if np.isfinite(value) else None


def _finite(value: Any) -> Any:
    """JSON has no NaN."""
    return None if isinstance(value, float) and not np.isfinite(value) else value


def _from_record(record: dict[str, Any]) -> Event:
    """Reads one line of a history.

    Raises:
        ValueError, TypeError, KeyError, AttributeError: it is no such line.
    """
    cls = _RECORDED[record.pop("event")]
    for field in dataclasses.fields(cls):
        value = record[field.name]
        if field.type is Floats:
            record[field.name] = np.array([np.nan if x is None else x for x in value], dtype=np.float64)
        elif field.type is float:
            record[field.name] = float("nan") if value is None else float(value)
        elif field.type is EndReason and value not in get_args(EndReason):
            raise ValueError(value)
        elif isinstance(field.type, type) and not isinstance(value, field.type):
            raise TypeError(value)
        elif isinstance(value, list):
            record[field.name] = tuple(value)
    event: Event = cls(**record)
    return event


def _shortened(event: StepsDone, by: int) -> StepsDone:
    keep = len(event.losses) - by
    return dataclasses.replace(
        event,
        last_step=event.last_step - by,
        losses=event.losses[:keep],
        accuracies=event.accuracies[:keep],
        learning_rates=event.learning_rates[:keep],
        seconds=event.seconds[:keep],
    )
