"""Scores many sentences beside the window: the lines of the text field, or those of a file. Knows a table, no page."""

import csv
from collections.abc import Generator, Sequence
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from core.data.csv_file import LARGEST_FILE, find_format
from core.errors import DataError
from core.generators import pull
from core.i18n import _
from core.inference.score import Scorer
from gui.pages.write.table import Row, TableView
from gui.workers.background import BackgroundTask

_PAUSE_MS = 150
_PORTION = 512
_NAMES = ("text", "sentence", "review", "comment", "content", "sentences", "文本", "句子", "评论")


def read_sentences(path: Path) -> list[str]:
    """Returns the sentences of a file: one a line, or of a CSV or TSV table those of the column that holds texts.

    That is the column called "text", "sentence", "review" and so on, or else the one with the longest entries.

    Raises:
        DataError: it is missing, empty, too large, or no text.
    """
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise DataError(_("{path} is too large.").format(path=path), _("Choose a part of it, up to 256 MB."))
        form = pull(find_format(path, set(_NAMES)))
        with path.open(encoding=form.encoding, newline="") as stream:
            if path.suffix.lower() not in (".csv", ".tsv"):
                found = [line.strip() for line in stream]
            else:
                rows = [[entry.strip() for entry in row] for row in form.rows(stream) if row]
                found = _texts(rows)
    except (OSError, UnicodeError, csv.Error) as error:
        raise DataError(
            _("{path} could not be read ({reason}).").format(path=path, reason=error),
            _("Choose a text file with a sentence on each line, or a table saved as CSV in UTF-8."),
        ) from error
    return [text for text in found if text]


def _texts(rows: list[list[str]]) -> list[str]:
    if not rows:
        return []
    header = [name.lower() for name in rows[0]]
    named = [header.index(name) for name in _NAMES if name in header]
    widths = [sum(len(row[at]) for row in rows[:1000] if at < len(row)) for at in range(len(header))]
    column = named[0] if named else widths.index(max(widths))
    # Without a name that says "text", the first row may be a sentence already.
    body = rows[1:] if named else rows
    return [row[column] for row in body if column < len(row)]


def score_rows(scorer: Scorer, texts: Sequence[str]) -> Generator[list[Row], None, list[Row]]:
    """Scores sentences portion by portion; yields all rows each time, and returns them when all are scored."""
    rows: list[Row] = []
    for portion in scorer.score_in_portions(texts, _PORTION):
        rows += [Row(score.text, score.label, score.probability, score.unsure) for score in portion]
        yield rows + [Row(text) for text in texts[len(rows) :]]
    return rows


class Sentences(QObject):
    """Keeps a table up to date.

    Signals:
        failed: a `NeurariumError`.
        opened: the sentences of a file have been read.
    """

    failed = Signal(object)
    opened = Signal()

    def __init__(self, table: TableView, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._table = table
        self._scorer: Scorer | None = None
        self._lines: list[str] = []
        self._from_file: list[str] = []
        self._source = ""
        self._reading, self._scoring = BackgroundTask(self), BackgroundTask(self)
        self._reading.done.connect(self._take_file)
        self._scoring.progressed.connect(self._show)
        self._scoring.done.connect(self._show)
        for task in (self._reading, self._scoring):
            task.failed.connect(self.failed)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_PAUSE_MS)
        self._timer.timeout.connect(self._score)
        table.closed.connect(self.close_file)

    @property
    def is_busy(self) -> bool:
        """Whether there is still something to read or score."""
        return self._timer.isActive() or self._reading.is_running or self._scoring.is_running

    def set_scorer(self, scorer: Scorer | None) -> None:
        """Asks another network."""
        if scorer is not self._scorer:
            self._scorer = scorer
            self._timer.start()

    def set_lines(self, lines: Sequence[str]) -> None:
        """Follows the text field; while a file is open, its sentences stay."""
        if list(lines) != self._lines:
            self._lines = list(lines)
            if not self._source:
                self._timer.start()

    def open_file(self, path: Path) -> None:
        """Reads the sentences of a file and scores them."""
        self._reading.run(lambda: (path.name, read_sentences(path)))

    @Slot()
    def close_file(self) -> None:
        """Goes back to the lines of the text field."""
        self._source, self._from_file = "", []
        self._score()

    @Slot(object)
    def _take_file(self, found: "tuple[str, list[str]] | None") -> None:
        if found is not None:
            self._source, self._from_file = found
            self._score()
            self.opened.emit()

    @Slot()
    def _score(self) -> None:
        texts = self._from_file if self._source else self._lines
        self._table.show_rows([Row(text) for text in texts], self._source)
        if self._scorer is not None and texts:
            self._scoring.run(score_rows, self._scorer, list(texts))
        else:
            self._scoring.cancel()

    @Slot(object)
    def _show(self, rows: list[Row] | None) -> None:
        if rows is not None:
            self._table.show_rows(rows, self._source)
            done = sum(row.probability is not None for row in rows)
            self._table.show_progress(done if done < len(rows) else 0)
