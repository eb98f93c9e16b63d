"""What happens to an error nobody expected: a report on disk, and a sentence for people that says where it lies.

Knows no window. `gui.app` installs `report` as the last resort; workers use `unexpected` for what their jobs throw.
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

# Several errors may come in one second, from several threads and windows; none may take the place of another report.
_numbers = itertools.count(1)


class UnexpectedError(NeurariumError):
    """A mistake of ours. `details` is the report, for whoever is to mend it."""

    def __init__(self, what: str, advice: str, details: str) -> None:
        super().__init__(what, advice)
        self.details = details


def unexpected(error: BaseException) -> UnexpectedError:
    """Writes a report of `error` and returns what to tell people. Never raises."""
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
