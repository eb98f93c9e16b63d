"""Reads IDX files, the format of MNIST and similar datasets, plain or gzipped. The files are not trusted.

The format: two zero bytes, a type code (8: unsigned bytes), the number of dimensions, each size as a
big-endian 32-bit integer, then the bytes, last dimension fastest (http://yann.lecun.com/exdb/mnist/).
"""

import gzip
import math
import struct
import zlib
from collections.abc import Generator
from pathlib import Path
from typing import IO, cast

import torch
from torch import Tensor

from core.errors import DataError
from core.events import Preparing
from core.i18n import _

_GZIP_MAGIC = b"\x1f\x8b"
_UNSIGNED_BYTES = 8
_LARGEST = 2**31
_CHUNK = 1 << 22


def read_idx(path: Path, dimensions: int, what: str) -> Generator[Preparing, None, Tensor]:
    """Reads a whole IDX file of unsigned bytes into memory, a few megabytes at a time.

    Args:
        path: the file; its content, not its name, shows whether it is gzipped.
        dimensions: the number of dimensions it must have: 3 for pictures (N, H, W), 1 for classes (N,).
        what: a translated phrase that describes the progress.

    Raises:
        DataError: the file is missing, truncated, corrupt or something else.
    """
    try:
        with path.open("rb") as raw:
            gzipped = raw.read(2) == _GZIP_MAGIC
            raw.seek(0)
            stream = cast("IO[bytes]", gzip.GzipFile(fileobj=raw)) if gzipped else raw
            shape = _read_header(path, stream, dimensions)
            length, content = math.prod(shape), bytearray()
            # Reads up to one byte more than expected, to detect a file that is too long. Reads small chunks, because a
            # single read would reserve all the memory that a damaged header asks for.
            while chunk := stream.read(min(_CHUNK, length + 1 - len(content))):
                content += chunk
                yield Preparing(what, len(content), length, "bytes")
    except FileNotFoundError as error:
        raise DataError(
            _("{path} is missing.").format(path=path), _("Load the dataset again to download it.")
        ) from error
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise _broken(path, _("its compressed content is damaged or incomplete")) from error
    except OSError as error:
        raise DataError(
            _("{path} could not be read ({reason}).").format(path=path, reason=error.strerror or error),
            _("Check the file and its permissions."),
        ) from error
    if len(content) != length:
        raise _broken(path, _("it ends too early") if len(content) < length else _("it is longer than its header says"))
    return torch.frombuffer(content, dtype=torch.uint8).view(shape)


def _read_header(path: Path, stream: IO[bytes], dimensions: int) -> tuple[int, ...]:
    magic = stream.read(4)
    if len(magic) < 4 or magic[:2] != b"\0\0":
        raise _broken(path, _("it is not an IDX file"))
    if magic[2] != _UNSIGNED_BYTES or magic[3] != dimensions:
        raise _broken(path, _("it holds something else than expected"))
    sizes = stream.read(4 * dimensions)
    if len(sizes) < 4 * dimensions:
        raise _broken(path, _("it ends too early"))
    shape = struct.unpack(f">{dimensions}I", sizes)
    if not 0 < math.prod(shape) <= _LARGEST:
        raise _broken(path, _("its stated size is impossible"))
    return shape


def _broken(path: Path, reason: str) -> DataError:
    return DataError(
        _("{path} cannot be used: {reason}.").format(path=path, reason=reason),
        _("Delete it, so that it is downloaded again, or put an intact copy in its place."),
    )
