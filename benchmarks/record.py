"""Keeps the measurements in docs/measured.json, and shows them on the page docs/measured.md.

The file holds runs of the benchmarks. A new run replaces all rows of the scripts that it measured; the rows of other
scripts stay, with their date and computer. The page is made only from the file: `python -m benchmarks.record` makes it
again. Knows no script.
"""

import dataclasses
import json
import os
import platform
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from benchmarks.report import Result, bound, measured, verdict

FOLDER = Path(__file__).parents[1] / "docs"
SOAK = "soak"  # has a separate section
BAR = r"\|"  # within a cell of a table
Row = tuple[str, str, Result]  # script, when and in which run, result

HEAD = """\
# Measured

`python3 dev.py bench --write` measures every promise and writes this page, so do not edit it by hand. With names it
renews only the rows of these scripts: `python3 dev.py bench --write window stop`. The number after a date says which of
these runs a figure comes from. The same machine is sometimes fast and sometimes slow, so speeds are ratios of two
things that took turns.
"""

SOAK_HEAD = """\
## Half an hour of use

`python3 dev.py bench --write soak` keeps the window open for half an hour, trains, draws and types all the time, and
checks what grows: memory, threads, open files.
"""


@dataclass(frozen=True)
class Run:
    """One run of the benchmarks, without the scripts that a later run has measured.

    Attributes:
        date: of the run, as YYYY-MM-DD.
        machine: the computer, as from `machine`.
        seconds: how long the run took with all its scripts.
        scripts: the results by the name of their script.
    """

    date: str
    machine: str
    seconds: float
    scripts: Mapping[str, Sequence[Result]]


def today() -> str:
    """Returns the date as YYYY-MM-DD."""
    return datetime.now().astimezone().date().isoformat()


def machine() -> str:
    """Returns a description of this computer and its software in one line."""
    import torch

    graphics = torch.cuda.get_device_name() if torch.cuda.is_available() else "no graphics card"
    system = f"{platform.system()} {platform.machine()}"
    versions = (f"Python {platform.python_version()}", f"torch {version('torch')}")
    return ", ".join([_processor(), f"{os.cpu_count()} cores", *_memory(), graphics, system, *versions])


def _processor() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text(encoding="utf-8").splitlines() if cpuinfo.exists() else []
    named = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(named, platform.processor() or platform.machine())


def _memory() -> Iterator[str]:
    if "SC_PHYS_PAGES" in getattr(os, "sysconf_names", {}):
        size = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
        yield f"{size / 2**30:.0f} GiB of memory"


def write(run: Run, present: Collection[str], folder: Path) -> None:
    """Adds a run to the file in `folder` and writes the page again.

    Args:
        run: the results to add.
        present: the existing scripts; the results of others are dropped.
        folder: the folder of file and page.

    Raises:
        OSError: file or page could not be written.
    """
    runs = merged(read(folder), run, present)
    folder.mkdir(exist_ok=True)
    rows = json.dumps({"runs": [dataclasses.asdict(each) for each in runs]}, indent=1, ensure_ascii=False)
    (folder / "measured.json").write_text(rows + "\n", encoding="utf-8")
    show(folder)


def show(folder: Path) -> None:
    """Writes the page in `folder` from the file beside it."""
    (folder / "measured.md").write_text(page(read(folder)), encoding="utf-8")


def read(folder: Path) -> list[Run]:
    """Returns the runs in the file, oldest first; none if there is no file."""
    file = folder / "measured.json"
    return [_run(each) for each in json.loads(file.read_text(encoding="utf-8"))["runs"]] if file.exists() else []


def _run(given: dict[str, Any]) -> Run:
    scripts = {name: [Result(**result) for result in results] for name, results in given["scripts"].items()}
    return Run(**{**given, "scripts": scripts})


def merged(runs: Sequence[Run], new: Run, present: Collection[str]) -> list[Run]:
    """Returns the runs with `new` at the end, without the rows that it replaces and those of scripts that are gone."""
    older = [_part(run, set(present) - set(new.scripts)) for run in runs]
    return [run for run in (*older, _part(new, present)) if run.scripts]


def _part(run: Run, names: Collection[str]) -> Run:
    return dataclasses.replace(run, scripts={name: each for name, each in run.scripts.items() if name in names})


def page(runs: Sequence[Run]) -> str:
    """Returns the page in Markdown."""
    rows: list[Row] = []
    for number, run in enumerate(runs, 1):
        for script, results in run.scripts.items():
            rows += [(script, f"{run.date} ({number})", result) for result in results]
    rows.sort(key=lambda row: row[0])
    soak = [row for row in rows if row[0] == SOAK]
    promises = [row for row in rows if row[0] != SOAK]
    kept = sum(result.is_kept for _script, _date, result in promises)
    origins = "".join(f"{number}. {_origin(run)}\n" for number, run in enumerate(runs, 1))
    parts = [HEAD, origins, f"{kept} of {len(promises)} promises are kept.\n", _table(promises)]
    return "\n".join([*parts, *([SOAK_HEAD, _table(soak)] if soak else [])])


def _origin(run: Run) -> str:
    count, minutes = len(run.scripts), run.seconds / 60
    scripts = "1 script" if count == 1 else f"{count} scripts"
    return f"{run.date}, {run.machine}: {scripts}, from a run of {minutes:.{0 if minutes >= 10 else 1}f} minutes."


def _table(rows: Sequence[Row]) -> str:
    lines = ["| promise | measured | bound | verdict | measured on | how |", "|---|---|---|---|---|---|"]
    for script, date, result in rows:
        word = verdict(result) if result.is_kept else f"**{verdict(result)}**"
        how = f"[{script}](../benchmarks/{script}.py){result.note and ': ' + result.note}"
        cells = (result.promise, measured(result), bound(result), word, date, how)
        lines.append(f"| {' | '.join(' '.join(cell.replace('|', BAR).split()) for cell in cells)} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    show(FOLDER)
