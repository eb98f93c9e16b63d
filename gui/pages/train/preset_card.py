"""Presets: whole experiments to start from, each with what to watch for, and what has been changed since.

It knows configs and presets, but no form.
"""

from typing import Any

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from core.i18n import N_, _
from core.runs.config import RunConfig
from core.runs.presets import CHAPTER, PRESETS, Preset
from core.settings import Component, Settings
from gui.forms.editors import CalmComboBox
from gui.icons import icon
from gui.retranslate import on_language_change
from gui.theme import set_role, set_variant
from gui.widgets.card import Card

_PARTS = {
    "model": N_("model"),
    "optimizer": N_("optimizer"),
    "schedule": N_("schedule"),
    "dataset": N_("dataset"),
    "objective": N_("objective"),
}


class PresetCard(Card):
    """Shows which preset the settings equal, or that the user has changed them.

    Signals:
        chosen: the config of the chosen preset.
    """

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(N_("Preset"), parent)
        self._config: RunConfig | None = None
        self._last: Preset = CHAPTER
        self.box = CalmComboBox()
        for key in (*PRESETS, ""):
            self.box.addItem("", key)
        self.box.activated.connect(self._choose)
        self._text = QLabel()
        self._text.setWordWrap(True)
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        set_role(self._text, "caption")
        self.back_button = QPushButton()
        self.back_button.setIcon(icon("undo", "accent_text"))
        set_variant(self.back_button, "link")
        self.back_button.clicked.connect(self._go_back)
        column = QVBoxLayout()
        column.setSpacing(4)
        column.addWidget(self._text)
        column.addWidget(self.back_button, 0, Qt.AlignmentFlag.AlignLeft)
        self.add(self.box)
        self.add(column)
        on_language_change(self, self._set_preset_texts)

    def show_config(self, config: RunConfig) -> None:
        """Shows which preset `config` is, on any data, or how it differs from the last preset."""
        self._config = config
        found = next((preset for preset in PRESETS.values() if preset.config(config) == config), None)
        self._last = found or self._last
        with QSignalBlocker(self.box):
            self.box.setCurrentIndex(self.box.findData(found.key if found else ""))
        self._set_preset_texts()

    def text(self) -> str:
        """Returns what to watch for, or what was changed."""
        return self._text.text()

    def _choose(self, index: int) -> None:
        preset = PRESETS.get(self.box.itemData(index))
        if preset is None:
            assert self._config is not None
            self.show_config(self._config)  # "custom" cannot be chosen; it appears when a setting changes
        else:
            self._last = preset
            self.chosen.emit(preset.config(self._config))

    def _go_back(self) -> None:
        self.chosen.emit(self._last.config(self._config))

    def _set_preset_texts(self) -> None:
        for index in range(self.box.count()):
            preset = PRESETS.get(self.box.itemData(index))
            self.box.setItemText(index, _(preset.title) if preset else _("Custom"))
            self.box.setItemData(index, _(preset.watch) if preset else "", Qt.ItemDataRole.ToolTipRole)
        self.box.setAccessibleName(_("Preset"))
        purpose = _("Start from a whole experiment: model, optimizer, schedule and training")
        self.box.setToolTip(purpose)
        self.box.setAccessibleDescription(purpose)
        is_custom = not self.box.currentData()
        self._text.setText(self._differences() if is_custom else _(self._last.watch))
        self.back_button.setVisible(is_custom and self._config is not None)
        back = _("Back to “{preset}”").format(preset=_(self._last.title))
        self.back_button.setText(back)
        self.back_button.setToolTip(back)

    def _differences(self) -> str:
        if self._config is None:
            return ""
        titles = changed_titles(self._last.config(self._config), self._config)
        return _("Different from “{preset}”: {changes}.").format(
            preset=_(self._last.title), changes=_(", ").join(titles)
        )


def changed_titles(before: RunConfig, after: RunConfig) -> list[str]:
    """Returns the translated titles of the settings that differ between two configs."""
    titles = []
    for name, title in _PARTS.items():
        old, new = getattr(before, name), getattr(after, name)
        titles += [_(title)] if _key(old) != _key(new) else _changed_fields(old, new)
    if before.initial_weights != after.initial_weights:
        titles.append(_("Initial weights").lower())
    return titles + _changed_fields(before.training, after.training)


def _key(part: Component) -> str:
    return part.key


def _changed_fields(old: Settings, new: Settings) -> list[str]:
    fields: dict[str, Any] = type(new).model_fields
    return [
        _(info.title or name).lower() if (info.title or name)[1:].islower() else _(info.title or name)
        for name, info in fields.items()
        if getattr(old, name) != getattr(new, name)
    ]
