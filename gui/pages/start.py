"""The first page: what the user can do, in a few cards, and the last runs to resume or open."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from core.i18n import N_, _
from gui import pages
from gui.icons import icon, icon_pixmap
from gui.retranslate import on_language_change
from gui.state import AppState
from gui.theme import GAP, PADDING, set_role, set_variant, theme
from gui.widgets.card import Card
from gui.widgets.run_list import RunLine, RunList
from gui.widgets.scrolled import scrolled
from gui.workers.background import BackgroundTask

if TYPE_CHECKING:
    from core.runs.run import Run

_WIDEST = 1080
_RUNS = 6


@dataclass(frozen=True)
class Step:
    """One thing to do: its page, and its texts marked for translation."""

    page: str
    title: str
    text: str
    action: str


STEPS = (
    Step(
        "train",
        N_("Train a network"),
        N_("Pick data, a network and an optimizer, press Train, and watch loss and accuracy move as it learns."),
        N_("Train"),
    ),
    Step(
        "draw",
        N_("Draw for it"),
        N_("Draw with the mouse and see what your network takes it for, what it looks at, and where it goes wrong."),
        N_("Draw"),
    ),
    Step(
        "write",
        N_("Write to it"),
        N_("Type a sentence and see what your network makes of it, word by word, and open up what happens inside."),
        N_("Write"),
    ),
)


class StartPage(QWidget):
    """Offers a card for each page; lists runs as soon as torch is loaded."""

    def __init__(self, state: AppState) -> None:
        super().__init__()
        self._state = state
        self._runs: dict[str, Run] = {}
        self._welcome, self._words = QLabel(), QLabel()
        set_role(self._welcome, "display")
        set_role(self._words, "muted")
        self._words.setWordWrap(True)
        known = {spec.key: spec for spec in pages.PAGES}
        self.cards = {
            step.page: StepCard(number, step, known[step.page].icon, state)
            for number, step in enumerate((step for step in STEPS if step.page in known), start=1)
        }
        self.runs = RunList()
        self._lay_out()
        self._task = BackgroundTask(self)
        self._task.done.connect(self._show_runs)
        self._task.failed.connect(state.report)
        self.runs.resume_requested.connect(self._resume)
        self.runs.open_requested.connect(self._open)
        state.run_list_changed.connect(self._look_if_seen)
        state.preload.ready.connect(self._look_if_seen)
        on_language_change(self, self._set_texts)

    def _lay_out(self) -> None:
        steps = QHBoxLayout()
        steps.setSpacing(GAP)
        for card in self.cards.values():
            steps.addWidget(card, 1)
        self._runs_card = Card(N_("Your runs"))
        self._runs_card.add(self.runs)
        column = QVBoxLayout()
        column.setSpacing(GAP)
        column.addWidget(self._welcome)
        column.addWidget(self._words)
        column.addSpacing(GAP)
        column.addLayout(steps)
        column.addWidget(self._runs_card)
        column.addStretch(1)
        inside = QWidget()
        inside.setObjectName("clear")
        inside.setMaximumWidth(_WIDEST)
        inside.setLayout(column)
        column.setContentsMargins(2 * PADDING, 2 * PADDING, 2 * PADDING, PADDING)
        scroll = scrolled(inside)
        scroll.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(scroll)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._look()  # a run in training has progressed

    @Slot()
    def _look_if_seen(self) -> None:
        if self.isVisible():
            self._look()

    def _look(self) -> None:
        if self._state.preload.is_ready:
            self._task.run(last_runs, _RUNS)

    @Slot(object)
    def _show_runs(self, found: "list[tuple[Run, RunLine]]") -> None:
        self._runs = {line.key: run for run, line in found}
        self.runs.set_lines([line for _run, line in found])

    @Slot(str)
    def _resume(self, key: str) -> None:
        run = self._runs.get(key)
        if run is None:  # it was deleted before the click
            return
        self._state.open_page("train")  # first, so that the page receives the training's events from the beginning
        self._state.resume(run)

    @Slot(str)
    def _open(self, key: str) -> None:
        run, session = self._runs.get(key), self._state.session
        if run is None:  # it was deleted before the click
            return
        self._state.open_page("train")
        if not session.is_running or session.run is None or session.run.path != run.path:
            self._state.open_run(run)

    def _set_texts(self) -> None:
        self._welcome.setText(_("Watch a network learn"))
        self._words.setText(
            _("A glass tank for neural networks. Train your own, or draw for and write to those that come ready-made.")
        )
        self._look()  # names of runs are translated when runs are read


class StepCard(Card):
    """A number, what to do, why, and a button that leads there."""

    def __init__(self, number: int, step: Step, icon_name: str, state: AppState) -> None:
        super().__init__()
        self._step = step
        self._icon_name = icon_name
        self._picture, self._number, self._heading, self._text = QLabel(), QLabel(str(number)), QLabel(), QLabel()
        set_role(self._number, "section")
        set_role(self._heading, "heading")
        set_role(self._text, "muted")
        self._text.setWordWrap(True)
        self._text.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.button = QPushButton(icon("chevron_right", "on_accent" if number == 1 else "text"), "")
        set_variant(self.button, "primary" if number == 1 else "")
        self.button.clicked.connect(lambda: state.open_page(step.page))
        self.body.setContentsMargins(6, 6, 6, 6)
        self.body.setSpacing(10)
        top = QHBoxLayout()
        top.addWidget(self._picture)
        top.addStretch(1)
        top.addWidget(self._number, 0, Qt.AlignmentFlag.AlignTop)
        self.add(top)
        self.add(self._heading)
        self.add(self._text, 1)
        self.body.addWidget(self.button, 0, Qt.AlignmentFlag.AlignLeft)
        theme().changed.connect(self._tint)
        self._tint()
        on_language_change(self, self._set_step_texts)

    def _tint(self) -> None:
        self._picture.setPixmap(icon_pixmap(self._icon_name, 32, "accent_text"))

    def _set_step_texts(self) -> None:
        self._heading.setText(_(self._step.title))
        self._text.setText(_(self._step.text))
        self.button.setText(_(self._step.action))
        self.button.setToolTip(_(self._step.title))
        self.button.setAccessibleName(_(self._step.title))
        self.setAccessibleName(_(self._step.title))


def last_runs(count: int) -> "list[tuple[Run, RunLine]]":
    """Returns the newest runs and their lines. Knows no window."""
    from core.runs.store import RunStore
    from core.runs.summary import STATUS_TITLES, summarise

    found = []
    for run in RunStore().runs()[:count]:
        summary = summarise(run)
        line = RunLine(
            key=run.name,
            title=" · ".join(filter(None, (str(summary.number), summary.model, summary.optimizer))) or run.name,
            subtitle=summary.dataset,
            status=STATUS_TITLES.get(summary.status, summary.status),
            progress=f"{summary.epochs_done}/{summary.epochs}",
            best=summary.best_value,
            metric=summary.primary,
            action="resume" if summary.is_resumable else "none" if summary.status == "unreadable" else "open",
        )
        found.append((run, line))
    return found
