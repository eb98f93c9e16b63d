"""Runs generators that yield their progress and return a result."""

import time
from collections.abc import Generator
from typing import Any, TypeVar

ResultT = TypeVar("ResultT")


def pull(generator: Generator[Any, Any, ResultT]) -> ResultT:
    """Runs `generator` to its end, ignores what it yields, and returns its result."""
    while True:
        try:
            next(generator)
        except StopIteration as end:
            result: ResultT = end.value
            return result


def pull_for(seconds: float, generator: Generator[Any, Any, ResultT]) -> ResultT | None:
    """Runs `generator` like `pull`, but closes it and returns None if it takes longer than about `seconds`."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            next(generator)
        except StopIteration as end:
            result: ResultT = end.value
            return result
    generator.close()
    return None
