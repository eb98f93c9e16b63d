"""dev.py: what it decides to install, where it leaves things alone, and what it hands on."""

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

import dev

ROOT = Path(__file__).resolve().parents[1]
on_linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks at Linux's own libraries")
on_posix = pytest.mark.skipif(os.name == "nt", reason="needs programs with a shebang")


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of what dev.py reads, with a virtual environment of its own, without pip, so that nothing is loaded."""
    folder = tmp_path / "checkout"
    folder.mkdir()
    for name in ("dev.py", "pyproject.toml", "constraints.txt"):
        shutil.copy(ROOT / name, folder)
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder / ".venv"], check=True)
    monkeypatch.setattr(dev, "ROOT", folder)
    monkeypatch.setattr(dev, "VENV", folder / ".venv")
    return folder


def mark_as_installed(checkout: Path, extras: list[str]) -> None:
    python = (checkout / ".venv" / "pyvenv.cfg").read_text()
    stamp = {"fingerprint": dev.fingerprint(checkout, python), "extras": extras}
    (checkout / ".venv" / "neurarium-installed.json").write_text(json.dumps(stamp))


def put_program(checkout: Path, name: str) -> Path:
    """Puts a program into the virtual environment that writes down its arguments, environment and folder.

    Asked by `-c` whether Qt loads, it says yes, whatever libraries this system lacks.
    """
    seen = checkout / f"{name}.seen"
    program = checkout / ".venv" / "bin" / name
    program.unlink(missing_ok=True)
    program.write_text(
        f"#!{sys.executable}\nimport json, os, pathlib, sys\n"
        "if sys.argv[1:2] == ['-c']: sys.exit()\n"
        f"seen = {{'arguments': sys.argv[1:], 'environment': dict(os.environ), 'folder': os.getcwd()}}\n"
        f"pathlib.Path({str(seen)!r}).write_text(json.dumps(seen))\n"
        "sys.exit(7)\n"
    )
    program.chmod(0o755)
    return seen


def alone(checkout: Path, **environment: str) -> dict[str, str]:
    """Returns an environment in which no package manager is found, and no library from outside the checkout."""
    hidden = ("PYTHONPATH", "DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    bare = {name: value for name, value in os.environ.items() if name not in hidden}
    return bare | {"PATH": str(checkout)} | environment


def run_dev(checkout: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Runs the copy as a person would, from another folder."""
    return subprocess.run(
        [sys.executable, checkout / "dev.py", *arguments],
        cwd=checkout.parent,
        env=alone(checkout, **environment),
        capture_output=True,
        text=True,
        check=False,
    )


# What is installed


def test_an_installed_checkout_is_left_alone(checkout: Path) -> None:
    mark_as_installed(checkout, ["dev"])
    dev.install_project(("dev",))


def test_an_installation_with_more_than_is_needed_is_left_alone(checkout: Path) -> None:
    mark_as_installed(checkout, ["dev"])
    dev.install_project(())


@pytest.mark.parametrize("name", ["pyproject.toml", "constraints.txt"])
def test_a_changed_file_asks_for_a_new_installation(checkout: Path, name: str) -> None:
    before = dev.fingerprint(checkout, "3.11.7")
    with (checkout / name).open("a") as stream:
        stream.write("\n# changed\n")
    assert dev.fingerprint(checkout, "3.11.7") != before


def test_another_python_asks_for_a_new_installation(checkout: Path) -> None:
    assert dev.fingerprint(checkout, "version = 3.11.7") != dev.fingerprint(checkout, "version = 3.12.1")


def test_a_moved_checkout_asks_for_a_new_installation(checkout: Path) -> None:
    before = dev.fingerprint(checkout, "3.11.7")
    assert dev.fingerprint(checkout.rename(checkout.parent / "moved"), "3.11.7") != before


@pytest.mark.parametrize("content", ["", "{", "[]", '{"extras": []}', '{"fingerprint": "f", "extras": 3}', '"f"'])
def test_a_damaged_stamp_counts_as_not_installed(tmp_path: Path, content: str) -> None:
    (tmp_path / "stamp").write_text(content)
    assert dev.installed_extras(tmp_path / "stamp", "f") is None


def test_the_stamp_remembers_the_extras(tmp_path: Path) -> None:
    (tmp_path / "stamp").write_text('{"fingerprint": "f", "extras": ["dev", "weights"]}')
    assert dev.installed_extras(tmp_path / "stamp", "f") == frozenset({"dev", "weights"})
    assert dev.installed_extras(tmp_path / "stamp", "g") is None
    assert dev.installed_extras(tmp_path / "absent", "f") is None


def test_a_failed_installation_says_what_to_do_and_is_tried_again(checkout: Path) -> None:
    mark_as_installed(checkout, [])
    # There is no pip in this environment, so the extra cannot be installed.
    ended = run_dev(checkout, "weights", "--check")
    assert "could not be installed" not in ended.stderr
    ended = run_dev(checkout, "bench", DISPLAY=":0")
    assert ended.returncode == 1
    assert "The libraries could not be installed. Check the network" in ended.stderr
    assert not (checkout / ".venv" / "neurarium-installed.json").exists()


