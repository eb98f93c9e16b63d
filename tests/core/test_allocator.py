"""One heap for all threads: their memory is reused by other threads, and returned to the system if it is much."""

import subprocess
import sys

import pytest

from core import allocator

THREADS, MEGABYTES = 6, 40

GLIBC = pytest.mark.skipif(not hasattr(allocator._glibc(), "mallinfo2"), reason="for glibc since 2.33")

THREADS_SCRIPT = f"""
import ctypes
import threading
from core import allocator
{{settle}}
import numpy as np
turns = [threading.Event() for _each in range({THREADS} + 1)]
def needs_much_for_a_moment(number):
    turns[number].wait()
    for size in range({MEGABYTES}):
        np.ones(size << 17)
    turns[number + 1].set()
    turns[-1].wait()
threads = [threading.Thread(target=needs_much_for_a_moment, args=[each]) for each in range({THREADS})]
for thread in threads:
    thread.start()
turns[0].set()
turns[-1].wait()
libc = ctypes.CDLL("libc.so.6")
libc.mallinfo2.restype = allocator._Heap
print(libc.mallinfo2().idle)
for thread in threads:
    thread.join()
"""


MUCH_SCRIPT = """
import ctypes
import mmap
from core import allocator
allocator.settle()
import numpy as np
PAGE, PAGES = mmap.PAGESIZE, (8 << 20) // mmap.PAGESIZE - 1  # pages that lie completely in one block
blocks = [np.ones(1 << 20) for each in range(MUCH)]
keeps_the_heap_from_shrinking = bytearray(1 << 20)
places = [-(-block.ctypes.data // PAGE) * PAGE for block in blocks]
libc, lies_in_memory = ctypes.CDLL("libc.so.6"), (ctypes.c_ubyte * PAGES)()
def share_in_memory():
    count = 0
    for place in places:
        assert libc.mincore(ctypes.c_void_p(place), ctypes.c_size_t(PAGES * PAGE), lies_in_memory) == 0
        count += sum(page & 1 for page in lies_in_memory)
    return count / (PAGES * len(places))
del blocks
before = share_in_memory()
allocator.hand_back()
print(before, share_in_memory())
"""


def said(script: str) -> list[float]:
    """Returns the numbers that a script prints."""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return [float(number) for number in done.stdout.split()]


def idle_after(settle: str) -> float:
    """Returns the bytes that glibc keeps after each of several living threads used some memory for a moment."""
    return said(THREADS_SCRIPT.format(settle=settle))[0]


@GLIBC
def test_much_that_lies_idle_is_handed_back_and_little_is_kept_for_the_next_training() -> None:
    for blocks, share_left in ((30, 0.0), (4, 1.0)):
        before, after = said(MUCH_SCRIPT.replace("MUCH", str(blocks)))
        # The system may take a page or two by itself.
        assert before == pytest.approx(1.0, abs=0.1)
        assert after == pytest.approx(share_left, abs=0.1)


@GLIBC
def test_what_threads_freed_is_kept_once_and_not_once_for_each() -> None:
    once, for_each = idle_after("allocator.settle()"), idle_after("")
    assert once > MEGABYTES / 2 * 1_000_000
    assert for_each > 2 * once
