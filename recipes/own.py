"""This program's own sentences as training data for the ready-made networks."""

from typing import Literal

from core.data.base import SplitName
from core.data.sources.sentences import sentences
from core.data.text import Examples


def own_sentences(language: Literal["english", "chinese"], split: SplitName) -> Examples:
    """Returns the sentences of one split with their classes."""
    chosen = [sentence for sentence in sentences(language) if sentence.split == split]
    return Examples([sentence.text for sentence in chosen], [sentence.label for sentence in chosen])


def joined(*parts: Examples) -> Examples:
    """Returns all examples, one part after another."""
    return Examples([text for part in parts for text in part.texts], [label for part in parts for label in part.labels])
