"""How much of the processor the window's thread and other threads may take."""

import contextlib
import os
import sys
import threading

STACK = 8 << 20  # some systems give a thread half a megabyte, too little for torch
_NICE = 10
_TURN_S = 0.001


def take_short_turns() -> None:
    """Limits each thread to a millisecond with Python's interpreter while another one waits for it.

    Python's default of five milliseconds makes the window stutter: to paint a page, it waits for the interpreter about
    a dozen times, each time for as many turns as there are busy threads.
    """
    sys.setswitchinterval(_TURN_S)


def keep_to_one_thread() -> None:
    """Makes torch's operations on the calling thread single-threaded. Call it on the window's thread.

    One parallel operation there would start a pool of threads that compete with those of a training for the same cores:
    the training would run a third slower.
    """
    from core.device import use_threads

    use_threads(1)


def give_way() -> None:
    """Lowers the priority of the calling thread, and of threads that torch starts from it, below the window's.

    On Linux priorities belong to threads, and Qt's priorities do nothing; elsewhere Qt's are enough.
    """
    if sys.platform == "linux":
        with contextlib.suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICE)
