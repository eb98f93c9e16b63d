"""The editor of a number: a box to type in and to step by the arrow keys, and a slider if magnitude matters."""

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QValidator, QWheelEvent
from PySide6.QtWidgets import QAbstractSpinBox, QSizePolicy, QSlider, QWidget

from core.fields import BadInput, Field
from core.i18n import _
from gui.forms.editors import SMALLEST_WIDTH, Editor
from gui.forms.steps import LogScale, stepped
from gui.forms.tooltips import explain
from gui.retranslate import on_language_change

_INDENT = 7  # the style sheet's padding affects only Qt's own spin boxes


class NumberEditor(Editor):
    """A whole or real number, with or without bounds; the setting may allow no number at all."""

    def __init__(self, field: Field, parent: QWidget | None = None) -> None:
        super().__init__(field, parent)
        self.box = NumberBox(field)
        self.box.moved.connect(self._follow)
        self.box.refused.connect(lambda problem: self._take(self._value, problem))
        self._add(self.box, 3)
        self.slider: QSlider | None = None
        if field.is_log and not field.is_optional and field.bounds.high is not None:
            self._scale = LogScale(field)
            self.slider = self._make_slider()
            self._add(self.slider, 2)
        self._show(field.default)
        on_language_change(self, self._set_texts)

    def _make_slider(self) -> QSlider:
        slider = _CalmSlider(Qt.Orientation.Horizontal)
        slider.setRange(0, self._scale.last)
        slider.setPageStep(max(self._scale.last // 8, 1))
        slider.setMinimumWidth(40)
        slider.valueChanged.connect(lambda place: self.set_value(self._scale.value_at(place)))
        return slider

    def _show(self, value: float | None) -> None:
        self.box.show_number(value)
        self._slide(value)

    def _follow(self, value: float | None) -> None:
        self._slide(value)
        self._take(value)

    def _slide(self, value: float | None) -> None:
        if self.slider is not None and value is not None:
            with QSignalBlocker(self.slider):
                self.slider.setValue(self._scale.place_of(value))

    def _set_texts(self) -> None:
        self.box.lineEdit().setPlaceholderText(_(self.field.none_title) if self.field.is_optional else "")
        if self.slider is not None:
            self.slider.setAccessibleName(_(self.field.title))
            explain(self.field.explanation(), self.slider)


class NumberBox(QAbstractSpinBox):
    """A spin box that accepts any text and says what is wrong with it.

    Qt's own spin boxes ignore a key that would lead out of bounds, without saying why.

    Signals:
        moved: a valid number, or None, was typed or stepped to.
        refused: the input is invalid; carries a sentence that says why.
    """

    moved = Signal(object)
    refused = Signal(str)

    def __init__(self, field: Field, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._field = field
        self._number: float | None = None
        self._is_bad = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumWidth(SMALLEST_WIDTH)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.lineEdit().setTextMargins(_INDENT, 0, 0, 0)
        self.lineEdit().textEdited.connect(self._type)

    def show_number(self, number: float | None) -> None:
        """Shows a valid number in place of the current input."""
        self._number, self._is_bad = number, False
        self.lineEdit().setText(self._field.format(number))
        self.update()

    def stepBy(self, steps: int) -> None:
        number = self._number
        for _repeat in range(abs(steps)):
            number = stepped(self._field, number, 1 if steps > 0 else -1)
        self.show_number(number)
        self.selectAll()
        self.moved.emit(number)

    def stepEnabled(self) -> QAbstractSpinBox.StepEnabledFlag:
        flags = QAbstractSpinBox.StepEnabledFlag.StepNone
        if stepped(self._field, self._number, 1) != self._number:
            flags |= QAbstractSpinBox.StepEnabledFlag.StepUpEnabled
        if stepped(self._field, self._number, -1) != self._number:
            flags |= QAbstractSpinBox.StepEnabledFlag.StepDownEnabled
        return flags

    def validate(self, text: str, position: int) -> tuple[QValidator.State, str, int]:
        return QValidator.State.Acceptable, text, position

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._tidy()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self._is_bad:
            self.show_number(self._number)
            self.moved.emit(self._number)
            return
        super().keyPressEvent(event)
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._tidy()

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()

    def _type(self, text: str) -> None:
        try:
            self._number = self._field.parse(text)
        except BadInput as bad:
            self._is_bad = True
            self.refused.emit(str(bad))
        else:
            self._is_bad = False
            self.moved.emit(self._number)

    def _tidy(self) -> None:
        """Rewrites a valid number in the standard form; an invalid one stays to be corrected."""
        if not self._is_bad:
            self.show_number(self._number)


class _CalmSlider(QSlider):
    """Scrolls the page with the mouse wheel until it has been clicked or reached by Tab."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()
