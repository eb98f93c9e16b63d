"""The words of the text among all words of the network's vocabulary in two dimensions, and the neighbours of one."""

from collections.abc import Generator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from core.explain.text.word_map import WordMap, pca_map, tsne_map
from core.explain.text.word_space import WordNeighbour
from core.i18n import N_, _, ngettext
from core.inference.score import Score, Scorer
from gui.pages.write.changes import space_of
from gui.retranslate import on_language_change
from gui.theme import GAP, set_role
from gui.widgets.elided_label import ElidedLabel
from gui.widgets.probability_bars import BarRow, ProbabilityBars
from gui.widgets.scatter_map import ScatterMap
from gui.widgets.segmented import Segmented
from gui.widgets.word_strip import shown
from gui.workers.background import BackgroundTask

_METHODS = (("pca", N_("PCA")), ("tsne", N_("t-SNE")))
_NEIGHBOURS = 8


@dataclass(frozen=True)
class _Found:
    """A map, and which of its words are in the text."""

    laid_out: WordMap
    named: tuple[int, ...]


def _names(score: Score | None) -> list[str]:
    """Returns the words of a text as the vocabulary spells them."""
    if score is None:
        return []
    return list(dict.fromkeys(word.pieces[0] for word in score.words if word.known and word.text[:1].isalnum()))


def _lay_out_now(scorer: Scorer, words: Sequence[str]) -> _Found:
    return _find(pca_map(space_of(scorer), words), words)


def _lay_out_slowly(scorer: Scorer, words: Sequence[str]) -> Generator[_Found, None, _Found | None]:
    last = None
    for step in tsne_map(space_of(scorer), words):
        last = _find(step, words)
        yield last
    return last


def _find(laid_out: WordMap, words: Sequence[str]) -> _Found:
    places = {word: index for index, word in enumerate(laid_out.words)}
    return _Found(laid_out, tuple(places[word] for word in words if word in places))


def _neighbours(scorer: Scorer, word: str) -> list[WordNeighbour]:
    return space_of(scorer).neighbours(word, _NEIGHBOURS)


