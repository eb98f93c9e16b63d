"""What people read of the classes of a network: their names, and what a scale of answers runs between."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.i18n import N_, _


def title_of(name: str) -> str:
    """Returns the name of a class as it stands at the beginning of a line, translated where it is ours."""
    text = _(name) if name else ""
    return text[:1].upper() + text[1:]


def one_scale(class_names: Sequence[str]) -> str:
    """Returns the class whose probability says it all: the second of two; nothing where there are more."""
    return class_names[1] if len(class_names) == 2 else ""


@dataclass(frozen=True)
class Scale:
    """What the figures and colours of an answer are about.

    Attributes:
        towards: the class whose probability is shown, and for which blue speaks; as the dataset spells it.
        away: the class for which orange speaks.
        band: between which probabilities the network counts as unsure; None where there are more than two classes:
            then `away` is only the most probable one of the others.
    """

    towards: str = N_("positive")
    away: str = N_("negative")
    band: tuple[float, float] | None = (0.4, 0.6)

    @property
    def foot(self) -> str:
        """What a probability of 0 means, translated."""
        return _("others") if self.band is None else _(self.away)
