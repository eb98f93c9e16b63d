"""The sentences that come with the program: English, Chinese, both together, and the chapter's three.

Each sentence is positive or negative and has a phenomenon (negation, contrast, ...) and a topic. The files fix the
split: all sentences of one template are in the same split, so the test set has no near copies of training sentences.
"""

from functools import lru_cache
from importlib import resources
from typing import ClassVar, Literal, NamedTuple, cast

from core.data.base import Card, DatasetInfo, Loading, SplitName
from core.data.text import Examples, TextDatasetConfig, assemble, length_setting, vocabulary_setting
from core.i18n import N_

CLASS_NAMES = (N_("negative"), N_("positive"))


class Sentence(NamedTuple):
    """One line of a file in `assets/sentences`; `label` is 1 for positive, 0 for negative."""

    text: str
    label: int
    phenomenon: str
    topic: str
    template: str
    split: SplitName


@lru_cache
def sentences(name: Literal["english", "chinese", "chapter"]) -> tuple[Sentence, ...]:
    """Returns the sentences of a file, in its order."""
    content = (resources.files("assets") / "sentences" / f"{name}.tsv").read_text(encoding="utf-8")
    rows = [line.split("\t") for line in content.splitlines()[1:]]
    return tuple(
        Sentence(text, int(label), phenomenon, topic, template, cast(SplitName, split))
        for text, label, phenomenon, topic, template, split in rows
    )


def _examples(chosen: list[Sentence]) -> Examples:
    return Examples([sentence.text for sentence in chosen], [sentence.label for sentence in chosen])


class SentencesConfig(TextDatasetConfig):
    """English sentences."""

    key: ClassVar[str] = "sentences"
    title: ClassVar[str] = N_("Our English sentences")
    summary: ClassVar[str] = N_("Good and bad words about everyday things; needs no network.")
    source: ClassVar[str] = "assets/sentences/english.tsv"
    card: ClassVar[Card] = Card(
        title=title,
        source=source,
        licence="MIT",
        notes=N_(
            "Written for this program: films, food, school, travel and more, with negation, contrast, comparison and "
            "idiom. Training, validation and test are fixed, template by template; the validation share has no effect."
        ),
    )
    files: ClassVar[tuple[Literal["english", "chinese", "chapter"], ...]] = ("english",)
    usual_length: ClassVar[int] = 16

    vocabulary_size: int = vocabulary_setting(4_000)
    max_length: int = length_setting(64)

    def info(self) -> DatasetInfo:
        """Returns the sizes."""
        train = len(self._split("train"))
        return DatasetInfo(
            self.shape(),
            len(CLASS_NAMES),
            min(train, self.train_examples or train),
            len(self._split("validation")),
            len(self._split("test")),
        )

    def load(self, seed: int) -> Loading:
        """Reads the files of the package; see `DatasetConfig.load`."""
        return (
            yield from assemble(
                self,
                seed,
                self.card,
                CLASS_NAMES,
                _examples(self._split("train")),
                lambda: _examples(self._split("test")),
                _examples(self._split("validation")),
            )
        )

    def _split(self, name: SplitName) -> list[Sentence]:
        return [sentence for file in self.files for sentence in sentences(file) if sentence.split == name]


class ChineseSentencesConfig(SentencesConfig):
    """Chinese sentences."""

    key: ClassVar[str] = "sentences_zh"
    title: ClassVar[str] = N_("Our Chinese sentences")
    summary: ClassVar[str] = N_("Chinese sentences about everyday things; needs no network.")
    source: ClassVar[str] = "assets/sentences/chinese.tsv"
    card: ClassVar[Card] = Card(
        title=title,
        source=source,
        licence="MIT",
        notes=N_("Written for this program in Chinese, not translated. Split as the English ones are."),
    )
    files: ClassVar[tuple[Literal["english", "chinese", "chapter"], ...]] = ("chinese",)


class MixedSentencesConfig(SentencesConfig):
    """English and Chinese sentences with one vocabulary."""

    key: ClassVar[str] = "sentences_mixed"
    title: ClassVar[str] = N_("Our bilingual sentences")
    summary: ClassVar[str] = N_("Both languages at once; needs no network.")
    source: ClassVar[str] = "assets/sentences"
    card: ClassVar[Card] = Card(
        title=title,
        source=source,
        licence="MIT",
        notes=N_("Both collections with one vocabulary: one network learns to read two languages."),
    )
    files: ClassVar[tuple[Literal["english", "chinese", "chapter"], ...]] = ("english", "chinese")

    vocabulary_size: int = vocabulary_setting(6_000)


class ChapterSentencesConfig(TextDatasetConfig):
    """The chapter's three sentences."""

    key: ClassVar[str] = "chapter_sentences"
    title: ClassVar[str] = N_("The chapter's three sentences")
    summary: ClassVar[str] = N_(
        "“I love AI”, “AI is amazing”, “I hate bugs”: enough to see a network learn something by heart."
    )
    source: ClassVar[str] = "assets/sentences/chapter.tsv"
    card: ClassVar[Card] = Card(
        title=title,
        source=source,
        licence=N_("quoted from the textbook chapter on recurrent networks"),
        notes=N_(
            "Training, validation and test are the same three sentences, as in the book: the network learns them by "
            "heart, and its accuracy says nothing about any other sentence."
        ),
    )
    usual_length: ClassVar[int] = 3

    vocabulary_size: int = vocabulary_setting(1_000)
    max_length: int = length_setting(16)

    def info(self) -> DatasetInfo:
        """Returns the sizes."""
        return DatasetInfo(self.shape(), len(CLASS_NAMES), 3, 3, 3)

    def load(self, seed: int) -> Loading:
        """Reads the file of the package; see `DatasetConfig.load`."""
        three = _examples(list(sentences("chapter")))
        # Every word occurs only once or twice, so a single occurrence must be enough.
        return (yield from assemble(self, seed, self.card, CLASS_NAMES, three, lambda: three, three, least=1))
