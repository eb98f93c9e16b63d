"""Saves the drawing with its true class in the user's own dataset, and counts the drawings. Knows no network."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFileDialog, QGridLayout, QLabel, QMenu, QPushButton, QToolButton, QVBoxLayout, QWidget

from core.data.drawing_store import DrawingStore, Entry
from core.i18n import N_, _
from core.ink.picture import ink_of, reduce
from core.ink.prepare import Drawing, Preparation, prepare_drawing, prepare_ink, prepare_picture
from core.ink.segment import segment_drawing, segment_ink
from core.modalities.image_frame import Box, Source
from gui.icons import icon
from gui.plain import as_tooltip
from gui.retranslate import on_language_change
from gui.save_dialog import ask_where
from gui.theme import set_role, set_variant
from gui.widgets.card import Card
from gui.workers.background import BackgroundTask

_SHORT = 2  # longest name that fits a small button, in letters
_PER_ROW = {True: 10, False: 3}


@dataclass(frozen=True)
class Outcome:
    """What a job has changed.

    Attributes:
        counts: the number of drawings of each class.
        kept: the drawing that was saved.
        gone: the drawing that was deleted.
        is_blank: whether a drawing could not be saved because it has no ink.
    """

    counts: dict[str, int]
    kept: Entry | None = None
    gone: Entry | None = None
    is_blank: bool = False


def keep(source: Source, box: Box | None, label: str) -> Outcome:
    """Saves a drawing or picture of handwriting in the frame of networks that read handwriting.

    Args:
        source: the whole sheet.
        box: the box around the digit that is meant; None for the whole sheet.
        label: the true class.
    """
    drawing, prepared = _whole(source) if box is None else _part(source, box)
    store = DrawingStore()
    if prepared is None:
        return Outcome(store.counts(), is_blank=True)
    levels_HW = prepared.seen_HWC[..., 0]
    kept = store.keep(np.rint(np.clip(levels_HW, 0, 1) * 255).astype(np.uint8), label, drawing)
    return Outcome(store.counts(), kept=kept)


def _whole(source: Source) -> tuple[Drawing | None, Preparation | None]:
    if isinstance(source, Drawing):
        return source, prepare_drawing(source)
    return None, prepare_picture(source.grey_HW)


def _part(source: Source, box: Box) -> tuple[Drawing | None, Preparation | None]:
    if isinstance(source, Drawing):
        drawing = next((digit.drawing for digit in segment_drawing(source) if digit.box == box), None)
        return drawing, prepare_drawing(drawing) if drawing is not None else None
    ink_HW = next((digit.ink_HW for digit in segment_ink(ink_of(reduce(source.grey_HW))) if digit.box == box), None)
    return None, prepare_ink(ink_HW) if ink_HW is not None else None


def count() -> Outcome:
    """Counts the saved drawings."""
    return Outcome(DrawingStore().counts())


def take_back(kept: Entry) -> Outcome:
    """Deletes this drawing and no other."""
    store = DrawingStore()
    store.delete(kept)
    return Outcome(store.counts(), gone=kept)


def export(file: Path) -> Outcome:
    """Writes all saved drawings to an archive."""
    store = DrawingStore()
    store.export(file)
    return Outcome(store.counts())


def bring_in(file: Path) -> Outcome:
    """Adds the drawings of an archive."""
    store = DrawingStore()
    for _progress in store.import_from(file):
        pass
    return Outcome(store.counts())


class CorrectionCard(Card):
    """One button for each class that the network knows.

    Signals:
        failed: a `NeurariumError`.
    """

    failed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(N_("Wrong? It is a …"), parent)
        self._source: Source | None = None
        self._part: Box | None = None
        self._names: tuple[str, ...] = ()
        self._counts: dict[str, int] = {}
        self._last: Entry | None = None
        self._was_blank = False
        self.buttons: dict[str, QPushButton] = {}
        self.count_labels: dict[str, QLabel] = {}
        self._task = BackgroundTask(self, loses_none=True)
        self._task.done.connect(self._show)
        self._task.failed.connect(self._set_card_texts)
        self._task.failed.connect(self.failed)
        self.undo_button = QPushButton()
        set_variant(self.undo_button, "quiet")
        self.undo_button.clicked.connect(self._take_back)
        self.undo_button.hide()
        self.more_button = QToolButton()
        set_variant(self.more_button, "quiet")
        self.more_button.setIcon(icon("more", "muted"))
        self.more_button.setIconSize(QSize(16, 16))
        self.more_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._menu = QMenu(self.more_button)
        # Our own actions, not made by the menu: after a search of the menu PySide treats those as deleted.
        self._export_action, self._import_action = QAction(self), QAction(self)
        for action, does in ((self._export_action, self._export), (self._import_action, self._import)):
            action.triggered.connect(does)
            self._menu.addAction(action)
        self.more_button.setMenu(self._menu)
        self.add_action(self.undo_button)
        self.add_action(self.more_button)
        self._box = QWidget()
        self._hint = QLabel()
        self._hint.setWordWrap(True)
        set_role(self._hint, "caption")
        self.add(self._box)
        self.add(self._hint)
        self._task.run(count)
        on_language_change(self, self._build)

    @property
    def is_busy(self) -> bool:
        """Whether a drawing is being saved or counted."""
        return self._task.is_running

    def set_names(self, names: Sequence[str]) -> None:
        """Offers these classes, as the dataset spells them."""
        if tuple(names) != self._names:
            self._names = tuple(names)
            self._build()

    def set_source(self, source: Source | None) -> None:
        """Sets what would be saved; None for an empty sheet."""
        self._source, self._part = source, None
        if self._was_blank:
            self._was_blank = False
            self._set_card_texts()
        for button in self.buttons.values():
            button.setEnabled(source is not None)

    def set_part(self, box: Box | None) -> None:
        """Limits it to `box`, one of several digits on the sheet; None for the whole sheet."""
        self._part = box

    def _build(self) -> None:
        box = QWidget()
        grid = QGridLayout(box)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(5)
        grid.setVerticalSpacing(6)
        self.buttons, self.count_labels = {}, {}
        is_short = all(len(_(name)) <= _SHORT for name in self._names)
        per_row = _PER_ROW[is_short]
        for place, name in enumerate(self._names):
            row, column = divmod(place, per_row)
            grid.addLayout(self._cell(name, is_short), row, column)
            grid.setColumnStretch(column, 1)
        self.body.replaceWidget(self._box, box)
        self._box.deleteLater()
        self._box = box
        for button in self.buttons.values():
            button.setEnabled(self._source is not None)
        self._set_card_texts()

    def _cell(self, name: str, is_short: bool) -> QVBoxLayout:
        button, count = QPushButton(_(name)), QLabel()
        if is_short:
            button.setStyleSheet("padding: 5px 0px;")
            button.setMinimumWidth(22)
        button.clicked.connect(partial(self._keep, name))
        count.setAlignment(Qt.AlignmentFlag.AlignCenter)
        set_role(count, "caption")
        self.buttons[name], self.count_labels[name] = button, count
        cell = QVBoxLayout()
        cell.setSpacing(1)
        cell.addWidget(button)
        cell.addWidget(count)
        return cell

    def _keep(self, name: str) -> None:
        if self._source is not None:
            # Until this one is saved there is nothing to take back; the last one is no longer meant.
            self._last = None
            self.undo_button.setEnabled(False)
            self._task.run(keep, self._source, self._part, name)

    @Slot()
    def _take_back(self) -> None:
        if self._last is not None:
            self.undo_button.setEnabled(False)
            self._task.run(take_back, self._last)

    @Slot()
    def _export(self) -> None:
        file = ask_where(self, _("Export my drawings"), "my-drawings.zip", "*.zip")
        if file is not None:
            self._task.run(export, file)

    @Slot()
    def _import(self) -> None:
        name, _kind = QFileDialog.getOpenFileName(self, _("Import drawings"), "", "*.zip")
        if name:
            self._task.run(bring_in, Path(name))

    @Slot(object)
    def _show(self, outcome: Outcome) -> None:
        self._counts = outcome.counts
        self._was_blank = outcome.is_blank
        if outcome.kept is not None:
            self._last = outcome.kept
        elif outcome.gone == self._last:
            self._last = None
        self._set_card_texts()

    @Slot()
    def _set_card_texts(self) -> None:
        for name, button in self.buttons.items():
            count = self._counts.get(name, 0)
            purpose = _("Keep this drawing as “{name}” in your own dataset; it has {count} of them.").format(
                name=_(name), count=count
            )
            button.setToolTip(as_tooltip(purpose))
            button.setAccessibleName(_("It is {name}").format(name=_(name)))
            button.setAccessibleDescription(purpose)
            self.count_labels[name].setText(str(count) if count else "\u00a0")
            self.count_labels[name].setToolTip(as_tooltip(purpose))
        total = sum(self._counts.values())
        self._hint.setText(
            _("There is no ink in it.")
            if self._was_blank
            else _("Kept as {name}. Drawings of yours so far: {total}.").format(name=_(self._last.label), total=total)
            if self._last is not None
            else _("Drawings of yours so far: {total}. They are the dataset “My drawings” on the Train page.").format(
                total=total
            )
            if total
            else _("Tell it what you drew: drawings are kept as a dataset of your own, to train and test on.")
        )
        self.undo_button.setVisible(self._last is not None)
        self.undo_button.setEnabled(True)
        self.undo_button.setText(_("Take back"))
        self.undo_button.setToolTip(_("Remove the drawing that was kept last"))
        self.more_button.setToolTip(_("Export or import your drawings"))
        self.more_button.setAccessibleName(_("Export or import your drawings"))
        self._export_action.setText(_("Export my drawings…"))
        self._import_action.setText(_("Import drawings…"))
