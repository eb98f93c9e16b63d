"""The pages of the window, one line each. A page is a widget made from an `AppState`; pages never import each other."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any

from core.i18n import N_

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from gui.state import AppState


@dataclass(frozen=True)
class PageSpec:
    """What the window must know about a page before it is first shown. The page is imported only then.

    Attributes:
        key: the name by which `AppState.open_page` finds it.
        title: one word for the rail, marked for translation.
        heading: the text above the page, marked for translation.
        tooltip: one sentence on what the page is for, marked for translation.
        icon: a name of `gui.icons`.
        place: its class, as "module:Class"; the class takes only the `AppState`.
        needs_torch: whether the page can be made only after torch is imported.
        at_bottom: places it at the bottom of the rail, away from the pages to work on.
    """

    key: str
    title: str
    heading: str
    tooltip: str
    icon: str
    place: str
    needs_torch: bool = True
    at_bottom: bool = False

    @property
    def module(self) -> str:
        """The module to import."""
        return self.place.partition(":")[0]

    def make(self, state: "AppState") -> "QWidget":
        """Imports the page and returns a new one."""
        module, _colon, name = self.place.partition(":")
        page: Callable[[Any], QWidget] = getattr(import_module(module), name)
        return page(state)


PAGES = [
    PageSpec(
        "start",
        N_("Start"),
        N_("Welcome"),
        N_("What one can do here, and your last runs."),
        "home",
        "gui.pages.start:StartPage",
        needs_torch=False,
    ),
    PageSpec(
        "train",
        N_("Train"),
        N_("Train a network"),
        N_("Choose data, a network and an optimizer, and watch it learn."),
        "train",
        "gui.pages.train:TrainPage",
    ),
    PageSpec(
        "draw",
        N_("Draw"),
        N_("Draw and classify"),
        N_("Draw for a network and see what it says, what it sees, and why."),
        "draw",
        "gui.pages.draw:DrawPage",
    ),
    PageSpec(
        "write",
        N_("Write"),
        N_("Type and score"),
        N_("Write sentences for your networks and see, word by word, how they judge them."),
        "write",
        "gui.pages.write:WritePage",
    ),
    PageSpec(
        "settings",
        N_("Settings"),
        N_("Settings"),
        N_("Language, look, folders and processor cores."),
        "settings",
        "gui.pages.settings:SettingsPage",
        at_bottom=True,
    ),
]
