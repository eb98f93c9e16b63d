#!/usr/bin/env python3
"""Installs Neurarium in a folder beside this file and starts one of its parts. Needs only Python 3.11 or newer.

usage: python3 dev.py COMMAND [ARGUMENTS]

  run      opens the window; with arguments it is the command line, for example: run train --dataset mnist
  test     runs the whole test suite off-screen; arguments go to pytest
  check    style, types, import rules, coverage, and core's tests with Qt hidden; arguments go to pytest
  bench    measures every promise; --write puts it into docs/measured.md; arguments go to `python -m benchmarks`
  shots    takes pictures of every page; arguments go to `python -m tests.shots`
  weights  trains the networks that come with the application; arguments go to `python -m recipes`

The first time this makes the folder .venv and installs the project and its libraries there. Later it only checks
whether pyproject.toml, constraints.txt or Python have changed. On Linux it also checks for the system libraries that Qt
loads, and installs the missing ones where it may (Debian and its derivatives, as root). It knows nothing of the
project's own code: that runs in another process.
"""

from __future__ import annotations

import contextlib
import ctypes
import hashlib
import importlib
import importlib.util
import json
import os
import shlex
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
OLDEST_PYTHON = (3, 11)

# The system libraries that Qt and its X11 window plugin need, and the Debian package of each. Qt itself only names
# libxcb-cursor0, whichever of them is missing.
QT_LIBRARIES = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libX11-xcb.so.1": "libx11-xcb1",
    "libX11.so.6": "libx11-6",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-render.so.0": "libxcb-render0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-shm.so.0": "libxcb-shm0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-util.so.1": "libxcb-util1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxkbcommon.so.0": "libxkbcommon0",
}


@dataclass(frozen=True)
class Command:
    """What a command of `dev.py` needs: extras of pyproject.toml, Qt, a screen, fonts, environment variables."""

    extras: tuple[str, ...] = ("dev",)
    needs_qt: bool = True
    needs_screen: bool = False
    needs_fonts: bool = False
    environment: Mapping[str, str] = field(default_factory=dict)


