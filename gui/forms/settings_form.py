"""A form for a settings class: one row for each setting, with its editor, bounds and explanation.

It knows no particular settings class.
"""

from collections.abc import Callable, Collection

from pydantic import ValidationError
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from core.errors import ConfigError
from core.fields import fields_of
from core.i18n import _
from core.settings import Settings, explain
from gui.forms.changed_dot import SIDE
from gui.forms.row import Row
from gui.icons import icon
from gui.retranslate import on_language_change
from gui.theme import set_role, set_variant

TITLE_WIDTH, EDITOR_WIDTH = 122, 132  # most titles stand on one line


class SettingsForm(QWidget):
    """Holds one valid instance of its class at any time, at first the defaults.

    Args:
        settings: the class; all its settings must have defaults.
        shown: names of the settings that are visible at once; a button shows the others. By default all.

    Signals:
        changed: `value()` has changed, through the user or `set_value`.
        problem_changed: `problem()` has changed.
    """

    changed = Signal()
    problem_changed = Signal()

    def __init__(
        self, settings: type[Settings], shown: Collection[str] | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._class = settings
        self._value = settings()
        self._conflict = QLabel()
        self._conflict.setWordWrap(True)
        self._conflict.hide()
        set_role(self._conflict, "error")
        self._rows = {field.name: Row(field, self) for field in fields_of(settings)}
        self._is_setting = False
        self._changes_folded_in: Callable[[], int] = int
        self._lay_out([name for name in self._rows if shown is None or name in shown])
        for row in self._rows.values():
            row.changed.connect(self._update)
            row.problem_changed.connect(self.problem_changed)
        on_language_change(self, self._set_texts)

    def value(self) -> Settings:
        """Returns the last valid instance of the class."""
        return self._value

    def set_value(self, value: Settings) -> None:
        """Shows `value`, an instance of the class, in place of the current input."""
        self._is_setting = True
        for name, row in self._rows.items():
            row.editor.set_value(getattr(value, name))
        self._is_setting = False
        self._update()

    def problem(self) -> str:
        """Returns the first problem with the input as one translated sentence; empty if there is none."""
        found = (f"{_(row.field.title)}: {row.editor.problem()}" for row in self._rows.values() if row.editor.problem())
        return next(found, self._conflict.text())

    def row(self, name: str) -> Row:
        """Returns the row of one setting."""
        return self._rows[name]

    def changes(self) -> int:
        """Returns how many settings differ from their defaults."""
        return sum(row.is_changed() for row in self._rows.values())

    def fold_in(self, form: QWidget, changes: Callable[[], int]) -> None:
        """Inserts another form before the settings that the button shows.

        Args:
            form: a form with its own settings; call `recount` when they have changed.
            changes: returns how many of them differ from their defaults; the button counts them too.
        """
        self._fold_layout.insertWidget(0, form)
        self._changes_folded_in = changes
        self._set_texts()

    def recount(self) -> None:
        """Updates the count of changed settings behind the button."""
        self._set_texts()

    def _lay_out(self, shown: list[str]) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addLayout(self._grid(shown))
        self.more_button = QPushButton()
        self.more_button.setCheckable(True)
        self.more_button.toggled.connect(self._unfold)
        set_variant(self.more_button, "link")
        self._fold = QWidget()
        self._fold_layout = QVBoxLayout(self._fold)
        self._fold_layout.setContentsMargins(0, 0, 0, 0)
        self._fold_layout.setSpacing(8)
        folded = [name for name in self._rows if name not in shown]
        if folded:
            self._fold_layout.addLayout(self._grid(folded))
            layout.addWidget(self.more_button, 0, Qt.AlignmentFlag.AlignLeft)
            layout.addWidget(self._fold)
        self._folded = folded
        self._fold.hide()
        layout.addWidget(self._conflict)

    def _grid(self, names: list[str]) -> QGridLayout:
        grid = grid_of_rows()
        for name in names:
            self._rows[name].add_to(grid)
        return grid

    def _update(self) -> None:
        if self._is_setting:
            return
        self._set_texts()
        conflict = ""
        try:
            value = self._class.model_validate({name: row.editor.value() for name, row in self._rows.items()})
        except ConfigError as error:
            conflict = str(error)
        except ValidationError as error:
            conflict = " ".join(explain(error))
        else:
            if value != self._value:
                self._value = value
                self.changed.emit()
        if conflict != self._conflict.text():
            self._conflict.setText(conflict)
            self._conflict.setVisible(bool(conflict))
            self.problem_changed.emit()

    def _unfold(self, is_open: bool) -> None:
        self._fold.setVisible(is_open)
        self._set_texts()

    def _set_texts(self) -> None:
        changed = sum(self._rows[name].is_changed() for name in self._folded) + self._changes_folded_in()
        text = _("Fewer settings") if self.more_button.isChecked() else _("More settings")
        if changed and not self.more_button.isChecked():
            text = _("More settings ({count} changed)").format(count=changed)
        self.more_button.setText(text)
        self.more_button.setToolTip(text)
        self.more_button.setIcon(icon("chevron_down" if self.more_button.isChecked() else "chevron_right", "muted"))


def grid_of_rows() -> QGridLayout:
    """Returns an empty grid for rows of title, dot and editor, so that the rows of several forms line up."""
    grid = QGridLayout()
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(6)
    grid.setVerticalSpacing(8)
    grid.setColumnStretch(0, 2)
    grid.setColumnMinimumWidth(0, TITLE_WIDTH)
    grid.setColumnMinimumWidth(1, SIDE)
    grid.setColumnStretch(2, 3)
    grid.setColumnMinimumWidth(2, EDITOR_WIDTH)
    return grid
