"""How the classes of a network are named for people, and which two classes a scale of answers lies between."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.i18n import N_, _


def title_of(name: str) -> str:
    """Returns the name of a class as a line begins with it, translated if the program knows it."""
    text = _(name) if name else ""
    return text[:1].upper() + text[1:]


def one_scale(class_names: Sequence[str]) -> str:
    """Returns the class whose probability describes the whole answer: the second of two. Empty if there are more."""
    return class_names[1] if len(class_names) == 2 else ""


@dataclass(frozen=True)
class Scale:
    """What the numbers and colours of an answer refer to.

    Attributes:
        towards: the class whose probability is shown and which is coloured blue, as the dataset spells it.
        away: the class that is coloured orange.
        band: the probabilities between which the network counts as unsure; None if there are more than two classes.
            Then `away` is only the most probable of the others.
    """

    towards: str = N_("positive")
    away: str = N_("negative")
    band: tuple[float, float] | None = (0.4, 0.6)

    @property
    def foot(self) -> str:
        """What a probability of 0 means, translated."""
        return _("others") if self.band is None else _(self.away)
