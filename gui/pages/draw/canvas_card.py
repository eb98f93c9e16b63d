"""The sheet to draw on, with its tools. Knows no network."""

from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QSlider,
    QToolButton,
    QWidget,
)

from core.i18n import N_, _
from gui.icons import icon
from gui.retranslate import on_language_change
from gui.theme import GAP_SMALL, PADDING, set_role, set_variant
from gui.widgets.canvas import Canvas
from gui.widgets.card import Card

_WIDTHS = (8, 50)
_ROOMY, _SPACIOUS = 400, 520  # at smaller widths all tools, or some of them, show only icons
_PICTURES = "*.png *.jpg *.jpeg *.bmp *.webp *.tif *.tiff *.gif"

# For each action: name, purpose, icon and keys.
_ACTIONS: dict[str, tuple[str, str, str, tuple[QKeySequence.StandardKey | Qt.Key, ...]]] = {
    "undo": (N_("Undo"), N_("Undo the last stroke"), "undo", (QKeySequence.StandardKey.Undo,)),
    "redo": (N_("Redo"), N_("Redo what was undone last"), "redo", (QKeySequence.StandardKey.Redo,)),
    "clear": (
        N_("Clear"),
        N_("Take everything away"),
        "trash",
        (Qt.Key.Key_Delete, Qt.Key.Key_Backspace),
    ),
    "copy": (
        N_("Copy"),
        N_("Copy the drawing as a picture"),
        "copy",
        (QKeySequence.StandardKey.Copy,),
    ),
    "paste": (
        N_("Paste"),
        N_("Paste a picture of a digit"),
        "paste",
        (QKeySequence.StandardKey.Paste,),
    ),
    "open": (
        N_("Open"),
        N_("Open a picture of a digit, a photo of one on paper too"),
        "folder",
        (QKeySequence.StandardKey.Open,),
    ),
}


