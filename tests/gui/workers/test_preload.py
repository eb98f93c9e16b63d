"""Slow libraries are imported while the window stays usable; a broken installation is reported."""

import os
import subprocess
import sys

from pytestqt.qtbot import QtBot

from gui.crash import UnexpectedError
from gui.workers.preload import Preload

_FRESH = """
import gc, sys
from PySide6.QtCore import QCoreApplication, QTimer
from gui.workers.preload import Preload
application = QCoreApplication([])
preload = Preload()
preload.ready.connect(application.quit)
preload.failed.connect(lambda error: (print(error.details), application.exit(3)))
assert "torch" not in sys.modules
preload.start()
code = application.exec()
import torch
from core.device import ALL_THREADS
assert gc.isenabled() and gc.get_freeze_count() > 100_000
assert torch.get_num_threads() == 1
modules = set(sys.modules)
weight = torch.nn.Parameter(torch.ones(1))
weight.sum().backward()
torch.optim.Adam([weight]).step()
assert not {name for name in set(sys.modules) - modules if name.startswith("torch._dynamo")}
print(code, ALL_THREADS)
"""


def test_ready_is_said_once_everything_is_there(qtbot: QtBot) -> None:
    preload = Preload(["json", "core.runs.config"])
    assert not preload.is_ready
    with qtbot.waitSignal(preload.ready):
        preload.start()
    assert preload.is_ready
    assert preload.wait(60_000)


def test_what_cannot_be_imported_is_said(qtbot: QtBot) -> None:
    preload = Preload(["json", "no_such_module_anywhere"])
    with qtbot.waitSignal(preload.failed) as caught:
        preload.start()
    error = caught.args[0]
    assert isinstance(error, UnexpectedError)
    assert error.what == "PyTorch or another library could not be loaded: No module named 'no_such_module_anywhere'"
    assert "install Neurarium again" in error.advice
    assert "no_such_module_anywhere" in error.details
    assert not preload.is_ready


def test_torch_loads_in_a_fresh_process_and_leaves_the_window_one_thread() -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("OMP", "MKL"))}
    done = subprocess.run(
        [sys.executable, "-c", _FRESH], capture_output=True, text=True, env=environment, check=False, timeout=100
    )
    assert done.returncode == 0, done.stderr
    code, threads = done.stdout.split()
    assert code == "0"
    assert int(threads) >= 1
