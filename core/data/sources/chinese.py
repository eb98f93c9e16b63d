"""Chinese reviews of hotels and of things bought online. Duplicates are removed before the test set is split off."""

import csv
import io
import re
from collections.abc import Generator
from pathlib import Path
from typing import ClassVar, Literal

import torch

from core.data.base import Card, DatasetInfo, Loading, cut_sizes
from core.data.sources.published import PublishedTextConfig, Role, intact, read_member
from core.data.sources.sentences import CLASS_NAMES
from core.data.text import Examples, TextDatasetConfig, assemble, set_apart, vocabulary_setting, without_doubles
from core.events import Preparing
from core.i18n import N_

_SITE = "https://github.com/SophonPlus/ChineseNlpCorpus"
_ADDRESS = "https://raw.githubusercontent.com/SophonPlus/ChineseNlpCorpus/master/datasets/"
_LIMIT = 20_000_000


class HotelConfig(PublishedTextConfig):
    """Chinese hotel reviews."""

    key: ClassVar[str] = "hotel_zh"
    title: ClassVar[str] = N_("Chinese hotel reviews")
    summary: ClassVar[str] = N_("7,765 hotel reviews, one character a token.")
    source: ClassVar[str] = _SITE
    card: ClassVar[Card] = Card(
        title=title,
        source=source,
        licence=N_("none stated; for research, cite"),
        citation="谭松波 (Tan Songbo): ChnSentiCorp, 中国科学院计算技术研究所.",
        notes=N_(
            "About two thirds are positive. Duplicates are removed; a tenth, chosen by its text, is for testing. About "
            "5,600 of these reviews are also among the hotel reviews of the Chinese shopping reviews."
        ),
    )
    class_names: ClassVar[tuple[str, ...]] = CLASS_NAMES
    examples: ClassVar[tuple[int, int]] = (6_989, 776)
    file: ClassVar[str] = "ChnSentiCorp_htl_all.csv"
    urls: ClassVar[tuple[str, ...]] = (f"{_ADDRESS}ChnSentiCorp_htl_all/ChnSentiCorp_htl_all.csv",)
    checksum: ClassVar[tuple[Literal["md5", "sha256"], str]] = (
        "sha256",
        "1d414b9c65caf3a836abdb4efded621968502ad3338e1a9d885ae131c86083f0",
    )
    bytes: ClassVar[int] = 2_904_858
    usual_length: ClassVar[int] = 107

    vocabulary_size: int = vocabulary_setting(6_000)

    def read(self, path: Path, role: Role) -> Generator[Preparing, None, Examples]:
        """Reads a table with the columns `label` and `review`; see `PublishedTextConfig.read`."""
        yield self.progress()
        content = path.read_bytes() if path.suffix == ".csv" else read_member(path, f"{path.stem}.csv", _LIMIT)
        yield self.progress()
        rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))
        texts = [row["review"].replace("\ufeff", "").strip() for row in rows]
        labels = [("0", "1").index(row["label"]) for row in rows]
        train, test = set_apart(without_doubles(Examples(texts, labels)))
        return train if role == "train" else test


class ShoppingConfig(HotelConfig):
    """Chinese reviews of ten kinds of things."""

    key: ClassVar[str] = "shopping_zh"
    title: ClassVar[str] = N_("Chinese shopping reviews")
    summary: ClassVar[str] = N_("62,723 reviews of books, phones, fruit and more, one character a token.")
    source: ClassVar[str] = _SITE
    card: ClassVar[Card] = Card(
        title=title,
        source=source,
        licence=N_("none stated; for research, cite"),
        notes=N_(
            "Books, tablets, phones, fruit, shampoo, heaters, milk, clothes, computers and hotels. Duplicates are "
            "removed; a tenth, chosen by its text, is for testing."
        ),
    )
    examples: ClassVar[tuple[int, int]] = (56_450, 6_273)
    file: ClassVar[str] = "online_shopping_10_cats.zip"
    urls: ClassVar[tuple[str, ...]] = (f"{_ADDRESS}online_shopping_10_cats/online_shopping_10_cats.zip",)
    checksum: ClassVar[tuple[Literal["md5", "sha256"], str]] = (
        "sha256",
        "6816ded66fde9d0927ecbd370b5e12d0174d1abac35192ec014ac2a0a8d25858",
    )
    bytes: ClassVar[int] = 4_084_428
    usual_length: ClassVar[int] = 53


class ReviewsConfig(TextDatasetConfig):
    """Both collections of Chinese reviews together, without duplicates."""

    key: ClassVar[str] = "reviews_zh"
    title: ClassVar[str] = N_("Chinese reviews")
    summary: ClassVar[str] = N_("Hotels and shopping together, one character a token.")
    source: ClassVar[str] = _SITE
    card: ClassVar[Card] = Card(
        title=title,
        source=source,
        licence=N_("none stated; for research, cite"),
        citation=HotelConfig.card.citation,
        notes=N_(
            "Hotel and shopping reviews together. A review that is in both collections counts once. Reviews that "
            "differ from a test review only in punctuation are not used for training."
        ),
    )

    vocabulary_size: int = vocabulary_setting(6_000)

    def info(self) -> DatasetInfo:
        """Returns the sizes without the duplicates: the shopping reviews also contain hotels."""
        train, validation = cut_sizes(58_107, self.validation_fraction, self.train_examples)
        return DatasetInfo(self.shape(), len(CLASS_NAMES), train, validation, 6_504)

    def download_bytes(self) -> int:
        """Returns how many bytes of both are not downloaded yet."""
        return sum(part.download_bytes() for part in _PARTS)

    def load(self, seed: int) -> Loading:
        """Reads both collections; see `DatasetConfig.load`."""
        train, test = yield from self.read()
        return (yield from assemble(self, seed, self.card, CLASS_NAMES, train, lambda: test))

    def read(self) -> Generator[Preparing, None, tuple[Examples, Examples]]:
        """Returns the examples for training and validation, and those for testing."""
        found: dict[Role, Examples] = {"train": Examples([], []), "test": Examples([], [])}
        for part in _PARTS:
            path = yield from part.fetch()
            for role, examples in found.items():
                with intact(path):
                    more = yield from part.read(path, role)
                examples.texts.extend(more.texts)
                examples.labels.extend(more.labels)
        train, test = without_doubles(found["train"]), without_doubles(found["test"])
        tested = {_letters(text) for text in test.texts}
        kept = [i for i, text in enumerate(train.texts) if _letters(text) not in tested]
        return train.at(torch.tensor(kept)), test


_PARTS = (HotelConfig(), ShoppingConfig())


def _letters(text: str) -> str:
    """Returns a text without spaces and punctuation."""
    return re.sub(r"\W+", "", text)
