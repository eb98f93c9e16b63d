"""IMDB: 50,000 long film reviews from a website, half for training, half for testing."""

import tarfile
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import ClassVar, Literal

from core.data.base import Card
from core.data.sources.published import PublishedTextConfig, Role
from core.data.sources.sentences import CLASS_NAMES
from core.data.text import Examples
from core.events import Preparing
from core.i18n import N_

_LIMIT = 1_000_000
_REPORT_EVERY = 250


class ImdbConfig(PublishedTextConfig):
    """Long film reviews."""

    key: ClassVar[str] = "imdb"
    title: ClassVar[str] = N_("IMDB reviews")
    summary: ClassVar[str] = N_("50,000 whole film reviews: long texts, in which a network must remember.")
    source: ClassVar[str] = "https://ai.stanford.edu/~amaas/data/sentiment/"
    card: ClassVar[Card] = Card(
        title=title,
        source=source,
        licence=N_("none stated; for research, cite"),
        citation=(
            "A. Maas, R. Daly, P. Pham, D. Huang, A. Ng, C. Potts: Learning Word Vectors for Sentiment Analysis. "
            "ACL 2011."
        ),
        notes=N_(
            "Reviews with up to four stars are negative, with seven or more positive; no film is in both halves. A "
            "review has about 270 tokens; tokens beyond the longest text that you allow are cut off."
        ),
    )
    class_names: ClassVar[tuple[str, ...]] = CLASS_NAMES
    examples: ClassVar[tuple[int, int]] = (25_000, 25_000)
    file: ClassVar[str] = "aclImdb_v1.tar.gz"
    urls: ClassVar[tuple[str, ...]] = (
        "https://ai.stanford.edu/~amaas/data/sentiment/aclImdb_v1.tar.gz",
        "https://bj.bcebos.com/dataset/imdb%2FaclImdb_v1.tar.gz",
    )
    checksum: ClassVar[tuple[Literal["md5", "sha256"], str]] = (
        "sha256",
        "c40f74a18d3b61f90feba1e17730e0d38e8b97c05fde7008942e91923d1658fe",
    )
    bytes: ClassVar[int] = 84_125_825
    by_hand: ClassVar[tuple[str, ...]] = ("aclImdb", "aclImdb_v1_labelled.tar.gz")
    usual_length: ClassVar[int] = 202

    def read(self, path: Path, role: Role) -> Generator[Preparing, None, Examples]:
        """Reads one text per file; the folder is its label; see `PublishedTextConfig.read`."""
        found: list[tuple[int, str, str]] = []
        files = _unpacked(path, role) if path.is_dir() else _archived(path, role)
        for i, (name, content, done) in enumerate(files):
            label = ("neg", "pos").index(name.split("/")[-2])
            found.append((label, name, content.decode().replace("<br />", "\n")))
            if i % _REPORT_EVERY == 0:
                yield self.progress(done, None if path.is_dir() else path.stat().st_size)
        if {label for label, _name, _text in found} != {0, 1}:
            raise ValueError(f"no reviews for {role}")
        found.sort()
        return Examples([text for _label, _name, text in found], [label for label, _name, _text in found])


def _archived(path: Path, role: Role) -> Iterator[tuple[str, bytes, int]]:
    """Yields name and content of each review in an archive, and the number of bytes read so far."""
    folders = tuple(f"aclImdb/{role}/{label}/" for label in ("neg", "pos"))
    with path.open("rb") as stream, tarfile.open(fileobj=stream, mode="r|gz") as archive:
        for member in archive:
            if member.isreg() and member.name.startswith(folders) and member.name.endswith(".txt"):
                content = archive.extractfile(member)
                assert content is not None
                yield member.name, content.read(_LIMIT), stream.tell()


def _unpacked(path: Path, role: Role) -> Iterator[tuple[str, bytes, int]]:
    done = 0
    for label in ("neg", "pos"):
        for file in (path / role / label).glob("*.txt"):
            with file.open("rb") as stream:
                content = stream.read(_LIMIT)
            done += len(content)
            yield f"{label}/{file.name}", content, done