class MapView(QWidget):
    """Computes the map when it is shown.

    Signals:
        failed: a `NeurariumError`.
    """

    failed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._scorer: Scorer | None = None
        self._mapped: tuple[Scorer, str] | None = None
        self._words: list[str] = []
        self._found: _Found | None = None
        self._neighbours: list[WordNeighbour] = []
        self.map = ScatterMap()
        self.map.chosen.connect(self._ask_neighbours)
        self.method = Segmented(
            _METHODS,
            N_("PCA shows the two directions in which words differ most; t-SNE keeps near words near, but takes long"),
        )
        self.method.current_changed.connect(self._refresh)
        self._said = ElidedLabel()
        set_role(self._said, "caption")
        self._title = ElidedLabel()
        set_role(self._title, "strong")
        self._hint = QLabel()
        self._hint.setWordWrap(True)
        self._hint.setTextFormat(Qt.TextFormat.PlainText)
        set_role(self._hint, "caption")
        self.bars = ProbabilityBars()
        top = QHBoxLayout()
        top.addWidget(self._said, 1)
        top.addWidget(self.method)
        side = QVBoxLayout()
        side.addWidget(self._title)
        side.addWidget(self.bars, 1)
        side.addWidget(self._hint)
        right = QWidget()
        right.setFixedWidth(290)
        right.setLayout(side)
        side.setContentsMargins(0, 0, 0, 0)
        both = QHBoxLayout()
        both.setSpacing(2 * GAP)
        both.addWidget(self.map, 1)
        both.addWidget(right)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addLayout(top)
        layout.addLayout(both, 1)
        self._task, self._asking = BackgroundTask(self), BackgroundTask(self)
        self._task.progressed.connect(self._show)
        self._task.done.connect(self._show)
        self._asking.done.connect(self._show_neighbours)
        for task in (self._task, self._asking):
            task.failed.connect(self.failed)
        on_language_change(self, self._set_texts)

    @property
    def is_busy(self) -> bool:
        """Whether a map or neighbours are still being computed."""
        return self._task.is_running or self._asking.is_running

    def neighbours(self) -> list[WordNeighbour]:
        """Returns the neighbours."""
        return self._neighbours

    def look_at(self, scorer: Scorer, score: Score) -> None:
        """Shows the words of a text on the map of a network."""
        self._words = _names(score)
        self._scorer = scorer
        self._refresh()

    @Slot()
    def _refresh(self) -> None:
        if self._scorer is None:
            return
        wanted = (self._scorer, self.method.current())
        if wanted == self._mapped and self._found is not None:
            places = {word: index for index, word in enumerate(self._found.laid_out.words)}
            self._found = replace(self._found, named=tuple(places[word] for word in self._words if word in places))
            self._name()
            return
        self._mapped = wanted
        self._task.run(_lay_out_now if wanted[1] == "pca" else _lay_out_slowly, self._scorer, self._words)
        self._set_texts()

    @Slot(object)
    def _show(self, found: _Found | None) -> None:
        if found is None:
            return
        is_other = self._found is None or found.laid_out.words != self._found.laid_out.words
        current = -1 if is_other else self.map.current()
        if is_other:
            self._neighbours = []
        self._found = found
        leanings_V = 2 * found.laid_out.probabilities_V - 1
        self.map.set_points(found.laid_out.points_V2, np.asarray(leanings_V), found.laid_out.words)
        self._name()
        self.map.set_current(current)
        self._set_texts()

    @Slot(int)
    def _ask_neighbours(self, index: int) -> None:
        if self._scorer is not None and self._found is not None:
            self._asking.run(_neighbours, self._scorer, self._found.laid_out.words[index])

    @Slot(object)
    def _show_neighbours(self, found: list[WordNeighbour] | None) -> None:
        if found is None or self._found is None:
            return
        self._neighbours = found
        self._name()
        self._set_texts()

    def _name(self) -> None:
        """Writes the names of the text's words and of the chosen word's neighbours beside their points."""
        assert self._found is not None
        places = {word: index for index, word in enumerate(self._found.laid_out.words)}
        near = [places[each.word] for each in self._neighbours if each.word in places]
        self.map.set_named([*self._found.named, *near])

    def _set_texts(self) -> None:
        said = ""
        if self._found is not None:
            laid_out = self._found.laid_out
            count = len(laid_out.words)
            said = ngettext("{count} word", "{count} words", count).format(count=f"{count:,}") + " · "
            if laid_out.method == "pca":
                share = round(100 * laid_out.explained)
                said += _("the plane shows {percent} % of how they differ").format(percent=share)
            else:
                said += _("settled {percent} %").format(percent=round(100 * laid_out.progress))
        if self._task.is_running:
            said = " · ".join(filter(None, (said, _("laying out…"))))
        self._said.setText(said)
        index = self.map.current()
        if self._found is not None and index >= 0 and self._neighbours:
            word = shown(self._found.laid_out.words[index])
            self._title.setText(_("Nearest to “{word}”").format(word=word))
        else:
            self._title.setText(_("Nearest neighbours"))
        self._hint.setText(
            _("Bars: how alike the embeddings are (cosine).") if self._neighbours else self._what_to_do()
        )
        self.bars.set_rows([BarRow(shown(each.word), max(each.similarity, 0.0)) for each in self._neighbours])
        self.bars.setAccessibleName(self._title.text())

    def _what_to_do(self) -> str:
        names = self._scorer.class_names if self._scorer is not None else ()
        if len(names) != 2:
            return _("Click a word.")
        said = _("Click a word. Blue words are {towards} to this network by themselves, orange ones {away}.")
        return said.format(towards=_(names[1]), away=_(names[0]))
