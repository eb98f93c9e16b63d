"""Errors for the user: one sentence says what happened, another says what to do.

Any other exception is a bug in the program. Each front end shows these errors in one place (a banner, or a line on
standard error), without a traceback.
"""

import contextlib
from collections.abc import Iterator

from core.i18n import _

_MEMORY = ("out of memory", "not enough memory", "can't allocate memory", "cannot allocate memory")


class NeurariumError(Exception):
    """An error that the user can act on.

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
    """A download without an internet connection."""


class StorageError(NeurariumError):
    """A disk that is full, read-only or gone."""


class RunError(NeurariumError):
    """A run folder or checkpoint that cannot be used: foreign, broken, or in use elsewhere."""


class MemoryShortage(NeurariumError):
    """Not enough memory for the batch, the model or the data."""


@contextlib.contextmanager
def machine_errors() -> Iterator[None]:
    """Replaces torch's errors about memory and a lost graphics processor by errors that the user can act on.

    Raises:
        NeurariumError: instead of these errors.
    """
    try:
        yield
    except (MemoryError, RuntimeError) as error:
        text = str(error).lower()
        if isinstance(error, MemoryError) or any(words in text for words in _MEMORY):
            raise MemoryShortage(
                _("The computer ran out of memory."),
                _("Close other programs, or choose a smaller batch, a smaller model or fewer training examples."),
            ) from error
        if "cuda error" in text or "acceleratorerror" in type(error).__name__.lower():
            raise NeurariumError(
                _("The graphics processor stopped answering."),
                _("Resume the run; if it happens again, set the device to “cpu”."),
            ) from error
        raise
