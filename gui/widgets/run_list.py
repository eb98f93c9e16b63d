"""A few runs, one line each: name, state, progress, best value, and a button that resumes or opens the run."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from core.i18n import _
from core.metric import Metric
from gui.icons import icon
from gui.plain import as_tooltip
from gui.retranslate import on_language_change
from gui.theme import GAP, set_role, set_variant
from gui.widgets.elided_label import ElidedLabel


@dataclass(frozen=True)
class RunLine:
    """What a line says about one run.

    Attributes:
        key: what the signals carry.
        title, subtitle: what was trained, and on what.
        status: marked for translation.
        progress: epochs done and planned.
        best: the best value on the validation set, or None.
        metric: the metric of this value, or None if there is none yet.
        action: what the button does: resume the run or open it; nothing if the run cannot be read.
    """

    key: str
    title: str
    subtitle: str
    status: str
    progress: str
    best: float | None
    metric: Metric | None
    action: Literal["resume", "open", "none"]


class RunList(QWidget):
    """Says what will be here while there are no runs.

    Signals:
        resume_requested: the key of a line whose run is to be resumed.
        open_requested: the key of a line whose run is to be shown.
    """

    resume_requested = Signal(str)
    open_requested = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lines: list[RunLine] = []
        self._table: QWidget | None = None
        self.buttons: dict[str, QPushButton] = {}
        self.empty_label = QLabel()
        self.empty_label.setWordWrap(True)
        set_role(self.empty_label, "muted")
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.addWidget(self.empty_label)
        on_language_change(self, self._draw)

    def lines(self) -> list[RunLine]:
        """Returns the lines."""
        return self._lines

    def set_lines(self, lines: Sequence[RunLine]) -> None:
        """Shows these lines in place of the last ones."""
        if list(lines) != self._lines:
            self._lines = list(lines)
            self._draw()

    def _draw(self) -> None:
        self.empty_label.setText(_("Nothing yet. Every network you train is kept here, with its curves and weights."))
        self.empty_label.setVisible(not self._lines)
        if self._table is not None:
            self._table.hide()  # it exists until the next event; until then nobody may press its buttons
            self._table.deleteLater()
        self._table = QWidget()
        self.buttons = {}
        grid = QGridLayout(self._table)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(2 * GAP)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(0, 3)
        grid.setColumnStretch(1, 2)
        for number, line in enumerate(self._lines):
            if number:
                divider = QFrame()
                set_role(divider, "divider")
                grid.addWidget(divider, 2 * number - 1, 0, 1, 6)
            self._add(grid, 2 * number, line)
        self._layout.addWidget(self._table)
        self._table.setVisible(bool(self._lines))

    def _add(self, grid: QGridLayout, row: int, line: RunLine) -> None:
        title, subtitle = ElidedLabel(line.title), ElidedLabel(line.subtitle)
        set_role(title, "strong")
        status, progress, best = QLabel(_(line.status)), QLabel(line.progress), QLabel("–")
        if line.metric is not None:
            best.setText("–" if line.best is None else line.metric.text(line.best))
            best.setToolTip(as_tooltip(_("Best {metric} on the validation set").format(metric=line.metric.name)))
        progress.setToolTip(_("Epochs done and planned"))
        for label in (subtitle, status, progress):
            set_role(label, "muted")
        set_role(best, "number")
        for column, label in enumerate((title, subtitle, status, progress, best)):
            grid.addWidget(label, row, column)
        for label in (progress, best):
            label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        if line.action == "none":
            return
        if line.action == "resume":
            button, wanted = QPushButton(icon("play"), _("Resume")), self.resume_requested
            button.setToolTip(_("Go on with this run where it left off"))
            button.setAccessibleName(_("Resume run {title}").format(title=line.title))
        else:
            button, wanted = QPushButton(icon("chevron_right"), _("Open")), self.open_requested
            button.setToolTip(_("See the curves of this run again"))
            button.setAccessibleName(_("Open run {title}").format(title=line.title))
        set_variant(button, "quiet")
        button.clicked.connect(lambda: wanted.emit(line.key))
        grid.addWidget(button, row, 5)
        self.buttons[line.key] = button
