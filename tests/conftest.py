"""What every test stands on, with Qt or without: its own folders, its markers, and no thread left behind."""

import contextlib
import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

# Read before any test runs, because every test that does not ask for the real data gets an empty folder instead.
REAL_DATA = os.environ.get("NEURARIUM_DATA")


def pytest_addoption(parser: pytest.Parser, pluginmanager: pytest.PytestPluginManager) -> None:
    """Adds `--slow`, and where pytest-qt is absent accepts its settings, which --strict-config would refuse."""
    parser.addoption("--slow", action="store_true", help="also run the tests marked slow")
    if not pluginmanager.hasplugin("pytest-qt"):
        for name in ("qt_api", "qt_log_level_fail", "qt_log_ignore"):
            parser.addini(name, "read by pytest-qt, which is not loaded")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Skips what is too slow for every day, and what needs data that this computer has not."""
    for item in items:
        if item.get_closest_marker("slow") and not config.getoption("--slow"):
            item.add_marker(pytest.mark.skip(reason="slow: give --slow to run it"))
        if (wanted := item.get_closest_marker("needs_real_data")) and (absent := _absent(wanted.args)):
            item.add_marker(pytest.mark.skip(reason=f"NEURARIUM_DATA names no folder with {', '.join(absent)}"))
            item.user_properties.append(("lacks", ", ".join(absent)))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Names every test that was skipped for want of data, which a count of skipped tests would hide."""
    skipped = terminalreporter.stats.get("skipped", [])
    lacking = sorted((report.nodeid, dict(report.user_properties).get("lacks")) for report in skipped)
    lines = [f"{test} lacks {entries}" for test, entries in lacking if entries]
    if lines:
        terminalreporter.section("skipped for want of data")
        terminalreporter.line(f"NEURARIUM_DATA {f'names {REAL_DATA}' if REAL_DATA else 'is not set'}.")
        for line in lines:
            terminalreporter.line(line)


def _absent(names: tuple[str, ...]) -> list[str]:
    if REAL_DATA is None:
        return list(names) or ["the real data"]
    return [name for name in names if not (Path(REAL_DATA) / name).exists()]


@pytest.fixture(autouse=True)
def own_folders(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keeps every test away from the runs, settings and data of whoever runs it."""
    for name in ("RUNS", "SETTINGS", "LOGS"):
        monkeypatch.setenv(f"NEURARIUM_{name}", str(tmp_path / name.lower()))
    if request.node.get_closest_marker("needs_real_data") is None:
        monkeypatch.setenv("NEURARIUM_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("NEURARIUM_LANGUAGE", "en")


@pytest.fixture
def no_ready_made_networks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hides the networks that come with the program."""
    monkeypatch.setattr("core.inference.catalogue.shipped", list)


@pytest.fixture(autouse=True)
def no_thread_is_left_behind() -> Iterator[None]:
    """Fails a test whose threads still run half a minute after its end."""
    before = set(threading.enumerate())
    yield
    deadline = time.monotonic() + 30
    while (left := [thread for thread in threading.enumerate() if _counts(thread) and thread not in before]) and (
        time.monotonic() < deadline
    ):
        with contextlib.suppress(RuntimeError):  # one that is about to start cannot be joined yet
            left[0].join(timeout=0.05)
    assert not left, f"threads left behind: {left}"


def _counts(thread: threading.Thread) -> bool:
    # A _DummyThread stands for a thread that Python did not start (a QThread's, say) and never counts as ended;
    # tqdm's monitor lives as long as the process by design.
    return not isinstance(thread, threading._DummyThread) and type(thread).__name__ != "TMonitor"
