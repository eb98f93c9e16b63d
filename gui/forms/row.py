"""One setting in a form: its title, a dot if it was changed, its editor, and what is wrong with the input."""

from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from core.fields import Field, Kind
from core.i18n import _
from gui.forms.changed_dot import ChangedDot
from gui.forms.editors import ChoiceEditor, Editor, PathEditor, SwitchEditor, TextEditor
from gui.forms.numbers import NumberEditor
from gui.forms.tooltips import explain
from gui.retranslate import on_language_change
from gui.theme import set_role

_EDITORS: dict[Kind, type[Editor]] = {
    "switch": SwitchEditor,
    "choice": ChoiceEditor,
    "whole": NumberEditor,
    "real": NumberEditor,
    "text": TextEditor,
    "folder": PathEditor,
    "file": PathEditor,
}


class Row(QObject):
    """Adds two lines to a grid of three columns (title, dot, editor). The second line shows a problem if there is one.

    Signals:
        changed: there is another valid value.
        problem_changed: see `Editor`.
    """

    changed = Signal()
    problem_changed = Signal()

    def __init__(self, field: Field, parent: QWidget) -> None:
        super().__init__(parent)
        self.field = field
        self.editor = _EDITORS[field.kind](field)
        self.label = QLabel()
        self.label.setWordWrap(True)
        self.dot = ChangedDot()
        self.dot.hide()
        self.problem_label = QLabel()
        self.problem_label.setWordWrap(True)
        set_role(self.problem_label, "error")
        self.problem_label.hide()
        self.label.setBuddy(self.editor)
        self.dot.clicked.connect(self._reset)
        self.editor.value_changed.connect(self._update)
        self.editor.value_changed.connect(self.changed)
        self.editor.problem_changed.connect(self._show_problem)
        self.editor.problem_changed.connect(self.problem_changed)
        on_language_change(self, self._set_texts)

    def add_to(self, grid: QGridLayout) -> None:
        """Appends the row to `grid`."""
        line = grid.rowCount()
        grid.addWidget(self.label, line, 0)
        grid.addWidget(self.dot, line, 1)
        grid.addWidget(self.editor, line, 2)
        grid.addWidget(self.problem_label, line + 1, 0, 1, 3)

    def is_changed(self) -> bool:
        """Whether the value differs from the default."""
        value: Any = self.editor.value()
        return bool(value != self.field.default)

    def _reset(self) -> None:
        self.editor.set_value(self.field.default)
        self.editor.setFocus()

    def _update(self) -> None:
        self.dot.setVisible(self.is_changed())

    def _show_problem(self) -> None:
        problem = self.editor.problem()
        self.problem_label.setText(problem)
        self.problem_label.setVisible(bool(problem))
        box = self.editor.main
        box.setProperty("invalid", bool(problem))
        box.style().unpolish(box)
        box.style().polish(box)
        explain(problem or self.field.explanation(), box)

    def _set_texts(self) -> None:
        title = _(self.field.title)
        self.label.setText(title)
        self.editor.main.setAccessibleName(title)
        explain(self.field.explanation(), self.label, self.editor, self.editor.main)
        default = self.field.format(self.field.default) or _(self.field.none_title)
        back = _("Changed. Back to {default}").format(default=default)
        explain(back, self.dot)
        self.dot.setAccessibleName(f"{title}: {back}")
