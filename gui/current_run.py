"""Decides when a page that asks networks switches to the current run by itself, and when not. Knows no page."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal, Slot

from core.inference.catalogue import answers
from gui.state import AppState
from gui.widgets.model_chooser import Choice


class CurrentRun(QObject):
    """Follows the current run for one page.

    The page switches to a run that becomes the current one, if that has learned anything yet, and again when its
    training ends, unless the user has chosen another network on the page meanwhile. An epoch that the user has chosen
    or follows there stays when training ends.

    Args:
        state: the shared state of the pages.
        modality: the key of the modality that the page's networks read.
        chosen: returns the network that answers on the page now; None while there is none.
        parent: the page.

    Attributes:
        is_left: whether the user has chosen a network since the run became the current one. Set by the page.

    Signals:
        wanted: the `Choice` to switch to. It may be chosen already, with weights that have changed since.
    """

    wanted = Signal(object)

    def __init__(self, state: AppState, modality: str, chosen: Callable[[], Choice | None], parent: QObject) -> None:
        super().__init__(parent)
        self._state, self._modality, self._chosen = state, modality, chosen
        self.is_left = False
        state.current_run_changed.connect(self._begin)
        state.session.ended.connect(self._end)
        state.session.failed.connect(self._end)

    @Slot()
    def _begin(self) -> None:
        self.is_left = False
        self._turn(again=True)

    @Slot()
    def _end(self) -> None:
        run, choice = self._state.current_run, self._chosen()
        is_there = run is not None and choice is not None and choice.path == run.path
        if is_there or not self.is_left:
            self._turn()

    def _turn(self, *, again: bool = False) -> None:
        run, choice = self._state.current_run, self._chosen()
        if run is None or choice is None or not run.best.is_file() or not answers(run, self._modality):
            return
        if again or choice.path != run.path:
            self.wanted.emit(Choice(run.path))
        elif isinstance(choice.moment, str):
            self.wanted.emit(choice)
