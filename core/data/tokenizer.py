"""Converts text to token ids, and back to the characters they stand for. Pure Python, without tensors or networks.

A frequent word is one id. A rare or misspelt word is spelt in pieces that are learned from the training texts by byte
pair encoding (Sennrich et al., ACL 2016) and matched greedily from the left, longest first, as in WordPiece (Wu et al.,
2016). A character that is not in the training texts gets one of a few hashed buckets, so no character is lost.

Ids: 0 is padding; then the buckets; then whole words, the most frequent first; then pieces that begin a word; then
pieces that continue a word (shown as "##ing").
"""

import heapq
import itertools
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from core.data.words import find_words, normal_form, parts, surfaces, undrawn
from core.errors import DataError
from core.i18n import _
from core.input_spec import BUCKETS

_FORMAT = 1
_LONGEST_PIECE = 16
_LONGEST_LEARNED = 40
_CACHED_WORDS = 200_000


@dataclass(frozen=True)
class Word:
    """One word as written, and its tokens.

    Attributes:
        text: its characters in the input.
        start: the index of its first character.
        end: the index after its last character.
        known: whether the whole word is in the vocabulary.
        pieces: its tokens; a known word has one, equal to its normal form.
        first: the index of its first token among all tokens.
    """

    text: str
    start: int
    end: int
    known: bool
    pieces: tuple[str, ...]
    first: int

    @property
    def last(self) -> int:
        """The index of its last token among all tokens."""
        return self.first + len(self.pieces) - 1


@dataclass(frozen=True)
class Encoded:
    """A text as a network reads it.

    Attributes:
        ids: one id per token.
        tokens: the text of each id; pieces that continue a word begin with "##".
        words: the words of the tokens, in order; together they cover all tokens.
    """

    ids: list[int]
    tokens: list[str]
    words: list[Word]

    @property
    def spans(self) -> list[tuple[int, int]]:
        """For each token, the start and the end of its word in the text, in characters."""
        return [(word.start, word.end) for word in self.words for _piece in word.pieces]


