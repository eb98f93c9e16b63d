"""Texts in memory as token ids. Batches contain texts of similar length, so they need little padding.

Independent of the source of the texts and of the networks that read them. Axes: N examples, B batch, T tokens;
S all tokens of all examples in one row.
"""

import hashlib
import threading
from array import array
from collections import Counter
from collections.abc import Callable, Generator, Sequence
from typing import Any, ClassVar, NamedTuple, Self

import torch
from torch import Tensor

from core.data.base import Card, DatasetConfig, SplitName, Strength, check_same_classes, cut
from core.data.tokenizer import Tokenizer
from core.data.words import surfaces
from core.events import Preparing
from core.generators import pull
from core.i18n import N_, _
from core.input_spec import PADDING, InputSpec, TextInput
from core.settings import setting

_DROPPED_WORDS: dict[Strength, float] = {"off": 0.0, "light": 0.1, "strong": 0.25}
_PORTION = 500


class Examples(NamedTuple):
    """Texts and the class index of each."""

    texts: list[str]
    labels: list[int]

    def at(self, index_M: Tensor) -> "Examples":
        """Returns some of the examples."""
        chosen = index_M.tolist()
        return Examples([self.texts[i] for i in chosen], [self.labels[i] for i in chosen])


def without_doubles(examples: Examples) -> Examples:
    """Returns the examples whose text is not empty and has not occurred before."""
    first: dict[str, int] = {}
    for text, label in zip(examples.texts, examples.labels, strict=True):
        if text:
            first.setdefault(text, label)
    return Examples(list(first), list(first.values()))


def set_apart(examples: Examples, share: float = 0.1) -> tuple[Examples, Examples]:
    """Splits off test examples if none are published: `share` of each class, but at least two examples stay.

    The hashes of the texts decide, so the test set is the same for every seed, and nearly the same if examples are
    added.

    Returns:
        The examples for training and those for testing, in their order.
    """
    apart = [False] * len(examples.labels)
    for label in set(examples.labels):
        members = [i for i, other in enumerate(examples.labels) if other == label]
        members.sort(key=lambda i: hashlib.sha256(examples.texts[i].encode(errors="surrogatepass")).digest())
        for i in members[: min(max(round(len(members) * share), 1), max(len(members) - 2, 0))]:
            apart[i] = True
    apart_N = torch.tensor(apart)
    return examples.at(torch.nonzero(~apart_N).flatten()), examples.at(torch.nonzero(apart_N).flatten())


def vocabulary_setting(default: int) -> Any:
    """Declares the setting for the largest vocabulary."""
    return setting(
        default,
        N_("Vocabulary"),
        N_(
            "The largest number of words and pieces of words that get their own vector, chosen from the training "
            "texts. Rarer words are spelt in pieces."
        ),
        scale="log",
        ge=200,
        le=100_000,
    )


def length_setting(default: int) -> Any:
    """Declares the setting for the longest text."""
    return setting(
        default,
        N_("Longest text"),
        N_("Texts are cut after this many tokens. A network reads them one by one, so long texts take long."),
        scale="log",
        ge=4,
        le=4096,
    )


class TextDatasetConfig(DatasetConfig):
    """Settings of every text dataset. Datasets with shorter or longer texts have other defaults."""

    modality: ClassVar[str] = "text"
    usual_length: ClassVar[int] = 55  # mean number of tokens in a training text

    vocabulary_size: int = vocabulary_setting(10_000)
    max_length: int = length_setting(256)

    def shape(self) -> TextInput:
        """Returns the input of a network, as far as it is known before the texts are read."""
        return TextInput(vocabulary_size=self.vocabulary_size, max_length=self.max_length, tokenizer={})


