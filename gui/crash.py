"""Handles unexpected errors: writes a report to disk and returns a sentence for people that says where it is.

Knows no window. `gui.app` calls `unexpected` for errors that nobody caught, workers for errors of their jobs.
"""

import contextlib
import itertools
import os
import platform
import sys
import time
import traceback
from pathlib import Path

from core import __version__, paths
from core.errors import NeurariumError
from core.files import write_atomically
from core.i18n import _

# Several errors may come in one second from several threads and windows; no report may overwrite another.
_numbers = itertools.count(1)


class UnexpectedError(NeurariumError):
    """A bug of Neurarium. `details` is the report for its developers."""

    def __init__(self, what: str, advice: str, details: str) -> None:
        super().__init__(what, advice)
        self.details = details


def unexpected(error: BaseException) -> UnexpectedError:
    """Writes a report of `error` and returns the error to show to people. Never raises."""
    details = "".join(
        (
            f"Neurarium {__version__}, Python {platform.python_version()}, {platform.platform()}\n",
            f"{time.strftime('%Y-%m-%d %H:%M:%S %z')}\n\n",
            *traceback.format_exception(error),
        )
    )
    if sys.stderr is not None:
        sys.stderr.write(details)
    what = _("Something went wrong inside Neurarium: {kind}.").format(kind=type(error).__name__)
    path = _write(details)
    if path is None:
        return UnexpectedError(what, _("You can go on; please report the details."), details)
    advice = _("You can go on; please report it. The details are in {path}.").format(path=path)
    return UnexpectedError(what, advice, details)


def _write(details: str) -> Path | None:
    path = paths.log_folder() / f"crash-{time.strftime('%Y%m%d-%H%M%S')}-{os.getpid()}-{next(_numbers)}.txt"
    with contextlib.suppress(NeurariumError, OSError):
        write_atomically(path, details.encode())
        return path
    return None
