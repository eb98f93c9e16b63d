"""The Draw page: a sheet on the left; on the right the network's answer, what it sees, and why.

It composes the parts and passes drawings, networks and answers between them. It draws and computes nothing itself.
"""

from pathlib import Path

from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from core.errors import NeurariumError
from core.events import CheckpointSaved, Event
from core.i18n import _
from core.inference.catalogue import models_of
from core.inference.classify import Classifier
from core.ink.picture_file import Picture, open_picture
from core.modalities.image import IMAGE
from core.modalities.image_frame import stages_of
from core.runs.config import RunConfig
from core.runs.presets import CHAPTER
from core.runs.run import Run
from gui.current_run import CurrentRun
from gui.loaded_network import LoadedNetwork
from gui.pages.draw.canvas_card import CanvasCard
from gui.pages.draw.correction_card import CorrectionCard
from gui.pages.draw.inside_card import InsideCard
from gui.pages.draw.models import open_in_parts
from gui.pages.draw.nothing_yet import NothingYet
from gui.pages.draw.predictor import Predictor, Verdict
from gui.pages.draw.stages_card import StagesCard
from gui.pages.draw.time_card import TimeCard
from gui.pages.draw.verdict_card import VerdictCard
from gui.retranslate import on_language_change
from gui.state import AppState
from gui.theme import GAP, PADDING
from gui.widgets.model_chooser import Choice, ModelChooser
from gui.widgets.scrolled import scrolled
from gui.widgets.sheet import Mark
from gui.workers.background import BackgroundTask

_LEFT = 0.36  # of the page's width
_SCROLL_BAR = 10
_BELOW_SHEET = 270  # height of the cards below the sheet
_NARROW = 720  # if the right side is narrower than this, its parts are made narrow
_PAINTED_MS = 60  # after the page is shown: loading a network earlier would make it stutter


