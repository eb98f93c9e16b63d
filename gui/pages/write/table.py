"""Many sentences, scored: a table that can be sorted, read from, and saved as CSV. Knows no network.

What is saved is what is shown, written in one go; a text that a spreadsheet would run as a formula is made harmless.
"""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QPersistentModelIndex,
    QSize,
    QSortFilterProxyModel,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFileDialog,
    QHBoxLayout,
    QHeaderView,
    QPushButton,
    QTableView,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from core.errors import NeurariumError
from core.files import write_atomically
from core.i18n import N_, _, ngettext
from gui.icons import icon
from gui.plain import as_tooltip
from gui.retranslate import on_language_change
from gui.theme import GAP_SMALL, colour, set_role, set_variant, theme
from gui.widgets.elided_label import ElidedLabel

_TITLES = (N_("Sentence"), N_("Verdict"), N_("Positive"))
_Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True)
class Row:
    """One sentence; probability and verdict come later."""

    text: str
    label: str = ""
    probability: float | None = None
    unsure: bool = False


def verdict(row: Row) -> str:
    """Returns what people read, translated."""
    if row.probability is None:
        return ""
    return _("Unsure") if row.unsure else _("Positive") if row.probability > 0.5 else _("Negative")


def as_csv(rows: Sequence[Row]) -> bytes:
    """Returns the table as UTF-8 that spreadsheets recognise as such."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow(("text", "label", "probability", "unsure"))
    for row in rows:
        figure = "" if row.probability is None else f"{row.probability:.6f}"
        text = f"'{row.text}" if row.text.startswith(("=", "+", "-", "@", "\t")) else row.text
        writer.writerow((text, row.label, figure, str(row.unsure).lower()))
    return stream.getvalue().encode("utf-8-sig")


class _Rows(QAbstractTableModel):
    def __init__(self) -> None:
        super().__init__()
        self.rows: list[Row] = []

    def set_rows(self, rows: Sequence[Row]) -> None:
        if len(rows) == len(self.rows):
            self.rows = list(rows)
            if rows:
                self.dataChanged.emit(self.index(0, 0), self.index(len(rows) - 1, len(_TITLES) - 1))
            return
        self.beginResetModel()
        self.rows = list(rows)
        self.endResetModel()

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 (Qt's own signature)
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(_TITLES)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = 0) -> object:
        if role == Qt.ItemDataRole.DisplayRole:
            return _(_TITLES[section]) if orientation == Qt.Orientation.Horizontal else section + 1
        return None

    def data(self, index: _Index, role: int = 0) -> object:
        row, column = self.rows[index.row()], index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return (row.text, verdict(row), _percent(row.probability))[column]
        if role == Qt.ItemDataRole.UserRole:
            probability = -1.0 if row.probability is None else row.probability
            return (row.text.lower(), probability, probability)[column]
        if role == Qt.ItemDataRole.ToolTipRole and column == 0:
            return as_tooltip(row.text[:2000])
        if role == Qt.ItemDataRole.ForegroundRole and column and row.unsure:
            return colour("muted")
        if role == Qt.ItemDataRole.TextAlignmentRole and column == len(_TITLES) - 1:
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        return None


class TableView(QWidget):
    """Shows rows, in the order of the text or sorted.

    Signals:
        sentence_chosen: the text of a row that was double-clicked or on which Enter was pressed.
        closed: the sentences of the file are to be left for those of the text field.
        failed: the `NeurariumError` that says why the table could not be saved.
    """

    sentence_chosen = Signal(str)
    closed = Signal()
    failed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._source = ""
        self._progress = ""
        self._rows = _Rows()
        self._sorted = QSortFilterProxyModel(self)
        self._sorted.setSourceModel(self._rows)
        self._sorted.setSortRole(Qt.ItemDataRole.UserRole)
        self.table = QTableView()
        self.table.setModel(self._sorted)
        self.table.setSortingEnabled(True)
        self.table.sortByColumn(-1, Qt.SortOrder.AscendingOrder)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setTabKeyNavigation(False)
        self.table.setWordWrap(False)
        self.table.setShowGrid(False)
        self.table.verticalHeader().setDefaultSectionSize(28)
        header = self.table.horizontalHeader()
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.table.setColumnWidth(1, 110)
        self.table.setColumnWidth(2, 90)
        self.table.activated.connect(self._choose)
        self.label = ElidedLabel()
        set_role(self.label, "caption")
        self.close_button = QToolButton()
        self.close_button.setIcon(icon("close", "muted"))
        self.close_button.setIconSize(QSize(14, 14))
        set_variant(self.close_button, "quiet")
        self.close_button.clicked.connect(self.closed)
        self.save_button = QPushButton(icon("export"), "")
        set_variant(self.save_button, "quiet")
        self.save_button.clicked.connect(self._ask_where)
        top = QHBoxLayout()
        top.setSpacing(GAP_SMALL)
        top.addWidget(self.label, 1)
        top.addWidget(self.close_button)
        top.addWidget(self.save_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addLayout(top)
        layout.addWidget(self.table, 1)
        theme().changed.connect(self.table.viewport().update)
        on_language_change(self, self._set_texts)

    def rows(self) -> list[Row]:
        """Returns what is shown, in the order of the text."""
        return self._rows.rows

    def show_rows(self, rows: Sequence[Row], source: str = "") -> None:
        """Shows rows in place of those before; `source` is the name of the file they are from, if they are."""
        self._source = source
        self._rows.set_rows(rows)
        self._set_texts()

    def show_progress(self, done: int) -> None:
        """Says how many sentences are scored; none once all are."""
        self._progress = _("{done} of {count} scored").format(done=done, count=len(self._rows.rows)) if done else ""
        self._set_texts()

    def save(self, path: Path) -> None:
        """Writes the table as CSV.

        Raises:
            StorageError: it could not be written; nothing is left half-written.
        """
        write_atomically(path, as_csv(self._rows.rows))

    @Slot()
    def _ask_where(self) -> None:
        name, _kind = QFileDialog.getSaveFileName(self, _("Save the scores"), "scores.csv", _("Table (*.csv)"))
        if name:
            try:
                self.save(Path(name))
            except NeurariumError as error:
                self.failed.emit(error)

    @Slot(QModelIndex)
    def _choose(self, index: QModelIndex) -> None:
        self.sentence_chosen.emit(self._rows.rows[self._sorted.mapToSource(index).row()].text)

    def _set_texts(self) -> None:
        rows = self._rows.rows
        positive = sum(row.probability is not None and row.probability > 0.5 and not row.unsure for row in rows)
        unsure = sum(row.unsure for row in rows)
        scored = sum(row.probability is not None for row in rows)
        counts = ngettext(
            "{count} sentence: {positive} positive, {negative} negative, {unsure} unsure",
            "{count} sentences: {positive} positive, {negative} negative, {unsure} unsure",
            len(rows),
        ).format(count=len(rows), positive=positive, negative=scored - positive - unsure, unsure=unsure)
        self.label.setText(" · ".join(filter(None, (self._source, counts, self._progress))))
        self.close_button.setVisible(bool(self._source))
        self.close_button.setToolTip(_("Back to the lines of your text"))
        self.close_button.setAccessibleName(_("Back to the lines of your text"))
        self.save_button.setText(_("Save as CSV…"))
        self.save_button.setToolTip(_("Save sentences, verdicts and probabilities as a table"))
        self.save_button.setAccessibleName(_("Save as CSV"))
        self.save_button.setEnabled(bool(rows))
        self.table.setAccessibleName(_("Sentences and their scores"))
        self.table.setToolTip(_("Double-click a sentence, or press Enter on it, to take it to pieces"))
        self._rows.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(_TITLES) - 1)


def _percent(share: float | None) -> str:
    return "…" if share is None else f"{100 * share:.1f} %"
