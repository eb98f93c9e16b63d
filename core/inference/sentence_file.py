"""Reads sentences from a file: one per line, or the text column of a CSV or TSV table. Knows no network.

Any common encoding is accepted; files of any size are read line by line.
"""

import csv
from collections.abc import Iterator, Sequence
from itertools import chain, islice
from pathlib import Path

from core.data.sources.csv_file import find_format
from core.errors import DataError
from core.generators import pull
from core.i18n import _

TABLES = (".csv", ".tsv")
TEXT_COLUMNS = ("text", "sentence", "sentences", "review", "comment", "content", "文本", "句子", "评论", "内容")

_LOOKED_AT = 1000  # rows from which the text column is chosen
_LONGEST_NAME = 30


def read_sentences(path: Path, most_bytes: int | None = None) -> Iterator[str]:
    """Yields the sentences of a file; empty lines are left out.

    Of a table (.csv, .tsv), the column called "text", "sentence", "review" or similar is read, or else the one with the
    longest entries, without the header. Of every other file, the lines are read; also of a file that is a table by name
    only, in which most rows do not have as many columns as the first.

    Args:
        path: the file.
        most_bytes: larger files are refused.

    Raises:
        DataError: the file is missing, empty, too large or not text.
    """
    try:
        if most_bytes is not None and path.stat().st_size > most_bytes:
            raise DataError(
                _("{path} is too large.").format(path=path),
                _("Choose a part of it, up to {limit} MB.").format(limit=most_bytes >> 20),
            )
        form = pull(find_format(path, set(TEXT_COLUMNS)))
        with path.open(encoding=form.encoding, errors="replace", newline="") as lines:
            if path.suffix.lower() in TABLES:
                rows = ([entry.strip() for entry in row] for row in form.rows(lines) if row)
                first = list(islice(rows, _LOOKED_AT))
                column, has_header = _find_texts(first)
                if column is not None:
                    body = chain(first[has_header:], rows)
                    yield from (row[column] for row in body if len(row) > column and row[column])
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
            _("Save it again as CSV in UTF-8, or as a text file with one sentence a line."),
        ) from error


def _find_texts(rows: Sequence[Sequence[str]]) -> tuple[int | None, bool]:
    """Returns the column of a table that holds the texts, or None if it is no table, and whether it has a header."""
    if not rows:
        return None, False
    header = [name.lstrip("\ufeff").casefold() for name in rows[0]]
    named = next((header.index(name) for name in TEXT_COLUMNS if name in header), None)
    if named is not None:
        return named, True
    even = [row for row in rows if len(row) == len(header)]
    if 2 * len(even) <= len(rows):
        return None, False
    # The header is left out: its length says little about the entries below it.
    lengths = [sum(map(len, entries)) for entries in zip(*(even[1:] or even), strict=True)]
    column = lengths.index(max(lengths))
    return column, _is_header(even[0], even[1:], column)


def _is_header(first: Sequence[str], body: Sequence[Sequence[str]], column: int) -> bool:
    """Guesses whether the first row of a table is a header; `column` holds the texts."""
    if not body:
        return False
    below = list(zip(*body, strict=True))
    if any(_are_numbers(entries) and not _are_numbers((name,)) for name, entries in zip(first, below, strict=True)):
        return True
    are_names = len(set(first)) == len(first) and all(
        len(name) <= _LONGEST_NAME and name.replace(" ", "_").replace("-", "_").isidentifier() for name in first
    )
    # A value that occurs again below is a label, not a name; and texts are longer than the name of their column.
    is_new = all(name not in entries for name, entries in zip(first, below, strict=True))
    is_short = 2 * len(first[column]) * len(body) <= sum(map(len, below[column]))
    return are_names and is_new and is_short and " " not in first[column]


def _are_numbers(entries: Sequence[str]) -> bool:
    try:
        return bool([float(entry) for entry in entries if entry])
    except ValueError:
        return False
