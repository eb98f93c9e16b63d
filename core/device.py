"""Where and with what to compute: processor choice, threads and seeding."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import torch

from core import allocator
from core.errors import ConfigError
from core.i18n import _

ALL_THREADS = torch.get_num_threads()
"""The number of threads that torch chose at start: the physical cores."""

_door, _room = threading.Lock(), threading.Lock()  # see `seeded`


def choose(wanted: str) -> torch.device:
    """Returns the device called `wanted` ("auto", "cpu", "cuda", "mps").

    Automatic takes CUDA where there is one. Apple's MPS has to be asked for: networks as small as these train faster
    on its CPU.

    Raises:
        ConfigError: this computer has no such device.
    """
    present = {"cpu": True, "cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available()}
    if wanted == "auto":
        return torch.device("cuda" if present["cuda"] else "cpu")
    if not present.get(wanted):
        raise ConfigError(
            _("This computer has no {device} device that PyTorch can use.").format(device=wanted.upper()),
            _("Set the device to “auto” or “cpu”."),
        )
    return torch.device(wanted)


def threads_for(wanted: int | None) -> int:
    """Returns on how many threads to train where `wanted` are asked for; automatic (None, or 0) is one.

    As many threads as cores lose most of their speed as soon as anything else runs: each operation waits for its
    slowest thread. And the number decides the last bits of all sums, so it cannot follow from a measurement.
    """
    return wanted or 1


def use_threads(count: int) -> None:
    """Has torch compute on `count` threads whatever the calling thread asks for. Other threads keep their numbers."""
    # Asked first, and not for speed alone: at its first operation torch gives a thread the number that any thread has
    # set last, even if this one has set another before. To ask is such an operation.
    if torch.get_num_threads() != count:
        torch.set_num_threads(count)


@contextmanager
def threads_restored() -> Iterator[None]:
    """Lets the calling thread have as many threads of torch's afterwards as before."""
    before = torch.get_num_threads()
    try:
        yield
    finally:
        use_threads(before)


def prepare(threads: int | None) -> None:
    """Readies the calling thread for training."""
    use_threads(threads_for(threads))
    allocator.settle()


@contextmanager
def seeded(run_seed: int, step: int, device: torch.device) -> Iterator[None]:
    """Draws everything random inside (dropout, augmentation, first weights) from the seed of a run and a step of it.

    Seeding each step makes a run a function of its seed alone: a resumed run needs no saved random state, and nothing
    that is drawn between two steps can change it.

    torch has one generator for the whole process. So only one thread is inside at a time, and several trainings take
    turns step by step: who has been inside waits at the door until the next one is in the room. Not to be nested.
    """
    with _door:
        _room.acquire()
    try:
        _seed(mixed(run_seed, step), device)
        yield
    finally:
        _room.release()


def mixed(run_seed: int, number: int) -> int:
    """Returns the seed of one step or one epoch of a run: 32 bits, for torch's generator on a processor takes no more.

    The factor (2³² over the golden ratio) keeps the numbers of neighbouring seeds millions of steps apart.
    """
    return (run_seed * 0x9E3779B1 + number) & 0xFFFFFFFF


def _seed(value: int, device: torch.device) -> None:
    # torch.manual_seed does the same, but costs a tenth of a small network's step: where CUDA sleeps, it notes down
    # the call's stack for later.
    torch.default_generator.manual_seed(value)
    if device.type == "cuda":
        torch.cuda.manual_seed_all(value)
    elif device.type == "mps":
        torch.mps.manual_seed(value)


def describe(device: torch.device) -> str:
    """Returns the device's name for people, such as "CPU" or "NVIDIA H100"."""
    return torch.cuda.get_device_name(device) if device.type == "cuda" else device.type.upper()
