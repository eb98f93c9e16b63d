"""Converts what earlier versions wrote to the current format. Plain dicts in, plain dicts out.

Uses no class of the program: the results are written out here, so that they do not change when the classes do.

    version 1   accuracy is the only metric and has its own fields in histories and checkpoints;
                label smoothing is a training setting; automatic threads mean all cores;
                the seed decides only the validation split, all other random numbers use seed 0
    version 2   a run has an objective and names its metrics; automatic threads mean one
"""

from typing import Any

_MOST_THREADS = 256  # the maximum in a configuration
_MOVED = {"training": {"label_smoothing": "objective.label_smoothing"}}
_PICTURE_DATASETS = ("image_folder", "fashion_mnist")  # those of version 0.1.0 that hold no handwriting
_ACCURACY = {
    "key": "accuracy",
    "title": "Accuracy",
    "direction": "higher",
    "is_share": True,
    "hint": "How often it is right: this curve will rise as it learns.",
}


def config(value: dict[str, Any]) -> dict[str, Any]:
    """Returns a configuration of version 1 in the format of version 2. Any other value is returned unchanged.

    Invalid values are refused later, when they are validated.
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
    """Returns a configuration of version 1 with the number of threads that its run used.

    In version 1 automatic threads meant all cores of the computer; now they mean one. Sums are the same to the last bit
    only with the same number of threads.

    Args:
        config: the content of config.json, in any version.
        environment: the content of environment.json; None if it is missing because training never began.
    """
    training, threads = config.get("training", {}), (environment or {}).get("threads")
    is_open = config.get("version") == 1 and isinstance(training, dict) and training.get("threads") is None
    if not is_open or type(threads) is not int or threads < 1:
        return config
    return {**config, "training": {**training, "threads": min(threads, _MOST_THREADS)}}


def moved(value: dict[str, Any]) -> list[tuple[str, str]]:
    """Returns the settings with outdated names in a configuration of version 2, each as (old name, new name)."""
    return [
        (f"{part}.{name}", now)
        for part, names in _MOVED.items()
        for name, now in names.items()
        if isinstance(value.get(part), dict) and name in value[part]
    ]


def record(value: dict[str, Any]) -> dict[str, Any]:
    """Returns one line of a history in the format of version 2."""
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
    """Returns the training state in a checkpoint in the format of version 2, with the metric that its `best` is of."""
    value = {"primary": "accuracy", **value}
    if "correct_sum" in value:
        value = {"metric_sums": {"accuracy": value.pop("correct_sum")}, **value}
    return value


def input_spec(value: dict[str, Any], config: dict[str, Any]) -> dict[str, Any]:
    """Returns what a network reads, with the frame of its pictures, which version 0.1.0 of the program left out.

    Its dataset tells the frame. Pictures are "ink" where nothing is said, so only the others are named.

    Args:
        value: the content of reading.json.
        config: the content of config.json, in any version; empty if it is missing.
    """
    input, dataset = value.get("input"), config.get("dataset")
    key = dataset.get("key") if isinstance(dataset, dict) else dataset
    if key not in _PICTURE_DATASETS or not isinstance(input, dict) or input.get("kind") != "image":
        return value
    return {**value, "input": {"frame": "picture", **input}}
