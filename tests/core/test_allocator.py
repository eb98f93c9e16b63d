"""One heap for all threads: what they need one after the other is kept once, not once for each."""

import platform
import subprocess
import sys

import pytest

THREADS, MEGABYTES = 6, 40

SCRIPT = f"""
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


def held_after(settle: str) -> int:
    """Returns the megabytes a process holds after each of several living threads needed some for a moment."""
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT.format(settle=settle)], capture_output=True, text=True, check=True, timeout=60
    )
    return int(done.stdout)


@pytest.mark.skipif(not sys.platform.startswith("linux") or platform.libc_ver()[0] != "glibc", reason="for glibc")
def test_what_threads_freed_is_kept_once_and_not_once_for_each() -> None:
    assert held_after("from core import allocator; allocator.settle()") < 50 + 2 * MEGABYTES < held_after("")
