"""The Write page: a text, its score word by word, and views into the networks that read it.

It composes the parts and passes the text to them. It draws and computes nothing itself.
"""

from pathlib import Path

from PySide6.QtCore import QPoint, QSize, Qt, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFileDialog, QStackedWidget, QVBoxLayout, QWidget

from core.explain.text.attributions import WordAttribution
from core.i18n import _
from core.inference.score import Score, Scorer
from core.modalities.text import TEXT
from core.runs.config import RunConfig
from core.runs.run import Run
from core.runs.shipped import ShippedRun
from gui.current_run import CurrentRun
from gui.loaded_network import LoadedNetwork
from gui.pages.write.challenge import ChallengeView
from gui.pages.write.changes import FlipCard, WordMenu
from gui.pages.write.entry_card import EntryCard
from gui.pages.write.explaining import Explainer
from gui.pages.write.inside import Inside, InsideView
from gui.pages.write.insides import inside_of
from gui.pages.write.lower import LETTERS, LowerCard
from gui.pages.write.map_view import MapView
from gui.pages.write.models import first_of, for_the_language, look, open_chosen
from gui.pages.write.networks import Asker
from gui.pages.write.nothing import Nothing
from gui.pages.write.sentences import Sentences
from gui.pages.write.table import TableView
from gui.pages.write.time_view import TimeView
from gui.pages.write.words import answer_of, scale_of, strip_words, sum_of
from gui.pages.write.words_card import WordsCard
from gui.retranslate import on_language_change
from gui.state import AppState
from gui.theme import GAP, PADDING
from gui.widgets.model_chooser import Choice
from gui.widgets.scrolled import scrolled
from gui.workers.background import BackgroundTask


class _Content(QWidget):
    """Makes a scroll area use the minimum height of its wrapped lines, not their preferred height."""

    def hasHeightForWidth(self) -> bool:
        return False

    def minimumSizeHint(self) -> QSize:
        least = super().minimumSizeHint()
        layout = self.layout()
        return least if layout is None else least.expandedTo(QSize(0, layout.minimumHeightForWidth(self.width())))


