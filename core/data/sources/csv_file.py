"""The user's own table: a CSV or TSV file with a column of texts and a column of labels.

Encoding, separator and quoting are detected. The file is read row by row. If a network could not learn from it, an
error says what is wrong and what to do.
"""

import codecs
import contextlib
import csv
import io
from collections import Counter
from collections.abc import Generator, Iterable, Iterator
from pathlib import Path
from typing import ClassVar, Literal, NamedTuple

from core import paths
from core.data.base import Card, DatasetInfo, Loading
from core.data.text import Examples, TextDatasetConfig, assemble, set_apart, without_doubles
from core.errors import DataError
from core.events import Preparing
from core.i18n import N_, _
from core.settings import setting

LARGEST_FILE = 256 << 20
MOST_CLASSES = 200
_SAMPLE = 1 << 16
_CHUNK = 1 << 20
_LONGEST_FIELD = 1 << 24
_REPORT_EVERY = 2_000
_BYTE_ORDER_MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")  # .xlsx and .ods; .xls
# A rare label counts as misspelt if its spelling is close to that of a label at least this many times as frequent.
_RARE_SHARE, _RARE_COUNT, _TIMES_AS_FREQUENT = 0.005, 3, 10
# Encodings that spreadsheet programs used before UTF-8, the most common first.
_OLD_ENCODINGS = ["gb18030", "big5", "cp932", "euc_jp", "cp949", "cp1252", "cp1251", "cp1250", "cp1253", "cp1254"]
_OLD_ENCODINGS += ["cp1255", "cp1256", "cp1257", "koi8_r"]


class Format(NamedTuple):
    """How a table is written. If `quoting` is false, a quotation mark is an ordinary character."""

    encoding: str
    delimiter: str
    quoting: bool

    def rows(self, lines: Iterable[str]) -> Iterator[list[str]]:
        """Yields the rows of a table, header included; an unclosed quotation raises `csv.Error`."""
        # This limit is global in the csv module; its default is too small for long texts.
        csv.field_size_limit(_LONGEST_FIELD)
        quoting: Literal[0, 3] = csv.QUOTE_MINIMAL if self.quoting else csv.QUOTE_NONE
        return csv.reader(lines, delimiter=self.delimiter, quoting=quoting, strict=True)


