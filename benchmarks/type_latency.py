"""The time from a key to the updated score on the Write page, with 40 words in the field.

A small LSTM is trained first. Keys are real key events at the pace of a fast typist; the time ends when the bar shows
the answer to the current text. The view inside and the contributions of each word follow every answer, as in real use.
Measure on a computer that does nothing else.
"""

import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

if sys.platform.startswith("linux") and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
from PySide6.QtCore import QCoreApplication, QEventLoop, QTimer
from PySide6.QtTest import QTest

from benchmarks.report import Result, main

KEYS = 200
PACE_MS = 80
PROMISED_MS = 50.0
PROMISED_EXPLANATION_MS = 300.0
WORDS = ["I", "do", "not", "hate", "this", "film", "but", "the", "food", "was", "bad", "and", "we", "liked", "it"]
_PATIENCE_S = 30.0


def measure() -> list[Result]:
    """Types `KEYS` letters at the end of a text of 40 words."""
    from gui.app import make_application
    from gui.pages.write import WritePage
    from gui.preferences import Preferences
    from gui.state import AppState

    application = QCoreApplication.instance() or make_application()
    with tempfile.TemporaryDirectory(prefix="neurarium-typing-") as folder:
        os.environ["NEURARIUM_RUNS"] = folder
        _train(Path(folder))
        state = AppState(Preferences(theme="light"))
        page = WritePage(state)
        page.resize(1280, 748)
        page.show()
        _wait_until(lambda: page.networks[0].network is not None)
        page.entry.field.setPlainText(" ".join((WORDS * 3)[:40]) + " ")
        page.entry.field.moveCursor(page.entry.field.textCursor().MoveOperation.End)
        _wait_until(lambda: bool(page.scores()) and not page.explainer.is_busy)
        _wait(2000)
        answers, explanations = _type(page)
        page.close()
        state.shut_down()
        page.deleteLater()
        application.processEvents()
    note = f"{KEYS} keys every {PACE_MS} ms; median {{:.1f}} ms, longest {{:.1f}} ms"
    return [
        _result("key to score, 40 words (99th percentile)", answers, PROMISED_MS, note),
        _result("score to contributions, 40 words (99th percentile)", explanations, PROMISED_EXPLANATION_MS, note),
    ]


def _result(promise: str, figures: list[float], bound: float, note: str) -> Result:
    said = note.format(float(np.median(figures)), max(figures))
    return Result(promise, float(np.percentile(figures, 99)), bound, "ms", "lower", said)


def _train(folder: Path) -> None:
    from core.runs.config import RunConfig
    from core.runs.store import RunStore
    from core.training.loop import fit

    config = RunConfig.make(
        dataset={"key": "sentences", "train_examples": 400},
        model="lstm",
        training={"epochs": 1, "threads": 1, "device": "cpu"},
    )
    for _event in fit(config, RunStore(folder).create(config)):
        pass


def _type(page: "object") -> tuple[list[float], list[float]]:
    """Returns for each key the milliseconds to the score, and from the last key of a word to its explanation."""
    field = page.entry.field  # type: ignore[attr-defined]
    answers, explanations = [], []
    for number in range(KEYS):
        letter = "abcdefghij"[number % 10] if number % 6 else " "
        start = time.perf_counter()
        QTest.keyClick(field, letter)
        text = field.line()
        _wait_until(lambda text=text: bool(page.scores()) and page.scores()[0][1].text == text)  # type: ignore[attr-defined]
        answers.append(1000 * (time.perf_counter() - start))
        if number % 6 == 0:
            _wait_until(lambda: not page.explainer.is_busy)  # type: ignore[attr-defined]
            explanations.append(1000 * (time.perf_counter() - start) - answers[-1])
        _wait(max(round(PACE_MS - 1000 * (time.perf_counter() - start)), 1))
    return answers, explanations


def _wait(milliseconds: int) -> None:
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


def _wait_until(what: Callable[[], bool]) -> None:
    deadline = time.monotonic() + _PATIENCE_S
    while not what():
        if time.monotonic() > deadline:
            raise TimeoutError("nothing was answered")
        QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 5)
        time.sleep(0.0005)  # lets other threads take Python's lock


if __name__ == "__main__":
    sys.exit(main(measure))
