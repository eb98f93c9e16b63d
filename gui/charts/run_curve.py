"""One quantity of one run: the values of its steps, their average, its validation points. Knows no Qt."""

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from core.arrays import Floats64
from gui.charts.decimate import Extremes
from gui.charts.series import GrowingTable, curve_table
from gui.charts.smoothing import DebiasedAverage

AXES = ("steps", "epochs", "seconds")
_AT_ONCE = 1000  # rows at a time; making more of them at once would make the window stutter


@dataclass(frozen=True)
class Points:
    """Points of one series of a run.

    Attributes:
        run: the title of the run.
        series: which of its quantities they are.
        rows_P4: step, epoch, seconds and value of each point.
    """

    run: str
    series: str
    rows_P4: Floats64


class RunCurve:
    """Grows by `append_steps` and `append_validation`.

    Args:
        name: the title of the run.
        smoothing: weight of the past in the average, from 0 to below 1.
    """

    def __init__(self, name: str, smoothing: float) -> None:
        self.name = name
        self.training = curve_table()
        self.validation = curve_table()
        self.smoothed = GrowingTable(("values",))
        self.extremes = Extremes()
        self.best_epoch: int | None = None
        self.end_reason = ""
        self.ended_badly = True
        self._reached = dict.fromkeys(AXES, 0.0)
        self._average = DebiasedAverage(smoothing)

    def reach(self, step: float, epoch: float, seconds: float) -> None:
        """Says that the run has come this far, whether or not the quantity was measured there."""
        self._reached = dict(zip(AXES, (float(step), float(epoch), float(seconds)), strict=True))

    def append_steps(self, steps: ArrayLike, epochs: ArrayLike, seconds: ArrayLike, values: ArrayLike) -> None:
        """Appends the values of optimizer steps; all four have shape (n,), the first three ascend."""
        before = len(self.training)
        self.training.append(steps=steps, epochs=epochs, seconds=seconds, values=values)
        self.smoothed.append(values=self._average.extend(self.training["values"][before:]))
        self.extremes.extend(self.training["values"])

    def append_validation(self, steps: ArrayLike, epochs: ArrayLike, seconds: ArrayLike, values: ArrayLike) -> None:
        """Appends validation results of one or several moments of the run."""
        self.validation.append(steps=steps, epochs=epochs, seconds=seconds, values=values)

    def smooth(self, weight: float) -> None:
        """Recomputes the average with another weight."""
        self._average = DebiasedAverage(weight)
        self.smoothed.clear()
        self.smoothed.append(values=self._average.extend(self.training["values"]))

    def __bool__(self) -> bool:
        return len(self.training) + len(self.validation) > 0

    def extent(self, axis: str) -> float:
        """Returns how far the run has come on one of `AXES`."""
        measured = (float(table[axis][-1]) for table in (self.training, self.validation) if len(table))
        return max((self._reached[axis], *measured))

    def epoch_edges(self, axis: str) -> Floats64:
        """Returns where each epoch so far began on one of `AXES`, ascending."""
        count = int(self.extent("epochs")) + 1
        if axis == "epochs":
            return np.arange(float(count))
        if not len(self.training):
            return np.empty(0)
        # The last step before a whole epoch ends it; the next epoch begins there.
        starts = np.searchsorted(self.training["epochs"], np.arange(1, count), "left")
        edges = self.training[axis][np.minimum(starts, len(self.training) - 1)]
        return np.concatenate(((0.0,), edges))

    def best(self, axis: str) -> tuple[float, float] | None:
        """Returns the validation point of the best epoch on one of `AXES`."""
        if self.best_epoch is None or not len(self.validation):
            return None
        nearest = int(np.abs(self.validation["epochs"] - self.best_epoch).argmin())
        return float(self.validation[axis][nearest]), float(self.validation["values"][nearest])

    def points(self) -> list[Points]:
        """Returns a copy of every point so far; later points do not change it."""
        tables = (
            ("training", self.training, self.training["values"]),
            ("training smoothed", self.training, self.smoothed["values"]),
            ("validation", self.validation, self.validation["values"]),
        )
        return [
            Points(self.name, series, np.column_stack([*(table[axis] for axis in AXES), values]))
            for series, table, values in tables
        ]


def to_csv(points: Iterable[Points]) -> Iterator[str]:
    """Yields points as CSV, some rows at a time, numbers with all digits (RFC 4180, comma, header row)."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(("run", "series", "step", "epoch", "seconds", "value"))
    for part in points:
        for first in range(0, len(part.rows_P4), _AT_ONCE):
            for step, epoch, seconds, value in part.rows_P4[first : first + _AT_ONCE].tolist():
                writer.writerow((part.run, part.series, int(step), epoch, seconds, value))
            yield text.getvalue()
            text.seek(0)
            text.truncate()
    yield text.getvalue()
