"""`neurarium score` on sentences given and sentences in files."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from core.cli.commands import app
from core.inference.score import open_scorer
from core.runs.run import Run

CHAPTER = ["I love AI", "AI is amazing", "I hate bugs"]


def score(run: Run, *arguments: object) -> Result:
    return CliRunner().invoke(app, ["score", "--run", str(run.path), *map(str, arguments)])


def records(result: Result) -> list[dict[str, Any]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_json_is_one_object_a_sentence(text_run: Run) -> None:
    result = score(text_run, *CHAPTER, "--json")
    assert result.exit_code == 0
    assert [record["text"] for record in records(result)] == CHAPTER
    scorer = open_scorer(text_run)
    for record in records(result):
        own = scorer.score(record["text"])
        assert record["label"] == own.label
        assert record["label"] in ("positive", "negative")
        assert record["probability"] == pytest.approx(own.probability, abs=1e-6)
        assert record["unsure"] is own.unsure


def test_the_newest_run_that_reads_is_asked_when_none_is_named(text_run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEURARIUM_RUNS", str(text_run.path.parent))
    result = CliRunner().invoke(app, ["score", "a good film", "--json"])
    assert result.exit_code == 0
    assert records(result)[0]["text"] == "a good film"


def test_people_get_a_table_with_a_bar(text_run: Run) -> None:
    result = score(text_run, "What a wonderful, warm film", "<b>dull</b> [red]markup[/]")
    assert result.exit_code == 0
    assert "█" in result.stdout
    assert "%" in result.stdout
    assert "[red]markup[/]" in result.stdout
    assert "unsure between" in result.stderr.replace("\n", " ")


def test_a_file_gives_one_sentence_a_line(text_run: Run, tmp_path: Path) -> None:
    path = tmp_path / "reviews.txt"
    path.write_bytes("I love AI\n\nCafé with great food\n".encode("utf-16"))
    result = score(text_run, "first", "--file", path, "--json")
    assert [record["text"] for record in records(result)] == ["first", "I love AI", "Café with great food"]


def test_a_table_gives_its_texts_and_neither_its_header_nor_its_numbers(text_run: Run, tmp_path: Path) -> None:
    path = tmp_path / "opinions.csv"
    path.write_text("id,opinion\n1,I love it\n2,never again\n", encoding="utf-8")
    assert [record["text"] for record in records(score(text_run, "--file", path, "--json"))] == [
        "I love it",
        "never again",
    ]


@pytest.mark.parametrize("text", ["", "   ", "xyzzyx", "!!!", "\x1b[31m\x07\x00", "\u202eevil", "😍" * 50])
def test_odd_sentences_get_an_answer_not_a_traceback(text: str, text_run: Run) -> None:
    for options in (["--json"], []):
        result = score(text_run, *options, "--", text)
        assert result.exit_code == 0
        assert "\x1b" not in result.stdout
        assert "Traceback" not in result.output
    (record,) = records(score(text_run, "--json", "--", text))
    assert record["unsure"] is True or "😍" in text


def test_a_long_text_is_cut_with_a_notice(text_run: Run) -> None:
    result = score(text_run, "good " * 10_000)
    assert "9936" in result.stderr
    (record,) = records(score(text_run, "good " * 10_000, "--json"))
    assert record["cut"] == 9936


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ([], "nothing to score"),
        (["good", "--run", "77"], "no run called “77”"),
        (["--file", "nowhere.txt"], "cannot be read"),
    ],
)
def test_bad_input_is_answered_with_one_sentence(arguments: list[str], sentence: str, text_run: Run) -> None:
    more = [] if "--run" in arguments else ["--run", str(text_run.path)]
    result = CliRunner().invoke(app, ["score", *arguments, *more])
    assert result.exit_code == 1
    assert sentence in result.stderr.replace("\n", " ")
    assert "Traceback" not in result.output


def test_a_run_of_pictures_is_refused(reader: Run) -> None:
    result = score(reader, "good")
    assert result.exit_code == 1
    assert "trained on sentences" in result.stderr.replace("\n", " ")
