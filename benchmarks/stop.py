"""How soon a training has ended, its checkpoint on disk, after Stop was pressed in the window.

The chapter's CNN on the small digits, in the window's own session, stopped again and again wherever it happens to be.
"""

import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QCoreApplication, QTimer

from benchmarks.report import Result, main, spread
from core.config import RunConfig
from core.events import StepsDone
from core.training.run_store import RunStore
from gui.workers.session import TrainingSession

ROUNDS = 15
PROMISED_MS = 200.0
LEAST_STEPS = 50


def measure() -> list[Result]:
    """Starts and stops; the first round, in which libraries load, is not counted."""
    application = QCoreApplication.instance() or QCoreApplication(sys.argv[:1])
    config = RunConfig.make(dataset="digits", model="chapter_cnn", training={"epochs": 10_000, "keep_epochs": False})
    with tempfile.TemporaryDirectory() as folder:
        store = RunStore(Path(folder))
        figures = [_round(application, config, store, round_) for round_ in range(ROUNDS + 1)][1:]
    note = f"from Stop to the end of the thread, checkpoint written; {spread(figures, 0)} ms"
    return [Result("stop", statistics.median(figures), PROMISED_MS, "ms", "lower", note)]


def _round(application: QCoreApplication, config: RunConfig, store: RunStore, round_: int) -> float:
    session = TrainingSession()
    pressed = ended = 0.0
    steps = 0

    def stop() -> None:
        nonlocal pressed
        pressed = time.perf_counter()
        session.stop()

    def hear(events: list[object]) -> None:
        nonlocal steps
        before = steps
        steps += sum(len(event.losses) for event in events if isinstance(event, StepsDone))
        if before < LEAST_STEPS <= steps:
            QTimer.singleShot(37 * round_, stop)  # anywhere between two ticks, epochs and checkpoints

    def end() -> None:
        nonlocal ended
        ended = time.perf_counter()
        application.quit()

    session.batch.connect(hear)
    session.ended.connect(end)
    session.start(config, store.create(config))
    application.exec()
    return 1000 * (ended - pressed)


if __name__ == "__main__":
    sys.exit(main(measure))
