"""Evaluates a network on the examples of a split. Axes: N examples, B batch, K outputs."""

import time
from collections.abc import Generator

import torch
from torch import nn

from core.data.base import Split, SplitName
from core.events import Evaluating
from core.input_spec import InputSpec
from core.objectives.base import Evaluation, ObjectiveConfig

BATCH = 64  # larger ones are no faster on a CPU, and fragment the heap more
CADENCE = 1 / 30


def evaluate(
    model: nn.Module, split: Split, name: SplitName, objective: ObjectiveConfig, input_spec: InputSpec
) -> Generator[Evaluating, None, Evaluation]:
    """Evaluates `model` on every example of `split`, in eval mode; yields the progress; returns the result.

    Afterwards the model is in the same mode as before.

    Args:
        model: the network.
        split: the examples.
        name: the name of the split in the events.
        objective: decides what is measured.
        input_spec: what the network reads, and the names of its classes.

    >>> from core.data.library import load
    >>> from core.data.sources.strokes import StrokesConfig
    >>> from core.generators import pull
    >>> from core.inference.snapshot import load_snapshot
    >>> from core.runs.shipped import shipped_run
    >>> from core.training.evaluate import evaluate
    >>> snapshot = load_snapshot(shipped_run("shipped/digits"))
    >>> data = pull(load(StrokesConfig(examples=200), seed=0)).seen_by(snapshot.input_spec)
    >>> split, objective = data.split("validation"), snapshot.config.objective
    >>> result = pull(evaluate(snapshot.model, split, "validation", objective, snapshot.input_spec))
    >>> result.examples, sorted(result.metrics), result.confusion_KK.shape
    (20, ['accuracy'], torch.Size([10, 10]))
    >>> result.metrics["accuracy"] > 0.9
    True
    """
    was_training = model.training
    model.eval()
    device = split.targets_N.device
    tally = objective.tally(input_spec, device)
    done, reported = 0, time.perf_counter()
    try:
        for index_B in split.order(BATCH, None):
            with torch.inference_mode():
                inputs, targets_B = split.batch(index_B.to(device))
                tally.add(model(*inputs), targets_B)
            done += len(index_B)
            if time.perf_counter() - reported > CADENCE:
                yield Evaluating(name, done, len(split))
                reported = time.perf_counter()
    finally:
        model.train(was_training)
    return tally.evaluation()
