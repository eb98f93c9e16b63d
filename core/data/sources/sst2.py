"""SST-2: phrases from film reviews, positive or negative, as the GLUE benchmark distributes them.

The training set contains whole sentences and their phrases, so a split by line would put parts of one sentence into
both sets. Validation is therefore split by sentence: it contains whole sentences, like the test set, and their phrases
are removed from training (a short phrase of several sentences belongs to the longest one). GLUE publishes no labels for
its test set; as usual, its development set is the test set here.
"""

from collections.abc import Generator
from pathlib import Path
from typing import ClassVar, Literal

import torch
from torch import Tensor

from core.data.base import Card, DatasetInfo
from core.data.sources.published import PublishedTextConfig, Role, read_member
from core.data.sources.sentences import CLASS_NAMES
from core.data.text import Examples, length_setting
from core.events import Preparing
from core.i18n import N_

_SENTENCES = 6_880
_LIMIT = 8_000_000


class Sst2Config(PublishedTextConfig):
    """Phrases from film reviews."""

    key: ClassVar[str] = "sst2"
    title: ClassVar[str] = N_("SST-2")
    summary: ClassVar[str] = N_(
        "67,000 phrases from film reviews, positive or negative: the classic test of sentiment."
    )
    source: ClassVar[str] = "https://nlp.stanford.edu/sentiment/"
    card: ClassVar[Card] = Card(
        title=title,
        source=source,
        licence=N_("none stated; for research, cite"),
        citation=(
            "R. Socher, A. Perelygin, J. Wu, J. Chuang, C. Manning, A. Ng, C. Potts: Recursive Deep Models for "
            "Semantic Compositionality Over a Sentiment Treebank. EMNLP 2013. A. Wang et al.: GLUE. ICLR 2019."
        ),
        notes=N_(
            "Training contains sentences and parts of sentences, all in lower case. Validation is whole sentences; no "
            "part of them is used for training. The test set is GLUE's development set, since the labels of its test "
            "set are secret."
        ),
    )
    class_names: ClassVar[tuple[str, ...]] = CLASS_NAMES
    examples: ClassVar[tuple[int, int]] = (67_349, 872)
    file: ClassVar[str] = "SST-2.zip"
    urls: ClassVar[tuple[str, ...]] = (
        "https://dl.fbaipublicfiles.com/glue/data/SST-2.zip",
        "https://dataset.bj.bcebos.com/glue/SST.zip",
    )
    checksum: ClassVar[tuple[Literal["md5", "sha256"], str]] = ("md5", "9f81648d4199384278b86e315dac217c")
    bytes: ClassVar[int] = 7_439_277
    by_hand: ClassVar[tuple[str, ...]] = ("SST-2",)
    usual_length: ClassVar[int] = 11

    max_length: int = length_setting(64)

    def info(self) -> DatasetInfo:
        """Returns the published sizes."""
        share = self.validation_fraction
        train = round(self.examples[0] * (1 - share))
        train = min(train, self.train_examples or train)
        return DatasetInfo(self.shape(), len(self.class_names), train, round(_SENTENCES * share), self.examples[1])

    def read(self, path: Path, role: Role) -> Generator[Preparing, None, Examples]:
        """Reads a file with a header and `sentence<TAB>label` in each line; see `PublishedTextConfig.read`."""
        yield self.progress()
        name = {"train": "SST-2/train.tsv", "test": "SST-2/dev.tsv"}[role]
        rows = [line.rsplit("\t", 1) for line in read_member(path, name, _LIMIT).decode().splitlines()[1:]]
        return Examples([text.strip() for text, _label in rows], [("0", "1").index(label) for _text, label in rows])

    def cut_apart(self, train: Examples, seed: int) -> tuple[Examples, Examples | None]:
        """Holds back whole sentences, and keeps their phrases out of training."""
        train_index, validation_index = cut_sentences(train.texts, self.validation_fraction, seed)
        return train.at(train_index), train.at(validation_index)


def cut_sentences(phrases: list[str], fraction: float, seed: int) -> tuple[Tensor, Tensor]:
    """Holds back whole sentences for validation and keeps all their phrases out of training.

    A sentence is a phrase that no other phrase contains. Phrases are compared word by word, longest first; each belongs
    to the first sentence that contains it.

    Returns:
        The sorted indices of training phrases and of validation sentences.
    """
    places: dict[tuple[str, ...], list[int]] = {}
    for i, phrase in enumerate(phrases):
        places.setdefault(tuple(phrase.split()), []).append(i)
    families: list[list[int]] = []
    for sentence in sorted(places, key=len, reverse=True):
        if sentence not in places:
            continue
        family = places.pop(sentence)
        for start in range(len(sentence)):
            for end in range(start + 1, len(sentence) + 1):
                family += places.pop(sentence[start:end], ())
        families.append(family)
    order = torch.randperm(len(families), generator=torch.Generator().manual_seed(seed)).tolist()
    held = max(round(len(families) * fraction), 1)
    # The first of a family is the sentence itself.
    validation = sorted(families[i][0] for i in order[:held])
    train = sorted(index for i in order[held:] for index in families[i])
    return torch.tensor(train), torch.tensor(validation)
