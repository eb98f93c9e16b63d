"""A short soak: the longer one uses the window, the same it stays."""

import json
import subprocess
import sys

import pytest

# In a process of its own: what earlier tests have left in memory would count too.
SCRIPT = """
import json
from benchmarks.soak import soak
watch = soak(seconds=120, warm_up=60)
grown = [watch.growth(each) for each in (watch.megabytes, watch.threads, watch.files)]
print(json.dumps([*grown, watch.trainings]))
"""


@pytest.mark.slow
@pytest.mark.timeout(400)
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only there a process tells what it holds")
def test_two_minutes_of_drawing_typing_and_training_leave_nothing_behind() -> None:
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True, timeout=380)
    megabytes, threads, files, trainings = json.loads(done.stdout.splitlines()[-1])
    assert megabytes < 60  # the heap settles for some minutes yet; a leak of one epoch's weights would be more
    assert threads <= 0
    assert files <= 0
    assert trainings
