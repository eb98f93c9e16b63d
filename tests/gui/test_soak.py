"""A short soak: the longer one uses the window, the same it stays."""

import json
import subprocess
import sys

import pytest

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(400),
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only there a process tells what it holds"),
]

SCRIPT = """
import json
from benchmarks.soak import kept, soak
watch = soak(seconds=120, warm_up=150)
grown = {name: kept(getattr(watch, name)) for name in ("megabytes", "threads", "files")}
print(json.dumps(grown | {"trainings": watch.trainings}))
"""


@pytest.fixture(scope="module")
def grown() -> dict[str, float]:
    """What is more after two minutes of drawing, typing and training than before, in a process of its own."""
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True, timeout=380)
    said: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    assert said["trainings"]
    return said


def test_two_minutes_of_use_leave_no_thread_and_no_open_file_behind(grown: dict[str, float]) -> None:
    assert grown["threads"] <= 0
    assert grown["files"] <= 0


def test_two_minutes_of_use_leave_no_memory_behind(grown: dict[str, float]) -> None:
    assert grown["megabytes"] < 20
