"""The networks that come with the program are those that their cards describe."""

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from core.cli.commands import app
from core.inference.catalogue import find_model
from core.runs import shipped as shipped_module
from core.runs.shipped import ShippedRun, shipped, shipped_folder
from core.runs.store import RunStore
from recipes import check as checking
from recipes.__main__ import RECIPES
from recipes.check import check
from recipes.ship import read_figures

every_network = pytest.mark.parametrize("name", list(RECIPES))


def test_every_recipe_has_shipped_its_network() -> None:
    assert {run.name for run in shipped()} == set(RECIPES)


@every_network
def test_hashes_answers_and_cards_agree(name: str) -> None:
    said: list[str] = []
    assert check(name, said.append) == []
    assert said == [f"{name}: hashes, answers and cards agree"]


@pytest.mark.parametrize(
    ("file", "complaint"),
    [
        ("checkpoints/best.safetensors", "is not the file that was measured"),
        ("config.json", "is not the file that was measured"),
        ("card.zh_CN.md", "says something else than the figures"),
        ("calibration.svg", "says something else than the figures"),
    ],
)
def test_a_changed_file_is_noticed(file: str, complaint: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(shipped_folder() / "digits", tmp_path / "digits")
    path = tmp_path / "digits" / file
    if file.endswith(".safetensors"):
        path.write_bytes((shipped_folder() / "digits" / file).read_bytes() + b" ")
        monkeypatch.setattr(checking, "_golden", lambda name, run: read_figures(run.path)["golden"])
    else:
        path.write_text(path.read_text(encoding="utf-8") + " ", encoding="utf-8")
    monkeypatch.setattr(checking, "shipped_folder", lambda: tmp_path)
    wrong = check("digits", lambda _line: None)
    assert [line for line in wrong if file in line and complaint in line]


def test_other_answers_are_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(shipped_folder() / "digits", tmp_path / "digits")
    figures = read_figures(tmp_path / "digits")
    figures["golden"][0] = figures["golden"][1]
    (tmp_path / "digits" / "figures.json").write_text(json.dumps(figures))
    monkeypatch.setattr(checking, "shipped_folder", lambda: tmp_path)
    assert any("does not give the answers" in line for line in check("digits", lambda _line: None))


@pytest.mark.parametrize(("name", "dataset"), [("english", "sentences"), ("chinese", "sentences_zh")])
def test_the_command_line_prints_the_cards_figure(name: str, dataset: str) -> None:
    ended = CliRunner().invoke(
        app, ["evaluate", "--model", f"shipped/{name}", "--dataset", dataset, "--split", "test", "--json"]
    )
    assert ended.exit_code == 0, ended.output
    printed = json.loads(ended.stdout)
    on_card = next(each for each in read_figures(shipped_folder() / name)["asked"] if each["dataset"] == dataset)
    assert printed["accuracy"] == pytest.approx(on_card["accuracy"], abs=0.002)
    assert printed["examples"] == on_card["examples"]


def test_all_together_are_small_enough_to_travel() -> None:
    def megabytes(folder: Path) -> float:
        return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6

    assert megabytes(shipped_folder() / "digits") <= 2
    assert megabytes(shipped_folder() / "english") <= 12
    assert megabytes(shipped_folder() / "chinese") <= 8


@every_network
def test_a_card_is_there_in_both_languages(name: str) -> None:
    run = ShippedRun(shipped_folder() / name)
    assert run.card("zh_CN").name == "card.zh_CN.md"
    assert run.card("fr").name == "card.en.md"
    for language in ("en", "zh_CN"):
        text = run.card(language).read_text(encoding="utf-8")
        accuracy = read_figures(run.path)["asked"][0]["accuracy"]
        assert f"{accuracy:.2%}" in text
        assert "{" not in text


def test_a_learners_own_run_comes_before_the_ready_made_ones(tmp_path: Path) -> None:
    assert find_model(None, "image", RunStore(tmp_path)).name == "digits"
    assert find_model(None, "text", RunStore(tmp_path)).name == "english"


def test_nothing_shipped_is_no_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shipped_module, "shipped_folder", lambda: tmp_path / "none")
    assert shipped_module.shipped() == []
