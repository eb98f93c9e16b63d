"""The disk fills up, becomes read-only or loses a run's folder in mid-run: one sentence, nothing half-written."""

import contextlib
import errno
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file

import core.files
from core.errors import NeurariumError, StorageError
from core.events import CheckpointSaved, EpochDone, StepsDone
from core.runs import checkpoint
from core.runs.run import Run
from core.runs.store import RunStore
from core.training.loop import fit
from tests.core.training.runs import small_config, take_until, told

CONFIG = small_config(epochs=3)


@pytest.fixture
def whole(tmp_path: Path) -> Run:
    """The same run, with nothing in its way."""
    run = RunStore(tmp_path / "whole").create(CONFIG)
    list(fit(CONFIG, run))
    return run


@pytest.fixture
def run(tmp_path: Path) -> Run:
    return RunStore(tmp_path / "runs").create(CONFIG)


def assert_goes_on_as_if_nothing_had_been(run: Run, whole: Run) -> None:
    assert run.is_resumable()
    list(fit(run.config, run))
    assert told(run) == told(whole)
    ours, theirs = load_file(run.last), load_file(whole.last)
    assert all(torch.equal(ours[name], theirs[name]) for name in theirs)


def assert_nothing_half_written(run: Run) -> None:
    for path in run.checkpoints.iterdir():
        assert path.suffix == ".safetensors", f"left behind: {path.name}"
        checkpoint.read(path)


class FullDisk:
    """A file that takes so many bytes and no more."""

    room = 0

    def __init__(self, stream: Any) -> None:
        self._stream = stream

    def __enter__(self) -> "FullDisk":
        return self

    def __exit__(self, *_given: object) -> None:
        self._stream.close()

    def write(self, content: bytes) -> None:
        fitting = content[: FullDisk.room]
        self._stream.write(fitting)
        FullDisk.room -= len(fitting)
        if len(fitting) < len(content):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def flush(self) -> None:
        self._stream.flush()

    def fileno(self) -> int:
        return int(self._stream.fileno())


@pytest.mark.parametrize("room", [0, 1, 5_000, 60_000, 150_000])
def test_a_disk_that_fills_up_while_a_checkpoint_is_written_costs_no_older_one(
    run: Run, whole: Run, monkeypatch: pytest.MonkeyPatch, room: int
) -> None:
    events = fit(CONFIG, run)
    take_until(events, EpochDone)
    FullDisk.room, fdopen = room, os.fdopen
    monkeypatch.setattr(core.files.os, "fdopen", lambda *given: FullDisk(fdopen(*given)))
    with pytest.raises(StorageError, match="disk is full") as caught:
        list(events)
    monkeypatch.undo()
    assert caught.value.advice
    assert_nothing_half_written(run)
    assert_goes_on_as_if_nothing_had_been(run, whole)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A real disk of four megabytes; needs Linux and root."""
    disk = tmp_path / "disk"
    disk.mkdir()
    if not sys.platform.startswith("linux") or os.geteuid() != 0:
        pytest.skip("only root on Linux may mount a disk")
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(disk)], capture_output=True).returncode:
        pytest.skip("no disk may be mounted here")
    yield disk
    subprocess.run(["umount", str(disk)], check=True)


def fill(ballast: Path) -> None:
    """Writes a file until there is no room for another byte."""
    with ballast.open("wb", buffering=0) as stream, contextlib.suppress(OSError):
        while stream.write(bytes(1024)):
            pass


def test_a_real_disk_that_is_full_ends_a_run_with_a_sentence_and_it_goes_on_when_there_is_room(
    small_disk: Path, whole: Run
) -> None:
    run = RunStore(small_disk).create(CONFIG)
    ballast = small_disk / "ballast"
    events = fit(CONFIG, run)
    take_until(events, EpochDone)
    fill(ballast)
    with pytest.raises(StorageError, match="disk is full"):
        list(events)
    assert run.status() in ("failed", "interrupted")
    ballast.unlink()
    assert_nothing_half_written(run)
    subprocess.run(["mount", "-o", "remount,size=16m", str(small_disk)], check=True)
    assert_goes_on_as_if_nothing_had_been(run, whole)


@pytest.mark.parametrize("number", [errno.EACCES, errno.EROFS, errno.EPERM])
def test_a_folder_that_becomes_read_only_is_named_in_the_sentence(
    run: Run, whole: Run, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    def refuse(*_given: object, **_settings: object) -> None:
        raise OSError(number, os.strerror(number))

    events = fit(CONFIG, run)
    take_until(events, EpochDone)
    monkeypatch.setattr(tempfile, "mkstemp", refuse)
    with pytest.raises(StorageError, match=r"checkpoints.* may not be written") as caught:
        list(events)
    monkeypatch.undo()
    assert "permissions" in caught.value.advice
    assert_goes_on_as_if_nothing_had_been(run, whole)


@pytest.mark.skipif(sys.platform == "win32", reason="there no folder with an open file can be deleted")
def test_a_run_whose_folder_is_deleted_says_so_and_brings_back_no_half_of_it(run: Run) -> None:
    events = fit(CONFIG, run)
    take_until(events, EpochDone)
    shutil.rmtree(run.path)
    with pytest.raises(StorageError, match="is gone"):
        list(events)
    assert not run.path.exists()


@pytest.mark.skipif(sys.platform == "win32", reason="there no folder with an open file can be deleted")
def test_stopping_a_run_whose_folder_was_deleted_says_so_too(run: Run) -> None:
    events = fit(CONFIG, run)
    take_until(events, StepsDone)
    shutil.rmtree(run.path)
    with pytest.raises(NeurariumError, match="is gone"):
        events.close()


def test_a_run_that_lost_only_its_checkpoints_begins_them_again(run: Run) -> None:
    events = fit(CONFIG, run)
    take_until(events, EpochDone)
    shutil.rmtree(run.checkpoints)
    saved = [event.path for event in events if isinstance(event, CheckpointSaved)]
    assert run.last in saved
    checkpoint.read(run.last)
