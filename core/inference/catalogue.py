"""Which trained networks there are to ask: the learner's runs, and those that come with the program.

A network that comes with the program goes by "shipped/NAME" (see `core.inference.shipped`).
"""

import threading
from pathlib import Path
from typing import Literal

import torch

from core.data.base import Data
from core.data.library import available, load
from core.errors import ConfigError, NeurariumError, RunError
from core.generators import pull
from core.i18n import _
from core.inference.classify import Classifier
from core.inference.familiarity import Familiarity
from core.inference.shipped import SHIPPED, shipped
from core.inference.snapshot import Snapshot, load_snapshot
from core.runs import consent
from core.runs.config import datasets
from core.runs.run import Run
from core.runs.store import RunStore

Kind = Literal["image", "text"]

_EXAMPLES = 2000
_OPEN = 4
_opened: dict[tuple[Path, int], Classifier] = {}
_opening = threading.Lock()  # several threads open networks; not held while one is built, which takes its time


def models_of(kind: Kind, store: RunStore | None = None) -> list[Run]:
    """Returns the runs that can answer about pictures or sentences: the learner's, newest first, then the shipped."""
    return [run for run in [*(store or RunStore()).runs(), *shipped()] if answers(run, kind)]


def find_run(name: str, store: RunStore | None = None) -> Run:
    """Returns a run, whatever it reads, by its number, name or folder, "last", or "shipped/NAME".

    Raises:
        RunError: there is none.
    """
    if not name.startswith(SHIPPED):
        return (store or RunStore()).find(name)
    for run in shipped():
        if run.name == name.removeprefix(SHIPPED):
            return run
    raise RunError(
        _("No network called “{name}” comes with the program.").format(name=name),
        _("Choose one of: {keys}.").format(keys=", ".join(SHIPPED + run.name for run in shipped()) or "–"),
    )


def find_model(name: str | None, kind: Kind, store: RunStore | None = None) -> Run:
    """Returns the run to ask about pictures or sentences.

    Args:
        name: a run's number, name or folder, "last", or "shipped/NAME"; None takes the newest that can answer, or else
            one that comes with the program.
        kind: what it must read.
        store: where the learner's runs are.

    Raises:
        RunError: there is none, or it does not read `kind`.
    """
    if name is None:
        found = models_of(kind, store)
        if not found:
            raise RunError(_("There is no trained network yet that reads this."), _("Train one first: neurarium train"))
        return found[0]
    run = find_run(name, store)
    if datasets()[run.config.dataset.key].kind != kind:
        raise RunError(
            _("Run {name} reads something else.").format(name=run.name),
            _("Choose a run that was trained on pictures.")
            if kind == "image"
            else _("Choose a run that was trained on sentences."),
        )
    return run


def open_classifier(run: Run, weights: Path | None = None) -> Classifier:
    """Returns the classifier of a picture run with a sense of what is familiar; the last few stay open.

    The first time takes up to a second or two, and longer where examples of its dataset have to be read.

    Args:
        run: as from `find_model`.
        weights: which of its checkpoints; None takes the best, or the last where no epoch is over.

    Raises:
        RunError: the checkpoint is missing or damaged, the run reads sentences, or it diverged.
        ConfigError: the run's config is not usable.
    """
    path = weights or run.weights
    try:
        key = path, path.stat().st_mtime_ns
    except OSError:
        key = path, 0
    with _opening:
        found = _opened.get(key)
    if found is not None:
        return found
    classifier = Classifier(load_snapshot(run, path))
    classifier.familiarity = familiarity_of(classifier)
    with _opening:
        classifier = _opened.setdefault(key, classifier)  # another thread may have been quicker
        for oldest in list(_opened)[:-_OPEN]:
            _opened.pop(oldest, None)
    return classifier


def familiarity_of(classifier: Classifier) -> Familiarity | None:
    """Returns what a classifier's network finds familiar, or None where its dataset is not on this computer."""
    snapshot = classifier.snapshot
    if classifier.knows_digits:
        return Familiarity.of_digits(classifier.features, classifier.input)
    data = data_of(snapshot)
    if data is None:
        return None
    train = data.split("train")
    every = max(len(train) // _EXAMPLES, 1)
    (images_NCHW,), _targets = train.batch(torch.arange(0, len(train), every)[:_EXAMPLES])
    return Familiarity.of_examples(classifier.features, images_NCHW)


def data_of(snapshot: Snapshot) -> Data | None:
    """Returns the data a network was trained on, or None where it is not on this computer or not to be read."""
    config = snapshot.config
    if not consent.is_given(config):
        return None
    try:
        if not available(config.dataset):
            return None
        data: Data = pull(load(config.dataset, config.training.seed))
        return data.seen_by(snapshot.input_spec)
    except NeurariumError:
        return None


def answers(run: Run, kind: Kind) -> bool:
    """Returns whether a run has weights that can answer about pictures or sentences."""
    try:
        kept = run.best.is_file() or run.last.is_file()
        ready = kept and (run.path / "reading.json").is_file() and datasets()[run.config.dataset.key].kind == kind
    except (ConfigError, RunError):
        return False
    # A run that diverged before its first epoch was over has only weights that are not numbers.
    return ready and (run.best.is_file() or run.status() != "diverged")
