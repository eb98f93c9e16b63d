"""The lower card: one of several views of the text at a time; of two networks, the one to look into.

Only the visible view costs time.
"""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from core.i18n import N_, _
from gui.retranslate import on_language_change
from gui.widgets.card import Card
from gui.widgets.segmented import Segmented

LETTERS = ("A", "B")
VIEWS = (
    ("inside", N_("Inside")),
    ("map", N_("Map of words")),
    ("time", N_("Time machine")),
    ("table", N_("Sentences")),
    ("challenge", N_("Challenge")),
)


class LowerCard(Card):
    """Shows one of the views.

    view_changed: the key in `VIEWS`.
    network_changed: 0 or 1, which of two networks to look into.
    """

    view_changed = Signal(str)
    network_changed = Signal(int)

    def __init__(self, views: dict[str, QWidget], parent: QWidget | None = None) -> None:
        super().__init__(VIEWS[0][1], parent)
        self._views = views
        self._titles = dict(VIEWS)
        self.choice = Segmented([view for view in VIEWS if view[0] in views], N_("What to look at"))
        self.choice.current_changed.connect(self._show)
        self.network = Segmented([(letter, letter) for letter in LETTERS], N_("The network to look into"))
        self.network.current_changed.connect(self._change_network)
        self.network.hide()
        self._names = ("", "")
        self.add_action(self.network)
        self.add_action(self.choice)
        self._stack = QStackedWidget()
        for view in views.values():
            self._stack.addWidget(view)
        self.add(self._stack, 1)
        on_language_change(self, self._name_networks)

    def current(self) -> str:
        """Returns the key of the visible view."""
        return self.choice.current()

    def set_current(self, key: str) -> None:
        """Shows a view."""
        self.choice.set_current(key)

    def show_networks(self, first: str, second: str) -> None:
        """Offers two networks by their names; two empty names if there is only one."""
        self._names = (first, second)
        if not second:
            self.network.set_current(LETTERS[0])
        self.network.setVisible(bool(second))
        self._name_networks()

    def which(self) -> int:
        """Returns which network is looked into: 0, or 1 for the second of two."""
        return LETTERS.index(self.network.current())

    def set_view_title(self, key: str, title: str) -> None:
        """Gives a view another, translated title."""
        self._titles[key] = title
        if key == self.current():
            self.set_title(title)

    def _change_network(self, letter: str) -> None:
        self.network_changed.emit(LETTERS.index(letter))

    def _name_networks(self) -> None:
        for letter, name in zip(LETTERS, self._names, strict=True):
            purpose = _("Look into {name}").format(name=f"{letter} · {name}")
            self.network.button(letter).setToolTip(purpose)
            self.network.button(letter).setAccessibleName(purpose)

    def _show(self, key: str) -> None:
        self._stack.setCurrentWidget(self._views[key])
        self.set_title(self._titles[key])
        self.view_changed.emit(key)
