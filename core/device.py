"""Where and with what to compute: processor choice, thread count and seeding."""

import functools

import torch

from core import allocator
from core.errors import ConfigError
from core.i18n import _


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


@functools.cache
def default_threads() -> int:
    """Returns the number of threads torch chose at start: the physical cores."""
    return torch.get_num_threads()


def prepare(threads: int | None) -> None:
    """Readies the calling thread for training. torch keeps its thread count per calling thread."""
    torch.set_num_threads(threads or default_threads())
    allocator.settle()


def seed(run_seed: int, step: int, device: torch.device) -> None:
    """Seeds everything random that step `step` of a run on `device` draws (dropout, augmentation).

    Seeding each step makes a run a function of its seed alone: a resumed run needs no saved random state, and nothing
    another thread draws between two steps can change it.
    """
    value = (run_seed << 32) + step
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
