"""Choosing an entry of a registry, and its settings: what there is, what it does, and a form for what it takes.

Knows no particular registry.
"""

from collections.abc import Callable, Collection
from typing import Any

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QFrame, QLabel, QVBoxLayout, QWidget

from core.i18n import _
from core.registry import Registry, Spec
from core.settings import Component, Settings
from gui.forms.editors import CalmComboBox
from gui.forms.settings_form import SettingsForm
from gui.forms.tooltips import explain
from gui.retranslate import on_language_change
from gui.theme import set_role


class ChoiceForm(QWidget):
    """A box with the entries of a registry, and below it the settings of the one chosen.

    Settings typed for one entry are there again when it is chosen again.

    Args:
        registry: what there is to choose from.
        title: what is chosen, marked with `N_`.
        shown: names of the settings of an entry to show at once, by its class; all, unless given.
        is_quiet: shows nothing but the settings while there is only one entry.

    Signals:
        changed: `value()` is another one, by the user or by `set_value`.
        problem_changed: `problem()` may be another one.
    """

    changed = Signal()
    problem_changed = Signal()

    def __init__(
        self,
        registry: Registry[Any],
        title: str,
        shown: Callable[[type[Settings]], Collection[str] | None] = lambda settings: None,
        *,
        is_quiet: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._registry = registry
        self._title = title
        self._shown = shown
        self._is_quiet = is_quiet
        self._specs: list[Spec[Any]] = []
        self._forms: dict[str, SettingsForm] = {}
        self.box = CalmComboBox()
        self._label = QLabel()
        self._label.setBuddy(self.box)
        self._formula, self._summary = QLabel(), QLabel()
        self._note = QFrame()
        self._lay_out()
        self._fill(list(registry))
        self.box.currentIndexChanged.connect(self._choose)
        self._show_chosen()
        on_language_change(self, self._set_texts)

    def spec(self) -> Spec[Any]:
        """Returns the entry that is chosen."""
        return self._specs[self.box.currentIndex()]

    def form(self) -> SettingsForm:
        """Returns the form of the entry that is chosen."""
        return self._form(self.spec())

    def value(self) -> Component:
        """Returns the last good settings of the entry that is chosen."""
        value = self.form().value()
        assert isinstance(value, Component)
        return value

    def set_value(self, value: Component) -> None:
        """Chooses the entry that `value` belongs to, with these settings."""
        before = self.value()
        with QSignalBlocker(self):
            self._form(self._registry[value.key]).set_value(value)
            self.set_key(value.key)
        self._tell(before)

    def set_key(self, key: str) -> None:
        """Chooses an entry with the settings it had last, even one that `set_kind` left out."""
        if key not in self._keys():
            self._fill([*self._specs, self._registry[key]])
        self.box.setCurrentIndex(self._keys().index(key))

    def set_kind(self, kind: str) -> None:
        """Offers only entries that read `kind` ("image" or "text"); if the chosen one does not, the first is chosen."""
        before = self.value()
        self._fill(self._registry.for_kind(kind))
        self._show_chosen()
        self._tell(before)

    def problem(self) -> str:
        """Returns the first thing wrong with what is typed, as one translated sentence; empty while all is good."""
        return self.form().problem()

    def changes(self) -> int:
        """Returns how many settings of the entry that is chosen differ from their defaults."""
        return self.form().changes()

    def formula(self) -> str:
        """Returns the formula shown."""
        return self._formula.text()

    def summary(self) -> str:
        """Returns the sentence shown."""
        return self._summary.text()

    def _keys(self) -> list[str]:
        return [spec.key for spec in self._specs]

    def _tell(self, before: Component) -> None:
        if self.value() != before:
            self.changed.emit()
        self.problem_changed.emit()

    def _form(self, spec: Spec[Any]) -> SettingsForm:
        if spec.key not in self._forms:
            form = SettingsForm(spec.config, self._shown(spec.config))
            form.changed.connect(self.changed)
            form.problem_changed.connect(self.problem_changed)
            form.hide()
            self._place.addWidget(form)
            self._forms[spec.key] = form
        return self._forms[spec.key]

    def _lay_out(self) -> None:
        # Titles of entries are longer than most values: the box has a line of its own.
        first = QVBoxLayout()
        first.setSpacing(4)
        first.addWidget(self._label)
        first.addWidget(self.box)
        self._place = QVBoxLayout()
        set_role(self._note, "note")
        note = QVBoxLayout(self._note)
        note.setContentsMargins(10, 0, 0, 0)
        note.setSpacing(2)
        for label in (self._formula, self._summary):
            set_role(label, "caption")
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            note.addWidget(label)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addLayout(first)
        layout.addLayout(self._place)
        layout.addWidget(self._note)

    def _fill(self, specs: list[Spec[Any]]) -> None:
        """Offers `specs`; the chosen one stays so if it is among them."""
        chosen = self.box.currentData()
        self._specs = specs
        with QSignalBlocker(self.box):
            self.box.clear()
            for spec in specs:
                self.box.addItem(_(spec.title), spec.key)
                self.box.setItemData(self.box.count() - 1, _(spec.summary), Qt.ItemDataRole.ToolTipRole)
            self.box.setCurrentIndex(max(self.box.findData(chosen), 0))

    def _choose(self) -> None:
        self._show_chosen()
        self.changed.emit()
        self.problem_changed.emit()

    def _show_chosen(self) -> None:
        chosen = self.form()
        for form in self._forms.values():
            form.setVisible(form is chosen and bool(type(form.value()).model_fields))
        for part in (self._label, self.box, self._note):
            part.setVisible(len(self._specs) > 1 or not self._is_quiet)
        spec = self.spec()
        self._formula.setText(spec.formula)
        self._formula.setVisible(bool(spec.formula))
        self._summary.setText(_(spec.summary))
        self._note.setToolTip(spec.source)
        explain(_(spec.summary), self._label, self.box)

    def _set_texts(self) -> None:
        self._label.setText(_(self._title))
        self.box.setAccessibleName(_(self._title))
        self._fill(self._specs)
        self._show_chosen()
