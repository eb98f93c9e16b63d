"""`python -m tests.golden.record [NAME ...]` trains the golden configs and writes what happened to `histories/`.

Only a change that is meant to change numbers calls for it; the commit then says why they changed.
"""

import json
import sys
import tempfile
from pathlib import Path
from typing import Any

from core.files import write_atomically
from tests.golden.adapter import train
from tests.golden.configs import CONFIGS
from tests.golden.machine import machine

HISTORIES = Path(__file__).parent / "histories"


def main() -> None:
    """Records the named configs, or all."""
    for name in sys.argv[1:] or CONFIGS:
        with tempfile.TemporaryDirectory() as folder:
            told = train(CONFIGS[name], Path(folder))
        write(HISTORIES / f"{name}.json", {"config": CONFIGS[name], "machine": machine(), **told})
        print(f"{name}: {told['ending']['reason']} after {told['ending']['step']} steps, {told['epochs']}")


def write(path: Path, record: dict[str, Any]) -> None:
    """Writes a record as JSON: a line for each entry of a group, floats with all digits that they need."""
    groups = []
    for name, group in record.items():
        lines = ",\n".join(f"    {json.dumps(key)}: {json.dumps(value)}" for key, value in group.items())
        groups.append(f"  {json.dumps(name)}: {{\n{lines}\n  }}")
    write_atomically(path, ("{\n" + ",\n".join(groups) + "\n}\n").encode())


if __name__ == "__main__":
    main()
