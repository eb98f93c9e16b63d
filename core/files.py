"""Writing files so that a crash, a full disk or a pulled plug never leaves half of one behind."""

import contextlib
import errno
import json
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from core.errors import StorageError
from core.i18n import _

# Windows replaces no file that anybody has open, be it for a moment: another thread, or a virus scanner.
_PATIENCE_S = 2.0 if sys.platform == "win32" else 0.0


@contextlib.contextmanager
def storage_errors(path: Path) -> Iterator[None]:
    """Turns what the operating system says about `path` into a sentence a learner can act on.

    Raises:
        StorageError: the disk is full, read-only, or the folder is gone.
    """
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            what, advice = _("The disk is full: {path} could not be written."), _("Free some space, then try again.")
        elif error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
            what = _("{path} may not be written here.")
            advice = _("Choose a folder you own, or change its permissions.")
        elif error.errno in (errno.EEXIST, errno.ENOTDIR):
            what, advice = _("{path} is not a folder, or lies in something that is none."), _("Choose another folder.")
        elif error.errno == errno.ENOENT:
            what, advice = _("The folder of {path} is gone."), _("Put it back, or start again in another folder.")
        else:
            what = _("{path} could not be written ({reason}).")
            advice = _("Check the disk, then try again.")
        raise StorageError(what.format(path=path, reason=error.strerror or error), advice) from error


def write_atomically(path: Path, content: bytes) -> None:
    """Replaces `path` by a file with `content`; whoever reads meanwhile finds the old file or the new one, whole.

    Raises:
        StorageError: it could not be written; the old file, if any, is untouched.
    """
    with storage_errors(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(content)
                stream.flush()
                os.fsync(stream.fileno())
            _rename(Path(name), path)
        except BaseException:
            with contextlib.suppress(OSError):
                Path(name).unlink()
            raise


def sweep(folder: Path, of: str = "*") -> None:
    """Removes what a crash left behind of files in the making, where nobody else makes any.

    Args:
        folder: where they lie.
        of: a pattern for the names that they were to get.
    """
    for unfinished in folder.glob(f".{of}.*.part"):
        with contextlib.suppress(OSError):
            unfinished.unlink()


def _rename(new: Path, path: Path) -> None:
    until = time.monotonic() + _PATIENCE_S
    while True:
        try:
            new.replace(path)
        except PermissionError:
            if time.monotonic() >= until:
                raise
            time.sleep(0.02)
        else:
            return


def write_json(path: Path, value: Any, indent: int | None = 2) -> None:
    """Writes `value` as readable JSON, or as one line without `indent`, atomically."""
    write_atomically(path, (json.dumps(value, indent=indent, ensure_ascii=False) + "\n").encode())
