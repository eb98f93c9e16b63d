"""Where to compute, and with how many threads."""

from collections.abc import Iterator
from contextlib import contextmanager

import torch

from core import allocator
from core.errors import ConfigError
from core.i18n import _

ALL_THREADS = torch.get_num_threads()
"""The number of threads that torch chose at start: the physical cores."""


def choose(wanted: str) -> torch.device:
    """Returns the device called `wanted` ("auto", "cpu", "cuda", "mps").

    "auto" takes CUDA where it is available. It never takes Apple's MPS: networks as small as these train faster on the
    CPU.

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
    """Returns the number of threads to train with: `wanted`, or one for automatic (None or 0).

    Why one: with as many threads as cores, training loses most of its speed as soon as another program runs, because
    each operation waits for its slowest thread. And the number of threads decides the last bits of all sums, so it
    cannot depend on a measurement.
    """
    return wanted or 1


def use_threads(count: int) -> None:
    """Makes torch use `count` threads for the work of the calling thread. Other threads keep their numbers."""
    # Reading the number first is necessary: in a thread's first operation torch gives it the number that any thread
    # set last, even if this thread has set its own before. Reading counts as such an operation.
    if torch.get_num_threads() != count:
        torch.set_num_threads(count)


@contextmanager
def threads_restored() -> Iterator[None]:
    """Restores the calling thread's number of torch threads at the end."""
    before = torch.get_num_threads()
    try:
        yield
    finally:
        use_threads(before)


def prepare(threads: int | None) -> None:
    """Prepares the calling thread for training."""
    use_threads(threads_for(threads))
    allocator.settle()


def describe(device: torch.device) -> str:
    """Returns a readable name of the device, such as "CPU" or "NVIDIA H100"."""
    return torch.cuda.get_device_name(device) if device.type == "cuda" else device.type.upper()
