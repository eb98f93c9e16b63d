"""Two minutes of use cause no error, and closing the window closes what they opened.

What the window keeps of memory, threads and files while it is open is measured by `benchmarks.soak`.
"""

import json
import subprocess
import sys
from typing import Any

import pytest

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(600),
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only there a process tells what it holds"),
]

SCRIPT = """
import json
import threading
from pathlib import Path
from benchmarks.soak import soak

def open_files():
    return {str(each.readlink()) for each in Path("/proc/self/fd").iterdir() if each.is_symlink() and each.is_file()}

before = open_files()
watch = soak(seconds=120, warm_up=10)
said = {name: getattr(watch, name) for name in ("trainings", "errors", "verdicts", "scores")}
said["threads"] = [repr(each) for each in threading.enumerate() if not isinstance(each, threading._DummyThread)]
said["files"] = sorted(open_files() - before)
print(json.dumps(said))
"""


@pytest.fixture(scope="module")
def said() -> dict[str, Any]:
    """The report on two minutes of drawing, typing and training in a separate process."""
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])


def test_two_minutes_of_use_go_without_an_error_and_are_answered(said: dict[str, Any]) -> None:
    assert said["errors"] == []
    assert said["trainings"] >= 1
    assert said["verdicts"] >= 1
    assert said["scores"] >= 1


def test_two_minutes_of_use_leave_no_thread_and_no_open_file_behind(said: dict[str, Any]) -> None:
    assert len(said["threads"]) == 1, "the one of the window"
    assert said["files"] == []