class CsvFileConfig(TextDatasetConfig):
    """A table of your own."""

    key: ClassVar[str] = "csv"
    title: ClassVar[str] = N_("Table of texts")
    summary: ClassVar[str] = N_("Your own texts: a CSV or TSV file with a column of texts and a column of labels.")
    source: ClassVar[str] = "https://www.rfc-editor.org/rfc/rfc4180"

    path: str = setting(
        "",
        N_("File"),
        N_("A CSV or TSV file whose first row names the columns."),
        editor="file",
    )
    text_column: str = setting("text", N_("Text column"), N_("The name of the column that holds the texts."))
    label_column: str = setting(
        "label", N_("Label column"), N_("The name of the column that says to which class a text belongs.")
    )

    def info(self) -> DatasetInfo | None:
        """Returns None: the file must be read to count its examples and classes."""
        return None

    def own_paths(self) -> tuple[str, ...]:
        """Returns the file."""
        return (self.path,) if self.path.strip() else ()

    def state_of_files(self) -> Generator[Preparing, None, str]:
        """Returns size and time of the file."""
        yield from ()
        try:
            found = self._file().stat()
        except (DataError, OSError):
            return ""
        return f"{found.st_size} {found.st_mtime_ns}"

    def load(self, seed: int) -> Loading:
        """Reads the table; see `DatasetConfig.load`."""
        path = self._file()
        try:
            form = yield from self._find_format(path)
            texts, labels, rows = yield from self._read(path, form)
        except OSError as error:
            raise DataError(
                _("{path} cannot be read ({reason}).").format(path=path, reason=error.strerror or error),
                _("Check that the file is there and that you may read it."),
            ) from error
        names, examples = _classes(path, texts, labels)
        left_out = _left_out(path, rows, texts, labels, examples)
        if left_out:
            yield Preparing(_("Reading {dataset}").format(dataset=path.name), notice=left_out)
        notes = _("Read as {encoding}. A tenth of each class, chosen by its text, is for testing.")
        card = Card(
            title=path.name,
            source=str(path),
            licence=N_("as its owner says"),
            notes=" ".join(filter(None, (notes.format(encoding=form.encoding), left_out))),
        )
        train, test = set_apart(examples)
        return (yield from assemble(self, seed, card, names, train, lambda: test))

    def _file(self) -> Path:
        """Returns the file; a relative path may also be in the data folder."""
        if not self.path.strip():
            raise DataError(
                _("No file has been chosen."), _("Choose a CSV or TSV file with a column of texts and one of labels.")
            )
        given = Path(self.path).expanduser()
        path = next((path for path in (given, paths.data_folder() / given) if path.is_file()), None)
        if path is None:
            raise DataError(_("There is no file {path}.").format(path=given), _("Check the name, or choose another."))
        return path

    def _find_format(self, path: Path) -> Generator[Preparing, None, Format]:
        size = path.stat().st_size
        if size > LARGEST_FILE:
            raise DataError(
                _("{path} has {size} MB; {limit} MB are the limit.").format(
                    path=path, size=size >> 20, limit=LARGEST_FILE >> 20
                ),
                _("Keep only the columns you need, or a part of the rows."),
            )
        return (yield from find_format(path, {self.text_column, self.label_column}))

    def _read(self, path: Path, form: Format) -> Generator[Preparing, None, tuple[list[str], list[str], int]]:
        """Returns texts, labels and the number of rows; rows without both columns are left out."""
        size = path.stat().st_size
        what = _("Reading {dataset}").format(dataset=path.name)
        texts: list[str] = []
        labels: list[str] = []
        count = 0
        with path.open("rb") as raw, io.TextIOWrapper(raw, form.encoding, newline="") as stream:
            rows = form.rows(stream)
            try:
                header = [name.strip() for name in next(rows, [])]
                text_at, label_at = (_column(path, header, name) for name in (self.text_column, self.label_column))
                for i, row in enumerate(rows):
                    count += bool(row)  # an empty line is not a row
                    if len(row) > max(text_at, label_at):
                        texts.append(row[text_at].strip())
                        labels.append(row[label_at].strip())
                    if i % _REPORT_EVERY == 0:
                        yield Preparing(what, min(raw.tell(), size), size, "bytes")
            except (UnicodeError, csv.Error) as error:
                raise DataError(
                    _("Row {row} of {path} cannot be read ({reason}).").format(
                        row=len(texts) + 2, path=path, reason=error
                    ),
                    _("Save the table again as CSV in UTF-8."),
                ) from error
        return texts, labels, count


def find_format(path: Path, columns: set[str]) -> Generator[Preparing, None, Format]:
    """Detects how a table is written: encoding, separator, and whether quotation marks quote.

    Args:
        path: the file.
        columns: names that should be in the first row.

    Raises:
        DataError: it is empty or not text.
    """
    with path.open("rb") as stream:
        sample = stream.read(_SAMPLE)
    if not sample.strip(b"\0 \t\r\n\xef\xbb\xbf"):
        raise DataError(_("{path} is empty.").format(path=path), _("Choose a table with a row for each text."))
    encoding = yield from _find_encoding(path, sample)
    # The sample may end in the middle of a character or of a row.
    text = codecs.getincrementaldecoder(encoding)("replace").decode(sample)
    lines = text.splitlines(keepends=True)
    lines = lines[:-1] if len(sample) == _SAMPLE and len(lines) > 1 else lines
    # Tables separated by tabs often have no quoting, and may contain single quotation marks.
    candidates = [Format(encoding, delimiter, True) for delimiter in "\t,;|"] + [Format(encoding, "\t", False)]
    return max(candidates, key=lambda form: _fitness(form, lines, columns))