class WritePage(QWidget):
    """Scores what is typed and shows how.

    Args:
        state: the shared state of the pages. torch must have been imported.
    """

    def __init__(self, state: AppState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._state = state
        self._scores: list[tuple[Scorer, Score]] = []
        self._attributions: dict[int, WordAttribution] = {}  # by network: 0 and 1
        self._runs: list[Run] = []
        self._has_several = False
        self.entry = EntryCard()
        self.words = WordsCard()
        self.inside = InsideView()
        self.table = TableView()
        self.map, self.time, self.challenge = MapView(), TimeView(), ChallengeView()
        self.details = LowerCard(
            {
                "inside": self.inside,
                "map": self.map,
                "time": self.time,
                "table": self.table,
                "challenge": self.challenge,
            }
        )
        self.flips = FlipCard()
        self.menu = WordMenu(self)
        self.nothing = Nothing()
        self.networks = (LoadedNetwork[Scorer](open_chosen, self), LoadedNetwork[Scorer](open_chosen, self))
        self._current = CurrentRun(state, TEXT.key, lambda: self.networks[0].choice, self)
        self.asker = Asker(self)
        self.explainer = Explainer(self)
        self.sentences = Sentences(self.table, self)
        self._looking, self._opening_up = BackgroundTask(self), BackgroundTask(self)
        self._lay_out()
        self._connect()
        self._look()
        on_language_change(self, self._set_texts)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._look()

    def scores(self) -> list[tuple[Scorer, Score]]:
        """Returns the networks' answers to the last text."""
        return self._scores

    def _lay_out(self) -> None:
        content = _Content()
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GAP)
        column.addWidget(self.entry)
        column.addWidget(self.words, 3)
        column.addWidget(self.details, 5)
        column.addWidget(self.flips)
        self._stack = QStackedWidget()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(PADDING, PADDING, PADDING, PADDING)
        layout.addWidget(self._stack)
        body = QWidget()
        body.setObjectName("clear")
        around = QVBoxLayout(body)
        around.setContentsMargins(0, 0, 0, 0)
        around.addWidget(content)
        self._stack.addWidget(scrolled(body))
        self._stack.addWidget(self.nothing)

    def _connect(self) -> None:
        self._state.run_list_changed.connect(self._look)
        self._looking.done.connect(self._offer)
        self.nothing.train_wanted.connect(self._go_and_train)
        self._current.wanted.connect(self._turn_to)
        self.entry.model.chosen.connect(self._choose)
        self.entry.second.chosen.connect(self._compare)
        self.entry.field.line_changed.connect(self.asker.look_at)
        self.entry.field.textChanged.connect(self._follow_lines)
        self.entry.open_wanted.connect(self._ask_which)
        self.sentences.opened.connect(self._show_table)
        self.table.sentence_chosen.connect(self.take)
        for loaded in self.networks:
            loaded.changed.connect(self._network_changed)
            loaded.failed.connect(self._show_choices)
        self.asker.answered.connect(self._show_scores)
        self.words.method_changed.connect(self.explainer.set_method)
        self.explainer.explained.connect(self._show_contributions)
        self.words.word_changed.connect(self._go_to_word)
        self.inside.word_changed.connect(self._go_to_token)
        self.details.view_changed.connect(self._fill_view)
        self.details.network_changed.connect(self._look_into)
        self._opening_up.done.connect(self._show_inside)
        self.words.word_chosen.connect(self._open_menu)
        for changing in (self.menu, self.flips):
            changing.wanted.connect(self.entry.field.replace_line)
        self.words.example_wanted.connect(self.entry.field.replace_line)
        self.time.epoch_wanted.connect(self._go_to_epoch)
        self.challenge.sentence_chosen.connect(self.take)
        parts = (self.asker, self.explainer, self.table, self.sentences, self.menu, self.flips)
        views = (self.map, self.time, self.challenge)
        for source in (self._looking, self._opening_up, *self.networks, *parts, *views):
            source.failed.connect(self._state.report)

    # -- networks

    @Slot()
    def _look(self) -> None:
        self._looking.run(look, self._state.store)

    @Slot(object)
    def _offer(self, runs: list[Run]) -> None:
        self._runs = runs
        for chooser in (self.entry.model, self.entry.second):
            chooser.set_runs(runs)
        paths = {run.path for run in runs}
        for loaded in self.networks:
            if loaded.choice is not None and loaded.choice.path not in paths:
                loaded.choose(None)
        if runs and self.networks[0].choice is None:
            current = self._state.current_run
            preferred = current if current is not None and current.path in paths else first_of(runs)
            self.networks[0].choose(Choice(preferred.path))
        self._stack.setCurrentIndex(0 if runs else 1)
        self._show_choices()

    @Slot(object)
    def _turn_to(self, choice: Choice | None) -> None:
        self.networks[0].choose(choice)
        self._show_choices()

    @Slot(object)
    def _choose(self, choice: Choice | None) -> None:
        self._current.is_left = True
        self._turn_to(choice)

    @Slot(object)
    def _compare(self, choice: Choice | None) -> None:
        self.networks[1].choose(choice)
        self._show_choices()

    @Slot()
    def _network_changed(self) -> None:
        self._show_choices()
        self.asker.scorers = [loaded.network for loaded in self.networks if loaded.network is not None]
        self.asker.ask_again()
        self.words.show_examples(self._reads)
        self._update_scorers()

    def _reads(self, text: str) -> bool:
        """Returns whether the first network knows every word of a text."""
        scorer = self.networks[0].network
        return scorer is not None and all(word.known for word in scorer.read(text).words)

    def _update_scorers(self) -> None:
        scorer = self.networks[self.details.which()].network
        self.sentences.set_scorer(scorer)
        self.challenge.set_scorer(scorer)

    @Slot()
    def _look_into(self) -> None:
        """Switches every view inside to the network chosen for it."""
        self._update_scorers()
        self.flips.look_at(self._looked_into())
        self._show_sum()
        self._fill_view()

    def _looked_into(self) -> tuple[Scorer, Score] | None:
        """Returns the network that is looked into with its score; None if there is no answer."""
        which = min(self.details.which(), len(self._scores) - 1)  # the second may not have answered yet
        return self._scores[which] if which >= 0 else None

    @Slot()
    def _show_choices(self) -> None:
        first, second = (loaded.choice for loaded in self.networks)
        self.entry.model.show_choice(first)
        self.entry.second.show_choice(second)
        names = (first.title(), second.title()) if first is not None and second is not None else ("", "")
        self.entry.show_second(second is not None)
        self.details.show_networks(*names)
        titles = [name and f"{letter} · {name}" for letter, name in zip(LETTERS, names, strict=True)]
        self.words.show_second(*titles)
        for score, title, loaded in zip(self.entry.scores, titles, self.networks, strict=True):
            score.set_title(title)
            score.set_waiting(loaded.choice is not None and loaded.is_busy and loaded.network is None)

    @Slot()
    def _go_and_train(self) -> None:
        self._state.propose_config(RunConfig.make(dataset=TEXT.dataset, model=TEXT.model, training={"epochs": 8}))
        self._state.open_page("train")

    def _speak_as_the_window_does(self) -> None:
        """Switches to the ready-made network of the new language, if the user has chosen and typed nothing yet."""
        choice = self.networks[0].choice
        is_ready_made = choice is not None and isinstance(choice.run, ShippedRun)
        if is_ready_made and not self._current.is_left and not self.entry.field.toPlainText().strip():
            self._turn_to(Choice(for_the_language(self._runs).path))

    def _ask_again_if_asked(self) -> None:
        """Repeats the answers in the new language."""
        if self._scores:
            self.asker.ask_again()

    # -- scores

    @Slot(object)
    def _show_scores(self, scores: list[tuple[Scorer, Score]]) -> None:
        self._scores = scores
        for which, (scorer, score) in enumerate(scores):
            self.entry.scores[which].show_answer(answer_of(scorer, score))
            before = self.words.strips[which].words()
            self.words.show_words(which, strip_words(score, before=before), scale_of(scorer, score))
        self.entry.show_notice(scores[0][1].notice if scores else "")
        self._attributions = {}
        self._show_sum()
        self.explainer.look_at(scores)
        if not any(score.words for _scorer, score in scores):
            self._fill_view()  # there is nothing to explain; the views show their hints
        self.flips.look_at(self._looked_into())

    @Slot(object)
    def _show_contributions(self, found: list[tuple[Score, WordAttribution]]) -> None:
        for which, (scorer, score) in enumerate(self._scores):
            for of, attribution in found:
                if of is score:
                    self.words.show_words(which, strip_words(score, attribution), scale_of(scorer, score))
                    self._attributions[which] = attribution
        self._show_sum()
        self._fill_view()

    def _show_sum(self) -> None:
        self.words.show_sum(*sum_of(self._attributions.get(self.details.which())))

    # -- several sentences

    @Slot(str)
    def take(self, text: str) -> None:
        """Analyses a sentence: goes to its line, or replaces the cursor's line by it."""
        field = self.entry.field
        if not field.go_to_line(text):
            field.replace_line(text)
        field.setFocus()

    @Slot()
    def _follow_lines(self) -> None:
        lines = self.entry.field.lines()
        self.sentences.set_lines(lines)
        if len(lines) > 1 and not self._has_several:
            self.details.set_current("table")
        self._has_several = len(lines) > 1

    @Slot()
    def _show_table(self) -> None:
        self.details.set_current("table")

    @Slot()
    def _ask_which(self) -> None:
        kinds = _("Sentences (*.txt *.csv *.tsv);;All files (*)")
        name, _kind = QFileDialog.getOpenFileName(self, _("Open sentences"), "", kinds)
        if name:
            self.sentences.open_file(Path(name))

    # -- views inside

    @Slot()
    def _fill_view(self) -> None:
        """Updates the visible view for the text."""
        looked_into = self._looked_into()
        if looked_into is None:
            return
        scorer, score = looked_into
        view, choice = self.details.current(), self.networks[self.details.which()].choice
        if view == "inside":
            self._opening_up.run(inside_of, scorer, score)
        elif view == "map":
            self.map.look_at(scorer, score)
        elif view == "time" and choice is not None:
            self.time.look_at(choice.run, score.text)

    @Slot(object)
    def _show_inside(self, inside: Inside | None) -> None:
        if inside is not None:
            self.inside.show_inside(inside)
            self.details.set_view_title("inside", inside.title)

    @Slot(int, QPoint)
    def _open_menu(self, index: int, place: QPoint) -> None:
        looked_into = self._looked_into()
        if looked_into is not None and index < len(looked_into[1].words):
            self.menu.ask(*looked_into, index, place)

    @Slot(int)
    def _go_to_epoch(self, epoch: int) -> None:
        which = self.details.which()
        choice = self.networks[which].choice
        if choice is not None:
            choose = self.networks[1].choose if which else self._choose
            choose(Choice(choice.path, epoch))

    @Slot(int)
    def _go_to_word(self, index: int) -> None:
        looked_into = self._looked_into()
        if looked_into is not None and index < len(looked_into[1].words):
            word = looked_into[1].words[index]
            layer = self.inside.layer()
            self.inside.set_column(word.last if layer is None or layer.rows_are_units else index)

    @Slot(int)
    def _go_to_token(self, column: int) -> None:
        layer, looked_into = self.inside.layer(), self._looked_into()
        if looked_into is None or layer is None:
            return
        words = looked_into[1].words
        if layer.rows_are_units:
            column = next((index for index, word in enumerate(words) if word.first <= column <= word.last), -1)
        self.words.mark(column)

    def _set_texts(self) -> None:
        self._speak_as_the_window_does()
        self._show_choices()
        self._ask_again_if_asked()
        self.setAccessibleName(_("Type and score"))
