"""A surface with a title in small capitals on the left, actions on the right, and a body below."""

from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLayout, QVBoxLayout, QWidget

from core.i18n import _
from gui.retranslate import on_language_change
from gui.theme import GAP_SMALL, PADDING, set_role


class Card(QFrame):
    """A frame whose content is added to `body`.

    Args:
        title: marked with `N_`, translated when shown; a card without a title has no header until it gets actions.
    """

    def __init__(self, title: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = title
        self._label = QLabel()
        set_role(self._label, "section")
        self._actions = QHBoxLayout()
        self._actions.setSpacing(GAP_SMALL)
        self._header = QWidget()
        header = QHBoxLayout(self._header)
        header.setContentsMargins(0, 0, 0, 0)
        header.addWidget(self._label)
        header.addStretch(1)
        header.addLayout(self._actions)
        self.body = QVBoxLayout()
        self.body.setSpacing(8)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(PADDING, PADDING - 2, PADDING, PADDING)
        layout.setSpacing(8)
        layout.addWidget(self._header)
        layout.addLayout(self.body, 1)
        self._header.setVisible(bool(title))
        on_language_change(self, self._set_texts)

    def title(self) -> str:
        """Returns the title in the current language."""
        return _(self._title)

    def set_title(self, title: str) -> None:
        """Shows another title, marked with `N_` or already translated."""
        self._title = title
        self._header.setVisible(bool(title) or self._actions.count() > 0)
        self._set_texts()

    def add_action(self, widget: QWidget, at: int = -1) -> None:
        """Puts `widget` at the right of the header: last, or before the action at a position from 0."""
        self._actions.insertWidget(at, widget)
        self._header.show()

    def add(self, content: QWidget | QLayout, stretch: int = 0) -> None:
        """Appends `content` to the body."""
        if isinstance(content, QWidget):
            self.body.addWidget(content, stretch)
        else:
            self.body.addLayout(content, stretch)

    def _set_texts(self) -> None:
        # Qt's style sheets cannot set capitals.
        self._label.setText(_(self._title).upper())
        self.setAccessibleName(_(self._title))
