"""A learner's own photos: a network that learned two shapes recognises the shape in each photo."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from core.cli.commands import app
from core.runs.store import RunStore

PHOTOS = Path("tests/cases/own_photos").resolve()


def invoke(*arguments: str) -> str:
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 0, result.output
    return result.stdout


@pytest.mark.parametrize("is_old", [False, True], ids=["of this version", "of version 0.1.0"])
def test_the_very_photos_that_it_learned_are_told_apart(is_old: bool) -> None:
    training = ["--epochs", "6", "--batch-size", "4", "--threads", "1", "--device", "cpu"]
    invoke("train", "--dataset", "image_folder", "--set", f"dataset.folder={PHOTOS}", "--model", "conv_bn", *training)
    assert json.loads(invoke("evaluate", "--split", "train", "--json"))["accuracy"] == 1
    if is_old:
        file = RunStore().find("last").path / "reading.json"
        spec = json.loads(file.read_text())
        del spec["input"]["frame"]
        file.write_text(json.dumps(spec))
    files = sorted(PHOTOS.glob("*/*.jpg"))
    said = [json.loads(line)["label"] for line in invoke("classify", *map(str, files), "--json").splitlines()]
    assert said == [file.parent.name for file in files]
