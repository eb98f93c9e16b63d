"""Generators that report how far they are and return a result."""

from collections.abc import Generator
from typing import Any, TypeVar

ResultT = TypeVar("ResultT")


def pull(generator: Generator[Any, Any, ResultT]) -> ResultT:
    """Runs `generator` to its end, whatever it yields, and returns what it returns."""
    while True:
        try:
            next(generator)
        except StopIteration as end:
            result: ResultT = end.value
            return result
