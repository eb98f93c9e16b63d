"""The example of CONTRIBUTING.md does, word for word, what that page says; in a copy of the project."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")

FORMS = """
import sys
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
application = QApplication([])
from core.runs.config import models
from gui.forms.choice_form import ChoiceForm
form = ChoiceForm(models(), "Model")
form.set_key("all_conv")
filters = form.form().row("filters").editor.main.lineEdit()
filters.selectAll()
QTest.keyClicks(filters, "3")
QTest.keyClick(filters, Qt.Key.Key_Return)
assert form.value().filters == 3
sys.stdout.write(form.box.currentText())
"""


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project with the example added as the page says."""
    folder = tmp_path_factory.mktemp("copy")
    without = shutil.ignore_patterns("__pycache__")
    for room in ("core", "gui", "assets", "tests"):
        shutil.copytree(ROOT / room, folder / room, ignore=without)
    shutil.copy(ROOT / "pyproject.toml", folder)
    module, lines = re.findall(r"<!-- [^>]+ -->\n```python\n(.+?)```", PAGE, flags=re.DOTALL)
    (folder / "core" / "models" / "image" / "all_conv.py").write_text(module, encoding="utf-8")
    with (folder / "core" / "models" / "__init__.py").open("a", encoding="utf-8") as file:
        file.write(lines)
    return folder


def python(folder: Path, *arguments: str) -> str:
    """Runs Python in the copy, with the copy's packages, and returns what it printed."""
    environment = {**os.environ, "PYTHONPATH": str(folder), "QT_QPA_PLATFORM": "offscreen", "NO_COLOR": "1"}
    done = subprocess.run(
        [sys.executable, *arguments], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_example_is_listed_among_the_parts(copy: Path) -> None:
    parts = [json.loads(line) for line in python(copy, "-m", "core.cli", "parts", "--json").splitlines()]
    assert "All-convolutional network" in [part["title"] for part in parts if part["key"] == "all_conv"]


def test_the_example_trains_two_steps(copy: Path) -> None:
    line = "train --dataset strokes --set dataset.examples=200 --model all_conv --epochs 1 --batch-size 90 --json"
    events = [json.loads(each) for each in python(copy, "-m", "core.cli", *line.split()).splitlines()]
    assert (events[-1]["status"], events[-1]["steps"]) == ("finished", 2)


def test_the_example_has_a_form_for_its_settings(copy: Path) -> None:
    pytest.importorskip("PySide6")
    assert python(copy, "-c", FORMS) == "All-convolutional network"


def test_the_tests_that_go_through_all_models_try_it_and_pass(copy: Path) -> None:
    files = ("tests/core/models/image/test_image_models.py", "tests/core/training/test_every_part.py")
    told = python(copy, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", "-k", "all_conv", *files)
    assert int(re.findall(r"(\d+) passed", told)[0]) >= 8


def test_the_example_keeps_to_the_house_style(copy: Path) -> None:
    file = "core/models/image/all_conv.py"
    python(copy, "-m", "ruff", "check", file)
    python(copy, "-m", "ruff", "format", "--check", file)


def test_the_commands_on_the_page_are_there() -> None:
    import dev

    named = set(re.findall(r"dev\.py ([a-z]+)", PAGE))
    assert named >= {"run", "check", "test", "bench", "shots"}
    assert named <= set(dev.COMMANDS)
    assert (ROOT / "assets" / "translations" / "update.py").is_file()
