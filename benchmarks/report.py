"""A measurement, its promise, and the table of both."""

import importlib
import multiprocessing
import os
import sys
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from typing import Literal

from rich.console import Console
from rich.table import Table


@dataclass(frozen=True)
class Result:
    """One promise, measured.

    Attributes:
        promise: what is promised, in a few words.
        measured: the figure; a median if there were several.
        bound: the least allowed figure if `better` is "higher", the greatest if it is "lower".
        unit: of both figures, such as "x", "ms" or "%".
        note: how it was measured, and how much the figures varied.
    """

    promise: str
    measured: float
    bound: float
    unit: str
    better: Literal["higher", "lower"]
    note: str = ""

    @property
    def is_kept(self) -> bool:
        """Whether the promise is kept."""
        return self.measured >= self.bound if self.better == "higher" else self.measured <= self.bound


class NotHere(Exception):
    """A benchmark needs something that is not on this computer; the message says what. Nothing was measured."""


def spread(figures: Sequence[float], decimals: int = 2) -> str:
    """Returns how many figures there were, the smallest and the largest."""
    return f"{len(figures)} rounds, {min(figures):.{decimals}f} to {max(figures):.{decimals}f}"


def measured(result: Result) -> str:
    """Returns the figure with its unit."""
    return _figure(result.measured, result.unit)


def bound(result: Result) -> str:
    """Returns the promised bound with its unit."""
    return f"{'≥' if result.better == 'higher' else '≤'} {_figure(result.bound, result.unit)}"


def verdict(result: Result) -> str:
    """Returns whether the promise is kept, in a word or two."""
    return "pass" if result.is_kept else "fall short"


def _figure(value: float, unit: str) -> str:
    return f"{value:,.0f} {unit}".rstrip() if abs(value) >= 1000 else f"{value:.4g} {unit}".rstrip()


def line(result: Result) -> str:
    """Returns verdict, promise and figures in one line."""
    return f"{verdict(result)}: {result.promise}: {measured(result)} ({bound(result)})"


def table(results: Sequence[Result], absent: Sequence[tuple[str, str]] = ()) -> Table:
    """Returns one table of promises, figures and verdicts, and of what could not be measured."""
    drawn = Table("promise", "measured", "bound", "verdict", "how", show_lines=True)
    for result in results:
        drawn.add_row(
            result.promise,
            measured(result),
            bound(result),
            f"[{'green' if result.is_kept else 'bold red'}]{verdict(result)}[/]",
            result.note,
        )
    for name, reason in absent:
        drawn.add_row(name, "–", "–", "not measured", reason)
    return drawn


def measure_script(name: str) -> list[Result]:
    """Runs the script `name` in this process."""
    results: list[Result] = importlib.import_module(f"benchmarks.{name}").measure()
    return results


def measure_apart(name: str) -> list[Result]:
    """Runs one script in a fresh process, which ends with this one, however this one ends."""
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=spawn, initializer=_end_with_parent) as process:
        return process.submit(measure_script, name).result()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    assert parent is not None
    # If it went on, it would take the processor from the next measurement.
    threading.Thread(target=lambda: (parent.join(), os._exit(1)), daemon=True).start()


def main(measure: Callable[[], list[Result]]) -> int:
    """Runs one benchmark and prints its table; returns 1 if a promise was not kept."""
    try:
        results = measure()
    except NotHere as reason:
        print(f"Nothing was measured: {reason}", file=sys.stderr)
        return 0
    Console().print(table(results))
    return 0 if all(result.is_kept for result in results) else 1
