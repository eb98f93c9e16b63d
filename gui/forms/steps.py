"""How a number changes when it is stepped or slid: by even steps or by orders of magnitude. Knows no Qt."""

import math
from dataclasses import dataclass
from functools import cached_property

from core.fields import Bounds, Field

_PER_DECADE = 20
_ROUND = (1.0, 2.0, 5.0, 10.0)


def stepped(field: Field, value: float | None, direction: int) -> float | None:
    """Returns the next value of a number up (1) or down (-1), or `value` itself at a bound.

    Whole numbers whose magnitude matters double and halve; other numbers go 1, 2, 5, 10. For an optional number, None
    is one step below the lowest value.
    """
    if value is None:
        return _first(field.bounds) if direction > 0 else None
    if field.is_log and field.kind == "whole":
        power = math.log2(max(value, 1))
        following = 2 ** (math.floor(power) + 1 if direction > 0 else math.ceil(power) - 1)
    elif field.is_log:
        following = _next_round(value, direction) if value > 0 else LogScale(field).value_at(max(direction, 0))
    else:
        following = _exact(value + direction * _even_step(field))
    following = int(following) if field.kind == "whole" else following
    if field.bounds.admits(following):
        return following
    if field.is_optional and direction < 0:
        return None
    end = field.bounds.high if direction > 0 else field.bounds.low
    return end if end is not None and field.bounds.admits(end) else value


def _first(bounds: Bounds) -> float:
    if bounds.admits(1):
        return 1
    return bounds.low if bounds.low is not None and bounds.admits(bounds.low) else 0.1


def _even_step(field: Field) -> float:
    if field.kind == "whole":
        return 1
    span = (field.bounds.high or math.inf) - (field.bounds.low or 0)
    return 0.01 if span <= 1 else 0.1 if span <= 10 else 1


def _next_round(value: float, direction: int) -> float:
    decade = 10.0 ** math.floor(math.log10(value))
    rounds = [_exact(digit * scale) for scale in (decade / 10, decade, decade * 10) for digit in _ROUND]
    if direction > 0:
        return min(each for each in rounds if each > value * 1.000001)
    return max(each for each in rounds if each < value * 0.999999)


def _exact(value: float) -> float:
    return float(f"{value:.10g}")


@dataclass(frozen=True)
class LogScale:
    """The positions of a slider, from 0 to `last`, for a positive number whose order of magnitude matters.

    Whole numbers lie at powers of two, others at twenty positions a decade. If zero is allowed, it is position 0. If
    the number has no lower bound above zero, the slider begins some decades below the default.
    """

    field: Field

    @cached_property
    def last(self) -> int:
        """The highest position."""
        return math.ceil(self._places(self._high) - 1e-9) + self._offset

    def value_at(self, place: int) -> float:
        """Returns the value at a position, rounded to what one would type."""
        if place < self._offset:
            return 0
        if place >= self.last:
            return self._high
        if self._is_whole:
            return int(self._start * 2 ** (place - self._offset))
        return float(f"{self._start * 10 ** ((place - self._offset) / _PER_DECADE):.1e}")

    def place_of(self, value: float) -> int:
        """Returns the position nearest to `value`."""
        if value < self._start:
            return 0
        return min(round(self._places(value)) + self._offset, self.last)

    @property
    def _is_whole(self) -> bool:
        return self.field.kind == "whole"

    @cached_property
    def _high(self) -> float:
        assert self.field.bounds.high is not None, "a slider needs an end"
        return self.field.bounds.high

    @cached_property
    def _start(self) -> float:
        if self.field.bounds.low:
            return self.field.bounds.low
        return self.field.default * 1e-3 if self.field.default else self._high * 1e-7

    @cached_property
    def _offset(self) -> int:
        return 1 if self.field.bounds.admits(0) else 0

    def _places(self, value: float) -> float:
        ratio = value / self._start
        return math.log2(ratio) if self._is_whole else _PER_DECADE * math.log10(ratio)