class DrawPage(QStackedWidget):
    """Lets the user draw for a network.

    Args:
        state: the shared state of the pages. torch must have been imported.
    """

    def __init__(self, state: AppState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._state = state
        self._verdicts: list[Verdict] = []
        self._part = 0  # of several digits, the one that is explained
        self._live: Run | None = None
        self._newest: Choice | None = None  # of the run that is followed; not shown yet
        self._runs: list[Run] = []
        self.nothing_yet = NothingYet()
        self.canvas_card = CanvasCard()
        self.canvas = self.canvas_card.canvas
        self.correction_card = CorrectionCard()
        self.verdict_card = VerdictCard()
        self.stages_card = StagesCard()
        self.inside_card = InsideCard()
        self.time_card = TimeCard()
        self.model_pill = ModelChooser(lambda: _("The network that answers"))
        self.compare_pill = ModelChooser(lambda: _("A second network beside it"), lambda: _("compare"))
        self.predictor = Predictor(self)
        self.networks = [
            LoadedNetwork[Classifier](open_in_parts, self),
            LoadedNetwork[Classifier](open_in_parts, self),
        ]
        self._current = CurrentRun(state, IMAGE.key, lambda: self._newest or self.networks[0].choice, self)
        self._runs_task = BackgroundTask(self)
        self._file_task = BackgroundTask(self)
        self._lay_out()
        self._connect()
        self._look_for_runs()
        on_language_change(self, self._speak)

    @property
    def is_busy(self) -> bool:
        """Whether anything is still being loaded or computed."""
        tasks = (self._runs_task, self._file_task)
        parts = (self.predictor.is_busy, self.inside_card.is_busy, self.correction_card.is_busy)
        return any(parts) or any(task.is_running for task in tasks) or any(loaded.is_busy for loaded in self.networks)

    # -- layout

    def _speak(self) -> None:
        self._show_choices()
        self._share_width()  # texts are longer in some languages
        self.predictor.ask_again()  # reasons come translated

    def _lay_out(self) -> None:
        self.verdict_card.add_action(self.model_pill)
        self.verdict_card.add_action(self.compare_pill)
        self._left = QWidget()
        left = QVBoxLayout(self._left)
        left.setContentsMargins(0, 0, 0, 0)
        left.setSpacing(GAP)
        left.addWidget(self.canvas_card)
        left.addWidget(self.correction_card)
        left.addStretch(1)
        self._right = right = QVBoxLayout()
        right.setSpacing(GAP)
        right.addWidget(self.verdict_card, 1)
        right.addWidget(self.stages_card)
        right.addWidget(self.inside_card, 3)
        right.addWidget(self.time_card)
        body = QWidget()
        body.setObjectName("clear")
        layout = QHBoxLayout(body)
        layout.setContentsMargins(PADDING, PADDING, PADDING, PADDING)
        layout.setSpacing(PADDING)
        layout.addWidget(self._left)
        layout.addLayout(right, 1)
        self._content = scrolled(body)
        self.addWidget(self.nothing_yet)
        self.addWidget(self._content)
        for action in self.canvas_card.actions_by_name.values():
            self.addAction(action)

    def _connect(self) -> None:
        state = self._state
        self.nothing_yet.train_wanted.connect(self._go_to_training)
        self.canvas.changed.connect(self._look)
        self.canvas.file_given.connect(self._read_file)
        self.canvas.mark_chosen.connect(self._look_into)
        self.canvas_card.several_toggled.connect(self._set_several)
        self.stages_card.disabled_changed.connect(self._set_disabled)
        for card in (self.correction_card, self.inside_card):
            card.failed.connect(state.report)
        self.time_card.epoch_wanted.connect(self._travel)
        self._current.wanted.connect(self._turn_to)
        self.model_pill.chosen.connect(self._choose)
        self.compare_pill.chosen.connect(self._compare)
        self.predictor.answered.connect(self._hear)
        self.predictor.failed.connect(state.report)
        for loaded in self.networks:
            loaded.changed.connect(self._take_networks)
        self.networks[0].failed.connect(self._report_unless_thinned_out)
        self.networks[1].failed.connect(state.report)
        self._runs_task.done.connect(self._show_runs)
        self._runs_task.failed.connect(state.report)
        self._file_task.done.connect(self.canvas.show_picture)
        self._file_task.failed.connect(state.report)
        state.session.batch.connect(self._follow)
        state.session.state_changed.connect(self._catch_up_if_seen)
        state.run_list_changed.connect(self._look_for_runs)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share_width()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        QTimer.singleShot(_PAINTED_MS, self, self._catch_up_if_seen)

    def _share_width(self) -> None:
        beside = self._right.minimumSize().width() + 3 * PADDING + _SCROLL_BAR
        width = min(round(self.width() * _LEFT), self.height() - _BELOW_SHEET, self.width() - beside)
        width = max(width, 300)
        self._left.setFixedWidth(width)
        self.canvas_card.set_width(width)
        self.inside_card.set_narrow(self.width() - width < _NARROW)

    # -- networks

    @Slot()
    def _look_for_runs(self) -> None:
        self._runs_task.run(models_of, IMAGE.key, self._state.store)

    @Slot(object)
    def _show_runs(self, runs: list[Run]) -> None:
        self._runs = runs
        for pill in (self.model_pill, self.compare_pill):
            pill.set_runs(runs)
        loaded, paths = self.networks[0], [run.path for run in runs]
        training = self._state.session.run
        is_trained = training is not None and loaded.choice is not None and loaded.choice.path == training.path
        if loaded.choice is None or (loaded.choice.path not in paths and not is_trained):
            current = self._state.current_run
            preferred = current.path if current is not None and current.path in paths else next(iter(paths), None)
            self._turn_to(Choice(preferred) if preferred is not None else None)
        other = self.networks[1].choice
        if other is not None and other.path not in paths:
            self._compare(None)
        self._show_choices()

    @Slot(object)
    def _choose(self, choice: Choice | None) -> None:
        """Switches to the user's choice."""
        self._current.is_left = True
        self._turn_to(choice)

    @Slot(object)
    def _turn_to(self, choice: Choice | None) -> None:
        """Lets another network answer. If it is the run in training, its epochs are followed live from then on."""
        followed = self._run_to_follow()
        self._live = self._newest = None
        if followed is not None and choice is not None and isinstance(choice.moment, str):
            self._live = followed if choice.path == followed.path else None
        self.networks[0].choose(choice)
        self._show_choices()

    @Slot(object)
    def _compare(self, choice: Choice | None) -> None:
        self.networks[1].choose(choice)
        self._show_choices()

    @Slot(int)
    def _travel(self, epoch: int) -> None:
        choice = self.networks[0].choice
        if choice is not None:
            self._choose(Choice(choice.path, epoch))

    def _run_to_follow(self) -> Run | None:
        """Returns the run in training if it reads pictures and keeps the weights of each epoch."""
        run = self._state.session.run
        config = _config_of(run)
        sees = config is not None and config.model.modality == IMAGE.key
        return run if sees and config is not None and config.training.keep_epochs else None

    @Slot(list)
    def _follow(self, events: list[Event]) -> None:
        """Notes each epoch's weights when they are saved, unless the user has chosen another network."""
        run = self._run_to_follow()
        saved = [event for event in events if isinstance(event, CheckpointSaved)]
        epochs = [event.weights_of_epoch for event in saved if event.weights_of_epoch is not None]
        if run is None or not epochs:
            return
        current = self._state.current_run
        is_wanted = not self._current.is_left and current is not None and current.path == run.path
        if is_wanted or (self._live is not None and self._live.path == run.path):
            self._live, self._newest = run, Choice(run.path, epochs[-1])
        self._catch_up_if_seen()

    @Slot()
    def _catch_up_if_seen(self) -> None:
        """Shows the newest epoch of the run in training. While hidden this would only slow the training down."""
        if not self.isVisible():
            return
        if self._newest is not None:
            newest, self._newest = self._newest, None
            self.networks[0].choose(newest)
        run = self._run_to_follow()
        is_new = run is not None and run.best.is_file() and all(run.path != each.path for each in self._runs)
        if is_new and not self._runs_task.is_running:
            self._look_for_runs()  # it can be asked from now on
        self._show_choices()

    @Slot(object)
    def _report_unless_thinned_out(self, error: NeurariumError) -> None:
        """Reports why a network cannot be loaded; not for a followed epoch that was deleted: a newer one follows."""
        choice = self.networks[0].choice
        if choice is None or self._live is None or choice.path != self._live.path:
            is_thinned_out = False
        else:
            is_thinned_out = isinstance(choice.moment, int) and choice.moment not in self._live.epoch_weights()
        if not is_thinned_out:
            self._state.report(error)

    @Slot()
    def _show_choices(self) -> None:
        chosen = [loaded.choice for loaded in self.networks]
        choice = chosen[0]
        training = self._state.session.run
        is_live = self._live is not None and training is not None and training.path == self._live.path
        self.model_pill.show_choice(choice, live=is_live)
        self.compare_pill.show_choice(chosen[1])
        self.verdict_card.set_names([each.title() for each in chosen if each is not None])
        self.time_card.set_epochs(list(choice.run.epoch_weights()) if choice is not None else [])
        if choice is not None and isinstance(choice.moment, int):
            self.time_card.show_epoch(choice.moment)
        self.time_card.set_notice(self._why_not_live())
        self.setCurrentWidget(self._content if choice is not None else self.nothing_yet)

    def _why_not_live(self) -> str:
        """Returns why the run in training cannot be followed live; empty if it can or there is none."""
        session = self._state.session
        run = session.run if session.is_running else None
        config = _config_of(run)
        if config is None or config.training.keep_epochs or config.model.modality != IMAGE.key:
            return ""
        return _(
            "The run in training cannot be followed live: it keeps no epochs. Switch “{setting}” on for the next one."
        ).format(setting=_(type(config.training).model_fields["keep_epochs"].title or ""))

    @Slot()
    def _take_networks(self) -> None:
        self._show_choices()
        first = self.networks[0].network
        if first is not None:
            self.correction_card.set_names(first.class_names)
            reads_ink = first.input.frame == "ink"
            self.canvas_card.several_box.setEnabled(reads_ink)
            self.correction_card.setVisible(reads_ink)  # a drawing is kept as ink, which is no photo to learn from
            choice = self.networks[0].choice
            if choice is not None and isinstance(choice.moment, str):  # only now is known which epoch that is
                self.time_card.show_epoch(first.snapshot.epoch)
        self.predictor.classifiers = [loaded.network for loaded in self.networks if loaded.network is not None]
        self.predictor.ask_again()

    # -- drawing and answers

    @Slot()
    def _look(self) -> None:
        source = self.canvas.source()
        self.correction_card.set_source(source)
        self.predictor.look_at(source)

    @Slot(object)
    def _read_file(self, file: Path) -> None:
        self._file_task.run(_open_to_be_seen, file)

    @Slot(bool)
    def _set_several(self, several: bool) -> None:
        self.predictor.several = several
        self.predictor.ask_again()

    @Slot(object)
    def _set_disabled(self, disabled: frozenset[str]) -> None:
        self.predictor.disabled = disabled
        self.predictor.ask_again()

    @Slot(object)
    def _hear(self, verdicts: list[Verdict]) -> None:
        self._verdicts = verdicts
        self.verdict_card.show_verdicts(verdicts)
        first = verdicts[0]
        is_one_of_several = self.predictor.several and len(first.found) > 1
        self._part = min(self._part, len(first.found) - 1) if is_one_of_several else 0
        part = first.found[self._part] if is_one_of_several else None
        closer = first if part is None else Verdict(first.classifier, part.preparation, part.answer)
        self.stages_card.show_preparation(closer.preparation, stages_of(closer.classifier.input))
        self.inside_card.show_verdict(closer)
        self.correction_card.set_part(part.box if part is not None else None)
        marks = [
            Mark(found.box, _(found.answer.label) if found.answer.is_digit else "?", found is part)
            for found in first.found
            if self.predictor.several
        ]
        self.canvas.set_marks(marks)

    @Slot(int)
    def _look_into(self, part: int) -> None:
        self._part = part
        self._hear(self._verdicts)

    @Slot()
    def _go_to_training(self) -> None:
        last = self._state.last_config()
        if last is not None and last.model.modality != IMAGE.key:
            self._state.propose_config(CHAPTER.config())
        self._state.open_page("train")


def _open_to_be_seen(file: Path) -> Picture:
    """Opens a picture file and decodes it for the screen; this takes too long for the window's thread."""
    picture = open_picture(file)
    _colours_HW3 = picture.colours_HW3
    return picture


def _config_of(run: Run | None) -> RunConfig | None:
    """Returns the config of a run; None if its folder is gone or was changed by hand."""
    try:
        return run.config if run is not None else None
    except NeurariumError:
        return None
