"""One heap for all threads: what they need one after the other is kept once, and handed back if it was much."""

import platform
import subprocess
import sys

import pytest

THREADS, MEGABYTES = 6, 40

GLIBC = pytest.mark.skipif(
    not sys.platform.startswith("linux") or platform.libc_ver()[0] != "glibc", reason="for glibc"
)

THREADS_SCRIPT = f"""
import threading
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
held = int(open("/proc/self/statm").read().split()[1]) * 4096
for thread in threads:
    thread.join()
print(held // 1_000_000)
"""


MUCH_SCRIPT = """
from core import allocator
allocator.settle()
import numpy as np
blocks = [np.ones(1 << 20) for each in range(MUCH)]
keeps_the_heap_from_shrinking = bytearray(1 << 20)
del blocks
before = int(open("/proc/self/statm").read().split()[1]) * 4096
allocator.hand_back()
after = int(open("/proc/self/statm").read().split()[1]) * 4096
print((before - after) // 1_000_000)
"""


def said(script: str) -> int:
    """Returns the megabytes that a script prints at its end."""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60)
    return int(done.stdout)


def held_after(settle: str) -> int:
    """Returns what a process holds after each of several living threads needed some for a moment."""
    return said(THREADS_SCRIPT.format(settle=settle))


@GLIBC
def test_much_that_lies_idle_is_handed_back_and_little_is_kept_for_the_next_training() -> None:
    assert said(MUCH_SCRIPT.replace("MUCH", "30")) > 200
    assert said(MUCH_SCRIPT.replace("MUCH", "4")) == 0


@GLIBC
def test_what_threads_freed_is_kept_once_and_not_once_for_each() -> None:
    assert held_after("from core import allocator; allocator.settle()") < 50 + 2 * MEGABYTES < held_after("")
