"""The chart of one quantity of a run, its loss or a metric, drawn while it grows.

It is given events and draws them when `refresh` is called, about five times a second and only while it is visible.
It does not know training, runs on disk, or where the numbers come from.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike
from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from core.i18n import N_, _
from core.metric import LOSS, Metric
from gui.charts import export, ranges
from gui.charts.layers import ReferenceLayer, RunLayer, Window
from gui.charts.legend import Entry, Legend
from gui.charts.plot import BOTTOM_HEIGHT, LEFT_WIDTH, Plot
from gui.charts.readout import Crosshair
from gui.charts.run_curve import AXES, Points, RunCurve
from gui.retranslate import on_language_change
from gui.theme import set_variant, theme

_END_ROOM = 10
DEFAULT_SMOOTHING = 0.98
_EMPTY_REACH = {"steps": 1000.0, "epochs": 10.0, "seconds": 60.0}


class CurveChart(QWidget):
    """Training values raw and averaged, validation points, epochs, earlier runs; crosshair, zoom and export.

    Args:
        metric: what is measured. A share (more is better) is drawn below 1, everything else from 0 up.

    Signals:
        look_changed: the horizontal axis, the logarithm or the smoothing has changed.
        zoomed_changed: whether the user has chosen a part by hand, so that the axes no longer follow the curve.
    """

    look_changed = Signal()
    zoomed_changed = Signal(bool)

    def __init__(self, metric: Metric = LOSS, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._metric = metric
        self._axis, self._log, self._smoothing = "epochs", False, DEFAULT_SMOOTHING
        self._totals: dict[str, float] = {}
        self.run = RunCurve("", self._smoothing)
        self._references: list[tuple[RunCurve, ReferenceLayer]] = []
        self._by_hand = False
        self._density = 1.0
        self._stale = True
        self._empty_text = metric.hint or N_("No curve yet: it appears here as soon as a network learns.")
        self.plot = Plot(empty_side="top" if metric.direction == "lower" else "bottom")
        self.legend = Legend()
        self.layer = RunLayer(self.plot)
        self.crosshair = Crosshair(self.plot)
        self._empty = QLabel(self.plot)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._empty.setWordWrap(True)
        self._empty.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._empty.setObjectName("chart_hint")
        self.fit_button = QPushButton(self.plot)
        set_variant(self.fit_button, "overlay")
        self.fit_button.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.plot)
        self.setMinimumHeight(140)
        self.setFocusProxy(self.plot)
        self._connect()
        on_language_change(self, self._set_texts)

    # What happens to a run

    def begin(self, run_name: str, total_steps: int | None = None, total_epochs: int | None = None) -> None:
        """Starts an empty curve. The axes reach to the planned totals if these are known."""
        self.run = RunCurve(run_name, self._smoothing)
        self.plan(total_steps, total_epochs)

    def plan(self, total_steps: int | None = None, total_epochs: int | None = None) -> None:
        """Sets the totals that the axes reach to. Where a total is not known, the axes reach as far as the curve."""
        planned = {"steps": total_steps, "epochs": total_epochs}
        self._totals = {axis: float(total) for axis, total in planned.items() if total}
        self.fit()

    def append_steps(self, steps: ArrayLike, epochs: ArrayLike, seconds: ArrayLike, values: ArrayLike) -> None:
        """Appends the values of optimizer steps; all have shape (n,), the first three ascend over the whole run."""
        self.run.append_steps(steps, epochs, seconds, values)
        self._stale = True

    def reach(self, step: float, epoch: float, seconds: float) -> None:
        """Says how far the run has come, where its steps do not tell the quantity."""
        self.run.reach(step, epoch, seconds)
        self._stale = True

    def append_validation(self, step: float, epoch: float, seconds: float, value: float) -> None:
        """Appends what was measured on the validation set."""
        self.run.append_validation(step, epoch, seconds, value)
        self._stale = True

    def mark_best(self, epoch: int | None) -> None:
        """Draws a ring around the validation point of this epoch."""
        self.run.best_epoch = epoch
        self._stale = True

    def mark_end(self, reason: str, *, is_bad: bool = True) -> None:
        """Writes at the end of the curve why the run stopped. `reason` is translated; an empty one removes the mark."""
        self.run.end_reason, self.run.ended_badly = reason, is_bad
        self._stale = True

    def add_reference(
        self,
        name: str,
        steps: ArrayLike,
        epochs: ArrayLike,
        seconds: ArrayLike,
        values: ArrayLike,
        *,
        is_validation: bool = False,
    ) -> None:
        """Overlays the training curve of an earlier run, dashed, or its validation points if it has none."""
        curve = RunCurve(name, self._smoothing)
        append = curve.append_validation if is_validation else curve.append_steps
        append(steps, epochs, seconds, values)
        self._references.append((curve, ReferenceLayer(self.plot, len(self._references))))
        self._stale = True

    def clear_references(self) -> None:
        """Removes all earlier runs."""
        for _curve, layer in self._references:
            self.plot.removeItem(layer.item)
        self._references.clear()
        self._stale = True

    # How the curve is shown

    def set_x_axis(self, axis: str) -> None:
        """Draws over `steps`, `epochs` or `seconds`."""
        assert axis in AXES
        self._axis = axis
        self._set_texts()
        self.fit()
        self.look_changed.emit()

    def set_log(self, log: bool) -> None:
        """Draws values, or their logarithms."""
        self._log = log
        self.plot.setLogMode(y=log)
        self.fit()
        self.look_changed.emit()

    def set_smoothing(self, weight: float) -> None:
        """Averages with another weight of the past, from 0 to below 1."""
        self._smoothing = weight
        for curve in self._curves():
            curve.smooth(weight)
        self._redraw()
        self.look_changed.emit()

    def fit(self) -> None:
        """Shows the whole curve again; the axes follow it from now on."""
        self._set_by_hand(False)
        self._redraw()

    def x_axis(self) -> str:
        """Returns the unit of the horizontal axis."""
        return self._axis

    def is_log(self) -> bool:
        """Returns whether logarithms are drawn."""
        return self._log

    def smoothing(self) -> float:
        """Returns the weight of the past in the averages."""
        return self._smoothing

    def is_empty(self) -> bool:
        """Returns whether there is nothing to draw."""
        return not any(self._curves())

    def title(self) -> str:
        """Returns what is measured, in the current language."""
        return _(self._metric.title)

    def refresh(self) -> None:
        """Draws what has changed since the last call. Costs nothing while the chart is hidden or unchanged."""
        if not self._stale or not self.isVisible():
            return
        self._stale = False
        if not self._by_hand:
            self._fit_axes()
        window = self._window()
        self.layer.draw(self.run, window)
        for curve, layer in self._references:
            layer.draw(curve, window, theme().palette)
        self.plot.backdrop.set_edges(self._epoch_edges())
        self.legend.set_entries(self._entries())
        self._empty.setVisible(self.is_empty())
        named = [(curve, layer.entry(curve, theme().palette)) for curve, layer in self._references]
        self.crosshair.look_at(self.run, named, self._axis, log=self._log)

    # Files

    def export_png(self, path: Path) -> None:
        """Writes the chart as it looks on screen. Raises StorageError if that fails."""
        with self._drawn_for(export.PNG_DENSITY):
            export.write_png(path, self.plot, self.legend, self.title())

    def export_svg(self, path: Path) -> None:
        """Writes the chart as vectors. Raises StorageError if that fails."""
        with self._drawn_for(1.0):
            export.write_svg(path, self.plot, self.legend, self.title())

    def points(self) -> list[Points]:
        """Returns every point of every curve as it is now."""
        return [points for curve in self._curves() for points in curve.points()]

    # Qt

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.DevicePixelRatioChange:
            self._restyle()
        return super().event(event)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._density != self.devicePixelRatioF():
            self._restyle()
        self.refresh()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._show_hint()
        corner = self.fit_button.sizeHint()
        self.fit_button.setGeometry(self.width() - corner.width() - 6, 6, corner.width(), corner.height())

    def _show_hint(self) -> None:
        """Says why there is no curve. The label is as small as its text, since it hides the grid behind it."""
        self._empty.setText(_(self._empty_text))
        room = self.rect().adjusted(LEFT_WIDTH + 12, 0, -12, -BOTTOM_HEIGHT)
        wrapped = Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignCenter
        needed = self._empty.fontMetrics().boundingRect(room, wrapped, self._empty.text())
        self._empty.setGeometry(needed.adjusted(-8, -4, 8, 4))

    def _connect(self) -> None:
        self.plot.zoomed.connect(self._zoom)
        self.plot.fit_wanted.connect(self.fit)
        self.plot.resized.connect(self._redraw)
        self.fit_button.clicked.connect(self.fit)
        theme().changed.connect(self._restyle)

    def _set_texts(self) -> None:
        units = {"steps": _("step"), "epochs": _("epoch"), "seconds": _("seconds")}
        self.plot.set_unit(units[self._axis], is_counted=self._axis != "seconds")
        self._show_hint()
        self.plot.setAccessibleName(self.title())
        keys = _("Arrow keys read values, plus and minus zoom, 0 shows the whole curve.")
        self.plot.setAccessibleDescription(keys)
        self.plot.setToolTip(_("Point at a step to read it, turn the wheel to zoom, drag to move.") + "\n" + keys)
        self.fit_button.setText(_("Whole curve"))
        self.fit_button.setToolTip(_("Show the whole curve again (double click, or key 0)"))
        self._stale = True
        self.refresh()

    @contextmanager
    def _drawn_for(self, density: float) -> Iterator[None]:
        """Draws the curves for another pixel density while a picture is made."""
        self.crosshair.hide()
        self._restyle(density)
        try:
            yield
        finally:
            self._restyle()

    def _restyle(self, density: float | None = None) -> None:
        self._density = density or self.devicePixelRatioF()
        self.plot.restyle()
        self.layer.restyle(self._density)
        self._redraw()

    def _redraw(self) -> None:
        self._stale = True
        self.refresh()

    def _zoom(self) -> None:
        self._set_by_hand(True)
        self._redraw()

    def _set_by_hand(self, by_hand: bool) -> None:
        if by_hand != self._by_hand:
            self._by_hand = by_hand
            self.fit_button.setVisible(by_hand)
            self.zoomed_changed.emit(by_hand)

    def _curves(self) -> list[RunCurve]:
        return [self.run, *(curve for curve, _layer in self._references)]

    def _window(self) -> Window:
        (left, right), _values = self.plot.view.viewRange()
        return Window(self._axis, self._log, left, right, self.plot.pixels_across(), self._density)

    def _fit_axes(self) -> None:
        training, validation = self.run.training["values"], self.run.validation["values"]
        others = [curve.smoothed["values"] for curve, _layer in self._references]
        # A ring around a point at an end of the axis must be visible as a whole, however low the chart is.
        margin = max(ranges.MARGIN, _END_ROOM / max(self.plot.view.height() - _END_ROOM, _END_ROOM))
        if self._log:
            points = np.concatenate((validation, *(one[-1:] for one in others)))
            bottom, top = ranges.log_range(training, points, margin)
        elif self._metric.is_share and self._metric.direction == "higher":
            bottom, top = ranges.share_range(training, validation, others, margin)
        else:
            bottom, top = ranges.loss_range(training, validation, others, margin)
        room = 1 + _END_ROOM / self.plot.pixels_across()  # a mark at the very end is visible as a whole
        wanted = [[0.0, self._reach() * room], [bottom, top]]
        if wanted != self.plot.view.viewRange():
            self.plot.view.setRange(xRange=wanted[0], yRange=wanted[1], padding=0, disableAutoRange=True)

    def _reach(self) -> float:
        """Returns the right end of the axis: the plan, the curve, and earlier runs unless they are much longer."""
        own = max(self.run.extent(self._axis), self._totals.get(self._axis, 0.0))
        others = max((curve.extent(self._axis) for curve, _layer in self._references), default=0.0)
        reach = max(own, min(others, 4 * own) if own else others) or _EMPTY_REACH[self._axis]
        return reach if reach == self._totals.get(self._axis) else ranges.round_up(reach)

    def _epoch_edges(self) -> np.ndarray:
        epochs, steps = self._totals.get("epochs"), self._totals.get("steps")
        per_epoch = {"epochs": 1.0, "steps": (steps or 0.0) / epochs}.get(self._axis) if epochs else None
        if epochs and per_epoch:
            return np.arange(epochs + 1) * per_epoch
        return next((one for one in self._curves() if one), self.run).epoch_edges(self._axis)

    def _entries(self) -> tuple[Entry, ...]:
        palette = theme().palette
        entries = []
        if len(self.run.training):
            entries.append(Entry(_("training"), palette.training))
        if len(self.run.validation):
            entries.append(Entry(_("validation"), palette.validation_line, dot=palette.validation_line))
        return (*entries, *(layer.entry(curve, palette) for curve, layer in self._references))
