"""The time from Stop in the window until a training has ended with its weights on disk.

It uses the window's own session and stops it again and again: while the data is prepared, in the middle of training,
and during validation. The longest time counts, since the promise is about every Stop.
"""

import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QCoreApplication, QTimer

from benchmarks.report import Result, main, spread
from core.events import Evaluating, Event, Preparing, StepsDone
from core.runs.config import RunConfig
from core.runs.store import RunStore
from gui.workers.session import TrainingSession

ROUNDS = 10
PROMISED_MS = 200.0
LEAST_STEPS = 50

IsTime = Callable[[list[Event]], bool]


def measure() -> list[Result]:
    """Starts and stops at each stage. The first round of each, in which libraries load, is not counted."""
    application = QCoreApplication.instance() or QCoreApplication(sys.argv[:1])
    digits = RunConfig.make(dataset="digits", model="chapter_cnn", training={"epochs": 10_000, "keep_epochs": False})
    # Many pictures to prepare, and then so many to validate that an epoch is mostly validation.
    strokes = digits.with_changes(dataset={"key": "strokes", "examples": 60_000, "validation_fraction": 0.5})
    short = strokes.with_changes(dataset=strokes.dataset.model_copy(update={"train_examples": 640}))
    stages: dict[str, tuple[RunConfig, IsTime]] = {
        "training": (digits, _has_trained),
        "preparing": (strokes, _is_under_way),
        "validating": (short, _validates),
    }
    results = []
    with tempfile.TemporaryDirectory() as folder:
        store = RunStore(Path(folder))
        for stage, (config, is_time) in stages.items():
            figures = []
            for round_ in range(ROUNDS + 1):
                if stage == "preparing":  # data of the same seed is still in memory
                    config = config.with_changes(training=config.training.model_copy(update={"seed": round_}))
                figures.append(_round(application, config, store, round_, is_time))
            note = f"longest, from Stop to the end of the thread; {spread(figures[1:], 0)} ms"
            results.append(Result(f"stop while {stage}", max(figures[1:]), PROMISED_MS, "ms", "lower", note))
    return results


def _has_trained(heard: list[Event]) -> bool:
    return sum(len(event.losses) for event in heard if isinstance(event, StepsDone)) >= LEAST_STEPS


def _is_under_way(heard: list[Event]) -> bool:
    return any(isinstance(event, Preparing) and event.done for event in heard)


def _validates(heard: list[Event]) -> bool:
    return any(isinstance(event, Evaluating) for event in heard)


def _round(application: QCoreApplication, config: RunConfig, store: RunStore, round_: int, is_time: IsTime) -> float:
    session = TrainingSession()
    pressed = ended = 0.0
    heard: list[Event] = []

    def stop() -> None:
        nonlocal pressed
        pressed = time.perf_counter()
        session.stop()

    def hear(events: list[Event]) -> None:
        was_time = is_time(heard)
        heard.extend(events)
        if not was_time and is_time(heard):
            # At any point between ticks, epochs and checkpoints, but within the stage.
            QTimer.singleShot(37 * round_ if is_time is _has_trained else 5 * round_, stop)

    def end() -> None:
        nonlocal ended
        ended = time.perf_counter()
        application.quit()

    session.batch.connect(hear)
    session.ended.connect(end)
    session.start(config, store.create(config))
    application.exec()
    assert pressed, "the training ended by itself"
    return 1000 * (ended - pressed)


if __name__ == "__main__":
    sys.exit(main(measure))
