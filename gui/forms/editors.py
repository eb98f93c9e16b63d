"""The editors of single settings: a switch, a choice, a line of text, a path. `gui.forms.numbers` edits numbers.

An editor holds the last valid value; while the input is invalid, it says what is wrong.
"""

from typing import Any

from PySide6.QtCore import QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QCheckBox, QComboBox, QFileDialog, QHBoxLayout, QLineEdit, QToolButton, QWidget

from core.fields import Field
from core.i18n import _
from gui.icons import icon
from gui.retranslate import on_language_change
from gui.theme import GAP_SMALL, set_variant

SMALLEST_WIDTH = 64


class Editor(QWidget):
    """The common part of all editors.

    Signals:
        value_changed: there is another valid value.
        problem_changed: the input became invalid, valid again, or invalid in another way.
    """

    main: QWidget

    value_changed = Signal()
    problem_changed = Signal()

    def __init__(self, field: Field, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.field = field
        self._value: Any = field.default
        self._problem = ""
        self._layout = QHBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(GAP_SMALL)

    def value(self) -> Any:
        """Returns the last valid value."""
        return self._value

    def set_value(self, value: Any) -> None:
        """Shows and takes a valid value in place of the current input."""
        self._show(value)
        self._take(value)

    def problem(self) -> str:
        """Returns what is wrong with the input as one translated sentence; empty if nothing is."""
        return self._problem

    def _show(self, value: Any) -> None:
        raise NotImplementedError

    def _take(self, value: Any, problem: str = "") -> None:
        """Stores a valid value; or, with a problem, keeps the last one."""
        if problem != self._problem:
            self._problem = problem
            self.problem_changed.emit()
        if not problem and (value != self._value or type(value) is not type(self._value)):
            self._value = value
            self.value_changed.emit()

    def _add(self, widget: QWidget, stretch: int = 0) -> None:
        """Appends a part. The first one is the main one and takes the keyboard focus."""
        if not self._layout.count():
            self.main = widget
            self.setFocusProxy(widget)
        self._layout.addWidget(widget, stretch)


class SwitchEditor(Editor):
    """On or off."""

    def __init__(self, field: Field, parent: QWidget | None = None) -> None:
        super().__init__(field, parent)
        self.box = QCheckBox()
        self.box.toggled.connect(self._take)
        self._add(self.box)
        self._layout.addStretch(1)
        self._show(field.default)

    def _show(self, value: Any) -> None:
        with QSignalBlocker(self.box):
            self.box.setChecked(value)


class CalmComboBox(QComboBox):
    """Scrolls the page with the mouse wheel until it has been clicked or reached by Tab."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(6)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


class ChoiceEditor(Editor):
    """One of a few named values."""

    def __init__(self, field: Field, parent: QWidget | None = None) -> None:
        super().__init__(field, parent)
        self.box = CalmComboBox()
        for value, title in field.choices:
            self.box.addItem(title, value)
        self.box.currentIndexChanged.connect(self._choose)
        self._add(self.box, 1)
        self._show(field.default)
        on_language_change(self, self._set_texts)

    def _show(self, value: Any) -> None:
        with QSignalBlocker(self.box):
            self.box.setCurrentIndex(next(i for i, (each, _) in enumerate(self.field.choices) if each == value))

    def _choose(self, index: int) -> None:
        self._take(self.field.choices[index][0])

    def _set_texts(self) -> None:
        for index, (_value, title) in enumerate(self.field.choices):
            self.box.setItemText(index, _(title))


class TextEditor(Editor):
    """A line of text."""

    def __init__(self, field: Field, parent: QWidget | None = None) -> None:
        super().__init__(field, parent)
        self.line = QLineEdit()
        self.line.setMinimumWidth(SMALLEST_WIDTH)
        self.line.textEdited.connect(self._type)
        self._add(self.line, 1)
        self._show(field.default)

    def _show(self, value: Any) -> None:
        self.line.setText(self.field.format(value))

    def _type(self, text: str) -> None:
        self._take(self.field.parse(text))


class PathEditor(TextEditor):
    """A folder or file, typed or chosen in a dialog."""

    def __init__(self, field: Field, parent: QWidget | None = None) -> None:
        super().__init__(field, parent)
        self.browse = QToolButton()
        self.browse.setIcon(icon("folder"))
        self.browse.setIconSize(QSize(16, 16))
        set_variant(self.browse, "quiet")
        self.browse.clicked.connect(self._ask)
        self._add(self.browse)
        on_language_change(self, self._set_texts)

    def _ask(self) -> None:
        title, start = _(self.field.title), self.line.text()
        if self.field.kind == "folder":
            chosen = QFileDialog.getExistingDirectory(self, title, start)
        else:
            chosen = QFileDialog.getOpenFileName(self, title, start)[0]
        if chosen:
            self.set_value(chosen)

    def _set_texts(self) -> None:
        self.browse.setToolTip(_("Choose…"))
        self.browse.setAccessibleName(_("Choose…"))
