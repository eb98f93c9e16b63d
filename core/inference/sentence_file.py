"""Sentences out of a file of the learner's: one a line, or the text column of a CSV or TSV table. Knows no network.

Any common encoding; files of any size are read line by line.
"""

import csv
from collections.abc import Iterator
from pathlib import Path

from core.data.csv_file import find_format
from core.errors import DataError
from core.generators import pull
from core.i18n import _

TABLES = (".csv", ".tsv")
TEXT_COLUMNS = ("text", "sentence", "review", "content", "comment", "文本", "句子", "评论", "内容")


def read_sentences(path: Path) -> Iterator[str]:
    """Yields the sentences of a file; empty lines are left out.

    A table (.csv, .tsv) whose first row names a column "text", "sentence", "review" or the like gives that column.
    Every other file, a table without such a column too, gives its lines as they stand.

    Raises:
        DataError: it is missing, empty or no text.
    """
    try:
        form = pull(find_format(path, set(TEXT_COLUMNS)))
        with path.open(encoding=form.encoding, errors="replace", newline="") as lines:
            if path.suffix.lower() in TABLES:
                rows = form.rows(lines)
                column = _text_column(next(rows, []))
                if column is not None:
                    yield from (row[column].strip() for row in rows if len(row) > column and row[column].strip())
                    return
                lines.seek(0)
            yield from (line.strip() for line in lines if line.strip())
    except OSError as error:
        raise DataError(
            _("{path} cannot be read ({reason}).").format(path=path, reason=error.strerror or error),
            _("Choose a text file with one sentence a line."),
        ) from error
    except csv.Error as error:
        raise DataError(
            _("{path} is not a proper table ({reason}).").format(path=path, reason=error),
            _("Save it anew as CSV in UTF-8, or as a text file with one sentence a line."),
        ) from error


def _text_column(header: list[str]) -> int | None:
    names = [name.strip().lstrip("\ufeff").casefold() for name in header]
    return next((names.index(name) for name in TEXT_COLUMNS if name in names), None)
