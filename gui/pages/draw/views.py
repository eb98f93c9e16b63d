"""Views of the Inside card: a picture coloured by what mattered, and the arithmetic of one pixel."""

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from core.arrays import Floats32, Floats64
from core.explain.image.arithmetic import PixelArithmetic
from core.explain.image.base import Attribution
from core.i18n import _
from gui.pages.draw.explaining import Pixel
from gui.retranslate import on_language_change
from gui.theme import GAP, set_role
from gui.widgets import heat
from gui.widgets.pixel_view import PixelView

_TERMS = 3


class AttributionView(QWidget):
    """The network's input, coloured where it mattered, with a legend and a hint on how to read it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._attribution: Attribution | None = None
        self.picture = PixelView(140, grows=True)
        self.legend = _Legend()
        self.text_label, self.total_label, self.title_label = QLabel(), QLabel(), QLabel()
        for label in (self.text_label, self.total_label, self.title_label):
            label.setWordWrap(True)
        set_role(self.title_label, "strong")
        set_role(self.text_label, "muted")
        set_role(self.total_label, "caption")
        texts = QVBoxLayout()
        texts.setSpacing(8)
        texts.addStretch(1)
        for widget in (self.title_label, self.text_label, self.legend, self.total_label):
            texts.addWidget(widget)
        texts.addStretch(1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2 * GAP)
        row.addWidget(self.picture, 1)
        row.addLayout(texts, 1)

    def show_attribution(self, seen_HWC: Floats32, attribution: Attribution, name: str) -> None:
        """Shows one method's result for the class with the translated `name`."""
        self._attribution = attribution
        height, width = attribution.values_HW.shape
        if seen_HWC.shape[:2] != (height, width):
            rows, columns = (
                np.arange(height) * seen_HWC.shape[0] // height,
                np.arange(width) * seen_HWC.shape[1] // width,
            )
            seen_HWC = seen_HWC[rows][:, columns]
        self.picture.show_colours(heat.over(seen_HWC, attribution.values_HW, signed=attribution.signed))
        method = _(attribution.title)
        self.title_label.setText(_("{method}, for the class {name}").format(method=method, name=name))
        self.text_label.setText(_(attribution.how_to_read))
        self.legend.setVisible(attribution.applies)
        self.legend.show_scale(attribution.signed)
        total = attribution.total
        self.total_label.setVisible(total is not None)
        if total is not None:
            found = float(attribution.values_HW.sum())
            self.total_label.setText(
                _("All pixels together: {found}. Score over an empty picture: {total}.").format(
                    found=f"{found:+.2f}", total=f"{total:+.2f}"
                )
            )
        self.picture.setToolTip(_(attribution.how_to_read))
        self.picture.setAccessibleName(self.title_label.text())


class _Legend(QWidget):
    """A strip of colours with a word at each end."""

    def __init__(self) -> None:
        super().__init__()
        self._is_signed = False
        self._strip = QLabel()
        self._strip.setFixedHeight(10)
        self._strip.setScaledContents(True)
        self._low, self._high = QLabel(), QLabel()
        for label in (self._low, self._high):
            set_role(label, "caption")
        words = QHBoxLayout()
        words.addWidget(self._low)
        words.addStretch(1)
        words.addWidget(self._high)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(3)
        layout.addWidget(self._strip)
        layout.addLayout(words)
        on_language_change(self, self._set_texts)

    def show_scale(self, is_signed: bool) -> None:
        self._is_signed = is_signed
        self._strip.setPixmap(heat.pixmap(heat.scale(is_signed)))
        self._set_texts()

    def _set_texts(self) -> None:
        self._low.setText(_("against it") if self._is_signed else _("mattered little"))
        self._high.setText(_("for it") if self._is_signed else _("mattered most"))
        self.setAccessibleName(_("What the colours mean"))


