"""The modules that the test of the same name covers to the last line, and the check that they stay so.

usage: python -m tests.fully_covered [WORD]

Each test file runs by itself, so that no other test reaches a line in its stead. WORD takes only modules whose path
holds it. Ends with 1 where a line is missed. Whoever adds a module here keeps its test short: all of them run at every
check.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import coverage

ROOT = Path(__file__).resolve().parents[1]

# A module whose test lies elsewhere than in the mirror is a pair: ("core/x/y.py", "tests/core/x/test_z.py").
FULLY_COVERED: tuple[str | tuple[str, str], ...] = (
    "core/device.py",
    "core/fields.py",
    "core/files.py",
    "core/input_spec.py",
    "core/metric.py",
    "core/paths.py",
    "core/quantities.py",
    "core/registry.py",
    "core/seeding.py",
    "core/settings.py",
    ("core/shared_settings.py", "tests/core/test_fields.py"),
    "core/ink/pen.py",
    "core/ink/picture.py",
    "core/ink/picture_file.py",
    "core/ink/prepare.py",
    "core/ink/raster.py",
    "core/ink/segment.py",
    ("core/modalities/__init__.py", "tests/core/modalities/test_base.py"),
    "core/modalities/base.py",
    "core/modalities/image.py",
    "core/modalities/image_frame.py",
    "core/modalities/text.py",
    ("core/objectives/__init__.py", "tests/core/objectives/test_base.py"),
    "core/objectives/base.py",
    "core/objectives/classification.py",
    "core/runs/checkpoint.py",
    "core/runs/config.py",
    "core/runs/consent.py",
    "core/runs/environment.py",
    "core/runs/history.py",
    "core/runs/info.py",
    "core/runs/initial_weights.py",
    "core/runs/migrate.py",
    "core/runs/presets.py",
    "core/runs/progress.py",
    "core/runs/run.py",
    "core/runs/shipped.py",
    "core/runs/store.py",
    "core/runs/summary.py",
)


def pair(entry: str | tuple[str, str]) -> tuple[str, str]:
    """Returns a module and its test: unless it is named, core/x/y.py is tested by tests/core/x/test_y.py."""
    if not isinstance(entry, str):
        return entry
    path = Path(entry)
    return entry, (Path("tests") / path.with_name(f"test_{path.name}")).as_posix()


def problem(module: str, test: str, root: Path = ROOT) -> str | None:
    """Returns what keeps `module` from being covered by `test`, both relative to `root`, or None if nothing does."""
    absent = [path for path in (module, test) if not (root / path).is_file()]
    if absent:
        return f"{module}: there is no {' and no '.join(absent)}"
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "coverage"
        # Free of Qt, the core is tested where Qt cannot be loaded too.
        plugins = ["-p", "no:cacheprovider", *(["-p", "no:pytest-qt"] if module.startswith("core/") else [])]
        measured = ["coverage", "run", f"--data-file={data}", "--rcfile=", f"--include={module}"]
        line = [sys.executable, "-m", *measured, "-m", "pytest", "-q", *plugins, test]
        # Whoever has the real data covers no more than everybody else.
        environment = {name: value for name, value in os.environ.items() if name != "NEURARIUM_DATA"}
        done = subprocess.run(line, cwd=root, env=environment, capture_output=True, text=True, check=False)
        if done.returncode:
            return f"{module}: {test} fails\n{done.stdout}{done.stderr}"
        report = coverage.Coverage(data_file=data, config_file=False)
        report.load()
        missed = report.analysis2(str(root / module))[-1]
    return f"{module}: {test} does not reach {missed}" if missed else None


def main(words: Sequence[str]) -> int:
    """Checks all modules, a few at a time, and prints what is wrong; returns 1 if anything is."""
    pairs = [found for found in map(pair, FULLY_COVERED) if all(word in found[0] for word in words)]
    with ThreadPoolExecutor(min(os.cpu_count() or 1, 4)) as pool:
        problems = [said for said in pool.map(problem, *zip(*pairs, strict=True)) if said is not None]
    for said in problems:
        print(said)
    print(f"{len(pairs) - len(problems)} of {len(pairs)} modules are covered to the last line.")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
