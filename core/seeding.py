"""Random numbers that depend only on a run's seed and the number of a step, even if several trainings run at once."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import torch

_queue, _generator = threading.Lock(), threading.Lock()  # see `seeded`


@contextmanager
def seeded(run_seed: int, step: int, device: torch.device) -> Iterator[None]:
    """Seeds everything random in this block (dropout, augmentation, first weights) with a run's seed and a step number.

    Because each step is seeded, a run depends on its seed alone: a resumed run needs no saved random state, and random
    numbers drawn between two steps do not change it.

    torch has one generator for the whole process, so only one thread can be in the block at a time. Several runs take
    turns, step by step: a thread that comes back waits in the queue behind a thread that already waits. Do not nest.
    """
    with _queue:
        _generator.acquire()
    try:
        _seed(mixed(run_seed, step), device)
        yield
    finally:
        _generator.release()


def mixed(run_seed: int, number: int) -> int:
    """Returns the seed of one step or one epoch of a run: 32 bits, since torch's generator on a CPU uses no more.

    The factor (2³² over the golden ratio) keeps the step seeds of neighbouring run seeds millions of steps apart.
    """
    return (run_seed * 0x9E3779B1 + number) & 0xFFFFFFFF


def _seed(value: int, device: torch.device) -> None:
    # torch.manual_seed does the same, but takes a tenth of a small network's step: as long as CUDA is not
    # initialised, it records the call stack for later.
    torch.default_generator.manual_seed(value)
    if device.type == "cuda":
        torch.cuda.manual_seed_all(value)
    elif device.type == "mps":
        torch.mps.manual_seed(value)
