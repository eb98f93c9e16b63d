"""Finds and opens trained networks: the learner's runs, and those that come with the program.

A network that comes with the program is called "shipped/NAME" (see `core.runs.shipped`).
"""

import threading
from pathlib import Path

import torch

from core.data.base import Data
from core.data.library import available, load
from core.errors import ConfigError, NeurariumError, RunError
from core.generators import pull
from core.i18n import _
from core.inference.classify import Classifier
from core.inference.familiarity import Familiarity
from core.inference.snapshot import Snapshot, load_snapshot
from core.modalities import MODALITIES
from core.objectives.classification import ClassificationConfig
from core.runs import consent
from core.runs.run import Run
from core.runs.shipped import shipped
from core.runs.store import RunStore

_EXAMPLES = 2000
_OPEN = 4
_opened: dict[tuple[Path, int], Classifier] = {}
_opening = threading.Lock()  # several threads open networks; not held while one is built, which takes time


def models_of(modality: str, store: RunStore | None = None) -> list[Run]:
    """Returns the runs whose networks read `modality` (its key): the learner's, newest first, then the shipped ones."""
    return [run for run in [*(store or RunStore()).runs(), *shipped()] if answers(run, modality)]


def find_model(name: str | None, modality: str, store: RunStore | None = None) -> Run:
    """Returns the run called `name`, whose network must read `modality`.

    Args:
        name: a run's number, name or folder, "last", or "shipped/NAME"; None takes the newest that reads `modality`,
            or else one that comes with the program.
        modality: the key of what it must read (see `core.modalities`).
        store: where the learner's runs are.

    Raises:
        RunError: there is none, or it does not read `modality`, or tells no classes apart.
    """
    if name is None:
        found = models_of(modality, store)
        if not found:
            raise RunError(_("There is no trained network yet that reads this."), _("Train one first: neurarium train"))
        return found[0]
    run = (store or RunStore()).find(name)
    if run.config.model.modality != modality:
        raise RunError(_("Run {name} reads something else.").format(name=run.name), _(MODALITIES[modality].wrong_run))
    if not isinstance(run.config.objective, ClassificationConfig):
        raise RunError(_("Run {name} tells no classes apart.").format(name=run.name), _("Choose another run."))
    return run


def open_classifier(run: Run, weights: Path | None = None) -> Classifier:
    """Returns the classifier of a picture run, with its `Familiarity`. The last few classifiers stay in memory.

    The first call for a run takes up to two seconds, and longer if examples of its dataset have to be read.

    Args:
        run: as from `find_model`.
        weights: which of its checkpoints; None takes the best, or the last if no epoch is completed.

    Raises:
        RunError: the checkpoint is missing or damaged, the run reads sentences, or it diverged.
        ConfigError: the run's config is invalid.

    >>> import numpy as np
    >>> from core.inference.catalogue import open_classifier
    >>> from core.ink.prepare import Drawing, Stroke
    >>> from core.runs.shipped import shipped_run
    >>> classifier = open_classifier(shipped_run("shipped/digits"))
    >>> seven = Stroke(np.array([[80.0, 60], [200, 60], [120, 230]]), widths_S=np.full(3, 20.0))
    >>> answer = classifier.classify(classifier.prepare(Drawing((seven,), width=280, height=280, pen=20)))
    >>> answer.label, answer.is_digit
    ('7', True)
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
    """Returns the `Familiarity` of a classifier's network, or None if its dataset is not on this computer."""
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
    """Returns the data a network was trained on, or None if it is not on this computer or may not be read."""
    config = snapshot.config
    if not consent.is_given(config):
        return None
    try:
        if not available(config.dataset):
            return None
        return pull(load(config.dataset, config.training.seed)).seen_by(snapshot.input_spec)
    except NeurariumError:
        return None


def answers(run: Run, modality: str) -> bool:
    """Returns whether a run has usable weights of a classifier that reads `modality`."""
    try:
        kept = run.best.is_file() or run.last.is_file()
        ready = kept and (run.path / "reading.json").is_file() and run.config.model.modality == modality
        ready = ready and isinstance(run.config.objective, ClassificationConfig)
    except (ConfigError, RunError):
        return False
    # A run that diverged in its first epoch has only weights that are NaN or infinite.
    return ready and (run.best.is_file() or run.status() != "diverged")