def test_the_tested_versions_are_asked_for(checkout: Path) -> None:
    line = dev.pip_line(["dev"])
    assert line[line.index("--constraint") + 1] == "constraints.txt"
    assert line[line.index("--editable") + 1] == ".[dev]"
    assert dev.pip_line([])[line.index("--editable") + 1] == "."


def test_a_half_made_environment_is_made_again(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (checkout / ".venv" / "pyvenv.cfg").unlink()
    # Stands for a Python without ensurepip: every call of it fails.
    monkeypatch.setattr(sys, "executable", shutil.which("false") or "false")
    with pytest.raises(SystemExit):
        dev.make_venv()
    assert not (checkout / ".venv").exists()


def test_every_command_asks_for_extras_that_exist() -> None:
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    assert {extra for command in dev.COMMANDS.values() for extra in command.extras} <= set(extras)


def test_constraints_hold_versions_only() -> None:
    lines = [line for line in (ROOT / "constraints.txt").read_text().splitlines() if not line.startswith("#")]
    assert lines
    for line in lines:
        name, equals, version = line.partition("==")
        assert equals, line
        assert version[0].isdigit(), line
        assert not set("/:@+; ") & set(name + version), line


# What is handed on


@on_posix
def test_run_hands_its_arguments_to_the_application_where_the_person_stands(checkout: Path) -> None:
    mark_as_installed(checkout, [])
    seen = put_program(checkout, "neurarium")
    ended = run_dev(checkout, "run", "train", "--dataset", "my digits", "--json")
    assert ended.returncode == 7
    assert ended.stdout == ""
    record = json.loads(seen.read_text())
    assert record["arguments"] == ["train", "--dataset", "my digits", "--json"]
    assert Path(record["folder"]) == checkout.parent


@on_posix
@pytest.mark.parametrize(("command", "module"), [("test", "pytest"), ("bench", "benchmarks"), ("weights", "recipes")])
def test_a_command_hands_its_arguments_to_its_module(checkout: Path, command: str, module: str) -> None:
    mark_as_installed(checkout, ["dev", "weights"])
    seen = put_program(checkout, "python")
    # A screen named here is never opened; without one, bench would look for a virtual screen.
    ended = run_dev(checkout, command, "-k", "two words", "--flag", DISPLAY=":0")
    assert ended.returncode == 7
    record = json.loads(seen.read_text())
    assert record["arguments"][:2] == ["-m", module]
    assert record["arguments"][-3:] == ["-k", "two words", "--flag"]
    assert Path(record["folder"]) == checkout


@on_posix
def test_tests_see_no_screen_and_one_thread_each(checkout: Path) -> None:
    mark_as_installed(checkout, ["dev"])
    seen = put_program(checkout, "python")
    run_dev(checkout, "test", DISPLAY=":0")
    environment = json.loads(seen.read_text())["environment"]
    assert environment["QT_QPA_PLATFORM"] == "offscreen"
    assert environment["OMP_NUM_THREADS"] == "1"


@on_posix
def test_check_goes_on_after_a_failure_and_names_each(checkout: Path) -> None:
    mark_as_installed(checkout, ["dev"])
    seen = [put_program(checkout, name) for name in ("ruff", "mypy", "lint-imports", "python")]
    ended = run_dev(checkout, "check")
    assert ended.returncode == 1
    assert "Failed: style, format, types, import rules, coverage, core without Qt." in ended.stderr
    hidden = json.loads(seen[-1].read_text())["environment"]["PYTHONPATH"]
    assert hidden == str(checkout / "tests" / "without_qt")


@pytest.mark.parametrize("arguments", [[], ["dance"], ["--run"]])
def test_an_unknown_command_shows_the_known_ones(checkout: Path, arguments: list[str]) -> None:
    ended = run_dev(checkout, *arguments)
    assert ended.returncode == 2
    for command in dev.COMMANDS:
        assert f"\n  {command} " in ended.stderr


def test_help_goes_to_standard_output(checkout: Path) -> None:
    ended = run_dev(checkout, "--help")
    assert ended.returncode == 0
    assert "usage: python3 dev.py COMMAND" in ended.stdout


@on_linux
def test_a_window_without_a_screen_is_refused_with_advice(checkout: Path) -> None:
    mark_as_installed(checkout, [])
    put_program(checkout, "python")
    ended = run_dev(checkout, "run")
    assert ended.returncode == 1
    assert "There is no screen" in ended.stderr


# How it ends


@on_posix
def test_run_is_the_application_itself_and_so_ends_as_that_does(checkout: Path) -> None:
    mark_as_installed(checkout, [])
    program = checkout / ".venv" / "bin" / "neurarium"
    program.write_text(f"#!{sys.executable}\nimport os, time\nprint(os.getpid(), flush=True)\ntime.sleep(600)\n")
    program.chmod(0o755)
    with started([sys.executable, checkout / "dev.py", "run", "runs"], **alone(checkout)) as process:
        assert process.stdout is not None
        assert int(process.stdout.readline()) == process.pid
        process.terminate()
        assert process.wait(60) == -signal.SIGTERM


@on_posix
@pytest.mark.parametrize("number", ["SIGTERM", "SIGHUP"])
def test_what_is_drawn_on_a_virtual_screen_ends_with_dev_py_and_so_does_the_screen(tmp_path: Path, number: str) -> None:
    # Stands for the X server: it says that it is ready, and holds the pipe until it ends.
    server = tmp_path / "Xvfb"
    server.write_text(
        f"#!{sys.executable}\nimport os, sys, time\nos.write(int(sys.argv[2]), b'77\\n')\n"
        "print('screen', flush=True)\ntime.sleep(600)\n"
    )
    server.chmod(0o755)
    drawing = "import os, time; print('drawn on', os.environ['DISPLAY'], flush=True); time.sleep(600)"
    program = (
        "import os, signal, sys; signal.signal(signal.SIGHUP, signal.SIG_DFL);"  # under nohup it would be ignored
        f"sys.path.insert(0, {str(ROOT)!r}); import dev; dev.end_when_told();"
        f"sys.exit(dev.run_on_virtual_screen([sys.executable, '-c', {drawing!r}], os.environ))"
    )
    path = f"{tmp_path}{os.pathsep}{os.environ['PATH']}"
    with started([sys.executable, "-c", program], PATH=path) as process:
        assert process.stdout is not None
        assert {process.stdout.readline() for _each in range(2)} == {"screen\n", "drawn on :77\n"}
        process.send_signal(signal.Signals[number])
        # It is over when the last of the three that write to it has ended.
        assert process.stdout.read() == ""
        assert process.wait(60) == 128 + signal.Signals[number]


@contextlib.contextmanager
def started(line: Sequence[str | Path], **environment: str) -> Iterator[subprocess.Popen[str]]:
    """Starts a program whose output is read, and ends it in any case."""
    with subprocess.Popen(line, env={**os.environ, **environment}, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


# What the system lacks


@pytest.mark.parametrize(
    ("manager", "line"),
    [
        ("apt-get", ["apt-get", "install", "-y", "--no-install-recommends", "libegl1", "libxcb-cursor0", "xvfb"]),
        ("dnf", ["dnf", "install", "-y", "libEGL.so.1()(64bit)", "libxcb-cursor.so.0()(64bit)"]),
        ("zypper", ["zypper", "install", "-y", "libEGL.so.1()(64bit)", "libxcb-cursor.so.0()(64bit)"]),
        ("emerge", None),
    ],
)
def test_each_package_manager_gets_its_own_command(manager: str, line: list[str] | None) -> None:
    missing = {"libxcb-cursor.so.0": "libxcb-cursor0", "libEGL.so.1": "libegl1", "Xvfb": "xvfb"}
    assert dev.install_line(missing, lambda program: program == manager) == line


@on_linux
def test_a_missing_library_is_found_out_and_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(dev.QT_LIBRARIES, "libneurarium-cannot-exist.so.9", "libneurarium9")
    assert dev.missing_packages(dev.COMMANDS["run"])["libneurarium-cannot-exist.so.9"] == "libneurarium9"
    assert dev.missing_packages(dev.COMMANDS["weights"]) == {}


@on_linux
def test_a_person_without_rights_is_told_the_exact_command(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setattr(shutil, "which", lambda program: f"/usr/bin/{program}" if program == "apt-get" else None)
    missing = {"libEGL.so.1": "libegl1"}
    assert dev.install_packages(missing, dev.COMMANDS["run"]) == missing
    told = capsys.readouterr().err
    assert "sudo apt-get update && sudo apt-get install -y --no-install-recommends libegl1" in told


@on_linux
def test_a_screen_is_looked_for_in_the_environment() -> None:
    assert dev.has_no_screen("linux", {})
    assert dev.has_no_screen("linux", {"DISPLAY": ""})
    assert not dev.has_no_screen("linux", {"DISPLAY": ":0"})
    assert not dev.has_no_screen("linux", {"WAYLAND_DISPLAY": "wayland-0"})
    assert not dev.has_no_screen("darwin", {})
    assert not dev.has_no_screen("win32", {})


def test_chinese_fonts_are_known_by_their_file_names(tmp_path: Path) -> None:
    assert not dev.has_chinese_font(tmp_path, tmp_path / "absent")
    font = tmp_path / "opentype" / "noto" / "NotoSansCJK-Regular.ttc"
    font.parent.mkdir(parents=True)
    font.touch()
    assert dev.has_chinese_font(tmp_path)


# The checks that dev.py relies on


def test_qt_can_be_made_to_look_uninstalled() -> None:
    program = (
        "import importlib.util, sys\n"
        "for name in ('PySide6', 'shiboken6', 'pyqtgraph'):\n"
        "    try:\n"
        "        __import__(name)\n"
        "    except ModuleNotFoundError as error:\n"
        "        assert error.name == name\n"
        "    else:\n"
        "        sys.exit(f'{name} can be imported')\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "tests" / "without_qt")}
    ended = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stderr
