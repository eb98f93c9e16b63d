"""The charts of a run, its loss above each of its metrics, fed with its events; and the controls they share.

It knows the events of a run, but no session and no folder.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from core.arrays import Floats64
from core.events import EndReason, EpochDone, Event, RunEnded, RunStarted, StepsDone
from core.i18n import N_, _
from core.metric import LOSS, Metric
from core.runs.progress import RunProgress, figures_of_steps
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
_LEAST_HEIGHT = 80  # two of them fit even in the smallest window
_BETWEEN_MS = 25  # between painting the first and the second when they become visible
_LEAST_SPAN, _GREATEST_SPAN = 5, 100  # steps in an average


@dataclass(frozen=True)
class Series:
    """Moments of a run as arrays of one length, and what was measured then, by key.

    Epochs count from 0, so 1.5 is the middle of the second epoch.
    """

    steps: Floats64
    epochs: Floats64
    seconds: Floats64
    values: dict[str, Floats64]

    @classmethod
    def of_steps(cls, portions: Sequence[StepsDone], steps_per_epoch: int) -> "Series":
        """Joins at least one portion of steps."""
        steps = np.concatenate([portion.steps for portion in portions]).astype(np.float64)
        values = [figures_of_steps(portion) for portion in portions]
        return cls(
            steps=steps,
            epochs=steps / steps_per_epoch,
            seconds=np.concatenate([portion.seconds for portion in portions]),
            values={key: np.concatenate([_told(each, key) for each in values]) for key in _keys(values)},
        )

    @classmethod
    def of_epochs(cls, epochs: Sequence[EpochDone]) -> "Series":
        """Joins the validation results of epochs."""
        return cls(
            steps=np.array([epoch.step for epoch in epochs], np.float64),
            epochs=np.array([epoch.epoch for epoch in epochs], np.float64),
            seconds=np.array([epoch.seconds for epoch in epochs], np.float64),
            values={
                key: np.array([epoch.validation.get(key, np.nan) for epoch in epochs])
                for key in _keys([epoch.validation for epoch in epochs])
            },
        )


def _keys(figures: Iterable[Mapping[str, Any]]) -> list[str]:
    """Returns what was measured at any time: between two parts of a run its objective may have been changed."""
    return list(dict.fromkeys(key for each in figures for key in each))


def _told(figures: Mapping[str, Floats64], key: str) -> Floats64:
    return figures.get(key, np.full(len(figures[LOSS.key]), np.nan))


@dataclass(frozen=True)
class Curves:
    """An earlier run, to be drawn over the current one."""

    training: Series
    validation: Series


class Charts(QWidget):
    """Chart cards that share axis, smoothing and crosshair: one for the loss, and one for each metric.

    Args:
        metrics: those to show before a run reports which it has.

    Attributes:
        loss: the card of the loss.
        metrics: the cards of the metrics, by key.

    Signals:
        export_failed: carries the NeurariumError that says why no file was written.
    """

    export_failed = Signal(object)

    def __init__(self, metrics: Sequence[Metric] = (), parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.loss = CurveCard(LOSS)
        self.metrics: dict[str, CurveCard] = {}
        self._shown: tuple[Metric, ...] = ()
        self._references: Sequence[tuple[str, Curves]] = ()
        self.controls = ChartControls((self.loss.chart,))
        self._progress = RunProgress()
        self._is_smoothing_chosen = False
        self.controls.smoothing.actionTriggered.connect(self._choose_smoothing)
        self._has_failed = False
        self._best_labels: dict[str, QLabel] = {}
        self._second = QTimer(self)
        self._second.setSingleShot(True)
        self._second.setInterval(_BETWEEN_MS)
        self._second.timeout.connect(self._paint_second)
        self._lay_out()
        self._equip(LOSS.key, self.loss)
        self._show_metrics(tuple(metrics))
        on_language_change(self, self._speak)

    def add_tool(self, widget: QWidget) -> None:
        """Puts `widget` at the left of the shared controls."""
        self._tools.insertWidget(0, widget)

    def begin(self, name: str) -> None:
        """Empties the charts for the run with this name."""
        self._progress = RunProgress()
        self._has_failed = False
        for chart in self._charts():
            chart.begin(name)
        self._set_texts()
        self.refresh()

    def hear(self, events: Iterable[Event]) -> None:
        """Appends the data of `events`, in order, and draws it."""
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
        """Marks the end of a run that failed."""
        self._has_failed = True
        self._speak()

    def set_references(self, references: Sequence[tuple[str, Curves]]) -> None:
        """Overlays these earlier runs, by name, in place of the last ones."""
        self._references = references
        for key, card in self._cards().items():
            self._refer(key, card.chart)
        self.refresh()

    def refresh(self) -> None:
        """Draws what has changed."""
        for chart in self._charts():
            chart.refresh()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        # Repainting everything at once beside a training would make the window stutter.
        for card in self.metrics.values():
            card.chart.setUpdatesEnabled(False)
        self._second.start()

    @Slot()
    def _paint_second(self) -> None:
        for card in self.metrics.values():
            card.chart.setUpdatesEnabled(True)

    def _cards(self) -> dict[str, CurveCard]:
        return {LOSS.key: self.loss, **self.metrics}

    def _charts(self) -> list[CurveChart]:
        return [card.chart for card in self._cards().values()]

    def _lay_out(self) -> None:
        self._tools = QHBoxLayout()
        self._tools.setSpacing(GAP)
        self._tools.addStretch(1)
        self._tools.addWidget(self.controls)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GAP)
        layout.addLayout(self._tools)
        layout.addWidget(self.loss, 1)
        self._column = layout

    def _show_metrics(self, metrics: tuple[Metric, ...]) -> None:
        """Shows a chart for each of `metrics` and for no other."""
        if metrics == self._shown:
            return
        self._shown = metrics
        for key, card in self.metrics.items():
            self.controls.remove(card.chart)
            self._column.removeWidget(card)
            self._best_labels.pop(key)
            card.hide()
            card.deleteLater()
        self.metrics = {metric.key: CurveCard(metric) for metric in metrics}
        for key, card in self.metrics.items():
            # One legend serves all charts; the others use the space for their best values.
            card.chart.legend.hide()
            self._equip(key, card)
            self.controls.add(card.chart)
            self._refer(key, card.chart)
            self._column.addWidget(card, 1)
        stops = [
            stop for card in self._cards().values() for stop in (card.log_button, card.export_button, card.chart.plot)
        ]
        for before, after in pairwise(stops):
            QWidget.setTabOrder(before, after)

    def _equip(self, key: str, card: CurveCard) -> None:
        label = QLabel()
        set_role(label, "caption")
        label.hide()
        card.add_action(label, at=0)
        card.chart.setMinimumHeight(_LEAST_HEIGHT)
        card.export_failed.connect(self.export_failed)
        self._best_labels[key] = label

    def _refer(self, key: str, chart: CurveChart) -> None:
        """Overlays this quantity of earlier runs; validation points if it has no training curve."""
        chart.clear_references()
        for name, curves in self._references:
            series = curves.training if key in curves.training.values else curves.validation
            if key in series.values:
                points = (series.steps, series.epochs, series.seconds, series.values[key])
                chart.add_reference(name, *points, is_validation=series is curves.validation)

    def _start(self, event: RunStarted) -> None:
        self._show_metrics(event.metrics)
        self._smooth_by(event.steps_per_epoch)
        name = self.loss.chart.run.name
        for chart in self._charts():
            chart.begin(name, event.steps_per_epoch * event.epochs, event.epochs)

    def _end(self, event: RunEnded) -> None:
        self._set_texts()
        if event.reason in ("diverged", "early_stopped"):
            for chart in self._charts():
                chart.plan()  # the rest of the plan will not come, so the curve may fill the axis

    def _smooth_by(self, steps_per_epoch: int) -> None:
        """Averages over about a quarter of an epoch, unless the user has chosen otherwise."""
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
        new = Series.of_steps(portions, started.steps_per_epoch)
        for key, card in self._cards().items():
            if key in new.values:
                card.chart.append_steps(new.steps, new.epochs, new.seconds, new.values[key])
            else:
                card.chart.reach(new.steps[-1], new.epochs[-1], new.seconds[-1])

    def _validate(self, event: EpochDone) -> None:
        for key, card in self._cards().items():
            if key in event.validation:
                card.chart.append_validation(event.step, event.epoch, event.seconds, event.validation[key])
        if event.is_best:
            self._set_texts()
            for chart in self._charts():
                chart.mark_best(event.epoch)

    def _speak(self) -> None:
        self._set_texts()
        self.refresh()

    def _set_texts(self) -> None:
        best, metric, ended = self._progress.best, self._progress.primary, self._progress.ended
        for key, label in self._best_labels.items():
            is_known = best is not None and metric is not None and key == metric.key and key in best.validation
            label.setVisible(is_known)
            if is_known and best is not None and metric is not None:
                value = metric.text(best.validation[key])
                label.setText(_("best {value} at epoch {epoch}").format(value=value, epoch=best.epoch))
        if ended is not None and ended.reason in _ENDS:
            for chart in self._charts():
                is_bad = ended.reason in ("diverged", "failed")
                chart.mark_end(_(_ENDS[ended.reason]).format(step=f"{ended.step:,}"), is_bad=is_bad)
        for chart in self._charts() if self._has_failed else ():
            if not chart.is_empty():
                chart.mark_end(_("failed"))
