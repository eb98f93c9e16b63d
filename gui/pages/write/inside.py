"""Heat maps of what happens inside a network that reads, word by word, and the equations of one cell in numbers.

Knows no network: it gets panels of numbers, and a function that explains a cell.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from core.arrays import Floats64
from core.i18n import N_, _
from gui.forms.editors import CalmComboBox
from gui.icons import icon
from gui.retranslate import on_language_change
from gui.theme import GAP, GAP_SMALL, set_role, set_variant
from gui.widgets.elided_label import ElidedLabel
from gui.widgets.heat_map import HeatMap
from gui.widgets.segmented import Segmented
from gui.widgets.word_strip import shown

MOST_MAPS = 8
_PARAGRAPHS = 2
_FEW_MAPS, _FEW_WORDS, _LONGEST_NAME = 2, 16, 12  # limits up to which the names of rows and columns are readable
_COUNTS = (("8", N_("8 units")), ("32", N_("32 units")), ("all", N_("all")))


@dataclass(frozen=True)
class Panel:
    """One heat map.

    Attributes:
        title: translated.
        values_RC: a row for each unit, those that move the verdict most first; a column for each token.
        signed: whether values have both signs.
        limit: the value with the strongest colour.
    """

    title: str
    values_RC: Floats64
    signed: bool = False
    limit: float = 1.0


@dataclass(frozen=True)
class Layer:
    """Maps that belong together.

    Attributes:
        title: translated.
        panels: at most `MOST_MAPS` of them are visible.
        columns: the tokens.
        explain: returns the text about a row and a column, as paragraphs that stand side by side.
        rows_are_units: whether rows are units, of which only some may be shown, or tokens.
        summary: translated; what to look for.
    """

    title: str
    panels: Sequence[Panel]
    columns: Sequence[str]
    explain: Callable[[int, int], Sequence[str]]
    rows_are_units: bool = True
    summary: str = ""


@dataclass(frozen=True)
class Inside:
    """What can be seen in a network; no layers if it keeps nothing from word to word."""

    title: str
    layers: Sequence[Layer] = field(default=())
    why_not: str = ""


class InsideView(QWidget):
    """Shows the maps of one layer side by side; all mark the same cell.

    Signals:
        word_changed: the column that was reached.
    """

    word_changed = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._inside = Inside("")
        self._cell = (0, 0)
        self.layer_box = CalmComboBox()
        self.layer_box.setMinimumContentsLength(14)
        self.layer_box.activated.connect(self._draw)
        self.count = Segmented(_COUNTS, N_("How many units to show, those that move the verdict most first"))
        self.count.current_changed.connect(self._draw)
        self.back_button, self.on_button = QToolButton(), QToolButton()
        for button, name, step in ((self.back_button, "chevron_left", -1), (self.on_button, "chevron_right", 1)):
            button.setIcon(icon(name, "muted"))
            button.setIconSize(QSize(14, 14))
            button.setAutoRepeat(True)
            set_variant(button, "quiet")
            button.clicked.connect(lambda _checked=False, by=step: self.step(by))
        self.place_label = ElidedLabel()
        set_role(self.place_label, "caption")
        self._summary = ElidedLabel()
        set_role(self._summary, "caption")
        self._body = QWidget()
        self.maps = [HeatMap() for _each in range(MOST_MAPS)]
        for heat_map in self.maps:
            heat_map.cell_changed.connect(self._go)
        self.equations = [QLabel() for _each in range(_PARAGRAPHS)]
        for label in self.equations:
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            label.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self._note = QFrame()
        set_role(self._note, "note")
        self._empty = QLabel()
        self._empty.setWordWrap(True)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._empty.setTextFormat(Qt.TextFormat.PlainText)
        set_role(self._empty, "muted")
        self._lay_out()
        self._draw()
        on_language_change(self, self._set_texts)

    def show_inside(self, inside: Inside) -> None:
        """Shows another network, or the same one with another text."""
        before = self.layer_box.currentIndex()
        self._inside = inside
        titles = [layer.title for layer in inside.layers]
        if titles and titles != [self.layer_box.itemText(index) for index in range(self.layer_box.count())]:
            with QSignalBlocker(self.layer_box):
                self.layer_box.clear()
                self.layer_box.addItems(titles)
                self.layer_box.setCurrentIndex(min(max(before, 0), len(titles) - 1))
        self._draw()

    def inside(self) -> Inside:
        """Returns the contents."""
        return self._inside

    def layer(self) -> Layer | None:
        """Returns the visible layer."""
        index = self.layer_box.currentIndex()
        return self._inside.layers[index] if 0 <= index < len(self._inside.layers) else None

    def cell(self) -> tuple[int, int]:
        """Returns row and column of the explained cell."""
        return self._cell

    def step(self, by: int) -> None:
        """Moves to the next word, or back."""
        self._go(self._cell[0], self._cell[1] + by)

    def set_column(self, column: int) -> None:
        """Moves to a word without a signal."""
        layer = self.layer()
        if layer is not None and layer.columns:
            self._cell = self._cell[0], min(max(column, 0), len(layer.columns) - 1)
            self._mark()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        step = steps.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
        else:
            self.step(step)

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(GAP_SMALL)
        top.addWidget(self._summary, 1)
        top.addWidget(self.layer_box)
        top.addWidget(self.count)
        top.addSpacing(GAP)
        for widget in (self.back_button, self.place_label, self.on_button):
            top.addWidget(widget)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(2 * GAP)
        self._grid.setVerticalSpacing(4)
        note = QHBoxLayout(self._note)
        note.setContentsMargins(10, 0, 0, 0)
        note.setSpacing(2 * GAP)
        for label in self.equations:
            note.addWidget(label, 1)
        body = QVBoxLayout(self._body)
        body.setContentsMargins(0, 0, 0, 0)
        body.setSpacing(8)
        body.addLayout(top)
        body.addLayout(self._grid, 1)
        body.addWidget(self._note)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._empty, 1)
        layout.addWidget(self._body, 1)

    def _draw(self) -> None:
        layer = self.layer()
        if layer is None or not layer.columns or not layer.panels:
            self._body.hide()
            self._empty.setText(self._inside.why_not)
            self._empty.show()
            return
        self._fill(layer)  # while hidden if it was empty: each part that appeared would lay out the page again
        self._empty.hide()
        self._body.show()

    def _fill(self, layer: Layer) -> None:
        self.layer_box.setVisible(len(self._inside.layers) > 1)
        panels = list(layer.panels)[:MOST_MAPS]
        if len(panels) != self._grid.count():
            self._place_maps(len(panels))
        self._cell = max(self._cell[0], 0), max(self._cell[1], 0)
        self._summary.setText(layer.summary)
        total = len(panels[0].values_RC)
        self.count.setVisible(layer.rows_are_units and total > int(_COUNTS[0][0]))
        names = _names(layer) if len(panels) <= _FEW_MAPS else []
        rows = total if not layer.rows_are_units or self.count.current() == "all" else int(self.count.current())
        for panel, heat_map in zip(panels, self.maps, strict=False):
            heat_map.set_values(
                panel.title, panel.values_RC[:rows], signed=panel.signed, limit=panel.limit, rows=names, columns=names
            )
        self._cell = min(self._cell[0], min(rows, total) - 1), min(self._cell[1], len(layer.columns) - 1)
        self._mark()

    def _place_maps(self, count: int) -> None:
        columns = count if count <= 5 else (count + 1) // 2
        for index, heat_map in enumerate(self.maps):
            self._grid.removeWidget(heat_map)
            if index < count:
                self._grid.addWidget(heat_map, index // columns, index % columns)
            heat_map.setVisible(index < count)

    def _go(self, row: int, column: int) -> None:
        layer = self.layer()
        if layer is None or not layer.columns:
            return
        self._cell = max(row, 0), min(max(column, 0), len(layer.columns) - 1)
        self._mark()
        self.word_changed.emit(self._cell[1])

    def _mark(self) -> None:
        layer = self.layer()
        if layer is None or not layer.columns:
            return
        row, column = self._cell
        for heat_map in self.maps:
            if heat_map.isVisibleTo(self._body):
                heat_map.set_cell(row, column)
        place = _("token {number} of {count}: {word}")
        word = shown(layer.columns[column])
        self.place_label.setText(place.format(number=column + 1, count=len(layer.columns), word=word))
        self.back_button.setEnabled(column > 0)
        self.on_button.setEnabled(column < len(layer.columns) - 1)
        said = layer.explain(row, column)
        for index, label in enumerate(self.equations):
            label.setText(said[index] if index < len(said) else "")
            label.setVisible(index < len(said))

    def _set_texts(self) -> None:
        if not self._inside.title:
            self._empty.setText(_("Loading the network…"))
        self.layer_box.setAccessibleName(_("Layer"))
        self.layer_box.setToolTip(_("Which layer of the network to look into"))
        for button, purpose in ((self.back_button, _("One token back")), (self.on_button, _("One token on"))):
            button.setToolTip(purpose)
            button.setAccessibleName(purpose)
        for label in self.equations:
            label.setAccessibleName(_("The equations of this cell, in numbers"))
            label.setToolTip(_("The equations of the cell under the mouse, with the numbers filled in"))


def _names(layer: Layer) -> list[str]:
    """Returns the names of rows and columns if both are words, and few enough to be readable."""
    if layer.rows_are_units or len(layer.columns) > _FEW_WORDS:
        return []
    words = [shown(word) for word in layer.columns]
    return [word if len(word) <= _LONGEST_NAME else f"{word[: _LONGEST_NAME - 1]}…" for word in words]