class TextSplit:
    """Token ids with their classes; implements `core.data.base.Split`.

    Args:
        tokens_S: the ids of all examples one after another, int32.
        offsets: the start of each example in `tokens_S`, and finally the end of the last one; int64, (N + 1,).
        targets_N: class of each, int64.
        texts: the texts as written, for display.
    """

    def __init__(self, tokens_S: Tensor, offsets: Tensor, targets_N: Tensor, texts: Sequence[str]) -> None:
        assert len(offsets) == len(targets_N) + 1 == len(texts) + 1
        # One padding token if there are no tokens at all, so that indexing works.
        self.tokens_S = tokens_S if len(tokens_S) else tokens_S.new_zeros(1)
        self.offsets = offsets
        self.targets_N = targets_N
        self.texts = texts

    def __len__(self) -> int:
        return len(self.targets_N)

    def to(self, device: torch.device) -> Self:
        """Returns the same examples on `device`, or itself if they are already there."""
        if self.tokens_S.device == device:
            return self
        return type(self)(self.tokens_S.to(device), self.offsets.to(device), self.targets_N.to(device), self.texts)

    def order(self, batch_size: int, generator: torch.Generator | None) -> list[Tensor]:
        """Returns the indices of each batch of one epoch; texts of similar length share a batch.

        With a generator, the grouping and the order of the batches are random. Without one, batches go from short texts
        to long ones. The generator is on the CPU, so the order does not depend on the device.
        """
        device, lengths_N = self.tokens_S.device, self.offsets.diff().cpu()
        if not len(self):
            return []
        if generator is None:
            return list(lengths_N.argsort(stable=True).to(device).split(batch_size))
        # Up to a tenth of noise is added to the lengths: enough to mix the texts, while padding stays rare.
        noise_N = torch.rand(len(self), generator=generator)
        batches = (lengths_N * (1 + 0.1 * noise_N) + noise_N).argsort().to(device).split(batch_size)
        return [batches[i] for i in torch.randperm(len(batches), generator=generator).tolist()]

    def batch(self, index_B: Tensor, augmentation: Strength = "off") -> tuple[tuple[Tensor, ...], Tensor]:
        """Returns token ids (B, T) padded with 0, lengths (B,), and the classes (B,) of the examples at `index_B`.

        Augmentation drops words (Iyyer et al., "Deep unordered composition rivals syntactic methods", ACL 2015). The
        remaining tokens are moved together, so there is no visible gap. At least one token remains.
        """
        starts_B = self.offsets[index_B]
        lengths_B = self.offsets[index_B + 1] - starts_B
        steps_T = torch.arange(max(int(lengths_B.max()), 1), device=index_B.device)
        valid_BT = steps_T < lengths_B[:, None]
        places_BT = (starts_B[:, None] + steps_T).clamp_(max=len(self.tokens_S) - 1)
        tokens_BT = torch.where(valid_BT, self.tokens_S[places_BT].long(), PADDING)
        if augmentation != "off":
            tokens_BT, lengths_B = _leave_out(tokens_BT, valid_BT, _DROPPED_WORDS[augmentation])
        return (tokens_BT, lengths_B), self.targets_N[index_B]


def _leave_out(tokens_BT: Tensor, valid_BT: Tensor, share: float) -> tuple[Tensor, Tensor]:
    """Drops `share` of the ids at random and moves the rest together; returns the ids and their new lengths."""
    luck_BT = torch.rand(tokens_BT.shape, device=tokens_BT.device).masked_fill(~valid_BT, -1.0)
    luckiest_BT = luck_BT == luck_BT.amax(dim=1, keepdim=True)
    kept_BT = valid_BT & ((luck_BT >= share) | luckiest_BT)
    lengths_B = kept_BT.sum(dim=1)
    first_BT = (~kept_BT).to(torch.uint8).argsort(dim=1, stable=True)[:, : max(int(lengths_B.max()), 1)]
    return (tokens_BT * kept_BT).gather(1, first_BT), lengths_B


