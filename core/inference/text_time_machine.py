"""How a network came to read one sentence as it does: the same text, scored at every moment a run has kept.

Every epoch of a run reads the same vocabulary, so words stay in their places; only the answers change.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from core.inference.calibration import read_calibration
from core.inference.moments import Moments
from core.inference.score import Score, Scorer
from core.inference.snapshot import Snapshot
from core.runs.run import Run


@dataclass(frozen=True)
class TextMoment:
    """What the network said after `epoch` epochs; 0 is before it learned anything."""

    epoch: int
    score: Score


class TextTimeMachine(Moments[Scorer]):
    """The kept moments of one text run (see `Moments`).

    Args:
        run: finished, stopped or still going on. Each moment is as certain as was measured for it, if that was done.

    Raises:
        RunError: from `at`: the run reads pictures, or that epoch was not kept.
    """

    def __init__(self, run: Run) -> None:
        super().__init__(run, self._scorer)

    def _scorer(self, snapshot: Snapshot) -> Scorer:
        weights = self._kept.get(snapshot.epoch)  # None where a file's name does not tell the epoch it says it is of
        known = read_calibration(weights, snapshot.epoch) if weights is not None else None
        return Scorer(snapshot, known.temperature if known else 1.0)

    def history(self, text: str, *, trace: bool = True) -> Iterator[TextMoment]:
        """Yields the answer to one text at every kept moment, in order; see `Scorer.score`.

        Moments whose weights have been thinned out meanwhile, or are not numbers any more, are left out.
        """
        for epoch, scorer in self:
            yield TextMoment(epoch, scorer.score(text, trace=trace))
