"""The user's own drawings on disk: one small PNG per drawing, with its strokes, in a folder per class.

    my_drawings/
      7/00000012.png      28 x 28 levels; the strokes as JSON in the text field "strokes"

There is one file per drawing because one rename is atomic. A file manager can show the drawings, and other programs can
use the folder as a dataset. Numbers count up over all classes: the highest one was drawn last.
Independent of networks and dataset settings. Axes: H height, W width, S samples along a stroke.
"""

import csv
import io
import json
import re
import tempfile
import threading
import warnings
import zipfile
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError
from PIL.PngImagePlugin import PngInfo

from core import paths
from core.data.archives import extract_zip
from core.errors import DataError
from core.events import Preparing
from core.files import storage_errors, write_atomically
from core.i18n import _
from core.ink.prepare import FRAME, Drawing, Stroke

FOLDER = "my_drawings"

_LARGEST_IMPORT = 256 << 20
_LARGEST_FILE = 1 << 20
_TABLE = "labels.csv"
_writing = threading.Lock()

Bytes = NDArray[np.uint8]


@dataclass(frozen=True)
class Entry:
    """One saved drawing: its file, its number and the name of its class."""

    path: Path
    number: int
    label: str


class DrawingStore:
    """The drawings that the user saved. Reading needs no lock; only one thread of a process writes at a time.

    Args:
        folder: the folder that contains them; by default in the data folder.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder or paths.data_folder() / FOLDER

    def entries(self) -> list[Entry]:
        """Returns the drawings, oldest first. Other files are ignored."""
        found = [
            Entry(path, int(path.stem), unquote(path.parent.name))
            for path in self.folder.glob("*/*.png")
            if path.stem.isdecimal() and not path.parent.name.startswith(".")
        ]
        return sorted(found, key=lambda entry: (entry.number, entry.label))

    def counts(self) -> dict[str, int]:
        """Returns the number of drawings per class name, sorted by name."""
        counts: dict[str, int] = {}
        for entry in self.entries():
            counts[entry.label] = counts.get(entry.label, 0) + 1
        return dict(sorted(counts.items()))

    def keep(self, picture_HW: Bytes, label: str, drawing: Drawing | None = None) -> Entry:
        """Saves one drawing.

        Args:
            picture_HW: 28 x 28 levels in the network's frame, 0 paper to 255 ink.
            label: the name of its class.
            drawing: its strokes, if it was drawn and not opened from a file.

        Raises:
            StorageError: it could not be written.
        """
        assert picture_HW.shape == (FRAME, FRAME)
        assert picture_HW.dtype == np.uint8
        assert label.strip(), "a class has a name"
        with _writing:
            return self._write(self._next_number(), picture_HW, label, drawing)

    def _next_number(self) -> int:
        return max((entry.number for entry in self.entries()), default=0) + 1

    def _write(self, number: int, picture_HW: Bytes, label: str, drawing: Drawing | None) -> Entry:
        path = self.folder / _folder_name(label) / f"{number:08d}.png"
        write_atomically(path, _png(picture_HW, drawing))
        return Entry(path, number, label)

    def read(self, entry: Entry) -> Bytes:
        """Returns the picture (28, 28) of a drawing.

        Raises:
            DataError: the file is damaged or was not written by this class.
        """
        return _read_picture(entry.path)

    def strokes(self, entry: Entry) -> Drawing | None:
        """Returns the strokes of a drawing, or None if it has none or they cannot be read."""
        try:
            with Image.open(entry.path) as image:
                image.load()
                return _from_json(image.info.get("strokes", ""))
        except (OSError, SyntaxError, ValueError):
            return None

    def delete(self, entry: Entry) -> None:
        """Deletes one drawing, and the folder of its class if it is then empty. A missing drawing is not an error.

        Raises:
            StorageError: it could not be deleted.
        """
        with _writing, storage_errors(entry.path):
            entry.path.unlink(missing_ok=True)
            if entry.path.parent.is_dir() and not any(entry.path.parent.iterdir()):
                entry.path.parent.rmdir()

    def export(self, to: Path) -> int:
        """Writes all drawings and a table of their labels into a zip archive; returns their number.

        Raises:
            StorageError: the archive could not be written.
            DataError: there is nothing to export.
        """
        entries = self.entries()
        if not entries:
            raise DataError(_("There are no drawings to export."), _("Draw something and keep it first."))
        content, table = io.BytesIO(), io.StringIO()
        rows = csv.writer(table, lineterminator="\n")
        rows.writerow(["file", "label"])
        with storage_errors(to), zipfile.ZipFile(content, "w", zipfile.ZIP_STORED) as archive:
            for entry in entries:
                name = f"{entry.path.parent.name}/{entry.path.name}"
                archive.write(entry.path, name)
                rows.writerow([name, entry.label])
            archive.writestr(_TABLE, table.getvalue())
        write_atomically(to, content.getvalue())
        return len(entries)

    def import_from(self, archive: Path) -> Generator[Preparing, None, int]:
        """Adds the drawings of an exported archive; yields its progress and returns how many were added.

        All drawings are checked before the first one is added. The archive can be any zip of 28 x 28 PNG files in
        folders that are named after their classes.

        Raises:
            DataError: the archive is damaged, unsafe, or contains something else.
            StorageError: a drawing could not be written.
        """
        if not archive.is_file():
            raise DataError(_("There is no file {file}.").format(file=archive), _("Check the name."))
        with tempfile.TemporaryDirectory() as folder:
            try:
                files = yield from extract_zip(archive, Path(folder), _LARGEST_IMPORT)
            except DataError as error:
                raise DataError(error.what, _("Choose an archive that was exported here.")) from error
            found = [
                (path, unquote(path.parent.name), _read_picture(path))
                for path in sorted(files, key=lambda path: path.name)
                if path.suffix.lower() == ".png" and path.parent != Path(folder)
            ]
            if not found:
                raise DataError(
                    _("{file} holds no drawings.").format(file=archive.name),
                    _("Choose an archive with folders of PNG files, one folder per class."),
                )
            number = self._next_number()
            for i, (path, label, picture_HW) in enumerate(found, start=1):
                with _writing:
                    while any(self.folder.glob(f"*/{number:08d}.png")):  # another drawing was saved meanwhile
                        number += 1
                    self._write(number, picture_HW, label, self.strokes(Entry(path, 0, label)))
                yield Preparing(_("Adding drawings"), i, len(found), "examples")
        return len(found)


def _read_picture(path: Path) -> Bytes:
    try:
        if path.stat().st_size > _LARGEST_FILE:
            raise ValueError("too large to be a drawing")
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(path, formats=("PNG",)) as image:
                if image.size != (FRAME, FRAME):
                    raise ValueError("not 28 x 28")
                return np.asarray(image.convert("L"), np.uint8).copy()
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Warning, Image.DecompressionBombError) as error:
        raise DataError(
            _("The drawing {path} is damaged, or is not a picture of 28 × 28 pixels.").format(path=path),
            _("Delete this file; the other drawings stay as they are."),
        ) from error


def _png(picture_HW: Bytes, drawing: Drawing | None) -> bytes:
    about = PngInfo()
    if drawing is not None:
        about.add_text("strokes", _to_json(drawing))
    content = io.BytesIO()
    Image.fromarray(picture_HW).save(content, "PNG", pnginfo=about)
    return content.getvalue()


def _to_json(drawing: Drawing) -> str:
    strokes = [
        {
            "points": np.round(stroke.points_S2, 2).tolist(),
            "widths": np.round(stroke.widths_S, 2).tolist(),
            "erase": stroke.erase,
        }
        for stroke in drawing.strokes
    ]
    record = {"width": drawing.width, "height": drawing.height, "pen": drawing.pen, "strokes": strokes}
    return json.dumps(record, separators=(",", ":"))


def _from_json(text: Any) -> Drawing | None:
    try:
        record = json.loads(text)
        strokes = tuple(
            Stroke(
                np.array(stroke["points"], np.float64).reshape(-1, 2),
                np.array(stroke["widths"], np.float64).reshape(-1),
                bool(stroke["erase"]),
            )
            for stroke in record["strokes"]
        )
        drawing = Drawing(strokes, float(record["width"]), float(record["height"]), float(record["pen"]))
    except (ValueError, TypeError, KeyError, RecursionError):
        return None
    fits = all(len(s.points_S2) == len(s.widths_S) and np.isfinite(s.points_S2).all() for s in strokes)
    return drawing if fits and drawing.pen > 0 else None


def _folder_name(label: str) -> str:
    """Returns a class's name with a leading dot and characters that file systems do not allow written as %XX."""
    name = re.sub(r'[\\/:*?"<>|%\x00-\x1f]', lambda found: f"%{ord(found[0]):02X}", label.strip())
    return re.sub(r"^\.|\.$", "%2E", name)
