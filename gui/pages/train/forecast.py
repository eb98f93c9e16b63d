"""Estimates in the background what a run will cost, and shows afterwards how long it took.

It knows a config, but not the form it comes from.
"""

import contextlib
from collections.abc import Generator
from dataclasses import dataclass, replace

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QLabel, QPushButton, QWidget

from core import device
from core.data.base import DatasetConfig, DatasetInfo
from core.errors import NeurariumError
from core.events import Preparing, RunEnded
from core.i18n import N_, _, ngettext
from core.quantities import duration, size, speed
from core.runs.config import RunConfig
from core.runs.store import RunStore
from core.training.estimate import Estimate, MoreThreads, estimate
from gui.retranslate import on_language_change
from gui.theme import set_role, set_variant
from gui.widgets.card import Card
from gui.widgets.key_values import KeyValues
from gui.workers.background import BackgroundTask

_REST_MS = 350  # it waits until the settings no longer change


@dataclass(frozen=True)
class Survey:
    """What is known before a run. `info` and `cost` are None if only reading the data can tell."""

    info: DatasetInfo | None
    download: int
    cost: Estimate | None


def survey(config: RunConfig, store: RunStore) -> Generator[None, None, Survey]:
    """Inspects the dataset, then measures a few steps; can be stopped at each `yield`.

    If a run in `store` has done the same work, its speed is used instead of that of a few steps.

    Raises:
        NeurariumError: the model cannot be built for this data, or there is not enough memory.
    """
    dataset = config.dataset
    assert isinstance(dataset, DatasetConfig)
    info, download = dataset.info(), dataset.download_bytes()
    yield
    if info is None:
        return Survey(None, download, None)
    cost = yield from estimate(config, info)
    before = speed_before(config, store)
    if before > 0:
        seconds = info.train / before
        cost = replace(cost, seconds_per_epoch=seconds, seconds=seconds * config.training.epochs)
    return Survey(info, download, cost)


def state_of_files(config: RunConfig) -> Generator[Preparing, None, str]:
    """Returns a fingerprint of the user's files that the dataset consists of; can be stopped at each `yield`."""
    dataset = config.dataset
    assert isinstance(dataset, DatasetConfig)
    with contextlib.suppress(NeurariumError, OSError):  # files that cannot be inspected are reported when they are read
        return (yield from dataset.state_of_files())
    return ""


def speed_before(config: RunConfig, store: RunStore) -> float:
    """Returns the examples a second of the newest run that did the same work in each step, or 0."""
    for run in store.runs():
        with contextlib.suppress(NeurariumError):
            if _work(run.config) == _work(config):
                ended = run.ending()
                if ended is not None and ended.epoch > 0:
                    return ended.samples_per_second
    return 0.0


def _work(config: RunConfig) -> tuple[object, ...]:
    training = config.training
    threads = device.threads_for(training.threads)
    how = training.batch_size, training.augmentation, training.device, threads, training.precision
    return config.dataset, config.model, config.optimizer.key, how


