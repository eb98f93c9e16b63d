"""Offers after the start, once, to resume a run that was interrupted."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QWidget

from core.i18n import _
from gui.retranslate import on_language_change
from gui.state import AppState
from gui.widgets.banner import Banner
from gui.workers.background import BackgroundTask

if TYPE_CHECKING:
    from core.runs.run import Run


@dataclass(frozen=True)
class Unfinished:
    """A run that can be resumed, and how far it came."""

    run: "Run"
    epochs_done: int
    epochs: int


def find_unfinished(declined: str) -> Unfinished | None:
    """Returns the newest run that can be resumed, unless its name is `declined`. Knows no window."""
    from core.runs.store import RunStore
    from core.runs.summary import summarise

    run = RunStore().unfinished()
    if run is None or run.name == declined:
        return None
    summary = summarise(run)
    return Unfinished(run, summary.epochs_done, summary.epochs) if summary.is_resumable else None


class ResumeOffer(Banner):
    """Hidden unless there is something to offer. Once dismissed, it does not come back for the same run."""

    def __init__(self, state: AppState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = state
        self._found: Unfinished | None = None
        self._task = BackgroundTask(self)
        self._task.done.connect(self._take)
        self._task.failed.connect(state.report)
        self.action_triggered.connect(self._resume)
        self.dismissed.connect(self._decline)
        state.current_run_changed.connect(self._withdraw)
        on_language_change(self, self._say)

    def look(self) -> None:
        """Looks for a run to offer, unless a training is in progress."""
        if not self._state.session.is_running:
            self._task.run(find_unfinished, self._state.preferences.declined_run)

    @Slot(object)
    def _take(self, found: Unfinished | None) -> None:
        if not self._state.session.is_running:
            self._found = found
            self._say()

    def _say(self) -> None:
        if self._found is None:
            self.hide()
            return
        run, done, total = self._found.run, self._found.epochs_done, self._found.epochs
        what = _("Run {title} was left after epoch {done} of {total}.").format(title=run.title, done=done, total=total)
        self.show_message("info", what, _("It can go on where it left off."), action=_("Resume"))

    @Slot()
    def _resume(self) -> None:
        found, self._found = self._found, None
        self.hide()
        if found is not None:
            self._state.open_page("train")  # first, so that the page receives the training's events from the beginning
            self._state.resume(found.run)

    @Slot()
    def _decline(self) -> None:
        if self._found is not None:
            self._state.preferences.declined_run = self._found.run.name
            self._found = None

    @Slot()
    def _withdraw(self) -> None:
        self._found = None
        self.hide()
