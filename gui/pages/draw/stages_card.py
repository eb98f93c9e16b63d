"""The stages that turn a drawing or picture into the network's input, most with a switch. Knows no network."""

from collections.abc import Collection

import numpy as np
from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from core.arrays import Floats32
from core.i18n import N_, _
from core.ink.prepare import STAGES, Preparation
from core.modalities.image_frame import PICTURE_STAGES
from gui.retranslate import on_language_change
from gui.theme import set_role
from gui.widgets.card import Card
from gui.widgets.pixel_view import PixelView

_SIDE = 56
_FIXED = PICTURE_STAGES.keys() - STAGES.keys()  # cannot be left out
_ALL = {key: words for key, words in (STAGES | PICTURE_STAGES).items() if key != "normalise"}
_ALL["normalise"] = STAGES["normalise"]


class StageView(QWidget):
    """One stage: its picture, and a switch below it."""

    def __init__(self, key: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.key = key
        self.picture = PixelView(_SIDE)
        self.switch = QCheckBox()
        self.switch.setChecked(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(5)
        layout.addWidget(self.picture, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addWidget(self.switch, 0, Qt.AlignmentFlag.AlignHCenter)
        self.switch.setStyleSheet("font-size: 11px; spacing: 4px;")
        self.switch.setEnabled(key not in _FIXED)
        on_language_change(self, self._set_texts)

    def _set_texts(self) -> None:
        title, text = _ALL[self.key]
        self.switch.setText(_(title))
        self.switch.setAccessibleDescription(_(text))
        purpose = "" if self.key in _FIXED else _("Switch this stage off to see how the answer changes.")
        for widget in (self.picture, self.switch):
            widget.setToolTip(f"{_(text)}\n{purpose}".strip())
        self.picture.setAccessibleName(_(title))


class StagesCard(Card):
    """Shows the stages of a preparation.

    Signals:
        disabled_changed: the keys of the stages that are switched off, a frozenset.
    """

    disabled_changed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(N_("What the network sees"), parent)
        self.views = {key: StageView(key) for key in _ALL}
        self._hint = QLabel()
        set_role(self._hint, "caption")
        self.add_action(self._hint)
        self._row = QHBoxLayout()
        self._row.setSpacing(4)
        for view in self.views.values():
            self._row.addStretch()
            self._row.addWidget(view)
            view.switch.toggled.connect(self._switch)
        self.add(self._row)
        self._show_views(STAGES)
        on_language_change(self, self._set_hint)

    def disabled(self) -> frozenset[str]:
        """Returns the keys of the stages that are switched off."""
        return frozenset(key for key, view in self.views.items() if not view.switch.isChecked())

    def show_preparation(self, preparation: Preparation | None, usual: Collection[str] = STAGES.keys()) -> None:
        """Shows the stages; if the sheet is empty, empty frames for the stages `usual`."""
        if preparation is None:
            self._show_views(usual)
            for view in self.views.values():
                view.picture.show_levels(None)
            return
        self._show_views([stage.key for stage in preparation.stages])
        for stage in preparation.stages:
            levels_HWC = stage.picture_HWC
            if stage.key == "normalise" and stage.enabled:
                low, high = float(levels_HWC.min()), float(levels_HWC.max())
                levels_HWC = (levels_HWC - low) / max(high - low, 1e-6)
            self.views[stage.key].picture.show_levels(_square(levels_HWC))

    def _show_views(self, keys: Collection[str]) -> None:
        """Shows the views of these stages, spread over the width from the left."""
        shown = [view for key, view in self.views.items() if key in keys]
        for place, view in enumerate(self.views.values()):
            view.setVisible(view in shown)
            self._row.setStretch(2 * place, int(view in shown[1:]))
        self._set_hint()

    @Slot()
    def _switch(self) -> None:
        self.disabled_changed.emit(self.disabled())
        self._set_hint()

    def _set_hint(self) -> None:
        off = sum(not view.switch.isChecked() and not view.isHidden() for view in self.views.values())
        some = _("stages switched off: {count}").format(count=off)
        self._hint.setText(some if off else _("switch a stage off and watch it fail"))


def _square(levels_HWC: Floats32) -> Floats32:
    """Returns a picture with black added on both sides until it is as wide as high."""
    height, width, channels = levels_HWC.shape
    side = max(height, width)
    top, left = (side - height) // 2, (side - width) // 2
    square_HWC = np.zeros((side, side, channels), np.float32)
    square_HWC[top : top + height, left : left + width] = levels_HWC
    return square_HWC
