"""What the numbers of a run depend on besides its config: versions, machine, threads. Knows no run folder."""

import os
import platform
import time
from importlib import metadata
from typing import Any

from core import __version__


def environment(device: str, threads: int, seed: int) -> dict[str, Any]:
    """Returns versions, machine, device, threads, seed and starting time, ready for JSON."""
    return {
        "neurarium": __version__,
        "python": platform.python_version(),
        **{name: metadata.version(name) for name in ("torch", "numpy")},
        "platform": platform.platform(),
        "machine": platform.machine(),
        "cores": os.cpu_count(),
        "device": device,
        "threads": threads,
        "seed": seed,
        "started": time.strftime("%Y-%m-%dT%H:%M:%S%z"),
    }
