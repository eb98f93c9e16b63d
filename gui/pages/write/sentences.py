"""Scores many sentences in the background: the lines of the text field, or of a file. Knows a table, no page."""

from collections import deque
from collections.abc import Generator, Iterator, Sequence
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from core.data.sources.csv_file import LARGEST_FILE
from core.inference.score import Scorer
from core.inference.sentence_file import read_sentences
from gui.pages.write.table import Row, TableView
from gui.workers.background import BackgroundTask

_PAUSE_MS = 150
_PORTION = 512
_Portion = tuple[int, list[Row]]


def score_rows(scorer: Scorer, texts: Sequence[str]) -> Iterator[_Portion]:
    """Scores sentences in portions; yields each portion with the number of sentences before it."""
    done = 0
    for portion in scorer.score_in_portions(texts, _PORTION):
        yield done, [Row(score.text, score.label, score.probability, score.unsure) for score in portion]
        done += len(portion)


def _feed(scorer: Scorer, texts: Sequence[str], portions: deque[_Portion]) -> Generator[deque[_Portion], None, object]:
    """Puts the scores into a queue that the window reads, since not every progress of a task is signalled."""
    for portion in score_rows(scorer, texts):
        portions.append(portion)
        yield portions
    return portions


def _read(path: Path) -> tuple[str, list[str]]:
    return path.name, list(read_sentences(path, LARGEST_FILE))


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
        """Uses another network."""
        if scorer is not self._scorer:
            self._scorer = scorer
            self._timer.start()

    def set_lines(self, lines: Sequence[str]) -> None:
        """Shows the lines of the text field; while a file is open, its sentences stay."""
        if list(lines) != self._lines:
            self._lines = list(lines)
            if not self._source:
                self._timer.start()

    def open_file(self, path: Path) -> None:
        """Reads the sentences of a file and scores them."""
        self._reading.run(_read, path)

    @Slot()
    def close_file(self) -> None:
        """Returns to the lines of the text field."""
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
        classes = self._scorer.class_names if self._scorer is not None else ()
        self._table.show_rows([Row(text) for text in texts], self._source, classes)
        if self._scorer is not None and texts:
            self._scoring.run(_feed, self._scorer, list(texts), deque())
        else:
            self._scoring.cancel()

    @Slot(object)
    def _show(self, portions: deque[_Portion] | None) -> None:
        while portions:
            self._table.show_scores(*portions.popleft())
