"""A table of many scored sentences that can be sorted and saved as CSV. Knows no network.

The file holds what the table shows and is written at once; a text that a spreadsheet would run as a formula is escaped.
"""

import csv
import io
from collections import Counter
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
from core.i18n import _, ngettext
from gui.class_names import one_scale, title_of
from gui.icons import icon
from gui.plain import as_tooltip
from gui.retranslate import on_language_change
from gui.save_dialog import ask_where
from gui.theme import GAP_SMALL, colour, set_role, set_variant, theme
from gui.widgets.elided_label import ElidedLabel

_SENTIMENTS = ("negative", "positive")
_COLUMNS = 3
_RIGHT = Qt.AlignmentFlag.AlignRight
_Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True)
class Row:
    """One sentence; label and probability follow later.

    Attributes:
        text: the sentence as written.
        label: the most probable class, as the dataset spells it.
        probability: of the second of two classes, or of `label` if there are more; None while it is not known.
        unsure: whether the label cannot be trusted.
    """

    text: str
    label: str = ""
    probability: float | None = None
    unsure: bool = False


def verdict(row: Row) -> str:
    """Returns the verdict to show, translated."""
    if row.probability is None:
        return ""
    return _("Unsure") if row.unsure else title_of(row.label)


def as_csv(rows: Sequence[Row]) -> bytes:
    """Returns the table as UTF-8 that spreadsheets recognise as UTF-8."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow(("text", "label", "probability", "unsure"))
    for row in rows:
        figure = "" if row.probability is None else f"{row.probability:.6f}"
        text = f"'{row.text}" if row.text.startswith(("=", "+", "-", "@", "\t")) else row.text
        writer.writerow((text, row.label, figure, str(row.unsure).lower()))
    return stream.getvalue().encode("utf-8-sig")


class _Rows(QAbstractTableModel):
    """The rows and how many there are of each label; an unsure one counts as "" and not as its label."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[Row] = []
        self.class_names: tuple[str, ...] = ()
        self.counts: Counter[str] = Counter()
        self.scored = 0

    def set_rows(self, rows: Sequence[Row], class_names: Sequence[str]) -> None:
        is_as_long = len(rows) == len(self.rows)
        if not is_as_long:
            self.beginResetModel()
        self.rows, self.class_names = list(rows), tuple(class_names)
        self.counts, self.scored = Counter(), 0
        self._count(self.rows, 1)
        if not is_as_long:
            self.endResetModel()
        elif rows:
            self._tell(0, len(rows))

    def set_scores(self, start: int, rows: Sequence[Row]) -> None:
        stop = start + len(rows)
        self._count(self.rows[start:stop], -1)
        self._count(rows, 1)
        self.rows[start:stop] = rows
        self._tell(start, stop)

    def _count(self, rows: Sequence[Row], sign: int) -> None:
        for row in rows:
            if row.probability is not None:
                self.counts["" if row.unsure else row.label] += sign
                self.scored += sign

    def _tell(self, start: int, stop: int) -> None:
        self.dataChanged.emit(self.index(start, 0), self.index(stop - 1, _COLUMNS - 1))

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 (Qt's own signature)
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else _COLUMNS

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = 0) -> object:
        if role == Qt.ItemDataRole.TextAlignmentRole:
            is_number = orientation == Qt.Orientation.Vertical or section == _COLUMNS - 1
            return int(Qt.AlignmentFlag.AlignVCenter | (_RIGHT if is_number else Qt.AlignmentFlag.AlignLeft))
        if role == Qt.ItemDataRole.DisplayRole:
            if orientation == Qt.Orientation.Vertical:
                return f"{section + 1:,}"
            return (_("Sentence"), _("Verdict"), title_of(one_scale(self.class_names)) or _("Probability"))[section]
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
        if role == Qt.ItemDataRole.TextAlignmentRole and column == _COLUMNS - 1:
            return int(Qt.AlignmentFlag.AlignVCenter | _RIGHT)
        return None


