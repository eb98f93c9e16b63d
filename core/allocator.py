"""Manners of the memory allocator: fast for a training, and one heap for all threads. Knows no torch."""

import contextlib
import ctypes
import functools
import sys
from typing import Any

_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD, _M_ARENA_MAX = -1, -3, -8  # <malloc.h> of glibc
_IDLE = 64 << 20  # bytes free within the heap that are worth handing back


class _Heap(ctypes.Structure):
    """`struct mallinfo2` of glibc 2.33."""

    _fields_ = [(f"field_{index}", ctypes.c_size_t) for index in range(8)] + [
        ("idle", ctypes.c_size_t),  # "fordblks": bytes in free chunks
        ("keepcost", ctypes.c_size_t),
    ]


@functools.cache
def settle() -> None:
    """Asks glibc to keep what is freed, and to keep it in one heap for all threads. Elsewhere it does nothing.

    Returning memory to the system after every step costs batches of 512 and more half their time in page faults. A heap
    for each thread, as is its custom, would keep what every one of them once needed: beside a training, with
    explanations and predictions in threads that come and go, more than twice as much. Threads that have a heap of their
    own already stay with it, so this is called before they begin.
    """
    libc = _glibc()
    if hasattr(libc, "mallopt"):
        libc.mallopt(_M_ARENA_MAX, 1)
        if not libc.mallopt(_M_MMAP_THRESHOLD, 1 << 30):
            libc.mallopt(_M_MMAP_THRESHOLD, 1 << 25)  # older ones take no more
        libc.mallopt(_M_TRIM_THRESHOLD, (1 << 31) - 1)


def hand_back() -> None:
    """Hands the heap's idle memory back to the system, as after a training; takes a few hundredths of a second.

    What is kept would grow with every training: small things that stay settle in the gaps that large ones left.
    """
    libc = _glibc()
    if hasattr(libc, "mallinfo2"):
        libc.mallinfo2.restype = _Heap
        if libc.mallinfo2().idle > _IDLE:
            libc.malloc_trim(0)


def _glibc() -> Any:
    """Returns glibc, or None on a system that has another C library."""
    with contextlib.suppress(OSError):
        return ctypes.CDLL("libc.so.6") if sys.platform == "linux" else None
    return None
