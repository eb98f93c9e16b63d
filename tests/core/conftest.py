"""Trained networks that are shared by all tests. Needs no downloaded data.

Only fixtures that need torch import it, so that the tests of modules without torch start quickly.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from core.runs.config import RunConfig
from core.runs.run import Run
from core.runs.store import RunStore

if TYPE_CHECKING:
    from core.explain.text.word_space import WordSpace
    from core.inference.score import Scorer


@pytest.fixture
def store(tmp_path: Path) -> RunStore:
    """An empty folder for runs."""
    return RunStore(tmp_path / "runs")


@pytest.fixture(scope="session")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A finished run on 3,000 generated digits, three epochs; a few seconds."""
    return trained(
        tmp_path_factory.mktemp("reader"),
        dataset={"key": "strokes", "examples": 3000},
        model="conv_bn",
        schedule="one_cycle",
        optimizer={"key": "adam", "learning_rate": 6e-3},
        training={"epochs": 3, "batch_size": 64, "threads": 1, "device": "cpu"},
    )


def trained(folder: Path, **parts: object) -> Run:
    """Trains and returns the run."""
    from core.training.loop import fit

    config = RunConfig.make(**parts)
    run = RunStore(folder).create(config)
    for _event in fit(config, run):
        pass
    return run


@pytest.fixture(scope="session")
def text_run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A finished run of a small LSTM on the English sentences that come with the program; a few seconds."""
    return trained(
        tmp_path_factory.mktemp("text_run"),
        dataset="sentences",
        model={"key": "lstm", "embedding": 24, "hidden": 24, "dropout": 0.2},
        optimizer={"key": "adam", "learning_rate": 6e-3},
        training={"epochs": 4, "batch_size": 32, "threads": 1, "device": "cpu"},
    )


@pytest.fixture(scope="module")
def scorer(text_run: Run) -> "Scorer":
    """The network of `text_run`, opened for predictions."""
    from core.inference.score import open_scorer

    return open_scorer(text_run)


@pytest.fixture(scope="module")
def space(scorer: "Scorer") -> "WordSpace":
    """Its words as points."""
    from core.explain.text.word_space import WordSpace

    return WordSpace(scorer)


@pytest.fixture(scope="module")
def one_thread() -> Iterator[None]:
    """The small networks of tests are faster with one thread than with several."""
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)
