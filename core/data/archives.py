"""Unpacks untrusted archives safely: no files outside the folder, no links, and a limit on the size.

Independent of datasets. The functions are generators that report their progress, so they can be stopped.
"""

import contextlib
import lzma
import stat
import zipfile
import zlib
from collections.abc import Callable, Generator, Iterator
from functools import partial
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import IO, NamedTuple

from core.errors import DataError
from core.events import Preparing
from core.files import storage_errors
from core.i18n import _

_CHUNK = 1 << 20


class _Member(NamedTuple):
    name: str
    size: int
    is_file: bool
    is_folder: bool
    open: Callable[[], IO[bytes] | None]


def extract_zip(
    path: Path, to: Path, max_bytes: int, *, members: list[str] | None = None, flat: bool = False
) -> Generator[Preparing, None, list[Path]]:
    """Unpacks a zip archive.

    Args:
        path: the archive.
        to: the folder to unpack into; it is created.
        max_bytes: the largest total size of the unpacked files.
        members: the names of the files to unpack; all by default. Each must exist.
        flat: puts every file directly into `to`, without the archive's folders.

    Returns:
        The files written, in the archive's order.

    Raises:
        DataError: the archive is broken, lacks a member, is too large unpacked, or would write outside `to`.
        StorageError: a file could not be written.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            return (yield from _extract(path, to, max_bytes, _zip_members(archive), members, flat))
    except (
        zipfile.BadZipFile,
        zlib.error,
        lzma.LZMAError,
        EOFError,
        OSError,
        NotImplementedError,
        RuntimeError,
    ) as error:
        raise _broken(path, _("it is damaged, incomplete or locked with a password")) from error


def _zip_members(archive: zipfile.ZipFile) -> Iterator[_Member]:
    for info in archive.infolist():
        # Archives made on Windows contain no Unix mode; their members are plain files.
        mode = info.external_attr >> 16
        plain = not info.is_dir() and (not stat.S_IFMT(mode) or stat.S_ISREG(mode))
        yield _Member(info.filename, info.file_size, plain, info.is_dir(), partial(archive.open, info))


def _extract(
    path: Path, to: Path, max_bytes: int, found: Iterator[_Member], wanted: list[str] | None, flat: bool
) -> Generator[Preparing, None, list[Path]]:
    what = _("Unpacking {file}").format(file=path.name)
    written: list[Path] = []
    missing = set(wanted or ())
    left = max_bytes
    for member in found:
        if member.is_folder or (wanted is not None and member.name not in wanted):
            continue
        parts = _safe_parts(path, member)
        target = to / parts[-1] if flat else to.joinpath(*parts)
        for size in _write(path, member, target, left):
            yield Preparing(what, max_bytes - left + size, None, "bytes")
        left -= size
        written.append(target)
        missing.discard(member.name)
    if missing:
        raise _broken(path, _("{member} is not in it").format(member=min(missing)))
    return written


def _safe_parts(path: Path, member: _Member) -> tuple[str, ...]:
    name = PurePosixPath(member.name.replace("\\", "/"))
    parts = tuple(part for part in name.parts if part != ".")
    leaves = name.is_absolute() or ".." in parts or PureWindowsPath(member.name).drive
    if leaves or not parts or "\0" in member.name or not member.is_file:
        raise _broken(path, _("{member} would not stay inside the folder").format(member=member.name))
    return parts


def _write(path: Path, member: _Member, target: Path, limit: int) -> Iterator[int]:
    """Writes one file and gives it its final name at the end; yields its size so far, from 0 to the whole."""
    # The size stated in the archive may be wrong, so the bytes are counted too.
    if member.size > limit:
        raise _too_large(path)
    part = target.with_name(f"{target.name}.part")
    size = 0
    try:
        with storage_errors(target):
            target.parent.mkdir(parents=True, exist_ok=True)
            with part.open("wb") as stream:
                yield size
                for chunk in _chunks(path, member):
                    size += len(chunk)
                    if size > limit:
                        raise _too_large(path)
                    stream.write(chunk)
                    yield size
            part.replace(target)
    except BaseException:
        with contextlib.suppress(OSError):
            part.unlink()
        raise


def _chunks(path: Path, member: _Member) -> Iterator[bytes]:
    try:
        source = member.open()
        assert source is not None
        with source:
            while chunk := source.read(_CHUNK):
                yield chunk
    except OSError as error:
        # Decompressors report damage this way. Errors of the disk that is written to do not arrive here.
        raise _broken(path, _("it is damaged or incomplete")) from error


def _too_large(path: Path) -> DataError:
    return _broken(path, _("unpacked it is much larger than it should be"))


def _broken(path: Path, reason: str) -> DataError:
    return DataError(
        _("{path} cannot be unpacked: {reason}.").format(path=path, reason=reason),
        _("Delete it, so that it is downloaded again, or put an intact copy in its place."),
    )
