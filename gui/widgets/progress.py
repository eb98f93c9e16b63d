"""A rounded bar with one caption below each end. The owner decides what it counts and says."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QVBoxLayout, QWidget

from gui.theme import GAP, colour, set_role, theme
from gui.widgets.elided_label import ElidedLabel

_PARTS = 10_000


class Bar(QProgressBar):
    """A progress bar with round ends at any fraction, in the palette's colour `tint`."""

    def __init__(self, height: int = 9, tint: str = "accent", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._height = height
        self._tint = tint
        self.setRange(0, _PARTS)
        self.setTextVisible(False)
        self.setFixedHeight(height)
        theme().changed.connect(self.update)

    def fraction(self) -> float:
        """Returns the filled part, from 0 to 1."""
        return max(self.value(), 0) / _PARTS

    def set_fraction(self, fraction: float) -> None:
        """Fills the bar up to `fraction`, clipped to 0 and 1."""
        # QProgressBar would repaint at once, and the screen would then be updated once more for everything else.
        self.setUpdatesEnabled(False)
        self.setValue(round(_PARTS * min(max(fraction, 0.0), 1.0)))
        self.setUpdatesEnabled(True)

    def sizeHint(self) -> QSize:
        return QSize(160, self._height)

    def minimumSizeHint(self) -> QSize:
        return QSize(4 * self._height, self._height)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            groove, radius = QRectF(self.rect()), self.height() / 2
            painter.setBrush(colour("hover"))
            painter.drawRoundedRect(groove, radius, radius)
            if self.value() > 0:
                # Never narrower than it is high: the smallest progress is a dot.
                filled = QRectF(groove)
                filled.setWidth(max(self.height(), groove.width() * self.fraction()))
                painter.setBrush(colour(self._tint if self.isEnabled() else "outline"))
                painter.drawRoundedRect(filled, radius, radius)


class Progress(QWidget):
    """A `Bar` and two captions, in the colours of the theme."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.bar = Bar()
        self._left, self._right = ElidedLabel(), QLabel()
        captions = QHBoxLayout()
        captions.setSpacing(GAP)
        captions.addWidget(self._left, 1)
        captions.addWidget(self._right)
        for label in (self._left, self._right):
            set_role(label, "caption")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(5)
        layout.addWidget(self.bar)
        layout.addLayout(captions)

    def set_fraction(self, fraction: float) -> None:
        """Fills the bar up to `fraction`, clipped to 0 and 1."""
        self.bar.set_fraction(fraction)

    def set_captions(self, left: str, right: str) -> None:
        """Shows two texts below the bar; the left one is shortened if there is too little space."""
        self._left.setText(left)
        self._right.setText(right)
        said = " · ".join(filter(None, (left, right)))
        self.bar.setAccessibleDescription(said)
        self.bar.setToolTip(said)

    def captions(self) -> tuple[str, str]:
        """Returns both texts, left and right."""
        return self._left.text(), self._right.text()
