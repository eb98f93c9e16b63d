"""The base of published text datasets: found in the data folder or downloaded into it, and read without unpacking.

An archive's members are read directly into memory. Only the download is written to disk, and no name inside an archive
becomes a path.
"""

import contextlib
import csv
import lzma
import tarfile
import zipfile
import zlib
from collections.abc import Generator, Iterator
from functools import partial
from pathlib import Path
from typing import ClassVar, Literal

from core import paths
from core.data.base import Card, DatasetInfo, Loading, cut_sizes
from core.data.download import download
from core.data.text import Examples, TextDatasetConfig, assemble
from core.errors import DataError
from core.events import Preparing
from core.generators import pull
from core.i18n import N_, _

Role = Literal["train", "test"]


class PublishedTextConfig(TextDatasetConfig):
    """Settings of a published text dataset. Subclasses define which one and how to read it.

    Attributes:
        card: its source.
        class_names: one name per class.
        examples: the number of examples for training and validation together, and for testing.
        file: the name of the file to download.
        urls: addresses of that file, in the order in which to try them.
        checksum: its published checksum.
        bytes: its size.
        by_hand: other files and folders in the data folder with the same content, best first.
    """

    card: ClassVar[Card]
    class_names: ClassVar[tuple[str, ...]]
    examples: ClassVar[tuple[int, int]]
    file: ClassVar[str]
    urls: ClassVar[tuple[str, ...]]
    checksum: ClassVar[tuple[Literal["md5", "sha256"], str]]
    bytes: ClassVar[int]
    by_hand: ClassVar[tuple[str, ...]] = ()

    def info(self) -> DatasetInfo:
        """Returns the published sizes."""
        train, validation = cut_sizes(self.examples[0], self.validation_fraction, self.train_examples)
        return DatasetInfo(self.shape(), len(self.class_names), train, validation, self.examples[1])

    def download_bytes(self) -> int:
        """Returns how many bytes are not downloaded yet."""
        return 0 if self.found() else self.bytes

    def found(self) -> Path | None:
        """Returns the path of the dataset in the data folder, or None."""
        candidates = (paths.data_folder() / name for name in (*self.by_hand, self.file))
        return next((path for path in candidates if path.exists()), None)

    def load(self, seed: int) -> Loading:
        """Downloads a missing file and reads the training texts; see `DatasetConfig.load`."""
        path = yield from self.fetch()
        yield self.progress()
        with intact(path):
            train, validation = self.cut_apart((yield from self.read(path, "train")), seed)
        yield self.progress()
        return (
            yield from assemble(
                self, seed, self.card, self.class_names, train, partial(self._read_test, path), validation
            )
        )

    def fetch(self) -> Generator[Preparing, None, Path]:
        """Returns the path of the dataset; downloads it if it is missing."""
        path = self.found()
        if path is None:
            path = yield from download(
                self.urls,
                paths.data_folder() / self.file,
                self.checksum,
                size=self.bytes,
                instead=N_("Our English sentences"),
            )
        return path

    def progress(self, done: int = 0, total: int | None = None) -> Preparing:
        """Returns the event that `done` of `total` bytes have been read."""
        return Preparing(_("Reading {dataset}").format(dataset=_(self.card.title)), done, total, "bytes")

    def read(self, path: Path, role: Role) -> Generator[Preparing, None, Examples]:
        """Reads the texts for training (validation included) or for testing from `path`; see `found`."""
        raise NotImplementedError

    def cut_apart(self, train: Examples, seed: int) -> tuple[Examples, Examples | None]:
        """Splits validation from training examples; None means the default cut."""
        return train, None

    def _read_test(self, path: Path) -> Examples:
        with intact(path):
            return pull(self.read(path, "test"))


@contextlib.contextmanager
def intact(path: Path) -> Iterator[None]:
    """Replaces the errors of a damaged or wrong file by a DataError.

    Raises:
        DataError: it cannot be read.
    """
    try:
        yield
    except (
        OSError,
        ValueError,
        LookupError,
        EOFError,
        csv.Error,
        zipfile.BadZipFile,
        tarfile.TarError,
        zlib.error,
        lzma.LZMAError,
    ) as error:
        raise DataError(
            _("{path} is damaged, or not what its name says.").format(path=path),
            _("Delete it, so that it is downloaded again, or put an intact copy in its place."),
        ) from error


def read_member(path: Path, name: str, limit: int) -> bytes:
    """Returns one file of a folder or of a zip or tar archive, `limit` bytes of it at most.

    Raises:
        LookupError: the archive has no such member. `intact` handles this and the other errors.
    """
    if path.is_dir():
        with (path / name.rpartition("/")[2]).open("rb") as stream:
            return stream.read(limit)
    if path.suffix == ".zip":
        with zipfile.ZipFile(path) as zipped, zipped.open(name) as stream:
            return stream.read(limit)
    with tarfile.open(path) as tarred:
        member = tarred.extractfile(name)
        if member is None:
            raise KeyError(name)
        return member.read(limit)
