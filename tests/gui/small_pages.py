"""The smallest possible pages, to test the window without those of the application."""

from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from gui.pages import PageSpec
from gui.state import AppState

made: list[str] = []


class PlainPage(QWidget):
    """Needs nothing."""

    def __init__(self, state: AppState) -> None:
        super().__init__()
        made.append("plain")
        QVBoxLayout(self).addWidget(QLabel("plain"))


class HeavyPage(QWidget):
    """Would need torch."""

    def __init__(self, state: AppState) -> None:
        super().__init__()
        made.append("heavy")


PLAIN = PageSpec(
    "plain",
    "Plain",
    "A plain page",
    "It has little.",
    "home",
    "tests.gui.small_pages:PlainPage",
    needs_torch=False,
)
HEAVY = PageSpec("train", "Heavy", "A heavy page", "It has much.", "train", "tests.gui.small_pages:HeavyPage")
LAST = PageSpec(
    "last", "Last", "The last", "At the bottom.", "settings", "tests.gui.small_pages:PlainPage", False, at_bottom=True
)
