"""When a page that asks networks turns to the current run by itself, and when it stays where it is. Knows no page."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal, Slot

from core.inference.catalogue import answers
from gui.state import AppState
from gui.widgets.model_chooser import Choice


class CurrentRun(QObject):
    """Follows the current run for one page.

    The page turns to the run when that is made the current one, if it has learned anything yet, and again when its
    training is over; then not if somebody has chosen another network there meanwhile. An epoch chosen or followed there
    stays when training ends.

    Args:
        state: what the pages share.
        modality: the key of what the page's networks must read.
        chosen: returns which network answers on the page now; None while there is none.
        parent: the page.

    Attributes:
        is_left: whether a network was chosen by hand since the run became the current one. Set by the page.

    Signals:
        wanted: the `Choice` to turn to. It may be chosen already, with weights that have changed since.
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
        self._turn(anew=True)

    @Slot()
    def _end(self) -> None:
        run, choice = self._state.current_run, self._chosen()
        is_there = run is not None and choice is not None and choice.path == run.path
        if is_there or not self.is_left:
            self._turn()

    def _turn(self, *, anew: bool = False) -> None:
        run, choice = self._state.current_run, self._chosen()
        if run is None or choice is None or not run.best.is_file() or not answers(run, self._modality):
            return
        if anew or choice.path != run.path:
            self.wanted.emit(Choice(run.path))
        elif isinstance(choice.moment, str):
            self.wanted.emit(choice)
