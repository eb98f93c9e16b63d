"""What a run of the tests says of itself."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

SMALL = """
import pytest

@pytest.mark.needs_real_data("MNIST", "SST-2")
def test_both(): pass

@pytest.mark.needs_real_data("MNIST")
@pytest.mark.parametrize("digit", [3])
def test_one(digit): pass

@pytest.mark.skip(reason="of another reason")
def test_other(): pass
"""


def said(folder: Path, *arguments: str, **environment: str) -> str:
    """Returns what pytest prints about three small tests that stand on what all of these stand on."""
    shutil.copy(Path(__file__).with_name("conftest.py"), folder)
    (folder / "test_small.py").write_text(SMALL)
    bare = {name: value for name, value in os.environ.items() if name != "NEURARIUM_DATA"}
    line = [sys.executable, "-m", "pytest", "-p", "no:pytest-qt", "-c", os.devnull, "--rootdir", folder, *arguments]
    line.append(folder)
    done = subprocess.run(line, cwd=folder, env=bare | environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    return done.stdout


@pytest.mark.parametrize("processes", ["--numprocesses=0", "--numprocesses=2"])
def test_a_test_skipped_for_want_of_data_is_named_with_what_it_lacks(tmp_path: Path, processes: str) -> None:
    (tmp_path / "SST-2").mkdir()
    section = said(tmp_path, processes, NEURARIUM_DATA=str(tmp_path)).partition(" skipped for want of data ")[2]
    assert f"NEURARIUM_DATA names {tmp_path}.\n" in section
    assert "test_small.py::test_both lacks MNIST\n" in section
    assert "test_small.py::test_one[3] lacks MNIST\n" in section
    assert "test_other" not in section


def test_without_a_folder_of_data_all_that_is_lacked_is_named(tmp_path: Path) -> None:
    section = said(tmp_path).partition(" skipped for want of data ")[2]
    assert "NEURARIUM_DATA is not set.\n" in section
    assert "test_small.py::test_both lacks MNIST, SST-2\n" in section


def test_where_nothing_lacks_there_is_nothing_to_say(tmp_path: Path) -> None:
    for name in ("MNIST", "SST-2"):
        (tmp_path / name).mkdir()
    assert "want of data" not in said(tmp_path, NEURARIUM_DATA=str(tmp_path))
