"""Brings what earlier versions wrote into the form of today. Plain dicts in, plain dicts out.

Knows no class of today's program: what it turns old files into is written out here, and stays as it is.

    version 1   accuracy is the only metric: it has fields of its own in histories and checkpoints;
                label smoothing is a setting of the training; threads that are left open are all cores;
                only the cut of the data follows the seed, everything else is drawn as from seed 0
    version 2   a run has an objective, and names its metrics; threads that are left open are one
"""

from typing import Any

_MOST_THREADS = 256  # that a configuration accepts
_MOVED = {"training": {"label_smoothing": "objective.label_smoothing"}}
_ACCURACY = {
    "key": "accuracy",
    "title": "Accuracy",
    "direction": "higher",
    "is_share": True,
    "hint": "How often it is right: this curve will rise as it learns.",
}


def config(value: dict[str, Any]) -> dict[str, Any]:
    """Returns a configuration, of whichever version it says it is, in the form of version 2. One that says none stays.

    What is no configuration in the first place stays as it is, to be refused by whoever reads it.
    """
    if value.get("version") != 1:
        return value
    training = value.get("training", {})
    objective = {"key": "classification"}
    if isinstance(training, dict) and "label_smoothing" in training:
        training = dict(training)
        objective["label_smoothing"] = training.pop("label_smoothing")
    return {**value, "version": 2, "training": training, "objective": objective, "draw_seed": 0}


def threads_of_version_1(config: dict[str, Any], environment: dict[str, Any] | None) -> dict[str, Any]:
    """Returns a configuration of version 1 with the number of threads on which its run has computed.

    There, threads that were left open meant all cores of the computer, and mean one today. Sums are the same to the
    last bit only on the same number of threads.

    Args:
        config: what stands in config.json, of whichever version.
        environment: what stands in environment.json; None where it is missing, since training never began.
    """
    training, threads = config.get("training", {}), (environment or {}).get("threads")
    is_open = config.get("version") == 1 and isinstance(training, dict) and training.get("threads") is None
    if not is_open or type(threads) is not int or threads < 1:
        return config
    return {**config, "training": {**training, "threads": min(threads, _MOST_THREADS)}}


def moved(value: dict[str, Any]) -> list[tuple[str, str]]:
    """Returns the settings that a configuration of today calls as earlier versions did: by what, and by what now."""
    return [
        (f"{part}.{name}", now)
        for part, names in _MOVED.items()
        for name, now in names.items()
        if isinstance(value.get(part), dict) and name in value[part]
    ]


def record(value: dict[str, Any]) -> dict[str, Any]:
    """Returns one line of a history in the form of version 2."""
    value = dict(value)
    kind = value.get("event")
    if kind == "RunStarted" and "version" not in value:
        value |= {"metrics": [_ACCURACY], "primary": "accuracy"}
    elif kind == "StepsDone" and "accuracies" in value:
        value["metrics"] = {"accuracy": value.pop("accuracies")}
    elif kind == "EpochDone" and "train_accuracy" in value:
        for part in ("train", "validation"):
            value[part] = {name: value.pop(f"{part}_{name}") for name in ("loss", "accuracy")}
    return value


def progress(value: dict[str, Any]) -> dict[str, Any]:
    """Returns how far a run has come, as a checkpoint keeps it, in the form of version 2."""
    if "correct_sum" not in value:
        return value
    rest = dict(value)
    return {"metric_sums": {"accuracy": rest.pop("correct_sum")}, **rest}