OFFSCREEN = {"QT_QPA_PLATFORM": "offscreen"}
# Each test process uses one thread: several processes share the cores, and sums then come out the same everywhere.
ONE_THREAD = {"OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}

COMMANDS = {
    "run": Command(extras=()),
    "test": Command(needs_fonts=True, environment={**OFFSCREEN, **ONE_THREAD}),
    "check": Command(needs_qt=False, environment=ONE_THREAD),
    "bench": Command(needs_screen=True),
    "shots": Command(needs_screen=True, needs_fonts=True),
    "weights": Command(extras=("weights",), needs_qt=False),
}


def main(arguments: Sequence[str]) -> int:
    """Installs what the command in `arguments` needs, then becomes that command; returns its exit code."""
    if not arguments or arguments[0] not in COMMANDS:
        asked_for_help = bool(arguments) and arguments[0] in ("-h", "--help", "help")
        print(__doc__, file=sys.stdout if asked_for_help else sys.stderr)
        return 0 if asked_for_help else 2
    name, rest = arguments[0], list(arguments[1:])
    command = COMMANDS[name]
    if name == "run" and rest:
        command = replace(command, needs_qt=False)
    if name == "weights" and "--check" in rest:
        command = replace(command, extras=())
    set_up(command)
    environment = {**os.environ, **command.environment}
    if name == "check":
        return check(rest, environment)
    no_screen = has_no_screen(sys.platform, os.environ)
    if name == "run" and not rest and no_screen and "QT_QPA_PLATFORM" not in os.environ:
        stop("There is no screen to open a window on. The command line works without: python3 dev.py run --help")
    line = command_line(name, rest)
    if command.needs_screen and no_screen:
        return run_on_virtual_screen(line, environment)
    return become(line, environment)


def command_line(name: str, rest: Sequence[str]) -> list[str]:
    """Returns the command line of `name`, with the user's arguments."""
    if name == "run":
        # The script rather than `-m gui`: it runs from any folder, and its help calls itself `neurarium`.
        return [str(in_venv("neurarium")), *rest]
    python = str(in_venv("python"))
    if name == "test":
        return [python, "-m", "pytest", "--numprocesses=auto", "--maxprocesses=4", *rest]
    module = {"bench": "benchmarks", "shots": "tests.shots", "weights": "recipes"}[name]
    return [python, "-m", module, *rest]


def check(rest: Sequence[str], environment: Mapping[str, str]) -> int:
    """Runs all checks, so that one failure does not hide another; returns 1 if any failed."""
    hidden_qt = {"PYTHONPATH": str(ROOT / "tests" / "without_qt")}
    core_tests = ["-m", "pytest", "-p", "no:pytest-qt", "--numprocesses=auto", "--maxprocesses=4", "tests/core", *rest]
    steps: list[tuple[str, list[str], Mapping[str, str]]] = [
        ("style", [str(in_venv("ruff")), "check"], {}),
        ("format", [str(in_venv("ruff")), "format", "--check"], {}),
        ("types", [str(in_venv("mypy"))], {}),
        ("import rules", [str(in_venv("lint-imports"))], {}),
        ("coverage", [str(in_venv("python")), "-m", "tests.fully_covered"], {}),
        ("core without Qt", [str(in_venv("python")), *core_tests], hidden_qt),
    ]
    failed = []
    for title, line, extra in steps:
        say(f"--- {title}")
        if subprocess.run(line, cwd=ROOT, env={**environment, **extra}, check=False).returncode:
            failed.append(title)
    say(f"Failed: {', '.join(failed)}." if failed else "All checks passed.")
    return 1 if failed else 0


def set_up(command: Command) -> None:
    """Installs everything that `command` needs; stops with a sentence if it cannot."""
    missing = missing_packages(command) if sys.platform.startswith("linux") else {}
    if missing:
        missing = install_packages(missing, command)
    make_venv()
    install_project(command.extras)
    if "Xvfb" in missing:
        stop("Without a screen this needs a virtual one, Xvfb. Install it as shown above, then try again.")
    if any(part in QT_LIBRARIES for part in missing):
        plugins = ["offscreen"] if command.environment.get("QT_QPA_PLATFORM") == "offscreen" else ["xcb", "wayland"]
        if not any(qt_loads(plugin) for plugin in plugins):
            stop("Qt cannot start without these libraries. Install them as shown above, then try again.")
        say("Qt starts without them, so this goes on.")


# ---------------------------------------------------------------------------------------------- Python's packages


def in_venv(program: str) -> Path:
    """Returns the path of `program` in the virtual environment."""
    return VENV / "Scripts" / f"{program}.exe" if os.name == "nt" else VENV / "bin" / program


def make_venv() -> None:
    """Makes the virtual environment unless a working one exists."""
    if in_venv("python").exists() and (VENV / "pyvenv.cfg").exists():
        return
    say(f"Making a virtual environment in {VENV}")
    shutil.rmtree(VENV, ignore_errors=True)
    made = False
    try:
        line = [sys.executable, "-m", "venv", str(VENV)]
        made = subprocess.run(line, stdout=sys.stderr, check=False).returncode == 0
    finally:
        if not made:
            # The next start would take a half-made one for a complete one.
            shutil.rmtree(VENV, ignore_errors=True)
    if not made:
        if importlib.util.find_spec("ensurepip") is None:
            stop(
                f"This Python cannot make virtual environments: its venv or ensurepip is missing. On Debian and Ubuntu"
                f" install {venv_package()} (sudo apt-get install {venv_package()}), then try again."
            )
        stop(f"The virtual environment could not be made in {VENV}. Look at the message above, then try again.")


def venv_package() -> str:
    """Returns the Debian package with which this Python can make virtual environments."""
    return f"python{sys.version_info.major}.{sys.version_info.minor}-venv"


def fingerprint(root: Path, python: str) -> str:
    """Returns a digest of everything that decides what must be installed for the checkout at `root` under `python`."""
    # An editable install names its folder: a copied or moved checkout must be installed again.
    parts = [python.encode(), str(root).encode()]
    parts += [(root / name).read_bytes() for name in ("pyproject.toml", "constraints.txt")]
    return hashlib.sha256(b"\0".join(hashlib.sha256(part).digest() for part in parts)).hexdigest()


def installed_extras(stamp: Path, wanted_fingerprint: str) -> frozenset[str] | None:
    """Returns the extras that are installed and up to date, or None if the project itself is not."""
    try:
        written = json.loads(stamp.read_text(encoding="utf-8"))
        return frozenset(written["extras"]) if written["fingerprint"] == wanted_fingerprint else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def install_project(extras: Sequence[str]) -> None:
    """Installs the project with `extras` unless the stamp in the virtual environment says that it is installed."""
    stamp = VENV / "neurarium-installed.json"
    now = fingerprint(ROOT, (VENV / "pyvenv.cfg").read_text(encoding="utf-8"))
    present = installed_extras(stamp, now)
    if present is not None and present.issuperset(extras):
        return
    wanted = sorted({*(present or ()), *extras})
    say("Installing Neurarium and its libraries. The first time this loads some gigabytes and takes minutes.")
    stamp.unlink(missing_ok=True)
    begin = time.monotonic()
    if subprocess.run(pip_line(wanted), cwd=ROOT, env=pip_environment(), stdout=sys.stderr, check=False).returncode:
        stop("The libraries could not be installed. Check the network and the free space (4 GB), then try again.")
    stamp.write_text(json.dumps({"fingerprint": now, "extras": wanted}), encoding="utf-8")
    say(f"Installed in {time.monotonic() - begin:.0f} s.")


def pip_line(extras: Sequence[str]) -> list[str]:
    """Returns pip's command line that installs the checkout, editable, with `extras` and the tested versions."""
    project = f".[{','.join(extras)}]" if extras else "."
    line = [str(in_venv("python")), "-m", "pip", "install", "--editable", project, "--constraint", "constraints.txt"]
    # In a log only errors matter; a person who waits wants to see progress.
    return line if sys.stderr.isatty() else [*line, "--quiet", "--quiet"]


def pip_environment() -> dict[str, str]:
    """Returns this environment for pip, without its notices about itself."""
    return {**os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_NO_INPUT": "1"}


# ---------------------------------------------------------------------------------------------- the system's packages


def missing_packages(command: Command) -> dict[str, str]:
    """Returns what this Linux lacks for `command`: each library or program with its Debian package."""
    wanted = QT_LIBRARIES if command.needs_qt else {}
    missing = {library: package for library, package in wanted.items() if not loads(library)}
    if not in_venv("python").exists() and importlib.util.find_spec("ensurepip") is None:
        missing["ensurepip"] = venv_package()
    if command.needs_screen and has_no_screen(sys.platform, os.environ) and shutil.which("Xvfb") is None:
        missing["Xvfb"] = "xvfb"
    if command.needs_fonts and not has_chinese_font(Path("/usr/share/fonts"), Path.home() / ".fonts"):
        missing["a Chinese font"] = "fonts-noto-cjk"
    return missing


def loads(library: str) -> bool:
    """Tells whether the system's loader finds `library` and everything that it needs."""
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def has_no_screen(platform: str, environment: Mapping[str, str]) -> bool:
    """Tells whether there is no screen for windows."""
    return platform.startswith("linux") and not (environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY"))


def has_chinese_font(*folders: Path) -> bool:
    """Tells whether one of the usual Chinese fonts lies under `folders`."""
    names = ("*CJK*", "wqy-*", "*SourceHanSans*", "DroidSansFallback*")
    return any(next(folder.rglob(name), None) is not None for folder in folders for name in names)


def install_line(missing: Mapping[str, str], has_program: Callable[[str], object]) -> list[str] | None:
    """Returns the command that installs what is `missing`, or None if the package manager is unknown.

    Args:
        missing: libraries and programs, each with its Debian package.
        has_program: tells whether this computer has a program of that name.
    """
    if has_program("apt-get"):
        return ["apt-get", "install", "-y", "--no-install-recommends", *sorted(set(missing.values()))]
    for manager in ("dnf", "zypper"):
        if has_program(manager):
            # RPM packages can be asked for by the library that they hold.
            libraries = [f"{part}()(64bit)" for part in sorted(missing) if part in QT_LIBRARIES]
            return [manager, "install", "-y", *libraries] if libraries else None
    return None


def install_packages(missing: Mapping[str, str], command: Command) -> dict[str, str]:
    """Installs what is `missing` if that is allowed, else prints how; returns what is still missing."""
    say(f"Missing on this system: {', '.join(sorted(missing))}.")
    line = install_line(missing, shutil.which)
    if line is None:
        say("Install the packages of your distribution that hold them.")
    elif line[0] == "apt-get" and os.geteuid() == 0:
        say(f"Installing {', '.join(sorted(set(missing.values())))}")
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for step in (["apt-get", "update", "-qq"], [*line, "-qq", "-o", "DPkg::Lock::Timeout=120"]):
            subprocess.run(step, env=quiet, stdout=subprocess.DEVNULL, check=False)
        importlib.invalidate_caches()
        missing = missing_packages(command)
        if missing:
            say(f"Still missing: {', '.join(sorted(missing))}. Try: {shlex.join(line)}")
    else:
        update = "sudo apt-get update && " if line[0] == "apt-get" else ""
        say(f"Install them with: {update}sudo {shlex.join(line)}")
    return dict(missing)


def qt_loads(plugin: str) -> bool:
    """Tells whether the installed Qt and its platform plugin `plugin` load with the system's libraries."""
    program = (
        "import ctypes, pathlib, sys; from PySide6 import QtWidgets;"
        "ctypes.CDLL(str(pathlib.Path(QtWidgets.__file__).parent / 'Qt/plugins/platforms' / f'libq{sys.argv[1]}.so'))"
    )
    return subprocess.run([in_venv("python"), "-c", program, plugin], capture_output=True, check=False).returncode == 0


# ---------------------------------------------------------------------------------------------- processes and people


def become(line: Sequence[str], environment: Mapping[str, str]) -> int:
    """Replaces this process by `line` if the system can do that, else runs it below; returns its exit code."""
    if line[0] != str(in_venv("neurarium")):
        os.chdir(ROOT)
    if os.name != "nt":
        os.execvpe(line[0], list(line), dict(environment))
    return run_below(line, environment)


def run_on_virtual_screen(line: Sequence[str], environment: Mapping[str, str]) -> int:
    """Runs `line` from the checkout with a separate Xvfb; both end with this process. Returns its exit code.

    When `xvfb-run` is terminated, it leaves both running.
    """
    os.chdir(ROOT)
    reader, writer = os.pipe()
    server = ["Xvfb", "-displayfd", str(writer), "-screen", "0", "1920x1080x24", "-nolisten", "tcp"]
    # In a separate session Ctrl-C does not reach it, so the program that draws on it ends first.
    with subprocess.Popen(server, pass_fds=[writer], stderr=subprocess.DEVNULL, start_new_session=True) as screen:
        try:
            os.close(writer)
            with os.fdopen(reader) as said:
                number = said.readline().strip()
            if not number:
                stop("The virtual screen could not be started. Try what Xvfb says by itself: Xvfb :99")
            return run_below(line, {**environment, "DISPLAY": f":{number}"})
        finally:
            screen.terminate()


def run_below(line: Sequence[str], environment: Mapping[str, str]) -> int:
    """Runs `line` as a child process, and passes on the signals that end this process; returns its exit code."""
    process: subprocess.Popen[bytes] | None = None
    told = 0

    def pass_on(number: int, _frame: object) -> None:
        nonlocal told
        told = number
        if process is not None:
            process.terminate()

    for number in ends():
        signal.signal(number, pass_on)
    process = subprocess.Popen(list(line), env=dict(environment))
    if told:  # a signal came before the process started
        process.terminate()
    while True:
        # Ctrl-C reaches the child too, which decides what to do.
        with contextlib.suppress(KeyboardInterrupt):
            code = process.wait()
            return 128 + told if told else code


def end_when_told() -> None:
    """Makes this process end on the usual signals together with what `subprocess.run` runs below it."""

    def end(number: int, _frame: object) -> NoReturn:
        sys.exit(128 + number)

    for number in ends():
        signal.signal(number, end)


def ends() -> list[signal.Signals]:
    """Returns the signals by which the system ends this process; nohup ignores a closed terminal."""
    names = ("SIGTERM", "SIGHUP")
    return [each for each in signal.Signals if each.name in names and signal.getsignal(each) is not signal.SIG_IGN]


def say(message: str) -> None:
    """Prints `message` to stderr, so that it does not mix with a command's results."""
    print(f"[dev.py] {message}", file=sys.stderr, flush=True)


def stop(message: str) -> NoReturn:
    """Ends this process with `message` and exit code 1."""
    say(message)
    raise SystemExit(1)


if __name__ == "__main__":
    if sys.version_info < OLDEST_PYTHON:
        stop("Neurarium needs Python 3.11 or newer, and this is {}.{}.".format(*sys.version_info[:2]))
    end_when_told()
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        say("Interrupted. Type the same command to go on.")
        sys.exit(130)