def _fitness(form: Format, lines: list[str], columns: set[str]) -> tuple[int, float]:
    """Rates a format: how many of the columns it finds, and the share of rows that are as wide as the first."""
    header: list[str] = []
    even = 0
    with contextlib.suppress(csv.Error):
        for row in form.rows(lines):
            header = header or [name.strip() for name in row]
            even += len(row) == len(header) > 1
    return len(columns.intersection(header)), even / len(lines)


def _find_encoding(path: Path, sample: bytes) -> Generator[Preparing, None, str]:
    for mark, encoding in _BYTE_ORDER_MARKS.items():
        if sample.startswith(mark):
            return encoding
    _refuse_binary(path, sample, sample)
    decoder = codecs.getincrementaldecoder("utf-8")()
    size = path.stat().st_size
    with path.open("rb") as stream:
        try:
            while chunk := stream.read(_CHUNK):
                yield Preparing(_("Reading {dataset}").format(dataset=path.name), stream.tell(), size, "bytes")
                _refuse_binary(path, sample, chunk)
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
            return "utf-8"
        except UnicodeDecodeError:
            pass
        # The last chunk is not UTF-8: the encoding is guessed from it, or else from the beginning.
        suspicious = max(stream.tell() - _CHUNK, 0)
        stream.seek(suspicious)
        stream.readline()
        foreign = b"".join(line for line in stream.read(_CHUNK).splitlines(keepends=True) if not line.isascii())
    return _guess_encoding(path, foreign[:_SAMPLE] or sample)


def _refuse_binary(path: Path, beginning: bytes, chunk: bytes) -> None:
    """Refuses workbooks, by their first bytes, and files with zero bytes, which no text table has.

    Raises:
        DataError: the file is one of these.
    """
    if beginning.startswith(_WORKBOOKS):
        raise DataError(
            _("{path} is a workbook or another packed file, not a text file.").format(path=path),
            _("Open it in its program and save the table as CSV in UTF-8."),
        )
    if b"\0" in chunk:
        raise DataError(
            _("{path} is not a text file: it holds zero bytes, as binary and damaged files do.").format(path=path),
            _("Choose a table saved as CSV or TSV, or save this one again."),
        )


def _guess_encoding(path: Path, sample: bytes) -> str:
    from charset_normalizer import from_bytes

    matches = from_bytes(sample, cp_isolation=_OLD_ENCODINGS)
    if not matches:
        raise DataError(
            _("The encoding of {path} is unknown.").format(path=path), _("Save the table again as CSV in UTF-8.")
        )
    # Code pages of one family often fit equally well; then the more common one is more often right.
    best = min(matches, key=lambda m: (round(m.chaos, 1), -round(m.coherence, 1), _OLD_ENCODINGS.index(m.encoding)))
    return best.encoding


def _column(path: Path, header: list[str], name: str) -> int:
    """Returns the index of the column `name`; upper and lower case are equal if there is no exact match."""
    lowered = [column.casefold() for column in header]
    for wanted, columns in ((name.strip(), header), (name.strip().casefold(), lowered)):
        if wanted in columns:
            return columns.index(wanted)
    raise DataError(
        _("{path} has no column “{name}”.").format(path=path, name=name),
        _("Its columns are: {columns}. Choose one of them.").format(columns=_(", ").join(header[:30]) or "–"),
    )


