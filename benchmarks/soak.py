"""Half an hour of use: the window is open, a training runs, and a simulated user draws and types all the time.

Real mouse and key events, sixteen a second; when a training is over, the next one begins. After a warm-up the script
reads memory, threads and open files once a second, and a 16 ms timer in the window records how late it fires. The same
timer in a second process, which does nothing else, records how late the computer is. Errors are recorded, and answers
are counted, since a window that gave none would look smooth too.

Explanations need memory, threads and files while they run. What the window keeps of threads and files is therefore the
minimum within a fifth of the time. Memory varies by two hundred megabytes, and its minimum depends on a single second,
so its growth is the trend of all samples; the note also says the growth of minimum and median between the fifths.
Measured only when it is named, because it takes so long.

usage: python -m benchmarks.soak [--minutes 30]
"""

import argparse
import gc
import itertools
import math
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from PySide6.QtCore import QEvent, QPoint, Qt, QtMsgType, qInstallMessageHandler
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from scipy.stats import theilslopes

from benchmarks.report import NotHere, Result, main
from benchmarks.window import TICK_MS, Ticker, _wait, _wait_until, _window

MINUTES = 30.0
WARM_UP_S = 240.0  # some trainings, and ten turns of every page: then the heap has reached its size
PAUSE_MS = 60  # between two events of the pen or the keys
EPOCHS = 150  # of a training, about half a minute
TURN_S = 8.0  # on one page before the next
PROMISED_MB, PROMISED_MS = 20.0, 50.0
ALONE = """
import sys, threading, time
tick_s = float(sys.argv[1])
over = threading.Event()
threading.Thread(target=lambda: (sys.stdin.read(), over.set()), daemon=True).start()
lateness_ms, last = [], time.perf_counter()
while not over.is_set():
    time.sleep(tick_s)
    now = time.perf_counter()
    lateness_ms.append(1000 * (now - last - tick_s))
    last = now
print(*lateness_ms)
"""
OF_NO_ACCOUNT = "This plugin does not support propagateSizeHints"  # off-screen, Qt prints this for every window
SENTENCES = ("a warm and funny film", "not good at all", "I did not hate it", "dull, slow and far too long", "乱七八糟")


@dataclass
class Watch:
    """What was measured after the warm-up, once a second, and what was signalled from beginning to end.

    Attributes:
        megabytes: memory in use (resident set size).
        threads: number of threads of the process.
        files: number of open files.
        lateness_ms: of each tick of a timer in the window's thread.
        worked_ms: how long that thread had a processor before each tick.
        stalls: how many ticks came later than promised, by the visible page.
        alone_ms: the lateness of each tick of a timer in a process that does nothing else.
        trainings: how many began.
        errors: what the window reported, exceptions that nobody caught in any thread, and Qt's warnings.
        verdicts: how many drawings were answered.
        scores: how many sentences were scored.
    """

    megabytes: list[float] = field(default_factory=list)
    threads: list[int] = field(default_factory=list)
    files: list[int] = field(default_factory=list)
    lateness_ms: Sequence[float] = ()
    worked_ms: Sequence[float] = ()
    stalls: Counter[str] = field(default_factory=Counter)
    alone_ms: list[float] = field(default_factory=list)
    trainings: int = 0
    errors: list[str] = field(default_factory=list)
    verdicts: int = 0
    scores: int = 0

    def look(self) -> None:
        """Takes one sample."""
        self.megabytes.append(resident_megabytes())
        self.threads.append(sum(1 for _each in Path("/proc/self/task").iterdir()))
        self.files.append(sum(1 for _each in Path("/proc/self/fd").iterdir()))

    def blame(self, error: str) -> None:
        """Records an error and prints it at once: the table has space only for the first."""
        self.errors.append(error.strip())
        print(error, file=sys.stderr, flush=True)

    def hear_verdicts(self, verdicts: Sequence[Any]) -> None:
        """Counts an answer to a drawing; an empty sheet has none."""
        self.verdicts += any(verdict.answer is not None for verdict in verdicts)

    def hear_scores(self, scores: Sequence[tuple[Any, Any]]) -> None:
        """Counts an answer to a text; an empty line has none."""
        self.scores += any(score.words for _scorer, score in scores)


