"""Manners of threads: how much of the processor the window's thread and the others take."""

import contextlib
import os
import sys
import threading

STACK = 8 << 20  # some systems give a thread half a megabyte, too little for torch
_NICE = 10
_TURN_S = 0.001


def take_short_turns() -> None:
    """Lets a thread keep Python's interpreter for a millisecond at most while another one waits for it.

    Python's own five milliseconds are a stutter: to paint a page the window waits for its turn some dozen times, each
    time for as many turns as other threads are busy.
    """
    sys.setswitchinterval(_TURN_S)


def keep_to_one_thread() -> None:
    """Makes torch's operations on the calling thread single-threaded; to be called on the window's thread.

    One parallel operation there would give it a pool of threads that compete with those of a training for the same
    cores: the training then runs a third slower.
    """
    from core.device import use_threads

    use_threads(1)


def give_way() -> None:
    """Lowers the priority of the calling thread, and of those that torch starts from it, below the window's.

    On Linux priorities belong to threads, and those of Qt do nothing; elsewhere Qt's own are enough.
    """
    if sys.platform == "linux":
        with contextlib.suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICE)
