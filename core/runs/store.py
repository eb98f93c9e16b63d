"""The folder of all runs: creates, lists and finds runs."""

import contextlib
from pathlib import Path

from core import paths
from core.errors import RunError
from core.files import storage_errors, write_atomically
from core.i18n import _
from core.runs import consent, initial_weights
from core.runs.config import InitialWeights, RunConfig
from core.runs.run import Run
from core.runs.shipped import SHIPPED, shipped_run


class RunStore:
    """The folder of all runs.

    >>> from core.runs.config import RunConfig
    >>> from core.runs.store import RunStore
    >>> from core.training.loop import fit
    >>> data = {"key": "strokes", "examples": 200}
    >>> config = RunConfig.make(dataset=data, model="softmax_regression", training={"epochs": 1})
    >>> store = RunStore()
    >>> run = store.create(config)
    >>> for event in fit(config, run):
    ...     pass
    >>> store.find("last").status()
    'finished'
    >>> [run.name for run in store.runs()]
    ['0001-softmax_regression-adam']
    """

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder or paths.runs_folder()

    def create(self, config: RunConfig, origin: Path | None = None) -> Run:
        """Makes the folder of a new run; its number is one above the highest.

        Initial weights of another network are copied into it, so that the run can be repeated from its folder alone.

        Args:
            config: the configuration.
            origin: the folder of the run that the config was taken from, if any; it may hold a copy of such weights.

        Raises:
            RunError: the initial weights cannot be found.
            StorageError: the disk is full, read-only or missing.
        """
        weights = self._initial_weights(config.initial_weights, origin)
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
        if weights is not None:
            write_atomically(run.initial, weights)
            config = initial_weights.with_digest(config, run.initial)
        run.write_config(config)
        return run

    def _initial_weights(self, wanted: InitialWeights, origin: Path | None) -> bytes | None:
        """Returns the content of the file of initial weights, or None if they are random."""
        if not wanted.run:
            return None
        folders = [*([origin] if origin else []), *(run.path for run in self.runs())]
        copy = initial_weights.copy_in(folders, wanted.digest)
        return copy or initial_weights.packed(initial_weights.read(self.find(wanted.run), wanted.checkpoint))

    def runs(self) -> list[Run]:
        """Returns all runs, newest first."""
        try:
            folders = [path for path in self.folder.iterdir() if (path / "config.json").is_file()]
        except OSError:
            return []
        return sorted((Run(path) for path in folders), key=lambda run: (-run.number, run.name))

    def unfinished(self) -> Run | None:
        """Returns the newest run that can be resumed."""
        return next((run for run in self.runs() if run.is_resumable()), None)

    def find(self, name: str) -> Run:
        """Returns the run called `name`: a path, a folder's name, a number, "last", or "shipped/NAME".

        Raises:
            RunError: there is no such run.
        """
        if name.startswith(SHIPPED):
            return shipped_run(name)
        if (Path(name) / "config.json").is_file():
            return Run(Path(name))
        runs = self.runs()
        if name == "last" and runs:
            return next((run for run in runs if run.last.is_file()), runs[0])
        for run in runs:
            if name == run.name or (name.isdecimal() and int(name) == run.number):
                return run
        raise RunError(
            _("There is no run called “{name}”.").format(name=name),
            _("List them with “neurarium runs”.") if runs else _("Train one first: neurarium train"),
        )
