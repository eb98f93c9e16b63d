"""The left column of the Train page: forms for everything that decides a run.

It knows the parts of a config and how they depend on each other, but not how a run is carried out.
"""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from core.data.base import Card as DataCard
from core.data.base import DatasetInfo
from core.errors import ConfigError
from core.i18n import N_, _
from core.quantities import size
from core.runs.config import RunConfig, TrainingConfig, datasets, models, objectives, optimizers, schedules
from core.settings import Settings
from gui.forms.choice_form import ChoiceForm
from gui.forms.settings_form import SettingsForm
from gui.forms.tooltips import explain
from gui.pages.train.initial_weights_row import InitialWeightsRow
from gui.pages.train.preset_card import PresetCard
from gui.retranslate import on_language_change
from gui.theme import GAP, set_role
from gui.widgets.card import Card
from gui.widgets.scrolled import scrolled

WIDTH = 312
GUTTER = 10  # for the scroll bar at the right of this column
_TRAINING = ("epochs", "batch_size", "augmentation")
_OPTIMIZER = ("learning_rate", "momentum")


class SettingsColumn(QWidget):
    """Holds one valid config at any time.

    Signals:
        changed: `config()` has changed, through the user or `set_config`.
        problem_changed: `problem()` may have changed.
    """

    changed = Signal()
    problem_changed = Signal()

    def __init__(self, config: RunConfig, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._config = config
        self._is_setting = False
        self.preset = PresetCard()
        self.dataset = ChoiceForm(datasets(), N_("Dataset"), _own)
        self.model = ChoiceForm(models(), N_("Architecture"))
        self.initial_weights = InitialWeightsRow()
        self.optimizer = ChoiceForm(optimizers(), N_("Method"), lambda settings: _OPTIMIZER)
        self.schedule = ChoiceForm(schedules(), N_("Schedule"))
        self.training = SettingsForm(TrainingConfig, _TRAINING)
        self.objective = ChoiceForm(objectives(), N_("Objective"), is_quiet=True)
        self.training.fold_in(self.objective, self.objective.changes)
        self._forms = (self.dataset, self.model, self.optimizer, self.schedule, self.objective, self.training)
        self._info: DatasetInfo | None = None
        self._is_data_known = False
        self._download = 0
        self._counts, self._needs = QLabel(), QLabel()
        self._lay_out()
        self._connect()
        self.set_config(config)
        on_language_change(self, self._set_texts)

    def config(self) -> RunConfig:
        """Returns the last valid config."""
        return self._config

    def set_config(self, config: RunConfig) -> None:
        """Fills all forms with `config`."""
        self._is_setting = True
        self.dataset.set_value(config.dataset)
        self.model.set_modality(config.dataset.modality)
        self.model.set_value(config.model)
        self.initial_weights.set_value(config.initial_weights)
        self.optimizer.set_value(config.optimizer)
        self.schedule.set_value(config.schedule)
        self.objective.set_value(config.objective)
        self.training.set_value(config.training)
        self._is_setting = False
        self._update()

    def problem(self) -> str:
        """Returns the first problem with the input as one translated sentence; empty if there is none."""
        return next(filter(None, (form.problem() for form in self._forms)), "")

    def set_locked(self, locked: bool) -> None:
        """Locks or unlocks the settings; they are locked during a run."""
        for card in self._cards:
            card.setEnabled(not locked)

    def show_data(self, info: DatasetInfo | None, download: int) -> None:
        """Shows how large the dataset is, if known, and how many bytes have to be downloaded."""
        self._info, self._download, self._is_data_known = info, download, True
        self._set_texts()

    def counts(self) -> str:
        """Returns the text on the number of examples."""
        return self._counts.text()

    def needs(self) -> str:
        """Returns the text on the download, empty if there is none."""
        return self._needs.text() if self._download else ""

    def about_data(self) -> str:
        """Returns the text on the dataset's source and licence."""
        return self._counts.accessibleDescription()

    def add_card(self, card: Card) -> None:
        """Adds a card about the settings below them; it is always visible."""
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, GUTTER, 0)
        row.addWidget(card)
        self._layout.addLayout(row)

    def _lay_out(self) -> None:
        data, model, optimizer, training = (
            Card(title) for title in (N_("Data"), N_("Model"), N_("Optimizer"), N_("Training"))
        )
        for label in (self._counts, self._needs):
            label.setWordWrap(True)
            set_role(label, "caption")
        for part in (self.dataset, self._counts, self._needs):
            data.add(part)
        model.add(self.model)
        model.add(self.initial_weights)
        optimizer.add(self.optimizer)
        divider = QFrame()
        set_role(divider, "divider")
        optimizer.add(divider)
        optimizer.add(self.schedule)
        training.add(self.training)
        self._cards = (self.preset, data, model, optimizer, training)
        inside = QWidget()
        inside.setObjectName("clear")
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GAP)
        for card in self._cards:
            column.addWidget(card)
        column.addStretch(1)
        self.scroll_area = scrolled(inside)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(GAP)
        self._layout.addWidget(self.scroll_area, 1)
        # The scroll bar always has its space, so that the cards do not change their width.
        self.scroll_area.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setFixedWidth(WIDTH + GUTTER)

    def _connect(self) -> None:
        self.preset.chosen.connect(self.set_config)
        self.dataset.changed.connect(self._follow_dataset)
        self.initial_weights.changed.connect(self._update)
        self.objective.changed.connect(self.training.recount)
        for form in self._forms:
            if form is not self.dataset:
                form.changed.connect(self._update)
            form.problem_changed.connect(self.problem_changed)

    def _follow_dataset(self) -> None:
        if not self._is_setting:
            self._is_setting = True
            self.model.set_modality(self.dataset.part().modality)
            self._is_setting = False
            self._update()

    def _update(self) -> None:
        if self._is_setting:
            return
        try:
            config = RunConfig.make(
                dataset=self.dataset.value(),
                model=self.model.value(),
                objective=self.objective.value(),
                optimizer=self.optimizer.value(),
                schedule=self.schedule.value(),
                initial_weights=self.initial_weights.value(),
                training=self.training.value(),
            )
        except ConfigError:
            return  # between two changes that belong together; each form shows its own problem
        self.preset.show_config(config)
        if config != self._config:
            if config.dataset != self._config.dataset:
                self._info, self._download, self._is_data_known = None, 0, False
                self._set_texts()
            self._config = config
            self.changed.emit()
        self.problem_changed.emit()

    def _set_texts(self) -> None:
        info = self._info
        if info is None:
            self._counts.setText(_("Its size is known once it is read.") if self._is_data_known else "…")
        else:
            self._counts.setText(
                _("{train} training · {validation} validation · {test} test").format(
                    train=f"{info.train:,}", validation=f"{info.validation:,}", test=f"{info.test:,}"
                )
            )
        self._needs.setVisible(self._download > 0)
        self._needs.setText(_("Training begins with a download of {size}.").format(size=size(self._download)))
        explain(about(getattr(self.dataset.value(), "card", None)), self._counts)


def _own(settings: type[Settings]) -> list[str]:
    """Returns the settings that only this dataset has; the common ones interest few users."""
    return list(settings.__annotations__)


def about(card: object) -> str:
    """Returns where a dataset comes from and its licence, translated; empty for the user's own."""
    if not isinstance(card, DataCard):
        return ""
    source = _("Source: {source}").format(source=card.source)
    licence = _("Licence: {licence}").format(licence=_(card.licence))
    return " · ".join((_(card.notes), source, licence)) if card.notes else f"{source} · {licence}"
