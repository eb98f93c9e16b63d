"""Says whose weights the next run begins with, and lets the user go back to random ones. Reads no weights."""

from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from core.i18n import _
from core.runs.config import InitialWeights
from gui.retranslate import on_language_change
from gui.theme import set_role, set_variant


class InitialWeightsRow(QWidget):
    """One line and a button; hidden where the weights are random and all layers learn.

    Signals:
        changed: the user has dropped the weights.
    """

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._value = InitialWeights()
        self._label = QLabel()
        self._label.setWordWrap(True)
        self._label.setTextFormat(Qt.TextFormat.PlainText)
        set_role(self._label, "caption")
        self.random_button = QPushButton()
        set_variant(self.random_button, "link")
        self.random_button.clicked.connect(self._drop)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self._label)
        column.addWidget(self.random_button, 0, Qt.AlignmentFlag.AlignLeft)
        on_language_change(self, self._set_texts)

    def value(self) -> InitialWeights:
        """Returns the initial weights of the next run."""
        return self._value

    def set_value(self, value: InitialWeights) -> None:
        """Shows `value`; signals nothing."""
        self._value = value
        self._set_texts()

    def text(self) -> str:
        """Returns whose weights they are; empty if they are random."""
        return self._label.text()

    @Slot()
    def _drop(self) -> None:
        self.set_value(InitialWeights())
        self.changed.emit()

    def _set_texts(self) -> None:
        self._label.setText(_sentence(self._value))
        self.random_button.setText(_("Start with random weights"))
        self.setVisible(bool(self.text()))


def _sentence(weights: InitialWeights) -> str:
    run = Path(weights.run).name if Path(weights.run).is_absolute() else weights.run
    if run and weights.frozen:
        return _("Starts with the weights of {run}; frozen up to {layer}").format(run=run, layer=weights.frozen)
    if run:
        return _("Starts with the weights of {run}").format(run=run)
    return f"{_('Frozen up to')} {weights.frozen}" if weights.frozen else ""
