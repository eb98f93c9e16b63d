"""Measures the promises: all, or those of the named scripts. Prints each result as it comes, and a table at the end.

usage: python -m benchmarks [--keras] [--write] [NAME ...]

Each script runs in a separate process, one after the other, so that none finds threads, memory or an application that
another one left. Ends with 1 if a promise was not kept or a script failed. Promises for which this computer has no data
are listed as not measured. `--write` keeps the results in docs/measured.md.
"""

import argparse
import pkgutil
import sys
import time
import traceback

from rich.console import Console

import benchmarks
from benchmarks import record
from benchmarks.report import NotHere, Result, line, measure_apart, table

HELPERS = {"__main__", "keras_side", "record", "report", "side_by_side"}
KERAS = "against_keras"
ONLY_IF_NAMED = {KERAS, "soak"}  # one needs Keras, the other takes half an hour


def scripts() -> list[str]:
    """Returns the names of all scripts."""
    return sorted(module.name for module in pkgutil.iter_modules(benchmarks.__path__) if module.name not in HELPERS)


def main() -> int:
    """Runs the scripts that the command line names; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of: {', '.join(scripts())}")
    parser.add_argument("--keras", action="store_true", help=f"also measure against Keras, where there is one: {KERAS}")
    parser.add_argument("--write", action="store_true", help="put the results into docs/measured.md")
    asked = parser.parse_args()
    names = asked.names or [name for name in scripts() if name not in ONLY_IF_NAMED]
    if asked.keras and KERAS not in names:
        names.append(KERAS)
    if unknown := sorted(set(names) - set(scripts())):
        parser.error(f"no script called {', '.join(unknown)}; there are {', '.join(scripts())}")
    began, machine = time.monotonic(), record.machine() if asked.write else ""
    measured: dict[str, list[Result]] = {}
    absent: list[tuple[str, str]] = []
    failed: list[str] = []
    for name in names:
        print(f"--- {name}", flush=True)
        script_began = time.monotonic()
        try:
            came = measure_apart(name)
            for result in came:
                print(f"    {line(result)}", flush=True)
            measured |= {name: came} if came else {}
        except NotHere as reason:
            print(f"    not measured: {reason}", flush=True)
            absent.append((name, str(reason)))
        except Exception:  # noqa: BLE001 (if one script fails, the others still run)
            traceback.print_exc()
            failed.append(name)
        print(f"    {time.monotonic() - script_began:.0f} s", flush=True)
        if asked.write and measured:  # after each script, so that an interruption loses no results
            run = record.Run(record.today(), machine, time.monotonic() - began, measured)
            record.write(run, scripts(), record.FOLDER)
    results = [result for came in measured.values() for result in came]
    # A file or a pipe has no width.
    Console(width=None if sys.stdout.isatty() else 150).print(table(results, absent))
    if failed:
        print(f"Failed: {', '.join(failed)}.")
    return 0 if not failed and all(result.is_kept for result in results) else 1


if __name__ == "__main__":
    sys.exit(main())
