"""The navigation rail: an icon over a word for each page, less important pages at the bottom."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QButtonGroup, QFrame, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from core.i18n import _
from gui.icons import icon
from gui.retranslate import on_language_change
from gui.theme import set_variant

WIDTH = 76
_ITEM = QSize(60, 52)
_WALK = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Home, Qt.Key.Key_End)


class Rail(QFrame):
    """Emits `current_changed` with the key of the page chosen by mouse, keys or `set_current`."""

    current_changed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._titles: dict[str, tuple[str, str]] = {}
        self._items: dict[str, QToolButton] = {}
        self._current = ""
        self._group = QButtonGroup(self)
        self._top = QVBoxLayout()
        self._bottom = QVBoxLayout()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(7, 14, 8, 10)
        for part in (self._top, self._bottom):
            part.setSpacing(4)
        layout.addLayout(self._top)
        layout.addStretch(1)
        layout.addLayout(self._bottom)
        self.setFixedWidth(WIDTH)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        on_language_change(self, self._set_texts)

    def add_item(self, key: str, icon_name: str, title: str, tooltip: str = "", *, at_bottom: bool = False) -> None:
        """Appends a page.

        Args:
            key: what `current_changed` carries.
            icon_name: name of an icon of `gui.icons`.
            title: one word, marked with `N_`.
            tooltip: one sentence, marked with `N_`.
            at_bottom: places it at the bottom, away from the pages to work on.
        """
        item = _Item(self)
        item.setIcon(icon(icon_name, "muted"))
        item.clicked.connect(lambda: self.set_current(key))
        self._group.addButton(item)
        (self._bottom if at_bottom else self._top).addWidget(item)
        self._titles[key] = (title, tooltip)
        self._items[key] = item
        self._set_texts()
        self._mark()
        if not self._current:
            self.set_current(key)

    def current(self) -> str:
        """Returns the key of the visible page, empty before the first was added."""
        return self._current

    def set_current(self, key: str) -> None:
        """Chooses the page `key`."""
        changed = key != self._current
        self._current = key
        self._mark()
        if changed:
            self.current_changed.emit(key)

    def item(self, key: str) -> QToolButton:
        """Returns the button of one page."""
        return self._items[key]

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() not in _WALK or not self._items:
            super().keyPressEvent(event)
            return
        keys = list(self._items)
        place = keys.index(self._current)
        target = {
            Qt.Key.Key_Up: place - 1,
            Qt.Key.Key_Down: (place + 1) % len(keys),
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: -1,
        }[Qt.Key(event.key())]
        self.set_current(keys[target])
        self._items[self._current].setFocus(Qt.FocusReason.TabFocusReason)

    def _mark(self) -> None:
        for key, item in self._items.items():
            item.setChecked(key == self._current)
            # Tab stops once in the rail; the arrow keys move within it.
            item.setFocusPolicy(Qt.FocusPolicy.StrongFocus if key == self._current else Qt.FocusPolicy.ClickFocus)

    def _set_texts(self) -> None:
        self.setAccessibleName(_("Pages"))
        for key, (title, tooltip) in self._titles.items():
            self._items[key].setText(_(title))
            self._items[key].setAccessibleName(_(title))
            self._items[key].setToolTip(_(tooltip or title))


class _Item(QToolButton):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setCheckable(True)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
        self.setIconSize(QSize(20, 20))
        self.setFixedSize(_ITEM)
        set_variant(self, "rail")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in _WALK:
            event.ignore()  # the rail handles it; a button in a group would move only the focus
        else:
            super().keyPressEvent(event)
