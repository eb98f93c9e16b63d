"""Which networks can read, which of them one begins with, and how one is opened, beside the window."""

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
    """Returns the runs that can read."""
    return models_of(TEXT.key, store)


def first_of(runs: Sequence[Run]) -> Run:
    """Returns the one to begin with: the learner's newest, or else the ready-made one for the window's language."""
    own = (run for run in runs if not isinstance(run, ShippedRun))
    return next(own, None) or for_the_language(runs)


def for_the_language(runs: Sequence[Run]) -> Run:
    """Returns the ready-made one for the window's language; the first of all where there is none."""
    is_chinese = current_language().startswith("zh")
    ready_made = (run for run in runs if isinstance(run, ShippedRun))
    return next((run for run in ready_made if run.config.dataset.key.endswith("_zh") == is_chinese), runs[0])


def open_chosen(choice: Choice) -> Scorer:
    """Returns the network that was chosen.

    Raises:
        RunError: its weights are missing, damaged or not numbers any more.
    """
    return open_scorer(choice.run, choice.weights)
