"""A form to choose an entry of a registry and to set its settings.

It knows no particular registry.
"""

from collections.abc import Callable, Collection, Sequence
from typing import Any

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QFrame, QLabel, QVBoxLayout, QWidget

from core.i18n import _
from core.registry import Registry
from core.settings import Component, Settings
from gui.forms.editors import CalmComboBox
from gui.forms.settings_form import SettingsForm
from gui.forms.tooltips import explain
from gui.retranslate import on_language_change
from gui.theme import set_role


class ChoiceForm(QWidget):
    """A box with the entries of a registry, and below it the settings of the chosen one.

    Settings of an entry are kept while another one is chosen.

    Args:
        registry: the entries to choose from.
        title: what is chosen, marked with `N_`.
        shown: names of the settings that are visible at once, by the class of the entry; by default all.
        is_quiet: shows only the settings while there is only one entry.

    Signals:
        changed: `value()` has changed, through the user or `set_value`.
        problem_changed: `problem()` may have changed.
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
        self._parts: list[type[Component]] = []
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

    def part(self) -> type[Component]:
        """Returns the chosen entry."""
        return self._parts[self.box.currentIndex()]

    def form(self) -> SettingsForm:
        """Returns the form of the chosen entry."""
        return self._form(self.part())

    def value(self) -> Component:
        """Returns the last valid settings of the chosen entry."""
        value = self.form().value()
        assert isinstance(value, Component)
        return value

    def set_value(self, value: Component) -> None:
        """Chooses the entry of `value`, with these settings."""
        before = self.value()
        with QSignalBlocker(self):
            self._form(self._registry[value.key]).set_value(value)
            self.set_key(value.key)
        self._tell(before)

    def set_key(self, key: str) -> None:
        """Chooses an entry with its last settings, even one that `set_modality` hides."""
        if key not in self._keys():
            self._fill([*self._parts, self._registry[key]])
        self.box.setCurrentIndex(self._keys().index(key))

    def set_modality(self, modality: str) -> None:
        """Offers only entries that read the modality with this key. If the chosen one does not, chooses the first."""
        before = self.value()
        self._fill(self._registry.for_modality(modality))
        self._show_chosen()
        self._tell(before)

    def problem(self) -> str:
        """Returns the first problem with the input as one translated sentence; empty if there is none."""
        return self.form().problem()

    def changes(self) -> int:
        """Returns how many settings of the chosen entry differ from their defaults."""
        return self.form().changes()

    def formula(self) -> str:
        """Returns the visible formula."""
        return self._formula.text()

    def summary(self) -> str:
        """Returns the visible summary."""
        return self._summary.text()

    def _keys(self) -> list[str]:
        return [part.key for part in self._parts]

    def _tell(self, before: Component) -> None:
        if self.value() != before:
            self.changed.emit()
        self.problem_changed.emit()

    def _form(self, part: type[Component]) -> SettingsForm:
        if part.key not in self._forms:
            form = SettingsForm(part, self._shown(part))
            form.changed.connect(self.changed)
            form.problem_changed.connect(self.problem_changed)
            form.hide()
            self._place.addWidget(form)
            self._forms[part.key] = form
        return self._forms[part.key]

    def _lay_out(self) -> None:
        # Titles of entries are longer than most values, so the box has its own line.
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

    def _fill(self, parts: Sequence[type[Component]]) -> None:
        """Offers `parts`; keeps the chosen one if it is among them."""
        chosen = self.box.currentData()
        self._parts = list(parts)
        with QSignalBlocker(self.box):
            self.box.clear()
            for part in parts:
                self.box.addItem(_(part.title), part.key)
                self.box.setItemData(self.box.count() - 1, _(part.summary), Qt.ItemDataRole.ToolTipRole)
            self.box.setCurrentIndex(max(self.box.findData(chosen), 0))

    def _choose(self) -> None:
        self._show_chosen()
        self.changed.emit()
        self.problem_changed.emit()

    def _show_chosen(self) -> None:
        chosen = self.form()
        for form in self._forms.values():
            form.setVisible(form is chosen and bool(type(form.value()).model_fields))
        for widget in (self._label, self.box, self._note):
            widget.setVisible(len(self._parts) > 1 or not self._is_quiet)
        part = self.part()
        self._formula.setText(part.formula)
        self._formula.setVisible(bool(part.formula))
        self._summary.setText(_(part.summary))
        self._note.setToolTip(part.source)
        explain(_(part.summary), self._label, self.box)

    def _set_texts(self) -> None:
        self._label.setText(_(self._title))
        self.box.setAccessibleName(_(self._title))
        self._fill(self._parts)
        self._show_chosen()
