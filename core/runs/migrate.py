"""Brings what earlier versions wrote into the form of today. Plain dicts in, plain dicts out."""

from typing import Any

_MOST_THREADS = 256  # that a configuration accepts


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
