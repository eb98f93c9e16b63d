"""Turns a typed sentence into what a network reads: token ids, the words they belong to, and batches of them.

Knows no network. Any text can be read: an empty one, ten thousand words, control characters, markup (as plain text),
any script in any direction. Axes: B batch, T tokens.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import islice

import torch
from torch import Tensor

from core.data.tokenizer import Tokenizer, Word
from core.data.words import find_words
from core.input_spec import BUCKETS, PADDING, InputSpec
from core.modalities.text import TEXT

# A few characters around a word decide where it ends: with so many words more, cutting the text changes none.
_MARGIN = 16


@dataclass(frozen=True)
class ReadText:
    """A text as one network reads it.

    Attributes:
        text: as typed.
        ids: one id per token, at most `max_length`.
        words: the words the ids belong to, in order, with their places in `text`; `Word.known` says whether the whole
            word is in the vocabulary.
        read_as: how the network reads each word: in normal form, or as pieces separated by "·"; "?" stands for a
            character that is not in the vocabulary.
        cut: how many tokens at the end were left out.
    """

    text: str
    ids: tuple[int, ...]
    words: tuple[Word, ...]
    read_as: tuple[str, ...]
    cut: int = 0

    @property
    def knows_a_word(self) -> bool:
        """Whether the vocabulary has at least one word that is not punctuation; "goooood" counts as "good"."""
        return any(_is_known(word) and not is_mark(word.text) for word in self.words)


class TextReader:
    """Turns texts into what the network of `input_spec` reads. Several threads may use one.

    Raises:
        RunError: the network does not read sentences.
        DataError: its vocabulary is broken.
    """

    def __init__(self, input_spec: InputSpec) -> None:
        input = TEXT.require(input_spec.input)
        self.tokenizer = Tokenizer.from_json(input.tokenizer)
        self.max_length = input.max_length

    def read(self, text: str) -> ReadText:
        """Reads one text word by word; a long one only as far as the network can read."""
        limit = self.max_length
        beyond = next(islice(find_words(text), limit + _MARGIN, None), None)
        encoded = self.tokenizer.encode(text if beyond is None else text[: beyond[1]])
        words = [word for word in encoded.words if word.first < limit]
        if words and words[-1].last >= limit:
            words[-1] = replace(words[-1], pieces=words[-1].pieces[: limit - words[-1].first])
        ids = encoded.ids[:limit]
        total = len(encoded.ids) if beyond is None else len(self.tokenizer.ids(text))
        shown = tuple(
            "·".join(_shown(piece, ids[word.first + i]) for i, piece in enumerate(word.pieces)) for word in words
        )
        return ReadText(text, tuple(ids), tuple(words), shown, total - len(ids))

    def ids(self, text: str) -> tuple[int, ...]:
        """Returns only the ids; this is faster for many texts."""
        return tuple(self.tokenizer.ids(text)[: self.max_length])


def batch_of(rows: Sequence[Sequence[int]]) -> tuple[Tensor, Tensor]:
    """Returns ids (B, T) padded with 0, and lengths (B,); an empty row becomes one padding token of length 0."""
    steps = max(1, *(len(row) for row in rows))
    tokens_BT = torch.tensor([[*row, *[PADDING] * (steps - len(row))] for row in rows])
    return tokens_BT, torch.tensor([len(row) for row in rows])


def is_mark(text: str) -> bool:
    """Whether a word is a mark without meaning, such as "," "!!!" or "<"; ":(" and emoji have a meaning."""
    category = unicodedata.category(text[0])
    return len(set(text)) == 1 and category[0] in "PS" and category != "So"


def _shown(piece: str, token_id: int) -> str:
    return "?" if token_id <= BUCKETS else piece.removeprefix("##")


def _is_known(word: Word) -> bool:
    # "goooood" is not in the vocabulary, but it is read as "good": a single piece, which is another word.
    return word.known or (len(word.pieces) == 1 and len(word.pieces[0]) > 1)
