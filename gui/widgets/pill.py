"""Rounded chips in a page's header: one that only shows text, one that can be pressed."""

from PySide6.QtCore import QSize
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QLabel, QMenu, QPushButton, QSizePolicy, QWidget


class Pill(QLabel):
    """A short fact, such as the device in use."""

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)


class PillButton(QPushButton):
    """A minor choice, such as the language. With a menu it shows an arrow."""

    def __init__(self, text: str = "", icon: QIcon | None = None, parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.setIconSize(QSize(14, 14))
        if icon is not None:
            self.setIcon(icon)

    def setMenu(self, menu: QMenu) -> None:
        super().setMenu(menu)
        self.setProperty("has_menu", True)
        self.style().unpolish(self)
        self.style().polish(self)
