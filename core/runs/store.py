"""The folder of all runs: makes, lists and finds them."""

import contextlib
from pathlib import Path

from core import paths
from core.errors import RunError
from core.files import storage_errors
from core.i18n import _
from core.runs import consent
from core.runs.config import RunConfig
from core.runs.run import Run


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
        run.write_config(config)
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