class Tokenizer:
    """A vocabulary, and the conversion of text to its ids.

    Args:
        words: the words that are one id each, the most frequent first.
        starts: pieces that can begin a word, besides the words themselves.
        continuations: pieces that can continue a word.
    """

    def __init__(self, words: Iterable[str], starts: Iterable[str], continuations: Iterable[str]) -> None:
        self._words, self._starts, self._continuations = list(words), list(starts), list(continuations)
        first = 1 + BUCKETS
        self._ids_of_words = {word: first + i for i, word in enumerate(self._words)}
        first += len(self._words)
        self._ids_of_starts = {piece: first + i for i, piece in enumerate(self._starts)} | self._ids_of_words
        first += len(self._starts)
        self._ids_of_continuations = {piece: first + i for i, piece in enumerate(self._continuations)}
        self._cache: dict[str, tuple[int, ...]] = {}

    def __len__(self) -> int:
        """Returns the number of ids, padding included."""
        return 1 + BUCKETS + len(self._words) + len(self._starts) + len(self._continuations)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Tokenizer) and self.to_json() == other.to_json()

    __hash__ = None  # type: ignore[assignment]

    @classmethod
    def build(cls, texts: Iterable[str], vocabulary_size: int, least: int = 2) -> "Tokenizer":
        """Learns a vocabulary from training texts.

        Args:
            texts: the texts.
            vocabulary_size: the largest number of ids; a small corpus needs fewer.
            least: how often a word or character must occur to get its own id.
        """
        return cls.from_counts(Counter(surface for text in texts for surface in surfaces(text)), vocabulary_size, least)

    @classmethod
    def from_counts(cls, found: dict[str, int], vocabulary_size: int, least: int = 2) -> "Tokenizer":
        """Learns a vocabulary from the counts of words in the training texts; otherwise like `build`."""
        counts: Counter[str] = Counter()
        for surface, count in found.items():
            for part in parts(surface):
                counts[normal_form(part)] += count
        room = max(vocabulary_size - 1 - BUCKETS, 0)
        words = _frequent(counts, room * 3 // 4, least)
        known = set(words)
        rare = {word: count for word, count in counts.items() if word not in known}
        begins: Counter[str] = Counter()
        inner: Counter[str] = Counter()
        for word, count in rare.items():
            begins[word[0]] += count
            for character in word[1:]:
                inner[character] += count
        starts = [character for character in _frequent(begins, room // 8, least) if character not in known]
        continuations = _frequent(inner, room // 16, least)
        pieces = learn_pieces(rare, room - len(words) - len(starts) - len(continuations))
        starts += [piece for piece in pieces if not piece.startswith("##") and piece not in known]
        continuations += [piece.removeprefix("##") for piece in pieces if piece.startswith("##")]
        return cls(words, starts, continuations)

    @classmethod
    def from_json(cls, value: Any) -> "Tokenizer":
        """Reads what `to_json` wrote.

        Raises:
            DataError: it is damaged, or another version wrote it.
        """
        if not isinstance(value, dict) or value.get("format") != _FORMAT or value.get("buckets") != BUCKETS:
            raise DataError(
                _("This version cannot read this tokenizer."), _("Update Neurarium, or train the model again.")
            )
        lists: list[Any] = [value.get(name, []) for name in ("words", "starts", "continuations")]
        if not all(isinstance(part, list) and all(isinstance(piece, str) for piece in part) for part in lists):
            raise DataError(_("This tokenizer is broken."), _("Take another checkpoint, or train the model again."))
        return cls(*lists)

    def to_json(self) -> dict[str, Any]:
        """Returns the whole tokenizer as a value for JSON."""
        return {
            "format": _FORMAT,
            "buckets": BUCKETS,
            "words": self._words,
            "starts": self._starts,
            "continuations": self._continuations,
        }

    @cached_property
    def vocabulary(self) -> list[str]:
        """The text of each id: "" for padding, "<?0>" for a bucket, "##" before pieces that continue a word."""
        buckets = [f"<?{i}>" for i in range(BUCKETS)]
        return ["", *buckets, *self._words, *self._starts, *(f"##{piece}" for piece in self._continuations)]

    @property
    def word_ids(self) -> range:
        """The ids of whole words, the most frequent first."""
        return range(1 + BUCKETS, 1 + BUCKETS + len(self._words))

    def ids(self, text: str) -> list[int]:
        """Returns the token ids of `text`; faster than `encode`, for many texts."""
        return [
            token_id for surface in surfaces(text) for token_id in self._cache.get(surface) or self._look_up(surface)
        ]

    def encode(self, text: str) -> Encoded:
        """Returns the token ids of `text` and the characters that each token stands for."""
        ids: list[int] = []
        tokens: list[str] = []
        words: list[Word] = []
        for surface, start in find_words(text):
            for part in parts(surface):
                normal = normal_form(part)
                pieces = self._pieces(normal)
                shown = tuple(token for token, _id in pieces)
                end = start + len(part)
                words.append(Word(part, start, end, normal in self._ids_of_words, shown, len(ids)))
                tokens += shown
                ids += (token_id for _token, token_id in pieces)
                start = end
        return Encoded(ids, tokens, words)

    def _look_up(self, surface: str) -> tuple[int, ...]:
        """Returns the ids of a word as written, and caches them."""
        if len(self._cache) >= _CACHED_WORDS:
            self._cache.clear()
        ids = tuple(token_id for part in parts(surface) for _token, token_id in self._pieces(normal_form(part)))
        self._cache[surface] = ids
        return ids

    def _pieces(self, word: str) -> list[tuple[str, int]]:
        """Returns the tokens of a word in normal form, each with its id."""
        if word in self._ids_of_words:
            return [(word, self._ids_of_words[word])]
        for short in undrawn(word):
            if short in self._ids_of_words:
                return [(short, self._ids_of_words[short])]
        pieces: list[tuple[str, int]] = []
        at = 0
        while at < len(word):
            table, prefix = (self._ids_of_continuations, "##") if at else (self._ids_of_starts, "")
            for end in range(min(at + _LONGEST_PIECE, len(word)), at, -1):
                if word[at:end] in table:
                    pieces.append((prefix + word[at:end], table[word[at:end]]))
                    break
            else:
                end = at + 1
                # Parts of a joined emoji, and characters that training texts have only at the beginning of words.
                token_id = self._ids_of_starts.get(word[at], bucket(word[at]))
                pieces.append((prefix + word[at], token_id))
            at = end
        return pieces


def bucket(character: str) -> int:
    """Returns the id of a character that has no id of its own; the same on every machine."""
    return 1 + zlib.crc32(character.encode("utf-8", "surrogatepass")) % BUCKETS


def learn_pieces(counts: dict[str, int], limit: int) -> list[str]:
    """Learns pieces of words by byte pair encoding: merges the most frequent pairs of neighbours.

    Args:
        counts: how often each word occurs. Only words that begin with a letter take part, the 20,000 most frequent.
        limit: the largest number of pieces.

    Returns:
        Pieces of two characters or more, in the order in which they were learned; "##" marks those within a word.

    Source: Sennrich, Haddow & Birch, "Neural machine translation of rare words with subword units", ACL 2016.
    """
    words = Counter({word: n for word, n in counts.items() if word[0].isalpha() and len(word) <= _LONGEST_LEARNED})
    spelled = [([word[0], *(f"##{character}" for character in word[1:])], n) for word, n in words.most_common(20_000)]
    pairs: Counter[tuple[str, str]] = Counter()
    holders: defaultdict[tuple[str, str], set[int]] = defaultdict(set)
    for i, (symbols, n) in enumerate(spelled):
        for pair in itertools.pairwise(symbols):
            pairs[pair] += n
            holders[pair].add(i)
    queue = [(-n, pair) for pair, n in pairs.items()]
    heapq.heapify(queue)
    pieces: list[str] = []
    while queue and len(pieces) < limit:
        negative, best = heapq.heappop(queue)
        if -negative != pairs[best]:  # The count has changed; a newer entry is in the queue.
            continue
        if -negative < 2:
            break
        merged = best[0] + best[1].removeprefix("##")
        pieces.append(merged)
        touched: set[tuple[str, str]] = set()
        for i in sorted(holders.pop(best)):
            symbols, n = spelled[i]
            before, after = list(itertools.pairwise(symbols)), _merge(symbols, best, merged)
            spelled[i] = after, n
            for pair in before:
                pairs[pair] -= n
                touched.add(pair)
            for pair in itertools.pairwise(after):
                pairs[pair] += n
                holders[pair].add(i)
                touched.add(pair)
        for pair in touched:
            if pairs[pair] > 0:
                heapq.heappush(queue, (-pairs[pair], pair))
    return list(dict.fromkeys(pieces))


def _merge(symbols: list[str], pair: tuple[str, str], merged: str) -> list[str]:
    result: list[str] = []
    for symbol in symbols:
        if result and (result[-1], symbol) == pair:
            result[-1] = merged
        else:
            result.append(symbol)
    return result


def _frequent(counts: Counter[str], limit: int, least: int) -> list[str]:
    return [item for item, count in counts.most_common(limit) if count >= least]
