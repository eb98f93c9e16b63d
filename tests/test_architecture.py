"""ARCHITECTURE.md is true: its rooms exist, no room is missing, and its arrows are those that the import rules hold."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
QUOTED = re.findall(r"`([^`\n]+)`", PAGE)
SETTINGS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
CONTRACTS = SETTINGS["tool"]["importlinter"]["contracts"]


def rooms() -> list[str]:
    """Returns the folders and files that the table names, and the files that the text does."""
    named = re.findall(r"^\| (`.+?`(?:, `.+?`)*) \|", PAGE, flags=re.MULTILINE)
    listed = [path for cell in named for path in re.findall(r"`(.+?)`", cell)]
    return listed + [
        quote for quote in QUOTED if re.fullmatch(r"(core|gui|assets|tests|benchmarks|recipes)/[\w./]*", quote)
    ]


def packages(room: str) -> list[str]:
    """Returns all packages below `room` as paths that end in a slash."""
    found = (file.parent for file in (ROOT / room).rglob("__init__.py"))
    return sorted(f"{folder.relative_to(ROOT).as_posix()}/" for folder in found)


def forbidden(source: str, *modules: str) -> dict[str, list[str]]:
    """Returns the import rule that forbids `source` to import these modules."""
    rules = [rule for rule in CONTRACTS if rule["type"] == "forbidden" and rule["source_modules"] == [source]]
    (found,) = (rule for rule in rules if set(modules) <= set(rule["forbidden_modules"]))
    return found


@pytest.mark.parametrize("path", sorted(set(rooms())))
def test_every_room_it_names_exists(path: str) -> None:
    assert (ROOT / path).exists()


def test_every_file_of_a_room_it_names_exists() -> None:
    lines = re.findall(r"^\| `([\w/]+/)` \| (.+?) \|", PAGE, flags=re.MULTILINE)
    files = [ROOT / room / name for room, holds in lines for name in re.findall(r"`(\w+\.py)`", holds)]
    assert len(files) >= 4
    assert [str(file) for file in files if not file.is_file()] == []


@pytest.mark.parametrize("name", [quote for quote in QUOTED if re.fullmatch(r"(core|gui|assets)(\.\w+)+", quote)])
def test_every_module_it_names_exists(name: str) -> None:
    path = ROOT.joinpath(*name.split("."))
    inside = path.parent.with_suffix(".py")
    found = path.is_dir() or path.with_suffix(".py").is_file()
    assert found or f"def {path.name}(" in inside.read_text(encoding="utf-8")


@pytest.mark.parametrize("package", [*packages("core")[1:], *packages("gui")[1:]])
def test_every_package_is_named(package: str) -> None:
    # The pages' own folders are theirs to know.
    assert f"`{package}`" in PAGE or package.startswith("gui/pages/")


@pytest.mark.parametrize(("start", "rule"), [("gui.pages", "the arrows run from the window to the core"),
                                             ("cli", "no arrow runs back up inside the core")])  # fmt: skip
def test_the_arrows_are_the_layers_of_the_import_rules(start: str, rule: str) -> None:
    (arrows,) = (quote for quote in QUOTED if quote.startswith(f"{start} ->"))
    drawn = [_modules(part) for part in arrows.split("->")]
    (contract,) = (each for each in CONTRACTS if each["name"] == rule)
    layers = [set(re.findall(r"[\w.]+", layer)) for layer in contract["layers"]]
    assert [layer for layer in layers if any(layer <= part for part in drawn)] == drawn


def _modules(part: str) -> set[str]:
    """Returns the modules that "gui.{widgets, charts}" or "core" stands for."""
    stem, _brace, inside = part.strip().partition("{")
    return {stem + name for name in re.findall(r"\w+", inside)} or {stem}


def test_what_it_says_of_imports_is_held_by_rules() -> None:
    assert "`core` imports neither `gui` nor Qt nor pyqtgraph" in PAGE
    assert forbidden("core", "gui", "PySide6", "pyqtgraph")
    assert "the only room that imports pyqtgraph" in PAGE
    charts = forbidden("gui", "pyqtgraph")["ignore_imports"]
    assert all(arrow.startswith("gui.charts") for arrow in charts)
    assert "never import each other" in PAGE
    assert [each["modules"] for each in CONTRACTS if each["type"] == "independence"] == [["gui.pages.*"]]


def test_the_import_rules_hold() -> None:
    line = "import sys; from importlinter.cli import lint_imports_command; sys.exit(lint_imports_command())"
    done = subprocess.run([sys.executable, "-c", line], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_it_says_how_words_are_collected() -> None:
    assert "`python -m assets.translations.update`" in PAGE
    assert (ROOT / "assets/translations/update.py").is_file()
