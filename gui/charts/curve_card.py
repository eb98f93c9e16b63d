"""A chart in a card with a legend, a logarithmic axis and an export; and the controls that several charts share.

The card asks where an exported file goes. `export_failed` reports that it could not be written.
"""

import math
from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QPushButton, QSlider, QToolButton, QWidget

from core.errors import NeurariumError
from core.i18n import N_, _
from core.metric import LOSS, Metric
from gui.charts.curve_chart import CurveChart
from gui.charts.export import write_csv
from gui.icons import icon
from gui.retranslate import on_language_change
from gui.save_dialog import ask_where
from gui.theme import set_role, set_variant
from gui.widgets.card import Card
from gui.widgets.segmented import Segmented
from gui.workers.background import BackgroundTask

# The average spans ten times as many steps after every twenty positions of the slider.
_PER_DECADE = 20
_POSITIONS = 60


class CurveCard(Card):
    """Holds one `CurveChart` as `chart`.

    Args:
        metric: what is measured.

    Signals:
        export_failed: carries the NeurariumError that says why no file was written.
    """

    export_failed = Signal(object)

    def __init__(self, metric: Metric = LOSS, parent: QWidget | None = None) -> None:
        super().__init__(metric.title, parent)
        self.chart = CurveChart(metric)
        self.log_button = QPushButton()
        self.log_button.setCheckable(True)
        self.log_button.clicked.connect(self.chart.set_log)
        self.chart.look_changed.connect(lambda: self.log_button.setChecked(self.chart.is_log()))
        self.export_button = QToolButton()
        self.export_button.setIcon(icon("export", "muted"))
        self.export_button.setIconSize(QSize(16, 16))
        self.export_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._menu = QMenu(self)
        self.export_button.setMenu(self._menu)
        for button in (self.log_button, self.export_button):
            set_variant(button, "quiet")
        for widget in (self.chart.legend, self.log_button, self.export_button):
            self.add_action(widget)
        self.add(self.chart, 1)
        self._saving = BackgroundTask(self, loses_none=True)
        self._saving.failed.connect(self.export_failed)
        on_language_change(self, self._set_control_texts)

    def export(self, ending: str) -> None:
        """Asks for a path and writes the chart as `png`, `svg` or `csv`."""
        name = f"{self.chart.title()}.{ending}"
        path = ask_where(self, _("Export the chart"), name, f"{ending.upper()} (*.{ending})")
        if path is None:
            return
        if ending == "csv":
            self._saving.run(write_csv, path, self.chart.points())
            return
        try:
            if ending == "png":
                self.chart.export_png(path)
            else:
                self.chart.export_svg(path)
        except NeurariumError as error:
            self.export_failed.emit(error)

    def _set_control_texts(self) -> None:
        self.log_button.setText(_("log"))
        self.log_button.setToolTip(_("Draw values on a logarithmic axis, where equal factors are equally far apart"))
        self.log_button.setAccessibleName(_("Logarithmic axis"))
        self.export_button.setToolTip(_("Export the chart as a picture or as numbers"))
        self.export_button.setAccessibleName(_("Export the chart"))
        self._menu.clear()
        for ending, title in (
            ("png", _("Picture (PNG)")),
            ("svg", _("Vector graphics (SVG)")),
            ("csv", _("All values (CSV)")),
        ):
            self._menu.addAction(title, partial(self.export, ending))


class ChartControls(QWidget):
    """Sets the unit of the horizontal axis and the smoothing of several charts, and links their crosshairs.

    Args:
        charts: at least one; the first cannot be removed.
    """

    def __init__(self, charts: Sequence[CurveChart], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._charts: tuple[CurveChart, ...] = ()
        self.axis = Segmented(
            (("steps", N_("Steps")), ("epochs", N_("Epochs")), ("seconds", N_("Seconds"))),
            N_("Unit of the horizontal axis"),
        )
        self.axis.current_changed.connect(self._set_axis)
        self._caption = QLabel()
        set_role(self._caption, "caption")
        self.smoothing = QSlider(Qt.Orientation.Horizontal)
        self.smoothing.setRange(0, _POSITIONS)
        self.smoothing.setPageStep(5)
        self.smoothing.setFixedWidth(72)
        self.smoothing.valueChanged.connect(self._smooth)
        self._caption.setBuddy(self.smoothing)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        for widget in (self._caption, self.smoothing, self.axis):
            layout.addWidget(widget)
        for chart in charts:
            self.add(chart)
        charts[0].look_changed.connect(self._show)
        on_language_change(self, self._show)

    def add(self, chart: CurveChart) -> None:
        """Adds a chart, which gets the same axis, smoothing and crosshair as the others."""
        if self._charts:
            chart.set_x_axis(self._charts[0].x_axis())
            chart.set_smoothing(self._charts[0].smoothing())
        for other in self._charts:
            for one, another in ((chart, other), (other, chart)):
                one.crosshair.moved.connect(another.crosshair.follow)
                one.crosshair.gone.connect(another.crosshair.hide)
        self._charts = (*self._charts, chart)

    def remove(self, chart: CurveChart) -> None:
        """Removes a chart that is about to be deleted."""
        self._charts = tuple(other for other in self._charts if other is not chart)

    def _set_axis(self, axis: str) -> None:
        for chart in self._charts:
            chart.set_x_axis(axis)

    def _smooth(self, position: int) -> None:
        for chart in self._charts:
            chart.set_smoothing(_weight(position))

    def _show(self) -> None:
        """Shows the axis and smoothing of the first chart, also when other code has set them."""
        first = self._charts[0]
        self.axis.set_current(first.x_axis())
        if first.smoothing() != _weight(self.smoothing.value()):
            self.smoothing.blockSignals(True)
            self.smoothing.setValue(_position(first.smoothing()))
            self.smoothing.blockSignals(False)
        self._caption.setText(_("Smoothing"))
        count = round(1 / (1 - first.smoothing()))
        meaning = _("The training curve averages about the last {count} steps").format(count=count)
        self.smoothing.setToolTip(meaning)
        self.smoothing.setAccessibleName(_("Smoothing"))
        self.smoothing.setAccessibleDescription(meaning)


def _weight(position: int) -> float:
    """Returns the weight of the past at which an average spans 10 ** (position / 20) steps: 1 / (1 - weight)."""
    return float(1 - 10 ** (-position / _PER_DECADE))


def _position(weight: float) -> int:
    return round(-_PER_DECADE * math.log10(1 - weight))
