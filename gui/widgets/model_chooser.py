"""Chooses the network that answers: a run of the user or a ready-made one, and one of its checkpoints."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from core.i18n import _
from core.runs.run import Run
from core.runs.shipped import ShippedRun, run_at
from gui.retranslate import on_language_change
from gui.widgets.card_window import show_card
from gui.widgets.pill import PillButton

_MOST_EPOCHS = 24


@dataclass(frozen=True)
class Choice:
    """A checkpoint of a run: "best", "last", or the weights kept after so many epochs."""

    path: Path
    moment: str | int = "best"

    @property
    def run(self) -> Run:
        """Its folder."""
        return run_at(self.path)

    @property
    def weights(self) -> Path:
        """The file of its weights.

        Raises:
            RunError: the weights of this epoch were not kept, or were deleted meanwhile.
        """
        run = self.run
        if isinstance(self.moment, int):
            return run.weights_of_epoch(self.moment)
        return run.weights if self.moment == "best" else run.last

    def title(self) -> str:
        """Its title, such as "run 4 · epoch 8"."""
        run = self.run
        if isinstance(run, ShippedRun):
            return run.title
        name = _("run {number}").format(number=run.number) if run.number else self.path.name
        return f"{name} · {moment_title(self.moment)}"


def moment_title(moment: str | int) -> str:
    """Returns the title of a checkpoint."""
    if isinstance(moment, int):
        return _("epoch {epoch}").format(epoch=moment) if moment else _("before training")
    return _("best epoch") if moment == "best" else _("last step")


class ModelChooser(PillButton):
    """A button that names the network that answers, with a menu of all networks.

    Args:
        purpose: returns the tooltip, translated.
        none: returns the menu's text for no network, translated; without it, one must be chosen.

    Signals:
        chosen: the chosen `Choice`, or None.
    """

    chosen = Signal(object)

    def __init__(
        self, purpose: Callable[[], str], none: Callable[[], str] | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__("", parent=parent)
        self._purpose, self._none = purpose, none
        self._runs: list[Run] = []
        self._choice: Choice | None = None
        self._is_live = False
        self._menu = QMenu(self)
        self._menu.aboutToShow.connect(self._fill)
        self.setMenu(self._menu)
        on_language_change(self, self._set_texts)

    def set_runs(self, runs: Sequence[Run]) -> None:
        """Offers these runs."""
        self._runs = list(runs)

    def show_choice(self, choice: Choice | None, *, live: bool = False) -> None:
        """Shows which network answers, and whether it changes by itself during training."""
        self._choice, self._is_live = choice, live
        self._set_texts()

    def menu_titles(self) -> list[str]:
        """Returns the titles of the runs in the menu."""
        self._fill()
        return [action.text().replace("&&", "&") for action in self._menu.actions()]

    def _fill(self) -> None:
        self._menu.clear()
        if self._none is not None:
            self._add(self._menu, self._none(), None)
        ready_made = [run for run in self._runs if isinstance(run, ShippedRun)]
        for run in self._runs:
            if run in ready_made:
                self._add(self._menu, run.title, Choice(run.path))
                continue
            menu = self._menu.addMenu(_escaped(run.title))
            for moment in _moments(run):
                self._add(menu, moment_title(moment), Choice(run.path, moment))
        if ready_made:
            self._menu.addSeparator()
        for run in ready_made:
            about = self._menu.addAction(_escaped(_("What “{name}” can do and cannot …").format(name=run.title)))
            about.triggered.connect(partial(show_card, run, self.window()))

    def _add(self, menu: QMenu, title: str, choice: Choice | None) -> None:
        action: QAction = menu.addAction(_escaped(title))
        action.setCheckable(True)
        action.setChecked(choice == self._choice)
        action.triggered.connect(partial(self._choose, choice))

    def _choose(self, choice: Choice | None, _is_checked: bool = False) -> None:
        self.chosen.emit(choice)

    def _set_texts(self) -> None:
        text = self._choice.title() if self._choice is not None else self._none() if self._none is not None else "–"
        self.setText(_escaped(f"{text} · {_('live')}" if self._is_live else text))
        self.setToolTip(self._purpose())
        self.setAccessibleName(f"{self._purpose()}: {text}")


def _escaped(title: str) -> str:
    """Returns `title` for a menu or button: a single ampersand would underline the letter after it."""
    return title.replace("&", "&&")


def _moments(run: Run) -> list[str | int]:
    """Returns the checkpoints for the menu; the time machine offers all of them."""
    epochs = list(run.epoch_weights())
    step = -(-len(epochs) // _MOST_EPOCHS) or 1
    return ["best", "last", *epochs[::step]]
