"""A run in one line: what was trained, how far, and how good it is. Reads run folders; changes nothing."""

from dataclasses import asdict, dataclass
from typing import Any

from core.errors import NeurariumError
from core.events import EpochDone, RunEnded, RunStarted
from core.i18n import N_, _
from core.metric import Metric
from core.runs.progress import RunProgress
from core.runs.run import RESUMABLE, Run, Status

STATUS_TITLES: dict[str, str] = {
    "running": N_("running"),
    "interrupted": N_("interrupted"),
    "stopped": N_("stopped"),
    "finished": N_("finished"),
    "early_stopped": N_("stopped early"),
    "diverged": N_("diverged"),
    "failed": N_("failed"),
    "unreadable": N_("unreadable"),
}


@dataclass(frozen=True)
class Summary:
    """What a list of runs shows. Parts are named by their translated titles, or "" if the config cannot be read.

    `best` holds the validation figures of the best epoch by key; it is empty before the first epoch is completed.
    `primary` is the metric that decides which epoch is best; None before training has started.
    """

    run: str
    number: int
    status: Status | str
    dataset: str
    model: str
    optimizer: str
    epochs_done: int
    epochs: int
    primary: Metric | None
    best: dict[str, float]
    best_epoch: int | None
    seconds: float
    is_resumable: bool

    @property
    def best_value(self) -> float | None:
        """The best validation value of the primary metric."""
        return self.best.get(self.primary.key) if self.primary is not None else None

    def to_dict(self) -> dict[str, Any]:
        """Returns the summary ready for JSON."""
        return asdict(self) | {
            "primary": self.primary.key if self.primary is not None else None,
            "best_accuracy": self.best.get("accuracy"),
        }


def summarise(run: Run) -> Summary:
    """Reads the config and history of `run`; what cannot be read stays empty."""
    progress = RunProgress.of(run.history(RunStarted, EpochDone, RunEnded))
    try:
        info = run.info()
    except NeurariumError:
        dataset = model = optimizer = ""
        epochs, status = 0, "unreadable"
    else:
        dataset, model, optimizer = _(info.dataset), _(info.model), _(info.optimizer)
        epochs, status = info.training.epochs, run.status()
    return Summary(
        run=run.name,
        number=run.number,
        status=status,
        dataset=dataset,
        model=model,
        optimizer=optimizer,
        epochs_done=progress.epochs_done,
        epochs=epochs,
        primary=progress.primary,
        best=progress.best.validation if progress.best else {},
        best_epoch=progress.best.epoch if progress.best else None,
        seconds=progress.seconds,
        is_resumable=status in RESUMABLE and run.last.is_file(),
    )
