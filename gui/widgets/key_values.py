"""Rows with a name on the left and a value, mostly a number, on the right."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from core.i18n import _
from gui.retranslate import on_language_change
from gui.theme import GAP, set_role

_UNKNOWN = "–"


class KeyValues(QWidget):
    """Values change by `set_value`; an unknown value is shown as a dash.

    Args:
        rows: pairs of a key and a title marked with `N_`.
    """

    def __init__(self, rows: Sequence[tuple[str, str]] = (), parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._titles: dict[str, tuple[str, str]] = {}
        self._rows: dict[str, tuple[QLabel, QLabel, QWidget]] = {}
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(6)
        for key, title in rows:
            self.add_row(key, title)
        on_language_change(self, self._set_texts)

    def add_row(self, key: str, title: str, tooltip: str = "") -> None:
        """Appends a row; `title` and `tooltip` are marked with `N_`."""
        name, value = QLabel(), QLabel(_UNKNOWN)
        set_role(name, "muted")
        set_role(value, "number")
        value.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        row = QWidget()
        layout = QHBoxLayout(row)  # not a grid, so that a short name leaves its space to a long value
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GAP)
        layout.addWidget(name)
        layout.addWidget(value, 1)
        self._layout.addWidget(row)
        self._titles[key] = (title, tooltip)
        self._rows[key] = (name, value, row)
        self._set_texts()

    def value(self, key: str) -> str:
        """Returns the text of `key`."""
        return self._rows[key][1].text()

    def set_value(self, key: str, text: str) -> None:
        """Shows `text`, already formatted; a dash if it is empty."""
        name, value, _row = self._rows[key]
        value.setText(text or _UNKNOWN)
        value.setAccessibleName(f"{name.text()}: {value.text()}")

    def set_row_visible(self, key: str, visible: bool) -> None:
        """Shows or hides one row."""
        # Hides the whole row at once: Qt lays out the page again for every single widget that is shown.
        self._rows[key][2].setVisible(visible)

    def clear(self) -> None:
        """Removes every value."""
        for key in self._rows:
            self.set_value(key, "")

    def _set_texts(self) -> None:
        for key, (title, tooltip) in self._titles.items():
            name, value, _row = self._rows[key]
            name.setText(_(title))
            for label in (name, value):
                label.setToolTip(_(tooltip))
            value.setAccessibleName(f"{_(title)}: {value.text()}")
