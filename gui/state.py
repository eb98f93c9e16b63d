"""What the pages share: the training, the runs, and the user's preferences.

Pages read it, call it and listen to its signals; they do not know each other. It knows no page and no widget.
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
_REDRAWN_S = 0.4  # a training pauses so long while the whole window is restyled


class AppState(QObject):
    """The shared state; one for the whole window.

    Args:
        preferences: the stored preferences.
        modules: the modules that `preload` imports.

    Attributes:
        session: the training in progress, if any; this object reports its errors.
        preload: signals when torch and all that needs it may be used.
        preferences: the stored preferences; change them through the methods below.

    Signals:
        run_list_changed: runs were added, resumed, ended or removed, or the runs folder has changed.
        current_run_changed: `current_run` has changed, or was requested again.
        page_requested: the key of a page that is to be shown.
        config_proposed: the `RunConfig` that a page proposes for the next run.
        reported: a `NeurariumError` to show.
        noticed: a translated sentence to show that is not an error.
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
        # The user set this folder by an environment variable, so it is not moved.
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
        """The run that the pages show: the one in training, or the last one chosen."""
        return self._current_run

    @property
    def store(self) -> "RunStore":
        """The folder of runs."""
        from core.runs.store import RunStore

        return RunStore()

    def set_current_run(self, run: "Run | None") -> None:
        """Makes `run` the current one. Signals it even if it already is, since it was requested again."""
        self._current_run = run
        self.current_run_changed.emit()

    def train(self, config: "RunConfig", *, paused: bool = False) -> bool:
        """Starts a new run and makes it the current one; see `TrainingSession.start`. Returns whether it started.

        Reports the reason if it did not. The initial weights that `config` names may be a copy in the run that was
        current so far.
        """
        if self._is_busy():
            return False
        config = self.as_run_here(config)
        origin = self._current_run.path if self._current_run is not None else None
        try:
            run = self.store.create(config, origin)
        except NeurariumError as error:
            self.report(error)
            return False
        self.session.start(config, run, paused=paused)
        self._after_start(run)
        return True

    def as_run_here(self, config: "RunConfig") -> "RunConfig":
        """Returns `config` with the preferred number of cores, unless it sets one itself."""
        training = config.training
        if training.threads is not None or not self.preferences.threads:
            return config
        return config.with_changes(training=training.model_copy(update={"threads": self.preferences.threads}))

    def resume(self, run: "Run") -> bool:
        """Resumes a run and makes it the current one; returns whether it started.

        Reports the reason if it did not. A damaged checkpoint is reported as soon as it is found.
        """
        if self._is_busy():
            return False
        self.session.resume(run)
        self._after_start(run)
        return True

    def open_run(self, run: "Run") -> bool:
        """Makes a finished run the current one. Returns False, and does nothing, during a training."""
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
        """Remembers the last config for the next start."""
        self.preferences.config = config.to_dict()

    def propose_config(self, config: "RunConfig") -> None:
        """Remembers a config for the next run, and fills it in on pages that show one."""
        self.remember_config(config)
        self.config_proposed.emit(config)

    def last_config(self) -> "RunConfig | None":
        """Returns the last config, or None if there is none or it is no longer valid."""
        from core.runs.config import RunConfig

        try:
            return RunConfig.from_dict(self.preferences.config) if self.preferences.config else None
        except NeurariumError:
            return None

    def hold_off(self, seconds: float) -> None:
        """Pauses a training and background jobs for so long, because the window is about to do much at once."""
        self.session.hold_off(seconds)
        background.hold_off(seconds)

    def set_language(self, code: str) -> None:
        """Switches to the language `code`, a key of `core.i18n.LANGUAGES`; empty for the system's."""
        self.preferences.language = code
        self.hold_off(_REDRAWN_S)
        retranslate.set_language(code or i18n.preferred_language())

    def set_theme(self, choice: str) -> None:
        """Switches to "light" or "dark", or follows the "system"."""
        known = choice if choice in ("light", "dark") else "system"
        self.preferences.theme = known
        self.hold_off(_REDRAWN_S)
        theme().set_choice(cast("Choice", known))

    def set_folder(self, name: str, folder: str) -> None:
        """Sets "data_folder" or "runs_folder"; empty for the default place. Files are not moved.

        Args:
            name: which of the two.
            folder: as typed: "~" is the home folder; a relative path starts from the current folder.
        """
        # The next start may be in another folder.
        setattr(self.preferences, name, str(paths.expanded(folder).absolute()) if folder else "")
        self._place_folders()
        self.run_list_changed.emit()

    def set_threads(self, threads: int) -> None:
        """Sets on how many processor cores new runs train unless their config says so; 0 is automatic."""
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
        """Shows an error to the user. Every page reports errors this way."""
        self.reported.emit(error)

    def save(self) -> None:
        """Writes the preferences; reports it if that fails."""
        try:
            self.preferences.save()
        except NeurariumError as error:
            self.report(error)

    def shut_down(self) -> bool:
        """Stops the training, resumable, and all other threads; returns whether all have ended.

        It hardly waits for imports: they cannot be interrupted, and nothing is lost with them.
        """
        self.session.stop()
        ended = [self.session.wait(_PATIENCE_MS), background.finish(_PATIENCE_MS), self.preload.wait(_MOMENT_MS)]
        return all(ended)
