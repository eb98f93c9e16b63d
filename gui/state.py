"""What the pages share, and where they meet: the training, the runs, the choices of whoever sits in front of it.

Pages read and call it and listen to its signals; they do not know each other. Knows no page and no widget.
"""

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QObject, Signal, Slot

from core import i18n, paths
from core.errors import NeurariumError
from core.i18n import _
from gui import retranslate
from gui.preferences import Preferences
from gui.theme import Choice, theme
from gui.workers import background
from gui.workers.preload import TORCH_MODULES, Preload
from gui.workers.session import TrainingSession

if TYPE_CHECKING:
    from core.runs.config import RunConfig
    from core.runs.run import Run
    from core.runs.store import RunStore

_FOLDERS = {"data_folder": "NEURARIUM_DATA", "runs_folder": "NEURARIUM_RUNS"}
_PATIENCE_MS = 30_000
_MOMENT_MS = 500
_REDRAWN_S = 0.4  # a training makes no step for so long while the whole window changes its looks


class AppState(QObject):
    """One for the whole window.

    Args:
        preferences: what was remembered.
        modules: what `preload` imports.

    Attributes:
        session: the training in progress, if any; its errors are reported by this object.
        preload: says when torch and all that needs it may be used.
        preferences: what is remembered; change them through the methods below.

    Signals:
        run_list_changed: runs were added, went on, ended or were removed, or lie in another folder.
        current_run_changed: `current_run` is another one, or is wanted again.
        page_requested: the key of the page that somebody wants to see.
        config_proposed: the `RunConfig` that a page proposes for the next run.
        reported: a `NeurariumError` to be shown.
        noticed: a translated sentence to be shown, of something that is no error.
        threads_changed: new runs train on another number of processor cores.
    """

    run_list_changed = Signal()
    current_run_changed = Signal()
    page_requested = Signal(str)
    config_proposed = Signal(object)
    reported = Signal(object)
    noticed = Signal(str)
    threads_changed = Signal()

    def __init__(
        self, preferences: Preferences, modules: Sequence[str] = TORCH_MODULES, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.preferences = preferences
        # A folder named by the environment is not ours to move.
        self.fixed_folders = frozenset(name for name, variable in _FOLDERS.items() if os.environ.get(variable))
        self.session = TrainingSession(self)
        self.preload = Preload(modules, self)
        self._current_run: Run | None = None
        self._run_before: Run | None = None
        self.session.ended.connect(self._after_training)
        self.session.failed.connect(self._after_training)
        self.session.failed.connect(self.report)
        self.preload.failed.connect(self.report)
        retranslate.set_language(preferences.language or i18n.preferred_language())
        self.set_theme(preferences.theme)
        self._place_folders()

    # -- runs

    @property
    def current_run(self) -> "Run | None":
        """The run that pages are about: in training, or chosen last."""
        return self._current_run

    @property
    def store(self) -> "RunStore":
        """The folder of runs."""
        from core.runs.store import RunStore

        return RunStore()

    def set_current_run(self, run: "Run | None") -> None:
        """Makes `run` the one that pages are about; said again even if it is already, since it is wanted anew."""
        self._current_run = run
        self.current_run_changed.emit()

    def train(self, config: "RunConfig", *, paused: bool = False) -> bool:
        """Starts a new run and makes it the current one; see `TrainingSession.start`. Returns whether it could.

        What stands in the way is reported.
        """
        if self._is_busy():
            return False
        config = self.as_run_here(config)
        try:
            run = self.store.create(config)
        except NeurariumError as error:
            self.report(error)
            return False
        self.session.start(config, run, paused=paused)
        self._after_start(run)
        return True

    def as_run_here(self, config: "RunConfig") -> "RunConfig":
        """Returns `config` as it is run here: on as many cores as preferred, unless it says so itself."""
        training = config.training
        if training.threads is not None or not self.preferences.threads:
            return config
        return config.with_changes(training=training.model_copy(update={"threads": self.preferences.threads}))

    def resume(self, run: "Run") -> bool:
        """Goes on with a run and makes it the current one; returns whether it could.

        What stands in the way is reported, a damaged checkpoint as soon as it is found to be so.
        """
        if self._is_busy():
            return False
        self.session.resume(run)
        self._after_start(run)
        return True

    def open_run(self, run: "Run") -> bool:
        """Makes a run that is over the current one; returns whether it could: a run in training stays in sight."""
        if self._is_busy():
            return False
        self.set_current_run(run)
        return True

    def _is_busy(self) -> bool:
        if self.session.is_running:
            self.report(NeurariumError(_("Another training is in progress."), _("Stop it first.")))
        return self.session.is_running

    def _after_start(self, run: "Run") -> None:
        self._run_before = self._current_run
        self.set_current_run(run)
        self.run_list_changed.emit()

    @Slot()
    def _after_training(self) -> None:
        if self._current_run is not None and not self._current_run.path.exists():  # it never began
            before, self._run_before = self._run_before, None
            self.set_current_run(before if before is not None and before.path.exists() else None)
        self.run_list_changed.emit()

    # -- choices

    def remember_config(self, config: "RunConfig") -> None:
        """Remembers what was last set up, for the next start."""
        self.preferences.config = config.to_dict()

    def propose_config(self, config: "RunConfig") -> None:
        """Remembers a configuration for the next run, and fills it in where that is set up already."""
        self.remember_config(config)
        self.config_proposed.emit(config)

    def last_config(self) -> "RunConfig | None":
        """Returns what was last set up, or None where that is nothing or nothing usable any more."""
        from core.runs.config import RunConfig

        try:
            return RunConfig.from_dict(self.preferences.config) if self.preferences.config else None
        except NeurariumError:
            return None

    def hold_off(self, seconds: float) -> None:
        """Keeps a training and the jobs beside the window back for so long: it is about to do much at once."""
        self.session.hold_off(seconds)
        background.hold_off(seconds)

    def set_language(self, code: str) -> None:
        """Speaks the language `code`, a key of `core.i18n.LANGUAGES`; empty for the system's."""
        self.preferences.language = code
        self.hold_off(_REDRAWN_S)
        retranslate.set_language(code or i18n.preferred_language())

    def set_theme(self, choice: str) -> None:
        """Looks "light", "dark", or as the "system" does."""
        known = choice if choice in ("light", "dark") else "system"
        self.preferences.theme = known
        self.hold_off(_REDRAWN_S)
        theme().set_choice(cast("Choice", known))

    def set_folder(self, name: str, folder: str) -> None:
        """Moves "data_folder" or "runs_folder"; empty for its usual place. What lies there stays there.

        Args:
            name: which.
            folder: as one types it: "~" is the home folder, a relative one lies in the current folder.
        """
        # The next start may be from another folder.
        setattr(self.preferences, name, str(paths.expanded(folder).absolute()) if folder else "")
        self._place_folders()
        self.run_list_changed.emit()

    def set_threads(self, threads: int) -> None:
        """Has new runs train on so many processor cores, unless they say so themselves; 0 is automatic."""
        if threads != self.preferences.threads:
            self.preferences.threads = threads
            self.threads_changed.emit()

    def _place_folders(self) -> None:
        for name, variable in _FOLDERS.items():
            if name in self.fixed_folders:
                continue
            folder = getattr(self.preferences, name)
            if folder:
                os.environ[variable] = folder
            else:
                os.environ.pop(variable, None)

    # -- the rest

    def open_page(self, key: str) -> None:
        """Shows the page `key`."""
        self.page_requested.emit(key)

    @Slot(object)
    def report(self, error: NeurariumError) -> None:
        """Shows an error to whoever sits in front of it. The one way to do so, for every page."""
        self.reported.emit(error)

    def save(self) -> None:
        """Writes the preferences; reports it if that cannot be done."""
        try:
            self.preferences.save()
        except NeurariumError as error:
            self.report(error)

    def shut_down(self) -> bool:
        """Ends the training, resumable, and all other threads; returns whether all have ended.

        Imports that are not over are hardly waited for: they cannot be cut short, and nothing is lost with them.
        """
        self.session.stop()
        ended = [self.session.wait(_PATIENCE_MS), background.finish(_PATIENCE_MS), self.preload.wait(_MOMENT_MS)]
        return all(ended)
