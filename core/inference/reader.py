"""From a sentence as typed to what a network reads: token ids, the words they belong to, and batches of them.

Knows no network. Whatever is typed can be read: nothing, ten thousand words, control characters, markup (as plain
text), any script in any direction. Axes: B batch, T tokens.
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

# A word is told from its neighbours by a few characters around it: so many words more, and cutting changes none.
_MARGIN = 16


@dataclass(frozen=True)
class ReadText:
    """A text as one network reads it.

    Attributes:
        text: as typed.
        ids: one id per token, `max_length` at most.
        words: the words the ids belong to, in order, with their places in `text`; `Word.known` says whether the
            vocabulary holds the whole word.
        read_as: for each word, what the network reads for it: itself in normal form, or the pieces it is spelt in,
            divided by "·"; "?" is a character that stands for all characters never seen.
        cut: how many tokens were left out at the end.
    """

    text: str
    ids: tuple[int, ...]
    words: tuple[Word, ...]
    read_as: tuple[str, ...]
    cut: int = 0

    @property
    def knows_a_word(self) -> bool:
        """Whether at least one word, not only marks of punctuation, is in the vocabulary, drawn out or not."""
        return any(_is_known(word) and not is_mark(word.text) for word in self.words)


class TextReader:
    """Turns texts into what the network of `input_spec` reads. Several threads may use one.

    Raises:
        RunError: the network reads no sentences.
        DataError: its vocabulary is broken.
    """

    def __init__(self, input_spec: InputSpec) -> None:
        input = TEXT.require(input_spec.input)
        self.tokenizer = Tokenizer.from_json(input.tokenizer)
        self.max_length = input.max_length

    def read(self, text: str) -> ReadText:
        """Reads one text, word by word; of a long one only as much as the network takes in."""
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
        """Returns only the ids; the quick way, for many texts."""
        return tuple(self.tokenizer.ids(text)[: self.max_length])


def batch_of(rows: Sequence[Sequence[int]]) -> tuple[Tensor, Tensor]:
    """Returns ids (B, T) padded with 0, and lengths (B,); an empty row becomes one padding token of length 0."""
    steps = max(1, *(len(row) for row in rows))
    tokens_BT = torch.tensor([[*row, *[PADDING] * (steps - len(row))] for row in rows])
    return tokens_BT, torch.tensor([len(row) for row in rows])


def is_mark(text: str) -> bool:
    """Whether a word is a mark such as "," "!!!" or "<" that says nothing alone; ":(" and pictures do say something."""
    category = unicodedata.category(text[0])
    return len(set(text)) == 1 and category[0] in "PS" and category != "So"


def _shown(piece: str, token_id: int) -> str:
    return "?" if token_id <= BUCKETS else piece.removeprefix("##")


def _is_known(word: Word) -> bool:
    # "goooood" is not in the vocabulary, but read as "good": one piece, another word.
    return word.known or (len(word.pieces) == 1 and len(word.pieces[0]) > 1)
