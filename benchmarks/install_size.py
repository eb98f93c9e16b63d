"""How much larger a plain installation has become, with all its dependencies; the promise covers everything planned.

It counts the files of this project and of every distribution that its requirements need, as installed, without extras
and without bytecode. torch, torchvision and what only torch needs are left out: their size depends on the build, for
CPUs or for graphics cards. The size to compare with was recorded on Linux on x86-64.
"""

import platform
import sys
import tomllib
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from benchmarks import report

ROOT = Path(__file__).parents[1]
RECORDED_MB, RECORDED_ON = 558.8, "2026-11-25"  # with the versions that constraints.txt names
PROMISED_MB = 60.0
LEFT_OUT = {"torch", "torchvision"}
PACKAGES = ("core", "gui", "assets")
OWN = "neurarium"
SHOWN = 10


def measure() -> list[report.Result]:
    """Returns the growth in megabytes.

    Raises:
        NotHere: the recorded size is of another system, or a required distribution is not installed.
    """
    if (sys.platform, platform.machine()) != ("linux", "x86_64"):
        raise report.NotHere("the recorded size is that of Linux on x86-64")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    sizes = {name: installed_megabytes(name) for name in needed(project["dependencies"])}
    sizes[OWN] = megabytes(file for name in PACKAGES for file in (ROOT / name).rglob("*"))
    total = sum(sizes.values())
    largest = sorted(sizes.items(), key=lambda each: -each[1])[:SHOWN]
    note = f"{total:.1f} MB against {RECORDED_MB:.1f} MB on {RECORDED_ON}, without torch; of {len(sizes)} the largest: "
    note += ", ".join(f"{name} {size:.1f}" for name, size in largest)
    growth = round(total - RECORDED_MB, 1) + 0.0  # never −0
    return [report.Result("growth of the base installation", growth, PROMISED_MB, "MB", "lower", note)]


def needed(requirements: Iterable[str]) -> set[str]:
    """Returns the distributions that `requirements` need, and those that these need in turn.

    Raises:
        NotHere: one of them is not installed.
    """
    seen: set[tuple[str, frozenset[str]]] = set()
    left = [(Requirement(line), frozenset[str]()) for line in requirements]
    while left:
        requirement, extras = left.pop()  # the extras that the requirement names
        name, wanted = canonicalize_name(requirement.name), frozenset(requirement.extras)
        applies = requirement.marker is None or any(requirement.marker.evaluate({"extra": e}) for e in ("", *extras))
        if not applies or name in LEFT_OUT or (name, wanted) in seen:
            continue
        seen.add((name, wanted))
        try:
            left += [(Requirement(line), wanted) for line in distribution(name).requires or ()]
        except PackageNotFoundError as error:
            raise report.NotHere(f"{name} is not installed") from error
    return {name for name, _extras in seen}


def installed_megabytes(name: str) -> float:
    """Returns the total size of an installed distribution's files."""
    return megabytes(Path(str(file.locate())) for file in distribution(name).files or ())


def megabytes(files: Iterable[Path]) -> float:
    """Returns the total size of these files without bytecode, which Python creates when it runs them."""
    return sum(file.stat().st_size for file in files if file.suffix != ".pyc" and file.is_file()) / 1e6


if __name__ == "__main__":
    sys.exit(report.main(measure))
