"""Which of their own folders and files the users of this computer have trained on.

The config of a run names its data, and the config of a downloaded run may name any file on this computer. So a run may
read only those files with which somebody has started a run on this computer.
"""

import contextlib
import json

from core import paths
from core.errors import DataError, StorageError
from core.files import write_json
from core.i18n import _
from core.runs.config import RunConfig

_given: set[str] = set()  # in this process, even if the file cannot be written


def give(config: RunConfig) -> None:
    """Remembers the files with which a run is started here, as the settings name them."""
    new = set(_own_paths(config)) - _known()
    _given.update(new)
    if new:
        with contextlib.suppress(StorageError):
            write_json(paths.own_paths_file(), sorted(_known()))


def is_given(config: RunConfig) -> bool:
    """Returns whether the data of a run may be read. Does not access the data."""
    return set(_own_paths(config)) <= _known()


def require(config: RunConfig) -> None:
    """Checks that the data of a run may be read.

    Raises:
        DataError: no run was started with it on this computer.
    """
    if not is_given(config):
        what = _("This run wants to read {path}, but no run was started with it on this computer.")
        raise DataError(
            what.format(path=_(", ").join(_own_paths(config))),
            _("If it is yours, start a new run with it; then this run can go on, too."),
        )


def _own_paths(config: RunConfig) -> tuple[str, ...]:
    return config.dataset.own_paths()


def _known() -> set[str]:
    try:
        written = json.loads(paths.own_paths_file().read_bytes())
    except (OSError, ValueError):
        return set(_given)
    return _given.union(map(str, written)) if isinstance(written, list) else set(_given)
