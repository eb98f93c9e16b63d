"""Rotten Tomatoes: single sentences from film reviews (the "sentence polarity dataset" of Pang & Lee)."""

from collections.abc import Generator
from pathlib import Path
from typing import ClassVar, Literal

from core.data.base import Card
from core.data.sources.published import PublishedTextConfig, Role, read_member
from core.data.sources.sentences import CLASS_NAMES
from core.data.text import Examples, length_setting, set_apart, without_doubles
from core.events import Preparing
from core.i18n import N_

_LIMIT = 2_000_000


class RottenTomatoesConfig(PublishedTextConfig):
    """Sentences from film reviews."""

    key: ClassVar[str] = "rotten_tomatoes"
    title: ClassVar[str] = N_("Rotten Tomatoes")
    summary: ClassVar[str] = N_("10,662 sentences from film reviews, as critics wrote them.")
    source: ClassVar[str] = "https://www.cs.cornell.edu/people/pabo/movie-review-data/"
    card: ClassVar[Card] = Card(
        title=title,
        source=source,
        licence="CC BY 4.0",
        citation=(
            "B. Pang, L. Lee: Seeing stars: Exploiting class relationships for sentiment categorization with respect "
            "to rating scales. ACL 2005."
        ),
        notes=N_(
            "The sentences of SST-2, including its test sentences, were taken from this collection: do not train on "
            "one and test on the other. Duplicates are removed; a tenth, chosen by its text, is for testing."
        ),
    )
    class_names: ClassVar[tuple[str, ...]] = CLASS_NAMES
    examples: ClassVar[tuple[int, int]] = (9_592, 1_066)
    file: ClassVar[str] = "rt-polaritydata.tar.gz"
    urls: ClassVar[tuple[str, ...]] = (
        "https://www.cs.cornell.edu/people/pabo/movie-review-data/rt-polaritydata.tar.gz",
        "https://storage.googleapis.com/seldon-datasets/sentence_polarity_v1/rt-polaritydata.tar.gz",
    )
    checksum: ClassVar[tuple[Literal["md5", "sha256"], str]] = (
        "sha256",
        "a05befe52aafda71d458d188a1c54506a998b1308613ba76bbda2e5029409ce9",
    )
    bytes: ClassVar[int] = 487_770
    by_hand: ClassVar[tuple[str, ...]] = ("rt-polaritydata",)
    usual_length: ClassVar[int] = 24

    max_length: int = length_setting(64)

    def read(self, path: Path, role: Role) -> Generator[Preparing, None, Examples]:
        """Reads one sentence per line; the file is its label; see `PublishedTextConfig.read`."""
        texts: list[str] = []
        labels: list[int] = []
        for label, ending in enumerate(("neg", "pos")):
            yield self.progress()
            content = read_member(path, f"rt-polaritydata/rt-polarity.{ending}", _LIMIT)
            lines = [line.strip() for line in content.decode("windows-1252", "replace").split("\n") if line.strip()]
            texts += lines
            labels += [label] * len(lines)
        train, test = set_apart(without_doubles(Examples(texts, labels)))
        return train if role == "train" else test
