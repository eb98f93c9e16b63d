"""How a network learned to read a sentence: the same text, scored with the weights of every kept epoch of a run.

Every epoch of a run has the same vocabulary, so the words stay the same; only the answers change.
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
    """The network's answer after `epoch` epochs; 0 is the untrained network."""

    epoch: int
    score: Score


class TextTimeMachine(Moments[Scorer]):
    """The kept epochs of one text run (see `Moments`). Each uses its own calibration, if that was measured.

    Args:
        run: finished, stopped or still running.

    Raises:
        RunError: from `at`: the run reads pictures, or that epoch was not kept.
    """

    def __init__(self, run: Run) -> None:
        super().__init__(run, self._scorer)

    def _scorer(self, snapshot: Snapshot) -> Scorer:
        weights = self._kept.get(snapshot.epoch)  # None if the file's name and content disagree about the epoch
        known = read_calibration(weights, snapshot.epoch) if weights is not None else None
        return Scorer(snapshot, known.temperature if known else 1.0)

    def history(self, text: str, *, trace: bool = True) -> Iterator[TextMoment]:
        """Yields the answer to one text at every kept epoch, in order; see `Scorer.score`.

        Epochs whose weights were deleted since, or are damaged, are skipped.
        """
        for epoch, scorer in self:
            yield TextMoment(epoch, scorer.score(text, trace=trace))
