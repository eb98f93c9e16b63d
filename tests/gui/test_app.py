"""The application as a user starts it: quickly, by one command, and with a handler of last resort."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from core.runs.store import RunStore

ROOT = Path(__file__).parents[2]
HEAVY = ("torch", "torchvision", "numpy", "pydantic", "pyqtgraph", "sklearn")

_DRIVE = """
import signal, sys, os
from PySide6.QtCore import QTimer
from gui import app, main_window

class Window(main_window.MainWindow):
    def __init__(self, *given):
        super().__init__(*given)
        self.painted.connect(self.act)

    def act(self):
        {act}

app.MainWindow = Window
sys.exit(app.main())
"""

_TRAIN = """
import sys
from PySide6.QtWidgets import QMessageBox
from gui import app, main_window

class Window(main_window.MainWindow):
    def __init__(self, *given):
        super().__init__(*given)
        self._state.preload.ready.connect(self.train)

    def train(self):
        from core.runs.config import RunConfig
        self._state.session.state_changed.connect(self.ask)
        self._state.train(RunConfig.make(dataset="digits", model="softmax_regression", training={"epochs": 10_000}))

    def ask(self, state):
        if state == "training":
            print(state, flush=True)
            QMessageBox().exec()

app.MainWindow = Window
sys.exit(app.main())
"""

on_posix = pytest.mark.skipif(os.name == "nt", reason="Windows has no signals for one process")


def offscreen(**environment: str) -> dict[str, str]:
    return {**os.environ, "QT_QPA_PLATFORM": "offscreen", **environment}


def run(program: str, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    line = [sys.executable, "-c", program, *arguments]
    variables = offscreen(**environment)
    return subprocess.run(line, capture_output=True, text=True, env=variables, cwd=ROOT, check=False, timeout=100)


def drive(act: str, before: str = "") -> subprocess.CompletedProcess[str]:
    """Starts the application; when it is painted, it does `act`, a line of Python about `self`, the window.

    `before` is a line that comes before everything else.
    """
    return run(before + _DRIVE.format(act=act))


def test_nothing_heavy_is_imported_before_the_first_paint() -> None:
    done = drive(f"print([name for name in {HEAVY} if name in sys.modules]), self.close()")
    assert (done.returncode, done.stdout.strip()) == (0, "[]"), done.stderr


def test_torch_is_loaded_after_the_window_is_shown() -> None:
    done = drive("self._state.preload.ready.connect(lambda: (print('torch' in sys.modules), self.close()))")
    assert (done.returncode, done.stdout.strip()) == (0, "True"), done.stderr


def test_no_thread_keeps_the_interpreter_from_the_window_for_long() -> None:
    done = drive("print(sys.getswitchinterval()), self.close()")
    assert (done.returncode, done.stderr) == (0, "")
    assert float(done.stdout) < 0.002


def test_leaving_while_torch_still_loads_ends_quietly() -> None:
    done = drive("QTimer.singleShot(200, self.close)")
    assert (done.returncode, done.stderr) == (0, "")


@on_posix
@pytest.mark.parametrize("number", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_ctrl_c_and_the_systems_wish_close_the_window(number: str) -> None:
    done = drive(
        f"QTimer.singleShot(0, lambda: os.kill(os.getpid(), signal.{number}))",
        before="import signal; signal.signal(signal.SIGHUP, signal.SIG_DFL)",  # under nohup it would be ignored
    )
    assert (done.returncode, done.stderr) == (0, "")


@on_posix
def test_what_is_to_outlive_its_terminal_does() -> None:
    done = drive(
        "print(signal.getsignal(signal.SIGHUP).name), self.close()",
        before="import signal; signal.signal(signal.SIGHUP, signal.SIG_IGN)",
    )
    assert (done.returncode, done.stdout) == (0, "SIG_IGN\n"), done.stderr


@on_posix
def test_a_process_told_to_end_while_it_trains_and_asks_something_ends_and_leaves_a_run_to_resume() -> None:
    line = [sys.executable, "-c", _TRAIN]
    with subprocess.Popen(line, stdout=subprocess.PIPE, text=True, env=offscreen(), cwd=ROOT) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "training\n"
            process.send_signal(signal.SIGTERM)
            assert process.wait(timeout=60) == 0
        finally:
            process.kill()
    (run,) = RunStore().runs()
    assert run.status() == "stopped"
    assert run.is_resumable()


def test_an_error_nobody_caught_is_reported_once_and_the_window_lives_on(tmp_path) -> None:
    done = drive(
        "timer = QTimer(self); timer.timeout.connect(lambda: [].pop()); timer.start(10); "
        "QTimer.singleShot(500, lambda: (print(self.banner.isVisible(), self.banner.message()[0]), self.close()))"
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "True Something went wrong inside Neurarium: IndexError."
    (report,) = Path(os.environ["NEURARIUM_LOGS"]).glob("crash-*.txt")
    assert "pop from empty list" in report.read_text(encoding="utf-8")


def test_an_error_in_another_thread_is_reported_too() -> None:
    done = drive(
        "self._state.reported.connect(lambda _error: (print(self.banner.message()[0]), self.close())); "
        "import threading; threading.Thread(target=lambda: 1 / 0).start()"
    )
    assert "ZeroDivisionError" in done.stdout


def test_the_command_line_needs_no_qt() -> None:
    program = "import sys; sys.argv = ['neurarium', 'runs', '--json']; from gui.__main__ import main; main()"
    done = run(program, PYTHONPATH=str(ROOT / "tests" / "without_qt"))
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
