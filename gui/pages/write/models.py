"""Finds the networks that can read, chooses the first one, and opens one in the background."""

from collections.abc import Sequence

from core.i18n import current_language
from core.inference.catalogue import models_of
from core.inference.score import Scorer, open_scorer
from core.modalities.text import TEXT
from core.runs.run import Run
from core.runs.shipped import ShippedRun
from core.runs.store import RunStore
from gui.widgets.model_chooser import Choice


def look(store: RunStore) -> list[Run]:
    """Returns the runs whose networks can read."""
    return models_of(TEXT.key, store)


def first_of(runs: Sequence[Run]) -> Run:
    """Returns the first choice: the user's newest run, else the ready-made network for the window's language."""
    own = (run for run in runs if not isinstance(run, ShippedRun))
    return next(own, None) or for_the_language(runs)


def for_the_language(runs: Sequence[Run]) -> Run:
    """Returns the ready-made network for the window's language; the first run if there is none."""
    is_chinese = current_language().startswith("zh")
    ready_made = (run for run in runs if isinstance(run, ShippedRun))
    return next((run for run in ready_made if run.config.dataset.key.endswith("_zh") == is_chinese), runs[0])


def open_chosen(choice: Choice) -> Scorer:
    """Returns the chosen network.

    Raises:
        RunError: its weights are missing, damaged or no longer finite numbers.
    """
    return open_scorer(choice.run, choice.weights)