class TextData:
    """A text dataset in memory; implements `core.data.base.Data`.

    Args:
        card: its source.
        input_spec: what a network needs to read it.
        train: training examples.
        validation: examples held back from training.
        read_test: reads the test examples on first use.
    """

    def __init__(
        self,
        card: Card,
        input_spec: InputSpec,
        train: TextSplit,
        validation: TextSplit,
        read_test: Callable[[], TextSplit],
    ) -> None:
        self.card = card
        self.input_spec = input_spec
        self._splits: dict[SplitName, TextSplit] = {"train": train, "validation": validation}
        self._read_test = read_test
        self._reading_test = threading.Lock()

    def split(self, name: SplitName) -> TextSplit:
        """Returns one split.

        Raises:
            DataError: the test split is missing or broken.
        """
        with self._reading_test:
            if name not in self._splits:
                self._splits[name] = self._read_test()
        return self._splits[name]

    def seen_by(self, input_spec: InputSpec) -> "TextData":
        """Returns the same texts in the vocabulary of the network of `input_spec`.

        Raises:
            DataError: it has other classes.
        """
        if input_spec == self.input_spec:
            return self
        check_same_classes(self.card, self.input_spec, input_spec)
        assert isinstance(input_spec.input, TextInput)
        tokenizer, max_length = Tokenizer.from_json(input_spec.input.tokenizer), input_spec.input.max_length

        def read_again(name: SplitName) -> TextSplit:
            split = self.split(name)
            examples = Examples(list(split.texts), split.targets_N.tolist())
            return pull(_encode(tokenizer, examples, max_length, ""))

        train, validation = read_again("train"), read_again("validation")
        return TextData(self.card, input_spec, train, validation, lambda: read_again("test"))


def assemble(
    config: TextDatasetConfig,
    seed: int,
    card: Card,
    class_names: tuple[str, ...],
    train: Examples,
    read_test: Callable[[], Examples],
    validation: Examples | None = None,
    *,
    least: int = 2,
) -> Generator[Preparing, None, TextData]:
    """Cuts a validation set from the examples, learns a vocabulary from the rest, and builds the dataset.

    Args:
        config: the fraction to hold back, the number of examples to use, and the largest vocabulary.
        seed: decides the cut.
        card: the source of the dataset.
        class_names: one name per class.
        train: all examples that are not for testing.
        read_test: reads the test examples.
        validation: published validation examples; then none are cut from `train`.
        least: how often a word must occur in training to get its own id.
    """
    targets_N = torch.tensor(train.labels)
    train_index, held_index = cut(targets_N, config.validation_fraction, config.train_examples, seed)
    if validation is None:
        validation = train.at(held_index)
    elif config.train_examples is None or config.train_examples >= len(targets_N):
        train_index = torch.arange(len(targets_N))
    train = train.at(train_index)
    what = _("Reading {dataset}").format(dataset=_(card.title))
    counts: Counter[str] = Counter()
    for i in range(0, len(train.texts), _PORTION):
        yield Preparing(what, i, len(train.texts), "examples")
        counts.update(surface for text in train.texts[i : i + _PORTION] for surface in surfaces(text))
    tokenizer = Tokenizer.from_counts(counts, config.vocabulary_size, least)
    input = TextInput(vocabulary_size=len(tokenizer), max_length=config.max_length, tokenizer=tokenizer.to_json())
    training = yield from _encode(tokenizer, train, config.max_length, what)
    validating = yield from _encode(tokenizer, validation, config.max_length, what)

    def read_and_encode_test() -> TextSplit:
        return pull(_encode(tokenizer, read_test(), config.max_length, what))

    input_spec = InputSpec(input=input, class_names=class_names)
    return TextData(card, input_spec, training, validating, read_and_encode_test)


def _encode(
    tokenizer: Tokenizer, examples: Examples, max_length: int, what: str
) -> Generator[Preparing, None, TextSplit]:
    """Encodes `examples` as tensors; yields its progress."""
    tokens = array("i")
    offsets = array("q", [0])
    for i, text in enumerate(examples.texts):
        tokens.extend(tokenizer.ids(text)[:max_length])
        offsets.append(len(tokens))
        if i % _PORTION == 0:
            yield Preparing(what, i, len(examples.texts), "examples")
    tokens_S = torch.tensor(tokens, dtype=torch.int32)
    return TextSplit(
        tokens_S, torch.tensor(offsets, dtype=torch.int64), torch.tensor(examples.labels), tuple(examples.texts)
    )
