"""Which machine computed: what decides whether the same run gives the same bits again. Knows no run."""

import hashlib
import platform
from importlib import metadata
from pathlib import Path

import numpy as np
import torch


def machine() -> dict[str, str]:
    """Returns what the bits of a run depend on besides its config.

    "dropout" is a digest of which numbers dropout silences. Where it differs (torch without Intel's MKL draws them in
    another way), a run with dropout is another run.
    """
    draws = torch.empty(1000).bernoulli_(0.5, generator=torch.Generator().manual_seed(0))
    return {
        "processor": _processor(),
        "machine": platform.machine(),
        "system": " ".join([platform.system(), *platform.libc_ver()]).strip(),
        "torch": torch.__version__,
        "numpy": np.__version__,
        "pillow": metadata.version("pillow"),
        "torch_capability": torch.backends.cpu.get_cpu_capability(),
        "numpy_capability": " ".join(np.show_config(mode="dicts")["SIMD Extensions"].get("found", [])),  # type: ignore[index]
        "dropout": hashlib.sha256(draws.numpy().tobytes()).hexdigest()[:16],
    }


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor()
    facts = {name.strip(): value.strip() for name, _colon, value in (line.partition(":") for line in lines)}
    wanted = ("model name", "cpu family", "model", "stepping")
    return ", ".join(facts[name] for name in wanted if name in facts) or platform.processor()
