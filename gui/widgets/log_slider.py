"""A slider for a positive number whose order of magnitude matters, such as a learning rate."""

import math

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSlider, QWidget

from core.i18n import _
from gui.retranslate import on_language_change
from gui.theme import GAP_SMALL, set_role

_PER_DECADE = 40


class LogSlider(QWidget):
    """Shows the value beside the slider with two digits, as in `1.0e-3`; the value is exactly the one shown.

    Left and right keys move by a twentieth of a decade, page up and down by a whole decade.

    Args:
        low: smallest value, positive.
        high: largest value.
        purpose: marked with `N_`; tooltip and accessible name.
    """

    value_changed = Signal(float)

    def __init__(self, low: float, high: float, purpose: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._low, self._high, self._purpose = low, high, purpose
        self._value = low
        self._label = QLabel()
        set_role(self._label, "strong")
        self._label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._label.setMinimumWidth(self._label.fontMetrics().horizontalAdvance("0.0e-00"))
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(0, math.ceil(_PER_DECADE * math.log10(high / low)))
        self.slider.setSingleStep(_PER_DECADE // 20)
        self.slider.setPageStep(_PER_DECADE)
        self.slider.setMinimumWidth(80)
        self.slider.valueChanged.connect(self._slide)
        self.setFocusProxy(self.slider)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GAP_SMALL)
        layout.addWidget(self._label)
        layout.addWidget(self.slider, 1)
        self._show()
        on_language_change(self, self._set_texts)

    def value(self) -> float:
        """Returns the value."""
        return self._value

    def set_value(self, value: float) -> None:
        """Sets `value`, clipped to the ends, and signals it if it is new."""
        value = min(max(value, self._low), self._high)
        self.slider.blockSignals(True)
        self.slider.setValue(round(_PER_DECADE * math.log10(value / self._low)))
        self.slider.blockSignals(False)
        self._take(value)

    def _slide(self, position: int) -> None:
        exact = self._low * 10 ** (position / _PER_DECADE)
        self._take(min(float(f"{exact:.1e}"), self._high))

    def _take(self, value: float) -> None:
        changed = value != self._value
        self._value = value
        self._show()
        if changed:
            self.value_changed.emit(value)

    def _show(self) -> None:
        self._label.setText(short_scientific(self._value))
        self.slider.setAccessibleDescription(self._label.text())

    def _set_texts(self) -> None:
        purpose = _(self._purpose)
        self.slider.setAccessibleName(purpose)
        for widget in (self, self.slider, self._label):
            widget.setToolTip(purpose)


def short_scientific(value: float) -> str:
    """Returns `value` with two digits and the shortest exponent: 0.001 as `1.0e-3`."""
    mantissa, exponent = f"{value:.1e}".split("e")
    return f"{mantissa}e{int(exponent)}"
