"""Loads a network in the background from the chosen run and checkpoint."""

from collections.abc import Generator

from core.inference.catalogue import open_classifier
from core.inference.classify import Classifier
from core.inference.snapshot import load_snapshot
from gui.widgets.model_chooser import Choice


def open_in_parts(choice: Choice) -> Generator[Classifier, None, Classifier]:
    """Yields a network as soon as it can answer, and returns it when it also recognises unfamiliar drawings.

    Raises:
        RunError: its weights are missing, damaged or no longer finite numbers.
    """
    weights = choice.weights
    yield Classifier(load_snapshot(choice.run, weights))
    return open_classifier(choice.run, weights)
