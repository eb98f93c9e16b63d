"""A short soak: the longer one uses the window, the same it stays."""

import sys

import pytest

from benchmarks.soak import soak


@pytest.mark.slow
@pytest.mark.timeout(400)
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only there a process tells what it holds")
def test_two_minutes_of_drawing_typing_and_training_leave_nothing_behind(qtbot) -> None:
    watch = soak(seconds=120, warm_up=60)
    assert watch.growth(watch.megabytes) < 20
    assert watch.growth(watch.threads) <= 0
    assert watch.growth(watch.files) <= 0
    assert watch.trainings
