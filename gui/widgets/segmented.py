"""A row of a few options of which one is chosen, such as steps | epochs | seconds."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QPushButton, QSizePolicy, QWidget

from core.i18n import _
from gui.retranslate import on_language_change
from gui.theme import set_variant

_STEPS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Up: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Down: 1}


class Segmented(QFrame):
    """Emits `current_changed` with the key that was chosen by mouse, arrow keys or `set_current`.

    Args:
        options: pairs of a key and a title marked with `N_`. The first is chosen at the start.
        tooltip: marked with `N_`; says what is chosen here; also the accessible name.
    """

    current_changed = Signal(str)

    def __init__(self, options: Sequence[tuple[str, str]], tooltip: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._options = dict(options)
        self._tooltip = tooltip
        self._group = QButtonGroup(self)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(2, 2, 2, 2)
        layout.setSpacing(2)
        self._buttons = {key: self._button(key) for key in self._options}
        for button in self._buttons.values():
            layout.addWidget(button)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self._current = options[0][0]
        self._mark()
        on_language_change(self, self._set_texts)

    def options(self) -> list[str]:
        """Returns the keys of all options, from left to right."""
        return list(self._options)

    def current(self) -> str:
        """Returns the key of the chosen option."""
        return self._current

    def set_current(self, key: str) -> None:
        """Chooses `key`, one of the options."""
        changed = key != self._current
        self._current = key
        self._mark()
        if changed:
            self.current_changed.emit(key)

    def button(self, key: str) -> QPushButton:
        """Returns the button of one option."""
        return self._buttons[key]

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = _STEPS.get(Qt.Key(event.key()), 0)
        if not step:
            super().keyPressEvent(event)
            return
        keys = list(self._options)
        self.set_current(keys[(keys.index(self._current) + step) % len(keys)])
        self._buttons[self._current].setFocus(Qt.FocusReason.TabFocusReason)

    def _button(self, key: str) -> QPushButton:
        button = _Segment(self)
        button.setCheckable(True)
        set_variant(button, "segment")
        button.clicked.connect(lambda: self.set_current(key))
        self._group.addButton(button)
        return button

    def _mark(self) -> None:
        for key, button in self._buttons.items():
            button.setChecked(key == self._current)
            # Tab stops once in the row; the arrow keys move within it.
            button.setFocusPolicy(Qt.FocusPolicy.StrongFocus if key == self._current else Qt.FocusPolicy.ClickFocus)

    def _set_texts(self) -> None:
        purpose = _(self._tooltip)
        self.setToolTip(purpose)
        self.setAccessibleName(purpose)
        for key, button in self._buttons.items():
            button.setText(_(self._options[key]))
            button.setToolTip(purpose)
            button.setAccessibleName(": ".join(filter(None, (purpose, _(self._options[key])))))


class _Segment(QPushButton):
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in _STEPS:
            event.ignore()  # the row handles it; a button in a group would move only the focus
        else:
            super().keyPressEvent(event)
