"""The functions that people call in a notebook have an example in their docstring, and it gives what it shows."""

import doctest
from typing import Any

import pytest

from core.data.library import load
from core.inference.catalogue import open_classifier
from core.inference.score import open_scorer
from core.runs.store import RunStore
from core.training.evaluate import evaluate
from core.training.loop import fit

SHOWN = [load, fit, evaluate, RunStore, open_classifier, open_scorer]


@pytest.mark.usefixtures("one_thread")
@pytest.mark.parametrize("shown", SHOWN, ids=lambda shown: shown.__name__)
def test_an_example_gives_what_it_shows(shown: Any) -> None:
    # Without globals, an example has to import all it needs, as somebody who copies it has to.
    (example,) = doctest.DocTestFinder(recurse=False).find(shown, globs={})
    assert example.examples, f"{shown.__name__} has no example"
    said: list[str] = []
    outcome = doctest.DocTestRunner(verbose=False).run(example, out=said.append)
    assert outcome.failed == 0, "".join(said)
