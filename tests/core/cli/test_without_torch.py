"""Listing runs and showing help does not load torch."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from core.runs.store import RunStore
from tests.core.training.runs import small_config

HEAVY = "torch", "torchvision", "captum", "sklearn", "scipy"
LOADED = f"print([name for name in {HEAVY} if name in sys.modules], file=sys.stderr)"


def after(program: str) -> tuple[str, str]:
    """Runs `program` in a process; returns what it prints, and which of the large modules it has loaded."""
    watched = f"import atexit, sys\natexit.register(lambda: {LOADED})\n{program}"
    line = [sys.executable, "-c", watched]
    ended = subprocess.run(line, capture_output=True, text=True, check=True, cwd=Path(__file__).parents[3])
    return ended.stdout, ended.stderr.splitlines()[-1]


@pytest.mark.parametrize(
    "command", [["--help"], ["train", "--help"], ["resume", "--help"], ["runs"], ["runs", "--json"]], ids=" ".join
)
def test_looking_loads_no_torch(command: list[str], store: RunStore) -> None:
    for _run in range(3):
        store.create(small_config())
    said, loaded = after(f"from core.cli import main; sys.argv = {['neurarium', *command]}; main()")
    assert loaded == "[]"
    if command[0] == "runs":
        assert "perceptron" in said
        assert "interrupted" in said
    if command[-1] == "--json":
        assert [json.loads(line)["number"] for line in said.splitlines()] == [3, 2, 1]


def test_the_runs_of_an_older_version_load_it_once(store: RunStore) -> None:
    for number in range(2):
        (store.create(small_config(seed=number)).path / "parts.json").unlink()
    looking = "from core.cli import main; sys.argv = ['neurarium', 'runs', '--json']; main()"
    first, second = after(looking), after(looking)
    assert "torch" in first[1]
    assert second == (first[0], "[]")


def test_the_room_of_runs_loads_no_torch() -> None:
    modules = ("config", "run", "store", "history", "info", "summary", "progress", "presets", "consent", "shipped")
    program = "\n".join(f"import core.runs.{module}" for module in modules)
    assert after(program)[1] == "[]"
