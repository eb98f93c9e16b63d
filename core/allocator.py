"""Manners of the memory allocator: fast for a training, and no more memory than was in use at once. Knows no torch."""

import contextlib
import ctypes
import functools
import sys

_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD, _M_ARENA_MAX = -1, -3, -8  # <malloc.h> of glibc


@functools.cache
def settle() -> None:
    """Asks glibc to keep what is freed, and to keep it in one heap for all threads. Elsewhere it does nothing.

    Returning memory to the system after every step costs batches of 512 and more half their time in page faults. A heap
    for each thread, as is its custom, would keep what every one of them once needed: beside a training, with
    explanations and predictions in threads that come and go, more than twice as much. Threads that have a heap of their
    own already stay with it, so this is called before they begin.
    """
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):  # another C library
            mallopt = ctypes.CDLL("libc.so.6").mallopt
            mallopt(_M_ARENA_MAX, 1)
            mallopt(_M_MMAP_THRESHOLD, 1 << 30)
            mallopt(_M_TRIM_THRESHOLD, (1 << 31) - 1)
