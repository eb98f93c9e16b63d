"""A short soak: the longer one uses the window, the same it stays."""

import json
import subprocess
import sys
from typing import Any

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
said = {name: kept(getattr(watch, name)) for name in ("megabytes", "threads", "files")}
said |= {name: getattr(watch, name) for name in ("trainings", "errors", "verdicts", "scores")}
print(json.dumps(said))
"""


@pytest.fixture(scope="module")
def said() -> dict[str, Any]:
    """What is more after two minutes of drawing, typing and training than before, in a process of its own."""
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True, timeout=380)
    return json.loads(done.stdout.splitlines()[-1])


def test_two_minutes_of_use_go_without_an_error_and_are_answered(said: dict[str, Any]) -> None:
    assert said["errors"] == []
    assert said["trainings"] >= 1
    assert said["verdicts"] >= 1
    assert said["scores"] >= 1


def test_two_minutes_of_use_leave_no_thread_and_no_open_file_behind(said: dict[str, Any]) -> None:
    assert said["threads"] <= 0
    assert said["files"] <= 0


def test_two_minutes_of_use_leave_no_memory_behind(said: dict[str, Any]) -> None:
    assert said["megabytes"] < 20