def kept(of: Sequence[float], measure: Callable[[Sequence[float]], float] = min) -> float:
    """Returns by how much the minimum (or another measure) of the last fifth exceeds that of the first."""
    part = max(len(of) // 5, 1)
    return measure(of[-part:]) - measure(of[:part])


def trend(of: Sequence[float]) -> float:
    """Returns the rise of the straight line through all values from first to last (Theil and Sen)."""
    return float(theilslopes(of).slope) * (len(of) - 1)


def resident_megabytes() -> float:
    """Returns how much memory this process uses."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def soak(seconds: float, warm_up: float) -> Watch:
    """Uses the application for so long after the warm-up, which lasts `warm_up` seconds.

    Raises:
        NotHere: this system does not report what a process uses.
    """
    if not Path("/proc/self/statm").exists():
        raise NotHere("only Linux tells memory, threads and open files of a process without further libraries")
    watch = Watch()
    with (
        _uncaught(watch.blame),
        tempfile.TemporaryDirectory() as folder,
        _window(Path(folder)) as (state, window),
    ):
        state.reported.connect(lambda error: watch.blame(getattr(error, "details", "") or str(error)))
        window.page("draw").predictor.answered.connect(lambda verdicts: watch.hear_verdicts(verdicts))
        window.page("write").asker.answered.connect(lambda scores: watch.hear_scores(scores))
        _train_once(state, "chapter_cnn", {"key": "strokes", "examples": 2000})
        _train_once(state, "lstm", "chapter_sentences")
        user, ticker = _user(window), Ticker()
        for _event in _use(state, user, warm_up, Watch()):
            pass
        gc.collect()
        with _timer_alone(watch.alone_ms):
            ticker.start()
            watch.lateness_ms, watch.worked_ms = ticker.lateness_ms, ticker.worked_ms
            heard = 0
            for _event in _use(state, user, seconds, watch):
                came, heard = ticker.lateness_ms[heard:], len(ticker.lateness_ms)
                watch.stalls[window.rail.current()] += sum(each > PROMISED_MS for each in came)
            ticker.stop()
    return watch


@contextmanager
def _uncaught(tell: Callable[[str], None]) -> Iterator[None]:
    """Reports exceptions that nobody caught, in slots and threads, and Qt's warnings and worse."""
    told = (QtMsgType.QtWarningMsg, QtMsgType.QtCriticalMsg, QtMsgType.QtFatalMsg)

    def hear_qt(kind: QtMsgType, _context: Any, message: str) -> None:
        if kind in told and not message.startswith(OF_NO_ACCOUNT):
            tell(f"Qt: {message}")

    before, qt_before = (sys.excepthook, threading.excepthook), qInstallMessageHandler(hear_qt)
    sys.excepthook = lambda *given: tell("".join(traceback.format_exception(*given)))
    threading.excepthook = lambda given: tell(
        "".join(traceback.format_exception(given.exc_type, given.exc_value, given.exc_traceback))
    )
    try:
        yield
    finally:
        sys.excepthook, threading.excepthook = before
        qInstallMessageHandler(qt_before)


def _use(state: Any, user: Iterator[None], seconds: float, watch: Watch) -> Iterator[None]:
    """Lets the user act for so long while trainings run; yields after each event."""
    began = looked = time.perf_counter()
    while (now := time.perf_counter()) - began < seconds:
        if not state.session.is_running:
            watch.trainings += state.train(_config("chapter_cnn", {"key": "strokes", "examples": 2000}, EPOCHS))
        next(user)
        _wait(PAUSE_MS)
        yield
        if now - looked >= 1:
            watch.look()
            looked = now


@contextmanager
def _timer_alone(lateness_ms: list[float]) -> Iterator[None]:
    """Runs a timer in a separate process, and stores at the end how late it fired each time."""
    arguments = [sys.executable, "-c", ALONE, str(TICK_MS / 1000)]
    with subprocess.Popen(arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield
        told, _errors = process.communicate()
    lateness_ms.extend(float(each) for each in told.split())


def _train_once(state: Any, model: str, dataset: Any) -> None:
    """Trains a run of one epoch, so that the pages have a network to ask from the beginning."""
    assert state.train(_config(model, dataset, epochs=2))
    _wait_until(lambda: not state.session.is_running)


def _config(model: str, dataset: Any, epochs: int) -> Any:
    from core.runs.config import RunConfig

    training = {"epochs": epochs, "batch_size": 2 if model == "lstm" else 32, "threads": 1}
    return RunConfig.make(dataset=dataset, model=model, training=training)


def _user(window: Any) -> Iterator[None]:
    """Draws, types and looks at the curves in turn, one event at a time."""
    for page in itertools.cycle([_draws, _types, _looks]):
        until = time.perf_counter() + TURN_S
        for _event in page(window):
            yield
            if time.perf_counter() > until:
                break


def _draws(window: Any) -> Iterator[None]:
    """Draws one loop after the other on the sheet; every second time it clears the sheet."""
    window.rail.set_current("draw")
    card = window.page("draw").canvas_card
    sheet, left = card.canvas, Qt.MouseButton.LeftButton
    for number in itertools.count(1):
        points = [
            QPoint(
                round(sheet.width() * (0.5 + 0.25 * math.cos(turn / 3))),
                round(sheet.height() * (0.5 + 0.35 * math.sin(turn / (2 + number % 3)))),
            )
            for turn in range(16)
        ]
        QTest.mousePress(sheet, left, pos=points[0])
        for point in points[1:]:
            QTest.mouseMove(sheet, point)
            yield
        QTest.mouseRelease(sheet, left, pos=points[-1])
        yield
        if number % 2 == 0:
            sheet.clear()
            yield


def _types(window: Any) -> Iterator[None]:
    """Types one sentence after the other, letter by letter, and opens each of the views below."""
    window.rail.set_current("write")
    page = window.page("write")
    text_field = page.entry.field
    for number, sentence in enumerate(itertools.cycle(SENTENCES)):
        text_field.clear()
        page.details.set_current(("inside", "map", "time")[number % 3])
        for letter in sentence:
            if letter.isascii():
                QTest.keyClicks(text_field, letter)
            else:
                text_field.insertPlainText(letter)
            yield


def _looks(window: Any) -> Iterator[None]:
    """Follows the curves with the mouse."""
    window.rail.set_current("train")
    chart = window.page("train").charts
    for step in itertools.count():
        QTest.mouseMove(chart, QPoint(20 + 7 * step % max(chart.width() - 40, 1), chart.height() // 2))
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
        yield


def measure(minutes: float = MINUTES) -> list[Result]:
    """Uses the application for so many minutes after a warm-up of four minutes, or of a third of `minutes` if less."""
    warm_up = min(WARM_UP_S, 20 * minutes)
    watch = soak(60 * minutes, warm_up)
    how = f"{minutes:g} minutes after {warm_up:.0f} s of warm-up, {watch.trainings} trainings"
    late, alone = watch.lateness_ms, watch.alone_ms
    first = f"; the first: {watch.errors[0].splitlines()[-1]}" if watch.errors else ""
    where = ", ".join(f"{count} on {page}" for page, count in watch.stalls.items() if count)
    return [
        Result("memory that is more after a soak", trend(watch.megabytes), PROMISED_MB, "MB", "lower",
               f"{how}; {min(watch.megabytes):.0f} to {max(watch.megabytes):.0f} MB meanwhile; from the first fifth to "
               f"the last: least {kept(watch.megabytes):+.1f} MB, "
               f"median {kept(watch.megabytes, statistics.median):+.1f} MB"),
        Result("worst stall of the window in a soak", max(late), PROMISED_MS, "ms", "lower",
               f"{len(late):,} ticks; {watch.stalls.total()} later than {PROMISED_MS:g} ms{where and f' ({where})'}; "
               f"most work of the window before any tick: {max(watch.worked_ms):.1f} ms; "
               f"a timer in a process alone: worst {max(alone):.1f} ms, "
               f"{sum(each > PROMISED_MS for each in alone)} of {len(alone):,} later"),
        Result("threads that are more after a soak", kept(watch.threads), 0, "", "lower",
               f"{min(watch.threads)} to {max(watch.threads)} meanwhile"),
        Result("open files that are more after a soak", kept(watch.files), 0, "", "lower",
               f"{min(watch.files)} to {max(watch.files)} meanwhile"),
        Result("errors in a soak", len(watch.errors), 0, "", "lower",
               f"{watch.verdicts:,} verdicts and {watch.scores:,} scores came meanwhile{first}"),
    ]  # fmt: skip


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m benchmarks.soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=MINUTES, help="after the warm-up (default: %(default)g)")
    asked = parser.parse_args()
    sys.exit(main(lambda: measure(asked.minutes)))
