"""The curves of a run, loss above accuracy, fed with its events; and what both are looked at with.

Knows the events of a run, but neither a session nor a folder.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from core.arrays import Floats64
from core.events import EndReason, EpochDone, Event, RunEnded, RunStarted, StepsDone
from core.i18n import N_, _
from core.quantities import percent
from core.runs.progress import RunProgress, figures_of_epoch, figures_of_steps
from gui.charts.curve_card import ChartControls, CurveCard
from gui.charts.curve_chart import CurveChart
from gui.retranslate import on_language_change
from gui.theme import GAP, set_role

# Why a curve ends before the right end of its axis; a run that has made all its epochs needs no mark.
_ENDS: dict[EndReason, str] = {
    "early_stopped": N_("stopped early"),
    "diverged": N_("diverged at step {step}"),
    "stopped": N_("stopped at step {step}"),
    "failed": N_("failed at step {step}"),
}
_LEAST_HEIGHT = 80  # in the smallest window there still are two of them
_BETWEEN_MS = 25  # from painting the first to painting the second when they come in sight
_LEAST_SPAN, _GREATEST_SPAN = 5, 100  # steps in an average


@dataclass(frozen=True)
class Curves:
    """The steps of a run as arrays of one length. Epochs count from 0, so that 1.5 is the middle of the second."""

    steps: Floats64
    epochs: Floats64
    seconds: Floats64
    losses: Floats64
    accuracies: Floats64

    @classmethod
    def of(cls, portions: Sequence[StepsDone], steps_per_epoch: int) -> "Curves":
        """Joins portions of steps, at least one."""
        steps = np.concatenate([portion.steps for portion in portions]).astype(np.float64)
        return cls(
            steps=steps,
            epochs=steps / steps_per_epoch,
            seconds=np.concatenate([portion.seconds for portion in portions]),
            losses=np.concatenate([portion.losses for portion in portions]),
            accuracies=np.concatenate([figures_of_steps(portion)["accuracy"] for portion in portions]),
        )


class Charts(QWidget):
    """Two `CurveCard`s that share axis, smoothing and crosshair.

    Signals:
        export_failed: carries the NeurariumError that says why no file was written.
    """

    export_failed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.loss = CurveCard(N_("Loss"), "loss")
        self.accuracy = CurveCard(N_("Accuracy"), "accuracy")
        self.controls = ChartControls((self.loss.chart, self.accuracy.chart))
        self._progress = RunProgress()
        self._is_smoothing_chosen = False
        self.controls.smoothing.actionTriggered.connect(self._choose_smoothing)
        self._has_failed = False
        self._best_label = QLabel()
        set_role(self._best_label, "caption")
        self.loss.chart.set_empty_text(N_("How wrong the network is: this curve will fall as it learns."))
        self.accuracy.chart.set_empty_text(N_("How often it is right: this curve will rise as it learns."))
        for card in (self.loss, self.accuracy):
            card.chart.setMinimumHeight(_LEAST_HEIGHT)
            card.export_failed.connect(self.export_failed)
        self._second = QTimer(self)
        self._second.setSingleShot(True)
        self._second.setInterval(_BETWEEN_MS)
        self._second.timeout.connect(self._paint_second)
        self._lay_out()
        on_language_change(self, self._speak)

    def add_tool(self, widget: QWidget) -> None:
        """Puts `widget` at the left, beside what both charts are set by."""
        self._tools.insertWidget(0, widget)

    def begin(self, name: str) -> None:
        """Empties the charts for the run called `name`."""
        self._progress = RunProgress()
        self._has_failed = False
        for chart in self._charts():
            chart.begin(name)
        self._set_texts()
        self.refresh()

    def hear(self, events: Iterable[Event]) -> None:
        """Appends what `events` tell, in order, and draws it."""
        portions: list[StepsDone] = []
        for event in events:
            has_started = self._progress.started is not None
            self._progress.hear(event)
            if isinstance(event, StepsDone):
                portions.append(event)
                continue
            self._append(portions)
            portions = []
            if isinstance(event, RunStarted) and not has_started:  # a resumed run has started more than once
                self._start(event)
            elif isinstance(event, EpochDone):
                self._validate(event)
            elif isinstance(event, RunEnded):
                self._end(event)
        self._append(portions)
        self.refresh()

    def fail(self) -> None:
        """Marks the end of a run that could not go on."""
        self._has_failed = True
        self._speak()

    def set_references(self, references: Sequence[tuple[str, Curves]]) -> None:
        """Overlays these earlier runs, by name, in place of those before."""
        for chart, values in ((self.loss.chart, "losses"), (self.accuracy.chart, "accuracies")):
            chart.clear_references()
            for name, curves in references:
                chart.add_reference(name, curves.steps, curves.epochs, curves.seconds, getattr(curves, values))
        self.refresh()

    def refresh(self) -> None:
        """Draws what has changed."""
        for chart in self._charts():
            chart.refresh()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        # Painting both anew at once, beside a training, would be felt in the window.
        self.accuracy.chart.setUpdatesEnabled(False)
        self._second.start()

    @Slot()
    def _paint_second(self) -> None:
        self.accuracy.chart.setUpdatesEnabled(True)

    def _charts(self) -> tuple[CurveChart, CurveChart]:
        return self.loss.chart, self.accuracy.chart

    def _lay_out(self) -> None:
        # One legend serves both: the room above the second chart is for what it came to.
        self.accuracy.chart.legend.hide()
        self.accuracy.add_action(self._best_label, at=0)
        self._tools = QHBoxLayout()
        self._tools.setSpacing(GAP)
        self._tools.addStretch(1)
        self._tools.addWidget(self.controls)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GAP)
        layout.addLayout(self._tools)
        layout.addWidget(self.loss, 1)
        layout.addWidget(self.accuracy, 1)

    def _start(self, event: RunStarted) -> None:
        self._smooth_by(event.steps_per_epoch)
        name = self.loss.chart.run.name
        for chart in self._charts():
            chart.begin(name, event.steps_per_epoch * event.epochs, event.epochs)

    def _end(self, event: RunEnded) -> None:
        self._set_texts()
        if event.reason in ("diverged", "early_stopped"):
            for chart in self._charts():
                chart.plan()  # what was planned will not come: the curve may have all the room

    def _smooth_by(self, steps_per_epoch: int) -> None:
        """Averages over about a quarter of an epoch, unless the learner has chosen otherwise."""
        if not self._is_smoothing_chosen:
            span = min(max(steps_per_epoch / 4, _LEAST_SPAN), _GREATEST_SPAN)
            for chart in self._charts():
                chart.set_smoothing(1 - 1 / span)

    def _choose_smoothing(self) -> None:
        self._is_smoothing_chosen = True

    def _append(self, portions: Sequence[StepsDone]) -> None:
        started = self._progress.started
        if not portions or started is None:
            return
        new = Curves.of(portions, started.steps_per_epoch)
        self.loss.chart.append_steps(new.steps, new.epochs, new.seconds, new.losses)
        self.accuracy.chart.append_steps(new.steps, new.epochs, new.seconds, new.accuracies)

    def _validate(self, event: EpochDone) -> None:
        point, figures = (event.step, event.epoch, event.seconds), figures_of_epoch(event)
        self.loss.chart.append_validation(*point, figures["validation_loss"])
        self.accuracy.chart.append_validation(*point, figures["validation_accuracy"])
        if event.is_best:
            self._set_texts()
            for chart in self._charts():
                chart.mark_best(event.epoch)

    def _speak(self) -> None:
        self._set_texts()
        self.refresh()

    def _set_texts(self) -> None:
        best, accuracy, ended = self._progress.best, self._progress.best_accuracy, self._progress.ended
        self._best_label.setText(
            _("best {accuracy} at epoch {epoch}").format(accuracy=percent(accuracy), epoch=best.epoch)
            if best is not None and accuracy is not None
            else ""
        )
        if ended is not None and ended.reason in _ENDS:
            for chart in self._charts():
                is_bad = ended.reason in ("diverged", "failed")
                chart.mark_end(_(_ENDS[ended.reason]).format(step=f"{ended.step:,}"), is_bad=is_bad)
        for chart in self._charts() if self._has_failed else ():
            if not chart.is_empty():
                chart.mark_end(_("failed"))
