"""What if: a menu of changes to one word, and a row with the smallest changes that flip the verdict.

It knows core's kinds of changes, and computes them in the background.
"""

from functools import lru_cache, partial
from threading import Lock

from PySide6.QtCore import QObject, QPoint, QTimer, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QPushButton, QWidget

from core.explain.text.counterfactual import Change, Flips, changes_of, smallest_flips
from core.explain.text.edits import Edit
from core.explain.text.word_space import WordSpace
from core.i18n import _
from core.inference.score import Score, Scorer
from gui.retranslate import on_language_change
from gui.theme import GAP, GAP_SMALL, PADDING, set_role, set_variant
from gui.widgets.card import Card
from gui.widgets.word_strip import shown
from gui.workers.background import BackgroundTask

_PAUSE_MS = 350
_SHOWN = 3
_NARROWEST = 320
_lock = Lock()
_latest_spaces = lru_cache(maxsize=2)(WordSpace)  # each keeps its network alive; at most two are compared


def space_of(scorer: Scorer) -> WordSpace:
    """Returns the word space of a network; computed once for each of the last two networks."""
    with _lock:
        return _latest_spaces(scorer)


def edit_title(edit: Edit) -> str:
    """Returns the title of an edit, translated: delete “very”, good → bad."""
    before, after = shown(edit.before), shown(edit.after)
    return f"{before} → {after}" if after else _("delete “{word}”").format(word=before)


def change_title(change: Change) -> str:
    """Returns the title of a change with the network's new answer, translated."""
    edits = " + ".join(edit_title(edit) for edit in change.edits)
    score = change.score
    said = _("{edits}  ({percent} % {name})")
    return said.format(edits=edits, percent=round(100 * score.probability), name=_(score.about))


def _changes(scorer: Scorer, score: Score, index: int) -> list[Change]:
    return changes_of(scorer, score, index, space_of(scorer))


def _flips(scorer: Scorer, score: Score) -> Flips:
    return smallest_flips(scorer, score, space_of(scorer))


class WordMenu(QObject):
    """Opens a menu at a word as soon as the network has read every change.

    Signals:
        wanted: the text after the chosen change.
        failed: a `NeurariumError`.
    """

    wanted = Signal(str)
    failed = Signal(object)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._place = QPoint()
        self.menu = QMenu(parent)
        self.menu.setToolTipsVisible(True)
        self._task = BackgroundTask(self)
        self._task.done.connect(self._open)
        self._task.failed.connect(self.failed)

    def ask(self, scorer: Scorer, score: Score, index: int, place: QPoint) -> None:
        """Computes the changes of a word, then opens the menu at `place` on the screen."""
        self._place = place
        self._task.run(_changes, scorer, score, index)

    @Slot(object)
    def _open(self, changes: list[Change] | None) -> None:
        if changes is None:
            return
        self.menu.clear()
        for kind, title in (("delete", ""), ("negate", _("Negate: {change}")), ("replace", "")):
            here = [change for change in changes if change.edits[0].kind == kind]
            if kind == "replace" and here:
                self.menu.addSection(_("Replace by a neighbour"))
            for change in here:
                text = change_title(change)
                text = text[:1].upper() + text[1:] if kind == "delete" else (title or "{change}").format(change=text)
                flips = _("flips the verdict") if change.flips else ""
                action = self.menu.addAction(" · ".join(filter(None, (text, flips))).replace("&", "&&"))
                action.triggered.connect(partial(self._take, change.text))
        if self.menu.isEmpty():
            self.menu.addAction(_("Nothing to change here")).setEnabled(False)
        self.menu.popup(self._place)

    def _take(self, text: str, _is_checked: bool = False) -> None:
        self.wanted.emit(text)


class FlipCard(Card):
    """One line: the smallest changes that flip the verdict, each a button that makes it.

    Signals:
        wanted: the text after the chosen change.
        failed: a `NeurariumError`.
    """

    wanted = Signal(str)
    failed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self._asked: tuple[Scorer, Score] | None = None
        self._flips: Flips | None = None
        self._lead, self._said = QLabel(), QLabel()
        set_role(self._lead, "strong")
        set_role(self._said, "muted")
        self.buttons = [QPushButton() for _each in range(_SHOWN)]
        row = QHBoxLayout()
        row.setSpacing(GAP)
        row.addWidget(self._lead)
        for button in self.buttons:
            set_variant(button, "link")
            row.addWidget(button)
        row.addWidget(self._said)
        row.addStretch(1)
        self.add(row)
        layout = self.layout()
        assert layout is not None  # a card has one
        layout.setContentsMargins(PADDING, GAP_SMALL, PADDING, GAP_SMALL)
        self.setMinimumWidth(_NARROWEST)
        self._task = BackgroundTask(self)
        self._task.done.connect(self._show)
        self._task.failed.connect(self.failed)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_PAUSE_MS)
        self._timer.timeout.connect(self._ask)
        for index, button in enumerate(self.buttons):
            button.clicked.connect(partial(self._take, index))
        on_language_change(self, self._set_flip_texts)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._set_flip_texts()

    @property
    def is_busy(self) -> bool:
        """Whether it is still searching."""
        return self._timer.isActive() or self._task.is_running

    def flips(self) -> Flips | None:
        """Returns the result, or None if nothing is known."""
        return self._flips

    def look_at(self, answered: tuple[Scorer, Score] | None) -> None:
        """Searches for the smallest change, a moment after the last key."""
        self._asked, self._flips = answered, None
        self._timer.start()
        self._set_flip_texts()

    @Slot()
    def _ask(self) -> None:
        if self._can_look():
            assert self._asked is not None, "there is something to look at"
            self._task.run(_flips, *self._asked)
        else:
            self._task.cancel()
            self._set_flip_texts()

    @Slot(object)
    def _show(self, flips: Flips | None) -> None:
        if flips is not None:
            self._flips = flips
            self._set_flip_texts()

    def _can_look(self) -> bool:
        # A change far beyond the part that was read changes nothing, and a thousand such texts take long to read.
        return self._asked is not None and self._asked[1].read.knows_a_word and not self._asked[1].cut

    def _take(self, index: int, _is_checked: bool = False) -> None:
        if self._flips is not None and index < len(self._flips.changes):
            self.wanted.emit(self._flips.changes[index].text)

    def _set_flip_texts(self) -> None:
        self._lead.setText(_("Smallest change that flips it:"))
        changes = self._flips.changes if self._flips is not None else ()
        room = self.width() - self._lead.sizeHint().width() - 2 * PADDING
        for index, button in enumerate(self.buttons):
            if index < len(changes):
                change = changes[index]
                button.setText(change_title(change).replace("&", "&&"))
                button.setToolTip(_("Make this change in your text"))
                button.setAccessibleName(change_title(change))
                button.setAccessibleDescription(change.text)
                room -= button.sizeHint().width() + GAP
            # The first is the smallest; the others are left out if there is no space.
            button.setVisible(index < len(changes) and (index == 0 or room >= 0))
        if self._asked is None:
            said = _("Loading the network…")
        elif not self._asked[1].words:
            said = _("type a sentence of words it knows")
        elif not self._asked[1].read.knows_a_word:
            said = _("it knows none of these words: write others, or choose another network above")
        elif not self._can_look():
            said = _("the text is too long for this")
        elif self._flips is None:
            said = _("looking…")
        elif changes:
            said = ""
        else:
            said = _("none of {count} changes of one or two words does").format(count=f"{self._flips.tried:,}")
        self._said.setText(said)
        self._said.setVisible(bool(said))
        self.setAccessibleName(self._lead.text())
        self.setAccessibleDescription(said)