class ArithmeticView(QWidget):
    """A feature map to point at, and how the number under the pointer was computed.

    Signals:
        pointed: column and row in the map.
    """

    pointed = Signal(int, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pixel: Pixel | None = None
        self.title_label, self.text_label = QLabel(), QLabel()
        set_role(self.title_label, "strong")
        set_role(self.text_label, "caption")
        self.text_label.setWordWrap(True)
        self.map = PixelView(104, can_point=True)
        self.map.pointed.connect(self.pointed)
        self.patch, self.kernel, self.products = (PixelView(56) for _each in range(3))
        signs = QGridLayout()
        signs.setHorizontalSpacing(5)
        signs.setVerticalSpacing(2)
        self._names = [QLabel() for _each in range(3)]
        for column, (view, name) in enumerate(zip((self.patch, self.kernel, self.products), self._names, strict=True)):
            signs.addWidget(view, 0, 2 * column)
            signs.addWidget(name, 1, 2 * column, Qt.AlignmentFlag.AlignHCenter)
            set_role(name, "caption")
        for column, sign in ((1, "×"), (3, "=")):
            signs.addWidget(QLabel(sign), 0, column)
        right = QVBoxLayout()
        right.setSpacing(6)
        right.addLayout(signs)
        right.addWidget(self.text_label)
        right.addStretch(1)
        row = QHBoxLayout()
        row.setSpacing(GAP)
        row.addWidget(self.map, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(right, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addWidget(self.title_label)
        layout.addLayout(row)
        layout.addStretch(1)
        on_language_change(self, self._set_texts)

    def show_pixel(self, pixel: Pixel) -> None:
        """Shows one number and how it was computed."""
        self._pixel = pixel
        made = pixel.arithmetic
        self.map.show_colours(heat.balance(pixel.map_HW))
        self.map.set_pixel(made.column, made.row)
        part = _strongest(made)
        most = float(np.abs(made.kernel_IYX).max())
        self.patch.show_colours(heat.balance(made.patch_IYX[part].astype(np.float32)))
        self.kernel.show_colours(heat.balance(made.kernel_IYX[part].astype(np.float32), most))
        self.products.show_colours(heat.balance(made.products_IYX[part].astype(np.float32)))
        self._set_texts()

    def _set_texts(self) -> None:
        for label, text in zip(self._names, (_("input"), _("kernel"), _("products")), strict=True):
            label.setText(text)
        purpose = _("Point at a pixel of the map, with the mouse or the arrow keys, to see its arithmetic.")
        self.map.setToolTip(purpose)
        self.map.setAccessibleName(_("Feature map"))
        if self._pixel is None:
            return
        made = self._pixel.arithmetic
        self.title_label.setText(
            _("{layer}, map {map}: row {row}, column {column}").format(
                layer=made.layer, map=made.map + 1, row=made.row, column=made.column
            )
        )
        self.text_label.setText(_sentence(made))
        self.map.setAccessibleDescription(f"{self.title_label.text()}. {self.text_label.text()}")
        for view, name in ((self.patch, _("input")), (self.kernel, _("kernel")), (self.products, _("products"))):
            view.setAccessibleName(name)
        for view, values_IYX in (
            (self.patch, made.patch_IYX),
            (self.kernel, made.kernel_IYX),
            (self.products, made.products_IYX),
        ):
            view.setToolTip(_table(values_IYX[_strongest(made)]))


def _strongest(made: PixelArithmetic) -> int:
    """Returns the index of the input map that contributed most."""
    return int(np.abs(made.products_IYX.sum((1, 2))).argmax())


def _sentence(made: PixelArithmetic) -> str:
    """Returns the sum with its largest terms first, and its result."""
    largest = np.argsort(-np.abs(made.products_IYX), axis=None)[:_TERMS]
    terms = " + ".join(
        f"{made.patch_IYX.flat[place]:.2f}·({made.kernel_IYX.flat[place]:+.2f})" for place in largest.tolist()
    )
    count = made.products_IYX.size
    lines = [
        _("{terms} + … ({count} products) = {sum}").format(terms=terms, count=count, sum=f"{made.sum:+.3f}"),
        _("plus bias {bias} = {value}").format(bias=f"{made.bias:+.3f}", value=f"{made.value:+.3f}"),
    ]
    if len(made.products_IYX) > 1:
        shown = _("Shown: input map {map} of {count}, which adds most.")
        lines.append(shown.format(map=_strongest(made) + 1, count=len(made.products_IYX)))
    return "\n".join(lines)


def _table(values_YX: Floats64) -> str:
    return "\n".join("  ".join(f"{value:+.2f}" for value in row) for row in values_YX)
