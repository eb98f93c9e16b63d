"""Checks that a ready-made network is the one its card describes: hashes, a few answers, and the card's text."""

from collections.abc import Callable
from typing import Any

import numpy as np

from core.inference.classify import Classifier
from core.inference.score import open_scorer
from core.inference.snapshot import load_snapshot
from core.runs.shipped import ShippedRun, shipped_folder
from recipes import cards
from recipes.measure import golden_digits, golden_texts
from recipes.ship import FIGURES, hashes_of, read_figures

_TOLERANCE = 0.005
"""Other processors add in another order."""


def check(name: str, say: Callable[[str], None]) -> list[str]:
    """Returns what is wrong with a ready-made network; also prints it, or that everything agrees."""
    run = ShippedRun(shipped_folder() / name)
    if not (run.path / FIGURES).is_file():
        say(f"{name}: it was never measured, or is not there")
        return [name]
    figures = read_figures(run.path)
    wrong = [
        f"{name}: {file} is not the file that was measured"
        for file, digest in hashes_of(run.path).items()
        if figures["hashes"].get(file) != digest
    ]
    if not np.allclose(_numbers(_golden(name, run)), _numbers(figures["golden"]), atol=_TOLERANCE):
        wrong.append(f"{name}: it does not give the answers that were measured")
    wrong += [f"{name}: {file} says something else than the figures" for file in cards.differing(name, run, figures)]
    for line in wrong or [f"{name}: hashes, answers and cards agree"]:
        say(line)
    return wrong


def _golden(name: str, run: ShippedRun) -> Any:
    if name == "digits":
        return golden_digits(Classifier(load_snapshot(run)))
    return golden_texts(open_scorer(run), name)


def _numbers(golden: Any) -> list[float]:
    return list(golden.values()) if isinstance(golden, dict) else [p for row in golden for p in row]
