"""Tests what a network understands of language: its accuracy on negation, contrast, intensifiers and more.

Uses the test sentences that come with the program; each belongs to one phenomenon. Knows no screen.
"""

from dataclasses import dataclass
from typing import Literal

from core.data.sources.sentences import CLASS_NAMES, Sentence, sentences
from core.errors import RunError
from core.i18n import N_, _
from core.inference.score import Score, Scorer

Language = Literal["english", "chinese"]

PHENOMENA = {
    "plain": N_("plain words"),
    "negation": N_("negation"),
    "double_negation": N_("double negation"),
    "contrast": N_("contrast"),
    "intensifier": N_("intensifiers"),
    "diminisher": N_("diminishers"),
    "comparison": N_("comparison"),
    "question": N_("questions"),
    "idiom": N_("idioms"),
}
"""What can make a sentence difficult, in the order in which it is shown, to be translated."""

_LEAST_KNOWN = 0.5


@dataclass(frozen=True)
class Examined:
    """One sentence and the network's answer."""

    sentence: Sentence
    score: Score

    @property
    def is_right(self) -> bool:
        """Whether the answer is correct."""
        return self.score.index == self.sentence.label


@dataclass(frozen=True)
class Phenomenon:
    """The result of a network on one phenomenon.

    Attributes:
        key: in `PHENOMENA`.
        right: the number of sentences with a correct answer.
        total: the number of sentences.
        failures: those with a wrong answer, the most confident first.
    """

    key: str
    right: int
    total: int
    failures: tuple[Examined, ...]

    @property
    def accuracy(self) -> float:
        """The share of correct answers; guessing reaches one half."""
        return self.right / self.total


@dataclass(frozen=True)
class Challenge:
    """The result of a network on all phenomena.

    Attributes:
        language: of the sentences.
        phenomena: in the order of `PHENOMENA`.
    """

    language: Language
    phenomena: tuple[Phenomenon, ...]

    @property
    def accuracy(self) -> float:
        """The share of correct answers over all sentences."""
        return sum(each.right for each in self.phenomena) / sum(each.total for each in self.phenomena)


def challenge(scorer: Scorer, language: Language | None = None) -> Challenge:
    """Tests a network on the test sentences only, because it may have been trained on the others.

    Args:
        scorer: a network with the classes negative and positive.
        language: of the sentences; None for the one that the network knows best.

    Raises:
        RunError: the network has other classes.
    """
    if scorer.class_names != CLASS_NAMES:
        raise RunError(
            _("These sentences are positive or negative, but this network knows other classes."),
            _("Choose a run that was trained to tell positive from negative."),
        )
    language = language or (languages_of(scorer) or ["english"])[0]
    chosen = [sentence for sentence in sentences(language) if sentence.split == "test"]
    scores = scorer.score_many([sentence.text for sentence in chosen])
    examined = [Examined(sentence, score) for sentence, score in zip(chosen, scores, strict=True)]
    return Challenge(language, tuple(_judge(key, examined) for key in PHENOMENA))


def languages_of(scorer: Scorer) -> list[Language]:
    """Returns the languages that a network can read: it knows at least half of the words in our sentences."""
    found: list[tuple[float, Language]] = []
    both: tuple[Language, Language] = ("english", "chinese")
    for language in both:
        words = [word for s in sentences(language)[::20] for word in scorer.read(s.text).words]
        share = sum(word.known for word in words) / len(words)
        if share >= _LEAST_KNOWN:
            found.append((share, language))
    return [language for _share, language in sorted(found, reverse=True)]


def _judge(key: str, examined: list[Examined]) -> Phenomenon:
    here = [each for each in examined if each.sentence.phenomenon == key]
    wrong = [each for each in here if not each.is_right]
    wrong.sort(key=lambda each: -max(each.score.probabilities))
    return Phenomenon(key, len(here) - len(wrong), len(here), tuple(wrong))
