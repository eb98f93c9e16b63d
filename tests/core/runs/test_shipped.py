"""The networks that come with the program are found by name, and the one in somebody's language comes first."""

from pathlib import Path

import pytest

from core import i18n
from core.errors import RunError
from core.runs import shipped as module
from core.runs.run import Run
from core.runs.shipped import SHIPPED, ShippedRun, run_at, shipped, shipped_folder, shipped_run


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of such networks of one's own, with one that nobody knows, and with something that is none."""
    for name in ("digits", "weather"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "config.json").write_text("{}")
    (tmp_path / "notes").mkdir()
    monkeypatch.setattr(module, "shipped_folder", lambda: tmp_path)
    return tmp_path


def test_the_chinese_one_comes_first_for_whoever_reads_chinese() -> None:
    assert [run.name for run in shipped()] == ["digits", "english", "chinese"]
    i18n.set_language("zh_CN")
    try:
        assert next(run.name for run in shipped()) == "chinese"
    finally:
        i18n.set_language("en")


def test_each_has_a_title_instead_of_a_number_and_a_card_in_both_languages() -> None:
    for run in shipped():
        assert isinstance(run, ShippedRun)
        assert run.title == f"{run.name.capitalize()} (ready-made)"
        assert {run.card(language).name for language in ("en", "zh_CN")} == {"card.en.md", "card.zh_CN.md"}
        assert run.card("fr") == run.card("en")
        assert run.card("en").is_file()


def test_one_is_found_by_its_name() -> None:
    assert shipped_run(SHIPPED + "digits").path == shipped_folder() / "digits"


def test_a_name_that_there_is_not_is_answered_with_those_there_are() -> None:
    with pytest.raises(RunError, match="No network called “weather” comes with the program") as caught:
        shipped_run(SHIPPED + "weather")
    assert caught.value.advice == "Choose one of: shipped/digits, shipped/english, shipped/chinese."


def test_one_that_has_no_title_is_called_by_its_name_and_comes_last(folder: Path) -> None:
    assert [run.name for run in shipped()] == ["digits", "weather"]
    assert shipped_run(SHIPPED + "weather").title == "weather"


def test_a_folder_tells_whether_its_run_comes_with_the_program(folder: Path, tmp_path: Path) -> None:
    assert isinstance(run_at(folder / "digits"), ShippedRun)
    assert type(run_at(tmp_path / "runs" / "0001-mlp-adam")) is Run


def test_where_none_come_with_the_program_there_are_none(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(module, "shipped_folder", lambda: tmp_path / "gone")
    assert shipped() == []
    with pytest.raises(RunError) as caught:
        shipped_run(SHIPPED + "digits")
    assert caught.value.advice == "Choose one of: –."
