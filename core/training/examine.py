"""Evaluates a trained network on a dataset, for `neurarium evaluate` and the cards of the shipped networks."""

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
    """The result of an evaluation, with the network and the examples.

    Attributes:
        snapshot: the network.
        config: its own config; if it was evaluated on another dataset, with that dataset.
        split: the examples, as the network reads them.
        result: loss, metrics and confusion matrix.
    """

    snapshot: Snapshot
    config: RunConfig
    split: Split
    result: Evaluation

    @property
    def per_class(self) -> dict[str, float | None]:
        """The share of correct answers for each class; None for a class without examples."""
        if self.result.confusion_KK is None:
            return {}
        rows = self.result.confusion_KK.tolist()
        return {
            name: row[i] / sum(row) if sum(row) else None
            for i, (name, row) in enumerate(zip(self.snapshot.input_spec.class_names, rows, strict=True))
        }


def examine(run: Run, dataset: str | None = None, split: SplitName = "test", weights: Path | None = None) -> Examined:
    """Evaluates the network of `run` on one split of its own dataset, or of `dataset` (a key).

    Raises:
        RunError: its weights are missing or damaged, or it diverged.
        DataError: the data cannot be read, may not be read, or does not fit the network.
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
