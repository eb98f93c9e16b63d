"""A line that its own test no longer reaches is found, and so are a module and a test that are gone."""

from pathlib import Path

import pytest

from tests.fully_covered import FULLY_COVERED, ROOT, pair, problem

MODULE = """
def absolute(number: int) -> int:
    if number < 0:
        return -number
    return number
"""
TEST = """
import importlib.util
from pathlib import Path

spec = importlib.util.spec_from_file_location("numbers_of_mine", Path(__file__).parents[1] / "module.py")
module = importlib.util.module_from_spec(spec)
spec.loader.exec_module(module)

def test_it():
    for number in NUMBERS:
        assert module.absolute(number) == abs(number)
"""


def covered(root: Path, numbers: str) -> str | None:
    """Says what is wrong with a module whose test tries these numbers."""
    (root / "tests").mkdir()
    (root / "module.py").write_text(MODULE)
    (root / "tests" / "test_module.py").write_text(TEST.replace("NUMBERS", numbers))
    return problem("module.py", "tests/test_module.py", root)


def test_a_module_whose_test_reaches_every_line_is_fine(tmp_path: Path) -> None:
    assert covered(tmp_path, "(-1, 1)") is None


def test_a_line_that_is_missed_is_named(tmp_path: Path) -> None:
    assert covered(tmp_path, "(1, 2)") == "module.py: tests/test_module.py does not reach 4"


def test_a_test_that_fails_covers_nothing(tmp_path: Path) -> None:
    said = covered(tmp_path, "(None,)")
    assert said is not None
    assert "test_module.py fails" in said
    assert "TypeError" in said


def test_a_test_that_never_loads_its_module_is_found(tmp_path: Path) -> None:
    (tmp_path / "module.py").write_text(MODULE)
    (tmp_path / "test_other.py").write_text("def test_nothing(): pass")
    assert problem("module.py", "test_other.py", tmp_path) == "module.py: test_other.py does not reach 2-5"


def test_what_does_not_exist_is_named(tmp_path: Path) -> None:
    assert problem("gone.py", "test_gone.py", tmp_path) == "gone.py: there is no gone.py and no test_gone.py"


def test_the_test_of_a_module_lies_in_the_mirror_unless_it_is_named() -> None:
    assert pair("core/x/y.py") == ("core/x/y.py", "tests/core/x/test_y.py")
    assert pair(("core/x/y.py", "tests/z.py")) == ("core/x/y.py", "tests/z.py")


@pytest.mark.parametrize(("module", "test"), [pair(entry) for entry in FULLY_COVERED])
def test_every_module_of_the_list_exists_and_has_its_test(module: str, test: str) -> None:
    assert (ROOT / module).is_file()
    assert (ROOT / test).is_file()
