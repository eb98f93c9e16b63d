"""The six stages by which a drawing becomes what the network reads, each with a switch. Knows no network."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from core.i18n import N_, _
from core.ink.prepare import STAGES, Preparation
from gui.retranslate import on_language_change
from gui.theme import set_role
from gui.widgets.card import Card
from gui.widgets.pixel_view import PixelView

_SIDE = 56


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
        on_language_change(self, self._set_texts)

    def _set_texts(self) -> None:
        title, text = STAGES[self.key]
        self.switch.setText(_(title))
        self.switch.setAccessibleDescription(_(text))
        purpose = _("Switch this stage off to see what becomes of the answer.")
        for widget in (self.picture, self.switch):
            widget.setToolTip(f"{_(text)}\n{purpose}")
        self.picture.setAccessibleName(_(title))


class StagesCard(Card):
    """Shows the stages of a preparation.

    Signals:
        disabled_changed: the keys of the stages that are switched off, a frozenset.
    """

    disabled_changed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(N_("What the network sees"), parent)
        self.views = {key: StageView(key) for key in STAGES}
        self._hint = QLabel()
        set_role(self._hint, "caption")
        self.add_action(self._hint)
        row = QHBoxLayout()
        row.setSpacing(4)
        for index, view in enumerate(self.views.values()):
            if index:
                row.addStretch(1)
            row.addWidget(view)
            view.switch.toggled.connect(self._switch)
        self.add(row)
        on_language_change(self, self._set_hint)

    def disabled(self) -> frozenset[str]:
        """Returns the keys of the stages that are switched off."""
        return frozenset(key for key, view in self.views.items() if not view.switch.isChecked())

    def show_preparation(self, preparation: Preparation | None) -> None:
        """Shows the stages, or empty frames where there is no ink."""
        if preparation is None:
            for view in self.views.values():
                view.picture.show_levels(None)
            return
        for stage in preparation.stages:
            levels_HW = stage.picture_HW
            if stage.key == "normalise" and stage.enabled:
                low, high = float(levels_HW.min()), float(levels_HW.max())
                levels_HW = (levels_HW - low) / max(high - low, 1e-6)
            self.views[stage.key].picture.show_levels(_square(levels_HW))

    @Slot()
    def _switch(self) -> None:
        self.disabled_changed.emit(self.disabled())
        self._set_hint()

    def _set_hint(self) -> None:
        off = len(self.disabled())
        some = _("stages switched off: {count}").format(count=off)
        self._hint.setText(some if off else _("switch a stage off and watch it fail"))


def _square(levels_HW: NDArray[np.float32]) -> NDArray[np.float32]:
    """Returns a picture with paper added on both sides until it is as wide as high."""
    height, width = levels_HW.shape
    side = max(height, width)
    top, left = (side - height) // 2, (side - width) // 2
    square_HW = np.zeros((side, side), np.float32)
    square_HW[top : top + height, left : left + width] = levels_HW
    return square_HW
