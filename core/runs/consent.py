"""Which folders and files of their own people here have trained on.

The config of a run says what it was trained on, and one that came from elsewhere may name anything on this computer. On
its behalf only what somebody here has begun a run with is read.
"""

import contextlib
import json

from core import paths
from core.errors import DataError, StorageError
from core.files import write_json
from core.i18n import _
from core.runs.config import RunConfig

_given: set[str] = set()  # in this process, even where it cannot be written down


def give(config: RunConfig) -> None:
    """Remembers what somebody here begins a run with, as the settings name it."""
    new = set(_own_paths(config)) - _known()
    _given.update(new)
    if new:
        with contextlib.suppress(StorageError):
            write_json(paths.own_paths_file(), sorted(_known()))


def is_given(config: RunConfig) -> bool:
    """Returns whether the data of a run may be read, without looking at it."""
    return set(_own_paths(config)) <= _known()


def require(config: RunConfig) -> None:
    """Lets a run pass whose data may be read.

    Raises:
        DataError: nobody here has begun a run with it.
    """
    if not is_given(config):
        what = _("This run wants to read {path}, and nobody has begun a run with that here.")
        raise DataError(
            what.format(path=_(", ").join(_own_paths(config))),
            _("If it is yours, begin a new run with it; then this one can go on, too."),
        )


def _own_paths(config: RunConfig) -> tuple[str, ...]:
    return config.dataset.own_paths()


def _known() -> set[str]:
    try:
        written = json.loads(paths.own_paths_file().read_bytes())
    except (OSError, ValueError):
        return set(_given)
    return _given.union(map(str, written)) if isinstance(written, list) else set(_given)
