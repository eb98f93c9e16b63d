"""The Train page on its own, with small real runs."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from core.errors import NeurariumError
from core.events import StepsDone
from core.runs.config import RunConfig
from core.runs.run import Run
from gui.pages.train import TrainPage
from gui.state import AppState


def small(epochs: int = 2, **parts: Any) -> RunConfig:
    """A softmax regression on the small digits: twenty steps an epoch."""
    training = {"epochs": epochs, "batch_size": 64, "threads": 1} | parts.pop("training", {})
    return RunConfig.make(**({"dataset": "digits", "model": "softmax_regression", "training": training} | parts))


class Bench:
    """The page, the errors that it reports, and the hands that use it."""

    def __init__(self, qtbot: QtBot, state: AppState, config: RunConfig) -> None:
        self.qtbot = qtbot
        self.state = state
        self.reported: list[NeurariumError] = []
        self.trainings = 0
        state.reported.connect(self.reported.append)
        state.session.ended.connect(self._count)
        state.session.failed.connect(self._count)
        state.remember_config(config)
        self.page = TrainPage(state)
        qtbot.addWidget(self.page)
        self.page.resize(1204, 748)
        self.page.show()
        self.transport, self.settings, self.charts = self.page.transport, self.page.settings, self.page.charts

    def _count(self) -> None:
        self.trainings += 1

    def until(self, what: Callable[[], bool | None]) -> None:
        self.qtbot.waitUntil(what)

    def click(self, widget: QWidget) -> None:
        assert widget.isEnabled()
        self.qtbot.mouseClick(widget, Qt.MouseButton.LeftButton)

    def press(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        """Presses a key of the page, which gets it while its window has the keyboard."""
        self.page.activateWindow()
        self.until(self.page.isActiveWindow)
        self.qtbot.keyClick(self.page, key, modifier)

    def type(self, line: QLineEdit, text: str) -> None:
        line.setFocus()
        line.selectAll()
        self.qtbot.keyClicks(line, text)
        self.qtbot.keyClick(line, Qt.Key.Key_Return)

    def begin(self) -> None:
        """Presses Train and waits for the first steps."""
        self.click(self.transport.go_button)
        self.until(lambda: self.page.progress.step > 0)

    def finish(self, what: Callable[[], None]) -> None:
        """Does `what` and waits for the end of a training."""
        before = self.trainings
        what()
        self.until(lambda: self.trainings > before)

    def train(self) -> None:
        """Trains to the end."""
        self.finish(lambda: self.click(self.transport.go_button))

    def stop(self) -> None:
        self.finish(lambda: self.click(self.transport.stop_button))

    def stand_still(self) -> None:
        """Waits until a paused training is at rest and has reported it; one more step may come."""
        self.state.session.step()
        self.until(lambda: self.state.session.state == "paused" and not self.state.session._worker.heard)

    @property
    def run(self) -> Run:
        run = self.state.current_run
        assert run is not None
        return run

    def charted_steps(self) -> list[float]:
        """The steps on the loss chart."""
        return list(self.charts.loss.chart.run.training["steps"])

    def recorded_steps(self) -> int:
        """How many steps the history of the run holds."""
        return sum(len(event.losses) for event in self.run.history() if isinstance(event, StepsDone))
