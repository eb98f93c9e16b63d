"""How a network came to see one drawing as it does: the same picture, asked at every moment a run has kept.

Knows no canvas and no screen. The drawing is prepared once, and each moment's network reads the same picture.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from core.errors import RunError
from core.explain.activations import Layer, activations, first_filters
from core.explain.base import Floats
from core.i18n import _
from core.inference.classify import Answer, Classifier
from core.inference.ink import Preparation
from core.inference.snapshot import load_snapshot
from core.training.run_store import Run

_MOST_BYTES = 256 << 20


@dataclass(frozen=True)
class Moment:
    """What the network said after `epoch` epochs; 0 is before it learned anything.

    The answer's `is_digit` is always true here: what is familiar is only judged by `open_classifier`.
    """

    epoch: int
    answer: Answer


class TimeMachine:
    """The kept moments of one picture run; weights are read once and stay in memory up to 256 MB. One thread at a time.

    Args:
        run: finished, stopped or still going on.
    """

    def __init__(self, run: Run) -> None:
        self.run = run
        self._kept: dict[int, Path] = {}
        self._classifiers: dict[int, Classifier] = {}
        self.refresh()

    @property
    def epochs(self) -> list[int]:
        """The epochs there are weights of, in order."""
        return list(self._kept)

    def refresh(self) -> bool:
        """Looks for weights that a run has kept, or thinned out, meanwhile; returns whether anything changed."""
        before, self._kept = self._kept, self.run.epoch_weights()
        return before != self._kept

    def at(self, epoch: int) -> Classifier:
        """Returns the network as it was after `epoch` epochs.

        Raises:
            RunError: that epoch was not kept, or its weights are damaged.
        """
        if epoch not in self._classifiers:
            if epoch not in self._kept:
                raise RunError(
                    _("Run {run} has not kept epoch {epoch}.").format(run=self.run.name, epoch=epoch),
                    _("Choose one of: {keys}.").format(keys=", ".join(map(str, self.epochs)) or "–"),
                )
            classifier = Classifier(load_snapshot(self.run, self._kept[epoch]))
            size = sum(p.numel() * p.element_size() for p in classifier.snapshot.model.parameters())
            while self._classifiers and (len(self._classifiers) + 1) * size > _MOST_BYTES:
                self._classifiers.pop(next(iter(self._classifiers)))
            self._classifiers[epoch] = classifier
        return self._classifiers[epoch]

    def history(self, preparation: Preparation) -> Iterator[Moment]:
        """Yields the answer to one picture at every kept moment, in order.

        Moments whose weights have been thinned out meanwhile, or are not numbers any more, are left out.
        """
        for epoch in self.epochs:
            try:
                yield Moment(epoch, self.at(epoch).classify(preparation))
            except RunError:
                continue

    def filters(self, epoch: int) -> Floats | None:
        """Returns what the first layer looked for then (see `core.explain.activations.first_filters`)."""
        classifier = self.at(epoch)
        return first_filters(classifier.snapshot.model, classifier.input)

    def layers(self, epoch: int, preparation: Preparation) -> list[Layer]:
        """Returns what every layer made of the picture then."""
        classifier = self.at(epoch)
        return activations(classifier.snapshot.model, classifier.input_of(preparation))
