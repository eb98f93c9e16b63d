"""How soon the window is on screen, and how smoothly it runs while torch loads in the background.

Every round starts the same window twice in fresh processes, in turns: as the application does, and with torch and
torchvision imported first. Time counts from the start of the process to the first paint. In the first of the two, a
timer of 16 ms then watches the window's thread until torch is loaded; its delay is a stall.
"""

import json
import os
import statistics
import subprocess
import sys
import time
from itertools import pairwise

from benchmarks.report import Result, main, spread

ROUNDS = 5
TICK_MS = 16
PROMISED_RATIO = 0.25
PROMISED_STALL_MS = 150.0
QUIET_S = 0.5  # the page that waited for torch is built after torch is loaded


def measure() -> list[Result]:
    """Starts the window in turns; a first pair, which reads the files from the disk, is not counted."""
    behind, before = [], []
    for _round in range(ROUNDS + 1):
        behind.append(_start("behind"))
        before.append(_start("before"))
    behind, before = behind[1:], before[1:]
    ratios = [ours["painted"] / theirs["painted"] for ours, theirs in zip(behind, before, strict=True)]
    stalls = [ours["stall_ms"] for ours in behind]
    ours, theirs = (statistics.median(each["painted"] for each in side) for side in (behind, before))
    note = f"{ours:.2f} s against {theirs:.2f} s with torch and torchvision imported first; {spread(ratios)}"
    loading = statistics.median(each["ready"] - each["painted"] for each in behind)
    return [
        Result("first paint", statistics.median(ratios), PROMISED_RATIO, "x", "lower", note),
        Result(
            "worst stall while torch loads",
            max(stalls),
            PROMISED_STALL_MS,
            "ms",
            "lower",
            f"lateness of a {TICK_MS} ms timer over the {loading:.1f} s of loading; {spread(stalls, 0)} ms",
        ),
    ]


def _start(order: str) -> dict[str, float]:
    """Starts the window in a separate process and returns its measurements."""
    environment = {"QT_QPA_PLATFORM": "offscreen"} if sys.platform == "linux" and not _has_screen() else {}
    line = [sys.executable, "-m", "benchmarks.first_paint", order, repr(time.monotonic())]
    done = subprocess.run(line, env={**os.environ, **environment}, capture_output=True, text=True, check=True)
    result: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return result


def _has_screen() -> bool:
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY") or os.environ.get("QT_QPA_PLATFORM"))


def _be_the_window(order: str, began: float) -> None:
    """Opens the window, and prints when it was painted and how late its timer fired."""
    if order == "before":
        import torch  # noqa: F401
        import torchvision  # noqa: F401
    from PySide6.QtCore import Qt, QTimer

    from gui import app
    from gui.main_window import MainWindow
    from gui.pages import PAGES
    from gui.preferences import Preferences
    from gui.state import AppState
    from gui.workers.preload import TORCH_MODULES

    application = app.make_application()
    state = AppState(Preferences(), [*TORCH_MODULES, *(spec.module for spec in PAGES)])
    window = MainWindow(state)
    times: dict[str, float] = {}
    ticks: list[float] = []
    timer = QTimer()
    timer.setTimerType(Qt.TimerType.PreciseTimer)
    timer.setInterval(TICK_MS)
    timer.timeout.connect(lambda: ticks.append(time.monotonic()))

    def note_paint() -> None:
        times["painted"] = time.monotonic() - began
        if order == "before":
            application.quit()
            return
        timer.start()
        state.preload.start()

    def note_ready() -> None:
        times["ready"] = time.monotonic() - began
        QTimer.singleShot(int(QUIET_S * 1000), application.quit)

    window.painted.connect(note_paint)
    state.preload.ready.connect(note_ready)
    window.show()
    application.exec()
    late = [1000 * (after - this) - TICK_MS for this, after in pairwise(ticks)]
    print(json.dumps({**times, "stall_ms": max(late, default=0.0)}))
    state.shut_down()


if __name__ == "__main__":
    if len(sys.argv) > 1:
        _be_the_window(sys.argv[1], float(sys.argv[2]))
    else:
        sys.exit(main(measure))