class TableView(QWidget):
    """Shows rows in the order of the text or sorted.

    Signals:
        sentence_chosen: the text of a row that was double-clicked or on which Enter was pressed.
        closed: the user wants to return from the file to the text field.
        failed: the `NeurariumError` that says why the table could not be saved.
    """

    sentence_chosen = Signal(str)
    closed = Signal()
    failed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._source = ""
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
        """Returns the rows in the order of the text."""
        return self._rows.rows

    def show_rows(self, rows: Sequence[Row], source: str = "", class_names: Sequence[str] = _SENTIMENTS) -> None:
        """Shows rows in place of the last ones.

        Args:
            rows: in the order of the text.
            source: the name of their file, if they come from one.
            class_names: the classes of the network that will score them.
        """
        self._source = source
        self._rows.set_rows(rows, class_names)
        self._set_texts()

    def show_scores(self, start: int, rows: Sequence[Row]) -> None:
        """Shows the scores of some rows, from `start` on; the others stay."""
        self._rows.set_scores(start, rows)
        self._set_counts()

    def save(self, path: Path) -> None:
        """Writes the table as CSV.

        Raises:
            StorageError: the file could not be written; no half-written file is left.
        """
        write_atomically(path, as_csv(self._rows.rows))

    @Slot()
    def _ask_where(self) -> None:
        path = ask_where(self, _("Save the scores"), "scores.csv", _("Table (*.csv)"))
        if path is not None:
            try:
                self.save(path)
            except NeurariumError as error:
                self.failed.emit(error)

    @Slot(QModelIndex)
    def _choose(self, index: QModelIndex) -> None:
        self.sentence_chosen.emit(self._rows.rows[self._sorted.mapToSource(index).row()].text)

    def _set_counts(self) -> None:
        """Shows how many sentences are in each class, and how many are scored until all are."""
        count, scored = len(self._rows.rows), self._rows.scored
        progress = (
            _("{done} of {count} scored").format(done=f"{scored:,}", count=f"{count:,}") if 0 < scored < count else ""
        )
        self.label.setText(" · ".join(filter(None, (self._source, self._counts(), progress))))

    def _counts(self) -> str:
        total, counts = len(self._rows.rows), self._rows.counts
        names = self._rows.class_names
        if names == _SENTIMENTS:
            return ngettext(
                "{count} sentence: {positive} positive, {negative} negative, {unsure} unsure",
                "{count} sentences: {positive} positive, {negative} negative, {unsure} unsure",
                total,
            ).format(
                count=f"{total:,}",
                positive=f"{counts['positive']:,}",
                negative=f"{counts['negative']:,}",
                unsure=f"{counts['']:,}",
            )
        # With many classes most may be empty; the largest ones are shown.
        found = [name for name in sorted(names, key=lambda name: -counts[name]) if counts[name] or len(names) == 2]
        each = [f"{_(name)} {counts[name]:,}" for name in found]
        each += [_("unsure") + f" {counts['']:,}"] if names else []
        whole = ngettext("{count} sentence", "{count} sentences", total).format(count=f"{total:,}")
        return f"{whole} · {' · '.join(each)}" if each else whole

    def _set_texts(self) -> None:
        self._set_counts()
        self.close_button.setVisible(bool(self._source))
        self.close_button.setToolTip(_("Back to the lines of your text"))
        self.close_button.setAccessibleName(_("Back to the lines of your text"))
        self.save_button.setText(_("Save as CSV…"))
        self.save_button.setToolTip(_("Save sentences, verdicts and probabilities as a table"))
        self.save_button.setAccessibleName(_("Save as CSV"))
        self.save_button.setEnabled(bool(self._rows.rows))
        self.table.setAccessibleName(_("Sentences and their scores"))
        self.table.setToolTip(_("Double-click a sentence, or press Enter on it, to look at it word by word"))
        self._rows.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, _COLUMNS - 1)


def _percent(share: float | None) -> str:
    return "…" if share is None else f"{100 * share:.1f} %"
