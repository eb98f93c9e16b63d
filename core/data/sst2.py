"""SST-2: phrases from film reviews, positive or negative, as the GLUE benchmark distributes them.

The training set holds whole sentences and the phrases they were parsed into, so a cut line by line would put parts of
one sentence on both sides. Validation is therefore cut sentence by sentence: it holds whole sentences, like the test
set, and what belongs to them is left out of training (short phrases that several sentences share go with the longest).
GLUE publishes no labels for its test set; as everywhere, its development set is the test set here.
"""

import zipfile
from pathlib import Path
from typing import ClassVar

import torch
from torch import Tensor

from core import paths
from core.data.base import Card, DatasetConfig, Loading, Outline
from core.data.download import download
from core.data.sentences import CLASS_NAMES
from core.data.text import Examples, TextDatasetConfig, assemble, length_setting
from core.errors import DataError
from core.events import Preparing
from core.i18n import N_, _
from core.registry import Spec

_TRAIN, _TEST = "train.tsv", "dev.tsv"
_PHRASES, _SENTENCES = 67_349, 6_880
_ARCHIVE_BYTES, _MEMBER_BYTES = 7_439_277, 8_000_000


class Sst2Config(TextDatasetConfig):
    """Phrases from film reviews."""

    key: ClassVar[str] = "sst2"
    card: ClassVar[Card] = Card(
        title=N_("SST-2"),
        source="https://nlp.stanford.edu/sentiment/",
        licence=N_("none stated; for research, cite"),
        citation=(
            "R. Socher, A. Perelygin, J. Wu, J. Chuang, C. Manning, A. Ng, C. Potts: Recursive Deep Models for "
            "Semantic Compositionality Over a Sentiment Treebank. EMNLP 2013. A. Wang et al.: GLUE. ICLR 2019."
        ),
        notes=N_(
            "Training holds sentences and parts of sentences, all in lower case. Validation is whole sentences no part "
            "of which is trained on; the test set is GLUE's development set, since the labels of the other are secret."
        ),
    )

    max_length: int = length_setting(64)

    def outline(self) -> Outline:
        """Returns the published sizes."""
        validation = round(_SENTENCES * self.validation_fraction)
        train = round(_PHRASES * (1 - self.validation_fraction))
        return Outline(self.shape(), 2, min(train, self.train_examples or train), validation, 872)

    def download_bytes(self) -> int:
        """Returns how much is still to be downloaded."""
        return 0 if _at_hand() else _ARCHIVE_BYTES

    def load(self, seed: int) -> Loading:
        """Reads the archive or its unpacked files, after downloading what is missing; see `DatasetConfig.load`."""
        if not _at_hand():
            yield from download(
                ["https://dl.fbaipublicfiles.com/glue/data/SST-2.zip", "https://dataset.bj.bcebos.com/glue/SST.zip"],
                _archive(),
                ("md5", "9f81648d4199384278b86e315dac217c"),
                size=_ARCHIVE_BYTES,
                instead="sentences",
            )
        what = _("Reading {dataset}").format(dataset=_(self.card.title))
        yield Preparing(what)
        examples = _read(_TRAIN)
        yield Preparing(what)
        train_index, validation_index = cut_sentences(examples.texts, self.validation_fraction, seed)
        yield Preparing(what)
        return (
            yield from assemble(
                self,
                seed,
                self.card,
                CLASS_NAMES,
                examples.at(train_index),
                lambda: _read(_TEST),
                examples.at(validation_index),
            )
        )


def cut_sentences(phrases: list[str], fraction: float, seed: int) -> tuple[Tensor, Tensor]:
    """Holds back whole sentences for validation and keeps all their phrases out of training.

    A sentence is a phrase that no other phrase contains. Phrases are compared word by word, longest first; each belongs
    to the first sentence that contains it.

    Returns:
        The sorted indices of training phrases and of validation sentences.
    """
    words = [tuple(phrase.split()) for phrase in phrases]
    places: dict[tuple[str, ...], list[int]] = {}
    for i, phrase in enumerate(words):
        places.setdefault(phrase, []).append(i)
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


def _archive() -> Path:
    return paths.data_folder() / "SST-2.zip"


def _folder() -> Path:
    return paths.data_folder() / "SST-2"


def _at_hand() -> bool:
    return _archive().is_file() or all((_folder() / name).is_file() for name in (_TRAIN, _TEST))


def _read(name: str) -> Examples:
    """Reads a file, unpacked or from within the archive: a header, then `sentence<TAB>label` in each line."""
    unpacked = _folder() / name
    path = unpacked if unpacked.is_file() else _archive()
    try:
        if path == unpacked:
            content = path.read_bytes()
        else:
            with zipfile.ZipFile(path) as archive, archive.open(f"SST-2/{name}") as member:
                content = member.read(_MEMBER_BYTES)
        rows = [line.rsplit("\t", 1) for line in content.decode().splitlines()[1:]]
        return Examples([text.strip() for text, _label in rows], [("0", "1").index(label) for _text, label in rows])
    except (OSError, ValueError, KeyError, zipfile.BadZipFile) as error:
        raise DataError(
            _("{path} is not the SST-2 it should be.").format(path=path),
            _("Delete it, so that it is downloaded again, or put an intact copy in its place."),
        ) from error


SST2: Spec[DatasetConfig] = Spec(
    Sst2Config,
    Sst2Config.card.title,
    N_("67,000 phrases from film reviews, positive or negative: the classic test of sentiment."),
    Sst2Config.card.source,
    kind="text",
)