class CanvasCard(Card):
    """The sheet with tools below it. Shortcut keys work wherever the focus is on the page.

    Signals:
        several_toggled: whether the sheet may hold several digits.
    """

    several_toggled = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self.canvas = Canvas()
        self.pen_button, self.eraser_button = QToolButton(), QToolButton()
        self._tools = QButtonGroup(self)
        for button, name in ((self.pen_button, "pen"), (self.eraser_button, "eraser")):
            button.setIcon(icon(name))
            button.setCheckable(True)
            self._tools.addButton(button)
        self.pen_button.setChecked(True)
        self.pen_button.toggled.connect(self._choose_tool)
        self.width_slider = QSlider(Qt.Orientation.Horizontal)
        self.width_slider.setRange(*_WIDTHS)
        self.width_slider.setValue(round(self.canvas.pen_width))
        self.width_slider.setMinimumWidth(36)
        self.width_slider.valueChanged.connect(self._choose_width)
        self._width_label = QLabel()
        set_role(self._width_label, "caption")
        self.several_box = QCheckBox()
        self.several_box.toggled.connect(self.several_toggled)
        self.actions_by_name = {name: QAction(self) for name in _ACTIONS}
        self.buttons = {name: self._button(name) for name in _ACTIONS}
        self._connect()
        self._lay_out()
        self._update()
        on_language_change(self, self._set_card_texts)

    def set_width(self, width: int) -> None:
        """Makes the sheet a square for a card of this width. A narrow card shows icons instead of words."""
        self.canvas.setFixedHeight(width - 2 * PADDING - 2)
        words, none = Qt.ToolButtonStyle.ToolButtonTextBesideIcon, Qt.ToolButtonStyle.ToolButtonIconOnly
        for button, needed in (
            (self.pen_button, _ROOMY),
            (self.eraser_button, _ROOMY),
            (self.buttons["clear"], _SPACIOUS),
        ):
            button.setToolButtonStyle(words if width >= needed else none)
        self._width_label.setVisible(width >= _SPACIOUS)

    def _button(self, name: str) -> QToolButton:
        action = self.actions_by_name[name]
        action.setIcon(icon(_ACTIONS[name][2]))
        action.setShortcuts(_sequences(_ACTIONS[name][3]))
        action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        button = QToolButton()
        button.setDefaultAction(action)
        button.setIconSize(QSize(16, 16))
        return button

    def _connect(self) -> None:
        canvas = self.canvas
        canvas.history_changed.connect(self._update)
        for name, does in {
            "undo": canvas.undo,
            "redo": canvas.redo,
            "clear": canvas.clear,
            "copy": canvas.copy,
            "paste": canvas.paste,
            "open": self._open,
        }.items():
            self.actions_by_name[name].triggered.connect(does)

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(GAP_SMALL)
        for button in (self.pen_button, self.eraser_button, self.buttons["undo"], self.buttons["redo"]):
            button.setIconSize(QSize(16, 16))
            button.setStyleSheet("padding-left: 9px; padding-right: 9px;")
            row.addWidget(button)
        row.addSpacing(GAP_SMALL)
        row.addWidget(self._width_label)
        row.addWidget(self.width_slider, 1)
        row.addSpacing(GAP_SMALL)
        self.buttons["clear"].setStyleSheet("padding-left: 9px; padding-right: 9px;")
        row.addWidget(self.buttons["clear"])
        below = QHBoxLayout()
        below.setSpacing(2)
        below.addWidget(self.several_box, 1)
        for name in ("open", "paste", "copy"):
            set_variant(self.buttons[name], "quiet")
            below.addWidget(self.buttons[name])
        self.add(self.canvas)
        self.add(row)
        self.add(below)

    @Slot(bool)
    def _choose_tool(self, is_pen: bool) -> None:
        self.canvas.tool = "pen" if is_pen else "eraser"

    @Slot(int)
    def _choose_width(self, width: int) -> None:
        self.canvas.pen_width = float(width)
        self.width_slider.setAccessibleDescription(str(width))

    @Slot()
    def _open(self) -> None:
        name, _kind = QFileDialog.getOpenFileName(self, _("Open a picture"), "", f"{_('Pictures')} ({_PICTURES})")
        if name:
            self.canvas.file_given.emit(Path(name))

    @Slot()
    def _update(self) -> None:
        is_empty = self.canvas.is_empty()
        for name, can in {
            "undo": self.canvas.can_undo,
            "redo": self.canvas.can_redo,
            "clear": not is_empty,
            "copy": not is_empty,
        }.items():
            self.actions_by_name[name].setEnabled(can)

    def _set_card_texts(self) -> None:
        for name, (title, purpose, _icon, keys) in _ACTIONS.items():
            action = self.actions_by_name[name]
            shown = _sequences(keys)[0].toString(QKeySequence.SequenceFormat.NativeText)
            action.setText(_(title))
            action.setToolTip(f"{_(purpose)} ({shown})")
            self.buttons[name].setAccessibleName(_(title))
            self.buttons[name].setAccessibleDescription(_(purpose))
        for button, title, purpose in (
            (self.pen_button, _("Pen"), _("Draw with the pen")),
            (self.eraser_button, _("Eraser"), _("Rub ink out")),
        ):
            button.setText(title)
            button.setAccessibleName(title)
            button.setToolTip(purpose)
        self._width_label.setText(_("width"))
        for widget in (self.width_slider, self._width_label):
            widget.setToolTip(_("Width of pen and eraser"))
        self.width_slider.setAccessibleName(_("Width of pen and eraser"))
        self.several_box.setText(_("Several digits"))
        self.several_box.setToolTip(
            "\n".join(
                (
                    _("Read several digits side by side, such as 2026, each by itself"),
                    _("A click on a digit, or Page Up and Page Down on the sheet, chooses which one to look into."),
                )
            )
        )


def _sequences(keys: tuple[QKeySequence.StandardKey | Qt.Key, ...]) -> list[QKeySequence]:
    """Returns the key sequences for some keys on this system. Needs a QApplication."""
    found: list[QKeySequence] = []
    for key in keys:
        found += QKeySequence.keyBindings(key) if isinstance(key, QKeySequence.StandardKey) else [QKeySequence(key)]
    return found
