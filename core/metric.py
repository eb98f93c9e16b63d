"""A number that says how good a network is: its name, which direction is better, and how it is displayed.

Imports no torch, and does not know how the number is computed.
"""

from dataclasses import dataclass
from typing import Literal

from core.i18n import N_, _
from core.quantities import percent

Direction = Literal["higher", "lower"]


@dataclass(frozen=True)
class Metric:
    """One number of a run, measured in training, on the validation set, or both.

    Attributes:
        key: its name in events, in files and on the command line.
        title: its name on screen, marked for translation.
        direction: which values are better.
        is_share: whether it is a share from 0 to 1, which is displayed in percent.
        hint: what its curve will show, in a sentence marked for translation, or "".
    """

    key: str
    title: str
    direction: Direction
    is_share: bool = False
    hint: str = ""

    @property
    def name(self) -> str:
        """The translated title as it is written within a sentence: "accuracy", "macro F1"."""
        title = _(self.title)
        return title[:1].lower() + title[1:] if title[1:2].islower() else title

    def text(self, value: float) -> str:
        """Returns a value as it is displayed: "98.41 %" or "0.1234"."""
        return percent(value) if self.is_share else f"{value:.4g}"


LOSS = Metric("loss", N_("Loss"), "lower", hint=N_("How wrong the network is: this curve will fall as it learns."))
"""What training minimises; every objective has a loss. Like a metric, it can decide which epoch is best."""
