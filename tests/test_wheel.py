"""The wheel: everything the application reads travels in it, and it works away from the checkout."""

import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("core", "gui", "assets")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this checkout, built in a copy so that no build folder is left behind."""
    source, target = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("wheel")
    for name in PACKAGES:
        shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
    for file in [*ROOT.glob("*.toml"), *ROOT.glob("*.md"), ROOT / "LICENSE"]:
        shutil.copy(file, source)
    pip = [sys.executable, "-m", "pip", "--quiet", "--quiet", "wheel", "--no-deps", "--wheel-dir"]
    subprocess.run([*pip, target, source], check=True)
    return next(target.glob("neurarium-*.whl"))


@pytest.mark.slow
def test_every_file_of_the_packages_is_in_the_wheel(wheel: Path) -> None:
    packed = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    files = {file for name in PACKAGES for file in (ROOT / name).rglob("*") if file.is_file()}
    assert packed == {f.relative_to(ROOT).as_posix() for f in files if f.parent.name != "__pycache__"}


@pytest.mark.slow
def test_the_wheel_works_away_from_the_checkout(wheel: Path, tmp_path: Path) -> None:
    site = tmp_path / "site"
    pip = [sys.executable, "-m", "pip", "--quiet", "--quiet", "install", "--no-deps", "--target"]
    subprocess.run([*pip, site, wheel], check=True)
    # From PYTHONPATH the wheel is found before the checkout that is installed beside the libraries.
    program = (
        "import sys, core; print(core.__file__, file=sys.stderr);"
        "from gui.__main__ import main; sys.argv = ['neurarium', 'datasets', '--json']; main()"
    )
    ended = subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(site)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    assert Path(ended.stderr.splitlines()[0]).is_relative_to(site)
    datasets = [json.loads(line) for line in ended.stdout.splitlines()]
    assert len(datasets) > 3