def _classes(path: Path, texts: list[str], labels: list[str]) -> tuple[tuple[str, ...], Examples]:
    """Returns the names of the classes and the examples; labels that differ only in case are one class.

    Raises:
        DataError: a network could not learn from them; the message says why.
    """
    spellings: dict[str, Counter[str]] = {}
    for label in labels:
        if label:
            spellings.setdefault(label.casefold(), Counter())[label] += 1
    if len(spellings) > MOST_CLASSES:
        raise DataError(
            _("{path} has {count} different labels; {most} are the limit.").format(
                path=path, count=len(spellings), most=MOST_CLASSES
            ),
            _("Check whether the label column is the right one."),
        )
    keys = sorted(spellings, key=_natural)
    number = {key: i for i, key in enumerate(keys)}
    labelled = [(text, number[label.casefold()]) for text, label in zip(texts, labels, strict=True) if label]
    examples = without_doubles(Examples([text for text, _n in labelled], [n for _text, n in labelled]))
    names = tuple(spellings[key].most_common(1)[0][0] for key in keys)
    counts = Counter(examples.labels)
    if len(counts) < 2:
        found = _("only one class, {name}").format(name=names[0]) if names else _("no labelled text")
        raise DataError(
            _("{path} holds {found}.").format(path=path, found=found),
            _("A network can only learn to tell classes apart: give examples of at least two."),
        )
    misspelt = _misspelt(names, counts)
    if misspelt:
        raise DataError(
            _("{path} has labels that look misspelt: {labels}.").format(
                path=path,
                labels=_(", ").join(
                    _("“{label}” ({count} times, beside “{other}”)").format(
                        label=names[i], count=counts[i], other=names[j]
                    )
                    for i, j in misspelt[:5]
                ),
            ),
            _("Correct them or delete these rows. If they are right, rename them so that they differ more."),
        )
    rare = [i for i in range(len(names)) if counts[i] < 2]
    if rare:
        raise DataError(
            _("The class “{name}” of {path} has only {count} text of its own.").format(
                name=names[rare[0]], path=path, count=counts[rare[0]]
            ),
            _("If it is a misspelt label, correct it; otherwise add examples or delete the row."),
        )
    return names, examples


def _left_out(path: Path, rows: int, texts: list[str], labels: list[str], examples: Examples) -> str:
    """Returns a sentence about the rows that are not used, or "" if there are none."""
    whole = sum(bool(text and label) for text, label in zip(texts, labels, strict=True))
    incomplete, doubles = rows - whole, whole - len(examples.texts)
    if not incomplete and not doubles:
        return ""
    return _(
        "Of {rows} rows of {name}, {used} are used; left out: {incomplete} without text or label, "
        "{doubles} whose text is also in an earlier row."
    ).format(
        rows=f"{rows:,}",
        name=path.name,
        used=f"{len(examples.texts):,}",
        incomplete=f"{incomplete:,}",
        doubles=f"{doubles:,}",
    )


def _misspelt(names: tuple[str, ...], counts: Counter[int]) -> list[tuple[int, int]]:
    """Returns each class whose name looks like a misspelt name of a much larger class, with that class.

    Numbers, names of one or two characters and Chinese names never count as misspelt, since too many of them are
    similar. Nor does a name that ends with the other name: "unhappy" is not a misspelt "happy".
    """
    few = max(_RARE_SHARE * counts.total(), _RARE_COUNT)
    found = []
    for i, name in enumerate(names):
        is_chinese = any("\u4e00" <= character <= "\u9fff" for character in name)
        if counts[i] > few or len(name) < 3 or is_chinese or _natural(name)[0] != float("inf"):
            continue
        most = 1 if len(name) < 5 else 2
        large = [j for j in range(len(names)) if counts[j] >= _TIMES_AS_FREQUENT * counts[i]]
        large = [j for j in large if not name.casefold().endswith(names[j].casefold())]
        near = [(distance, j) for j in large if (distance := _edits(name.casefold(), names[j].casefold())) <= most]
        if near:
            found.append((i, min(near)[1]))
    return found


def _edits(one: str, other: str) -> int:
    """Returns the edit distance of two words: letters inserted, removed or replaced (Levenshtein, 1966)."""
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, start=1):
        last, row[0] = row[0], i
        for j, b in enumerate(other, start=1):
            last, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, last + (a != b))
    return row[-1]


def _natural(label: str) -> tuple[float, str]:
    """Returns a sort key: numbers by value, before words."""
    try:
        return float(label), label
    except ValueError:
        return float("inf"), label
