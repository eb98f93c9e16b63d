"""Settings of the memory allocator: fast for training, and one heap for all threads. Imports no torch."""

import contextlib
import ctypes
import functools
import sys
from typing import Any

_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD, _M_ARENA_MAX = -1, -3, -8  # <malloc.h> of glibc
_IDLE = 64 << 20  # free bytes in the heap that are worth returning to the system


class _Heap(ctypes.Structure):
    """`struct mallinfo2` of glibc 2.33."""

    _fields_ = [(f"field_{index}", ctypes.c_size_t) for index in range(8)] + [
        ("idle", ctypes.c_size_t),  # "fordblks": bytes in free chunks
        ("keepcost", ctypes.c_size_t),
    ]


@functools.cache
def settle() -> None:
    """Tells glibc to keep freed memory, and to use one heap for all threads. Does nothing with other C libraries.

    If memory went back to the system after every step, batches of 512 and more would lose half their time to page
    faults. By default glibc gives each thread its own heap, and each heap keeps the most that its thread ever needed.
    With explanations and predictions in threads that come and go during training, this is more than twice as much.
    A thread that already has its own heap keeps it, so call this before other threads start.
    """
    libc = _glibc()
    if hasattr(libc, "mallopt"):
        libc.mallopt(_M_ARENA_MAX, 1)
        if not libc.mallopt(_M_MMAP_THRESHOLD, 1 << 30):
            libc.mallopt(_M_MMAP_THRESHOLD, 1 << 25)  # older versions accept no more
        libc.mallopt(_M_TRIM_THRESHOLD, (1 << 31) - 1)


def hand_back() -> None:
    """Returns the heap's idle memory to the system, for example after training; takes a few hundredths of a second.

    Without this the heap would grow with every run, because small objects that stay alive fill the gaps that large
    ones left.
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
