"""The lower card: one of several looks at the text, one at a time. Only the one that is shown costs anything."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from core.i18n import N_
from gui.widgets.card import Card
from gui.widgets.segmented import Segmented

VIEWS = (
    ("inside", N_("Inside")),
    ("map", N_("Map of words")),
    ("time", N_("Time machine")),
    ("table", N_("Sentences")),
    ("challenge", N_("Challenge")),
)


class LowerCard(Card):
    """Shows one of the views.

    Signals:
        view_changed: its key in `VIEWS`.
    """

    view_changed = Signal(str)

    def __init__(self, views: dict[str, QWidget], parent: QWidget | None = None) -> None:
        super().__init__(VIEWS[0][1], parent)
        self._views = views
        self._titles = dict(VIEWS)
        self.choice = Segmented([view for view in VIEWS if view[0] in views], N_("What to look at"))
        self.choice.current_changed.connect(self._show)
        self.add_action(self.choice)
        self._stack = QStackedWidget()
        for view in views.values():
            self._stack.addWidget(view)
        self.add(self._stack, 1)

    def current(self) -> str:
        """Returns the key of the view that is shown."""
        return self.choice.current()

    def set_current(self, key: str) -> None:
        """Shows a view."""
        self.choice.set_current(key)

    def set_view_title(self, key: str, title: str) -> None:
        """Gives a view another title above it, translated."""
        self._titles[key] = title
        if key == self.current():
            self.set_title(title)

    def _show(self, key: str) -> None:
        self._stack.setCurrentWidget(self._views[key])
        self.set_title(self._titles[key])
        self.view_changed.emit(key)
