"""The words a network knows, in the space of its embeddings: their neighbours, and the network's answer to each.

Does not know how the space is shown (see `core.explain.text.word_map`). Axes: V words of the vocabulary, E embedding.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import torch

from core.arrays import Floats64
from core.explain.text.edits import is_ideograph
from core.inference.score import Scorer


@dataclass(frozen=True)
class WordNeighbour:
    """One word of the vocabulary.

    Attributes:
        word: in normal form.
        similarity: the cosine similarity of its embedding and that of the given word.
        probability: of the second of two classes, for the word alone; 0.5 with more classes.
    """

    word: str
    similarity: float
    probability: float


class WordSpace:
    """The whole words of a network's vocabulary, the most frequent first. Several threads may use it at once.

    Attributes:
        words: in normal form.
        vectors_VE: their embeddings.
    """

    def __init__(self, scorer: Scorer) -> None:
        self.scorer = scorer
        tokenizer = scorer.reader.tokenizer
        self._ids = list(tokenizer.word_ids)
        self.words = [tokenizer.vocabulary[token_id] for token_id in self._ids]
        self.vectors_VE = self._embed(self._ids)
        self._directions_VE = _directions(self.vectors_VE)
        self._is_word_V = np.array([word[0].isalpha() for word in self.words], bool)
        self._is_ideograph_V = np.array([is_ideograph(word) for word in self.words], bool)

    @cached_property
    def places(self) -> dict[str, int]:
        """The place of each word in `words`."""
        return {word: place for place, word in enumerate(self.words)}

    @cached_property
    def leanings_V(self) -> Floats64:
        """The network's answer to each word alone, as log-odds of the second of two classes.

        With more classes there is no such scale; then all are 0.
        """
        if len(self.scorer.class_names) != 2:
            return np.zeros(len(self.words))
        logits_V2 = self.scorer.logits([(token_id,) for token_id in self._ids]).double().numpy()
        return np.asarray(logits_V2[:, 1] - logits_V2[:, 0], np.float64)

    @cached_property
    def probabilities_V(self) -> Floats64:
        """The probability of the second of two classes for each word alone; 0.5 with more classes."""
        return np.asarray(0.5 * (1 + np.tanh(0.5 * self.leanings_V)), np.float64)

    def vector(self, word: str) -> Floats64:
        """Returns the embedding (E,) of any word; the mean over its pieces if it has several."""
        ids = self.scorer.reader.ids(word)
        return np.asarray(self._embed(ids).mean(axis=0) if ids else np.zeros(self.vectors_VE.shape[1]), np.float64)

    def leaning(self, word: str) -> float:
        """Returns the network's answer to one word alone, on the scale of `leanings_V`."""
        if len(self.scorer.class_names) != 2:
            return 0.0
        logits_2 = self.scorer.logits([self.scorer.reader.ids(word)])[0]
        return float(logits_2[1] - logits_2[0])

    def neighbours(
        self, word: str, count: int = 8, *, opposite: bool = False, same_script: bool = False
    ) -> list[WordNeighbour]:
        """Returns the words whose embeddings have the largest cosine similarity to that of `word`, nearest first.

        Args:
            word: any word; it is not among its own neighbours.
            count: the maximum number of words.
            opposite: only words to which the network gives the opposite answer.
            same_script: only Chinese characters for a Chinese character, and only other words for other words.
        """
        direction_E = _directions(self.vector(word)[None])[0]
        similarities_V = self._directions_VE @ direction_E
        allowed_V = self._is_word_V.copy()
        own = self.scorer.reader.read(word).read_as
        allowed_V[[self.places[other] for other in own if other in self.places]] = False
        if opposite:
            allowed_V &= self.leanings_V * self.leaning(word) < 0
        if same_script:
            allowed_V &= self._is_ideograph_V == is_ideograph(word)
        order = np.argsort(-np.where(allowed_V, similarities_V, -np.inf), kind="stable")[:count]
        return [
            WordNeighbour(self.words[place], float(similarities_V[place]), float(self.probabilities_V[place]))
            for place in order.tolist()
            if allowed_V[place]
        ]

    def _embed(self, ids: list[int] | tuple[int, ...]) -> Floats64:
        with torch.inference_mode():
            vectors_1VE = self.scorer.model.embed(torch.tensor([list(ids)], dtype=torch.int64))
        return np.asarray(vectors_1VE[0].double().numpy(), np.float64)


def _directions(vectors_VE: Floats64) -> Floats64:
    return np.asarray(vectors_VE / np.maximum(np.linalg.norm(vectors_VE, axis=1, keepdims=True), 1e-12), np.float64)
