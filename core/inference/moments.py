"""The moments of a run that were kept, each opened once: whatever can be made of a snapshot, by epoch.

Knows neither pictures nor sentences.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Generic, TypeVar

from core.errors import RunError
from core.inference.snapshot import Snapshot, load_snapshot
from core.runs.run import Run

OpenedT = TypeVar("OpenedT")

_MOST_BYTES = 256 << 20


class Moments(Generic[OpenedT]):
    """The kept weights of one run; what was opened stays in memory, up to 256 MB of weights. One thread at a time.

    Args:
        run: finished, stopped or still going on.
        opened: makes of a snapshot what is to be asked.
    """

    def __init__(self, run: Run, opened: Callable[[Snapshot], OpenedT]) -> None:
        self.run = run
        self._open = opened
        self._kept: dict[int, Path] = {}
        self._opened: dict[int, OpenedT] = {}
        self.refresh()

    @property
    def epochs(self) -> list[int]:
        """The epochs there are weights of, in order; 0 is before anything was learned."""
        return list(self._kept)

    def refresh(self) -> bool:
        """Looks for weights that a run has kept, or thinned out, meanwhile; returns whether anything changed."""
        before, self._kept = self._kept, self.run.epoch_weights()
        return before != self._kept

    def at(self, epoch: int) -> OpenedT:
        """Returns the network as it was after `epoch` epochs.

        Raises:
            RunError: that epoch was not kept, or its weights are damaged.
        """
        if epoch not in self._opened:
            snapshot = load_snapshot(self.run, self.run.weights_of_epoch(epoch))
            size = sum(p.numel() * p.element_size() for p in snapshot.model.parameters())
            while self._opened and (len(self._opened) + 1) * size > _MOST_BYTES:
                self._opened.pop(next(iter(self._opened)))
            self._opened[epoch] = self._open(snapshot)
        return self._opened[epoch]

    def __iter__(self) -> Iterator[tuple[int, OpenedT]]:
        """Yields each epoch with its network; those thinned out meanwhile, or damaged, are left out."""
        for epoch in self.epochs:
            try:
                yield epoch, self.at(epoch)
            except RunError:
                continue