class Forecast(Card):
    """Shows parameters, memory and times, and offers more threads if they are faster.

    Args:
        store: the runs whose speed may be used.

    Signals:
        data_known: the `DatasetInfo` (or None), and how many bytes have to be downloaded.
        threads_wanted: the run is to train on so many threads.
    """

    data_known = Signal(object, object)
    threads_wanted = Signal(int)

    def __init__(self, store: RunStore, parent: QWidget | None = None) -> None:
        super().__init__(N_("Before you start"), parent)
        self._store = store
        self._config: RunConfig | None = None
        self._survey: Survey | None = None
        self._state_of_files: str | None = None  # at the time of the estimate
        self._error: NeurariumError | None = None
        self._ended: RunEnded | None = None
        self._is_held = False
        self.values = KeyValues()
        for key, title, tooltip in (
            ("parameters", N_("Parameters"), N_("Numbers that training adjusts")),
            ("memory", N_("Memory"), N_("Weights, gradients, the optimizer's state and the activations of one batch")),
            (
                "epoch",
                N_("One epoch, measured"),
                N_("From the last run like this or a few steps on this computer, without validation"),
            ),
            ("total", N_("All epochs"), N_("One epoch times the number of epochs")),
            ("took", N_("Last run"), N_("Time spent training and validating, pauses left out")),
        ):
            self.values.add_row(key, title, tooltip)
        self.values.set_row_visible("took", False)
        self._problem = QLabel()
        self._problem.setWordWrap(True)
        set_role(self._problem, "error")
        self._offer = QLabel()
        self._offer.setWordWrap(True)
        set_role(self._offer, "muted")
        self.threads_button = QPushButton()
        set_variant(self.threads_button, "link")
        self.threads_button.clicked.connect(self._want_threads)
        self.add(self.values)
        self.add(self._problem)
        self.add(self._offer)
        self.body.addWidget(self.threads_button, 0, Qt.AlignmentFlag.AlignLeft)
        self._task = BackgroundTask(self)
        self._task.done.connect(self._show_survey)
        self._task.failed.connect(self._show_error)
        self._files = BackgroundTask(self)
        self._files.done.connect(self._compare)
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(_REST_MS)
        self._rest.timeout.connect(self._look)
        on_language_change(self, self._show_values)

    @property
    def is_measuring(self) -> bool:
        """Whether a step of a measurement may be in progress."""
        return self._task.is_running

    def look_at(self, config: RunConfig) -> None:
        """Estimates the cost of `config`, soon."""
        if config != self._config:
            self._config = config
            self._survey = self._error = None
            self._task.cancel()
            self._show_values()
        if not self._is_held and self._survey is None and self._error is None:
            self._rest.start()

    def look_again(self) -> None:
        """Estimates again, soon, if the files of the dataset have changed."""
        if self._config is not None and not self._is_held and not self._rest.isActive():
            self._files.run(state_of_files, self._config)

    def hold(self) -> None:
        """Measures nothing until `release`, since a run trains; a step in progress is the last one."""
        self._is_held = True
        self._rest.stop()
        self._task.cancel()
        self._files.cancel()
        self._show_values()

    def release(self) -> None:
        """Continues to measure; starts again if a run has trained, since its speed is a better estimate."""
        if self._is_held and self._config is not None:
            self._rest.start()
        self._is_held = False
        self._show_values()

    def problem(self) -> str:
        """Returns why these settings cannot be trained, as translated sentences; empty if nothing is known."""
        return self._problem.text()

    def offer(self) -> str:
        """Returns what more threads would bring, as a translated sentence; empty if they are not faster."""
        return self._offer.text()

    def show_parameters(self, count: int) -> None:
        """Shows how many parameters the network in training has, known since it is built."""
        self.values.set_value("parameters", f"{count:,}")

    def show_ended(self, ended: RunEnded | None) -> None:
        """Shows how long a run took; None for nothing."""
        self._ended = ended
        self._show_values()

    @Slot()
    def _look(self) -> None:
        if self._config is not None and not self._is_held:
            self._state_of_files = None
            self._files.run(state_of_files, self._config)
            self._task.run(survey, self._config, self._store)
            self._show_values()

    @Slot(object)
    def _compare(self, state: str | None) -> None:
        before, self._state_of_files = self._state_of_files, state
        if before is not None and before != state:
            self._survey = self._error = None
            self._rest.start()
            self._show_values()

    @Slot(object)
    def _show_survey(self, found: Survey | None) -> None:
        if found is not None:
            self._survey, self._error = found, None
            self._show_values()
            self.data_known.emit(found.info, found.download)

    @Slot(object)
    def _show_error(self, error: NeurariumError) -> None:
        self._survey, self._error = None, error
        self._show_values()

    @Slot()
    def _want_threads(self) -> None:
        cost = self._survey.cost if self._survey is not None else None
        if cost is not None and cost.more_threads is not None:
            self.threads_wanted.emit(cost.more_threads.threads)

    def _show_values(self) -> None:
        cost = self._survey.cost if self._survey is not None else None
        # While a run trains nothing is measured, but its number of parameters is known.
        is_known = cost is not None or not self._is_held
        values = {"parameters": "", "memory": "", "epoch": "", "total": ""} if is_known else {}
        if cost is not None:
            values = {
                "parameters": f"{cost.parameters:,}",
                "memory": f"≈ {size(cost.bytes)}",
                "epoch": duration(cost.seconds_per_epoch),
                "total": f"≈ {duration(cost.seconds)}",
            }
        elif self.is_measuring or self._rest.isActive():
            values["epoch"] = _("measuring…")
        for key in ("memory", "epoch", "total"):
            self.values.set_row_visible(key, is_known)
        for key, text in values.items():
            self.values.set_value(key, text)
        self._problem.setText(str(self._error or ""))
        self._problem.setVisible(self._error is not None)
        self._show_offer(cost.more_threads if cost is not None and not self._is_held else None)
        ended = self._ended
        self.values.set_row_visible("took", ended is not None and ended.epoch > 0)
        if ended is not None:
            took = ngettext("{time}, {epochs} epoch", "{time}, {epochs} epochs", ended.epoch)
            self.values.set_value("took", took.format(time=duration(ended.seconds), epochs=ended.epoch))

    def _show_offer(self, more: MoreThreads | None) -> None:
        if more is not None:
            offer = _(
                "{gain} × as fast with {count} threads while nothing else runs: {speed} samples/s, not {now}."
            ).format(
                gain=f"{more.gain:.1f}",
                count=more.threads,
                speed=speed(more.speed),
                now=speed(more.speed_as_chosen),
            )
            self._offer.setText(offer)
            self.threads_button.setText(_("Use {count} threads").format(count=more.threads))
            self.threads_button.setToolTip(_("Sets the CPU threads of the next run"))
        else:
            self._offer.clear()
        self._offer.setVisible(more is not None)
        self.threads_button.setVisible(more is not None)
