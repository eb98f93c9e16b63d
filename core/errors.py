"""Errors that are meant for people: what happened in one sentence, and what to do in another.

Code that raises anything else has a mistake in it. One presenter per front end (a banner, a line on standard error)
shows these; a traceback is never part of the message.
"""


class NeurariumError(Exception):
    """Something a learner can act on.

    Args:
        what: one translated sentence that says what happened.
        advice: one translated sentence that says what to do about it.
    """

    def __init__(self, what: str, advice: str = "") -> None:
        super().__init__(f"{what} {advice}".strip())
        self.what = what
        self.advice = advice


class ConfigError(NeurariumError):
    """A setting that is unknown, of the wrong type or out of bounds."""


class DataError(NeurariumError):
    """A dataset that is missing, broken or not what it claims to be."""


class OfflineError(DataError):
    """A download that found no network."""


class StorageError(NeurariumError):
    """A disk that is full, read-only or gone."""


class RunError(NeurariumError):
    """A run folder or checkpoint that cannot be used: foreign, broken, or in use elsewhere."""


class MemoryShortage(NeurariumError):
    """Not enough memory for the batch, the model or the data."""
