"""The kept epochs of a run: opens the snapshot of each, and keeps what was made of it in memory.

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
    """The kept weights of one run. Opened ones stay in memory, up to 256 MB of weights. For one thread at a time.

    Args:
        run: finished, stopped or still running.
        opened: turns a snapshot into what `at` returns, such as a classifier.
    """

    def __init__(self, run: Run, opened: Callable[[Snapshot], OpenedT]) -> None:
        self.run = run
        self._open = opened
        self._kept: dict[int, Path] = {}
        self._opened: dict[int, OpenedT] = {}
        self.refresh()

    @property
    def epochs(self) -> list[int]:
        """The epochs with kept weights, in order; 0 is the untrained network."""
        return list(self._kept)

    def refresh(self) -> bool:
        """Looks for weights that were kept or deleted since; returns whether anything changed."""
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
        """Yields each epoch with its network; skips weights that were deleted since, or are damaged."""
        for epoch in self.epochs:
            try:
                yield epoch, self.at(epoch)
            except RunError:
                continue
