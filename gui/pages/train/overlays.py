"""A menu of earlier runs to draw over the curves; their histories are read in the background. Knows no chart."""

from dataclasses import dataclass

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from core.events import EpochDone, RunStarted, StepsDone
from core.i18n import _
from core.runs.progress import RunProgress
from core.runs.run import Run
from core.runs.store import RunStore
from gui.icons import icon
from gui.pages.train.charts import Curves, Series
from gui.retranslate import on_language_change
from gui.theme import set_variant
from gui.workers.background import BackgroundTask

MOST = 4  # as many as there are colours that can be told apart
_OFFERED = 12


@dataclass(frozen=True)
class Offer:
    """A run that can be drawn over another."""

    run: Run
    title: str


def offers(store: RunStore) -> list[Offer]:
    """Returns the newest runs that have made at least a step."""
    found: list[Offer] = []
    for run in store.runs():
        if any(run.history(StepsDone)):
            found.append(Offer(run, run.title))
        if len(found) == _OFFERED:
            break
    return found


def curves_of(chosen: list[Offer]) -> list[tuple[str, Curves]]:
    """Reads the histories of runs, by name; a run that cannot be read is left out."""
    found = []
    for offer in chosen:
        events = list(offer.run.history(RunStarted, StepsDone, EpochDone))
        progress = RunProgress.of(events)
        portions = [event for event in events if isinstance(event, StepsDone)]
        if progress.started is not None and portions:
            steps = Series.of_steps(portions, progress.started.steps_per_epoch)
            curves = Curves(steps, Series.of_epochs(progress.epochs))
            found.append((offer.run.name, curves))
    return found


class Overlays(QToolButton):
    """Offers the newest runs; the ticked ones are read.

    Signals:
        changed: the ticked runs, as pairs of a title and `Curves`.
        failed: the NeurariumError that says why they could not be read.
    """

    changed = Signal(list)
    failed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._offers: list[Offer] = []
        self._chosen: list[str] = []
        self._curves: list[tuple[str, Curves]] = []
        self._own = ""
        self._menu = QMenu(self)
        self._menu.setToolTipsVisible(True)
        self._menu.aboutToShow.connect(self._list)
        self.setMenu(self._menu)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setIcon(icon("runs", "muted"))
        self.setIconSize(QSize(16, 16))
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        set_variant(self, "quiet")
        self._listing, self._reading = BackgroundTask(self), BackgroundTask(self)
        self._listing.done.connect(self._offer)
        self._reading.done.connect(self._hand_on)
        for task in (self._listing, self._reading):
            task.failed.connect(self.failed)
        on_language_change(self, self._set_texts)

    def look(self, store: RunStore, own: str) -> None:
        """Looks for the runs in `store`; the one named `own` is on the charts already."""
        self._own = own
        self._listing.run(offers, store)

    def actions_by_run(self) -> dict[str, QAction]:
        """Returns the entries of the menu as last opened, by the names of their runs."""
        return {str(action.data()): action for action in self._menu.actions() if action.data()}

    @Slot(list)
    def _offer(self, found: list[Offer]) -> None:
        before = self._titles()
        self._offers = found
        names = [offer.run.name for offer in found]
        gone = [name for name in self._chosen if name not in names or name == self._own]
        if gone:
            self._choose([name for name in self._chosen if name not in gone])
        elif self._titles() != before:  # the language has changed
            self._hand_on(self._curves)

    @Slot()
    def _tick(self) -> None:
        ticked = [name for name, action in self.actions_by_run().items() if action.isChecked()]
        kept = [name for name in self._chosen if name in ticked]
        self._choose([*kept, *(name for name in ticked if name not in kept)][-MOST:])

    @Slot()
    def _untick(self) -> None:
        self._choose([])

    def _choose(self, names: list[str]) -> None:
        self._chosen = names
        by_name = {offer.run.name: offer for offer in self._offers}
        self._reading.run(curves_of, [by_name[name] for name in names if name in by_name])

    @Slot(object)
    def _hand_on(self, found: list[tuple[str, Curves]]) -> None:
        self._curves = found
        titles = self._titles()
        self.changed.emit([(titles[name], curves) for name, curves in found if name in titles])

    def _titles(self) -> dict[str, str]:
        """Returns the titles of the ticked runs, by name."""
        return {offer.run.name: offer.title for offer in self._offers if offer.run.name in self._chosen}

    def _set_texts(self) -> None:
        self.setText(_("Compare"))
        purpose = _("Lay earlier runs over the curves, up to {count}").format(count=MOST)
        self.setToolTip(purpose)
        self.setAccessibleName(_("Compare with earlier runs"))
        self.setAccessibleDescription(purpose)

    @Slot()
    def _list(self) -> None:
        """Fills the menu; only when it opens, since runs begin and end much more often."""
        self._menu.clear()
        for offer in self._offers:
            if offer.run.name != self._own:
                action = self._menu.addAction(offer.title.replace("&", "&&"), self._tick)
                action.setData(offer.run.name)
                action.setCheckable(True)
                action.setChecked(offer.run.name in self._chosen)
        if self._menu.isEmpty():
            self._menu.addAction(_("No earlier runs yet")).setEnabled(False)
        elif self._chosen:
            self._menu.addSeparator()
            self._menu.addAction(_("None of them"), self._untick)
