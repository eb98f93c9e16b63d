"""Writes files so that a crash, a full disk or a power cut never leaves half a file behind."""

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

# Windows cannot replace a file that is open anywhere, such as in another thread or a virus scanner.
_PATIENCE_S = 2.0 if sys.platform == "win32" else 0.0


@contextlib.contextmanager
def storage_errors(path: Path) -> Iterator[None]:
    """Replaces the operating system's error about `path` by one that the user can act on.

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
            what, advice = _("{path} is not a folder, or lies in a file."), _("Choose another folder.")
        elif error.errno == errno.ENOENT:
            what, advice = _("The folder of {path} is gone."), _("Put it back, or start again in another folder.")
        else:
            what = _("{path} could not be written ({reason}).")
            advice = _("Check the disk, then try again.")
        raise StorageError(what.format(path=path, reason=error.strerror or error), advice) from error


def write_atomically(path: Path, content: bytes) -> None:
    """Replaces `path` by a file with `content`. A reader sees either the whole old file or the whole new one.

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
    """Removes unfinished files that a crash left behind. Call it only where no other process writes.

    Args:
        folder: where they are.
        of: a pattern for their final names.
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
    """Writes `value` atomically as readable JSON, or as one line if `indent` is None."""
    write_atomically(path, (json.dumps(value, indent=indent, ensure_ascii=False) + "\n").encode())
