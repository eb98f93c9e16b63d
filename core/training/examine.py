"""Asks a trained network about a dataset: what `neurarium evaluate` and the cards of the shipped networks print."""

from dataclasses import dataclass
from pathlib import Path

from core.data.base import Split, SplitName
from core.data.library import load
from core.generators import pull
from core.inference.snapshot import Snapshot, load_snapshot
from core.objectives.base import Evaluation
from core.runs import consent
from core.runs.config import RunConfig
from core.runs.run import Run
from core.training.evaluate import evaluate


@dataclass(frozen=True)
class Examined:
    """Which network was asked, about what, and how it did.

    Attributes:
        snapshot: the network.
        config: its own, or with the other dataset that it was asked about.
        split: the examples it was asked about, as it reads them.
        result: what came out.
    """

    snapshot: Snapshot
    config: RunConfig
    split: Split
    result: Evaluation

    @property
    def per_class(self) -> dict[str, float | None]:
        """The share of each class's examples that was answered rightly; None where it has none."""
        if self.result.confusion_KK is None:
            return {}
        rows = self.result.confusion_KK.tolist()
        return {
            name: row[i] / sum(row) if sum(row) else None
            for i, (name, row) in enumerate(zip(self.snapshot.input_spec.class_names, rows, strict=True))
        }


def examine(run: Run, dataset: str | None = None, split: SplitName = "test", weights: Path | None = None) -> Examined:
    """Asks the network of `run` about one split of its own dataset, or of `dataset` (a key).

    Raises:
        RunError: its weights are missing, damaged or useless.
        DataError: the data cannot be read, may not be read, or is of another kind.
        ConfigError: there is no such dataset.
    """
    snapshot = load_snapshot(run, weights)
    config = snapshot.config
    if dataset not in (None, config.dataset.key):
        config = config.with_changes(dataset=dataset)
    consent.require(config)
    data = pull(load(config.dataset, config.training.seed)).seen_by(snapshot.input_spec)
    part = data.split(split)
    result = pull(evaluate(snapshot.model, part, split, config.objective, snapshot.input_spec))
    return Examined(snapshot, config, part, result)
