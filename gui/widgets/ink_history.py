"""The ink on a canvas, and its earlier and later states for undo and redo. Knows no Qt."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from core.ink.picture_file import Picture
from core.ink.prepare import Stroke

_LIMIT = 200
_MOST_BYTES = 64 << 20  # of all pictures together


@dataclass(frozen=True)
class Ink:
    """All ink on a canvas.

    Attributes:
        strokes: of pen and eraser, oldest first.
        picture: the picture below them, or None.
    """

    strokes: tuple[Stroke, ...] = ()
    picture: Picture | None = field(default=None, repr=False, compare=False)

    @property
    def is_empty(self) -> bool:
        """Whether there is no ink and no picture."""
        return not self.strokes and self.picture is None

    def with_stroke(self, points: Sequence[tuple[float, float]], widths: Sequence[float], *, erase: bool) -> "Ink":
        """Returns a copy with one more stroke: its points and widths, in the canvas's units."""
        stroke = Stroke(np.array(points, np.float64).reshape(-1, 2), np.array(widths, np.float64), erase)
        return Ink((*self.strokes, stroke), self.picture)


class InkHistory:
    """The states of a canvas. They share their strokes, so each costs almost nothing."""

    def __init__(self) -> None:
        self._past: list[Ink] = []
        self._future: list[Ink] = []
        self.current = Ink()

    @property
    def can_undo(self) -> bool:
        """Whether there is a state to undo to."""
        return bool(self._past)

    @property
    def can_redo(self) -> bool:
        """Whether there is a state to redo."""
        return bool(self._future)

    def put(self, ink: Ink) -> None:
        """Adds a new state; states that were undone are forgotten."""
        self._past = [*self._past[-_LIMIT + 1 :], self.current]
        while len(self._past) > 1 and _bytes_of(self._past) > _MOST_BYTES:
            self._past.pop(0)
        self._future = []
        self.current = ink

    def undo(self) -> bool:
        """Goes one state back; returns whether there was one."""
        if not self._past:
            return False
        self._future.append(self.current)
        self.current = self._past.pop()
        return True

    def redo(self) -> bool:
        """Reverts one undo; returns whether there was one."""
        if not self._future:
            return False
        self._past.append(self.current)
        self.current = self._future.pop()
        return True


def _bytes_of(states: Sequence[Ink]) -> int:
    """Returns how much memory the pictures of some states take; states that share a picture count it once."""
    return sum({id(ink.picture): len(ink.picture.content) for ink in states if ink.picture is not None}.values())
