"""`neurarium classify` on picture files of every kind."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner, Result

from core.cli.commands import app
from core.data.handwriting.generator import generate
from core.runs.run import Run


def classify(run: Run, *arguments: object) -> Result:
    return CliRunner().invoke(app, ["classify", *map(str, arguments), "--run", str(run.path)])


def records(result: Result) -> list[dict[str, Any]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


def digit(label: int, seed: int = 3) -> np.ndarray:
    """A generated digit as black ink on white paper, 28 x 28."""
    images, labels = generate(60, seed=seed)
    return 255 - images[int(np.flatnonzero(labels == label)[0])]


def on_paper(image: np.ndarray, side: int = 300) -> Image.Image:
    """A digit enlarged, off the centre of a larger sheet."""
    sheet = Image.new("L", (side, side), 255)
    sheet.paste(Image.fromarray(image).resize((120, 120), Image.Resampling.BICUBIC), (150, 30))
    return sheet


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


def test_a_picture_is_one_json_object(reader: Run, folder: Path) -> None:
    on_paper(digit(3)).save(folder / "three.png")
    result = classify(reader, folder / "three.png", "--json")
    (record,) = records(result)
    assert result.exit_code == 0
    assert record["file"] == str(folder / "three.png")
    assert record["label"] == "3"
    assert record["is_digit"] is True
    assert len(record["probabilities"]) == len(record["classes"]) == 10
    assert sum(record["probabilities"]) == pytest.approx(1)
    assert record["probability"] == max(record["probabilities"])


def test_people_get_a_line_a_file(reader: Run, folder: Path) -> None:
    on_paper(digit(3)).save(folder / "three.png")
    result = classify(reader, folder / "three.png")
    assert result.stdout.startswith(f"{folder / 'three.png'}: 3 (")


def test_every_way_of_saving_a_digit_is_read_alike(reader: Run, folder: Path) -> None:
    paper = on_paper(digit(2))
    levels = np.asarray(paper)
    paper.save(folder / "grey.png")
    paper.convert("RGB").save(folder / "photo.jpg", quality=90)
    Image.fromarray(255 - levels).save(folder / "light_on_dark.png")
    ink = Image.new("RGBA", paper.size, (20, 20, 60, 0))
    ink.putalpha(Image.fromarray(255 - levels))
    ink.save(folder / "transparent.png")
    Image.fromarray(levels.astype(np.uint16) * 257).save(folder / "deep.png")
    paper.convert("1", dither=Image.Dither.NONE).save(folder / "fax.tif")
    paper.convert("P").save(folder / "palette.gif")
    files = sorted(folder.iterdir())
    result = classify(reader, *files, "--json")
    assert [record["label"] for record in records(result)] == ["2"] * len(files) == ["2"] * 7


def test_a_huge_picture_is_read_and_a_tiny_one_does_no_harm(reader: Run, folder: Path) -> None:
    on_paper(digit(4)).resize((10_000, 10_000)).save(folder / "huge.png")
    Image.new("L", (1, 1)).save(folder / "tiny.png")
    result = classify(reader, folder / "huge.png", folder / "tiny.png", "--several", "--json")
    assert result.stderr == ""
    huge, tiny = records(result)
    assert (huge["label"], huge["text"]) == ("4", "4")
    assert (tiny["label"], tiny["probabilities"], tiny["is_digit"]) == (None, [], False)


def test_an_empty_picture_has_no_prediction(reader: Run, folder: Path) -> None:
    Image.new("L", (90, 90), 255).save(folder / "empty.png")
    (record,) = records(classify(reader, folder / "empty.png", "--json"))
    assert record["label"] is None
    assert record["probability"] is None
    assert not record["is_digit"]
    assert "no ink" in record["reason"]


def test_a_blob_is_no_digit_and_the_reason_says_so(reader: Run, folder: Path) -> None:
    blob = np.full((200, 200), 255, np.uint8)
    yy, xx = np.mgrid[:200, :200]
    blob[np.hypot(yy - 100, xx - 100) < 70] = 0
    Image.fromarray(blob).save(folder / "blob.png")
    (record,) = records(classify(reader, folder / "blob.png", "--json"))
    assert not record["is_digit"]
    assert record["reason"].startswith("Not a digit")


def test_a_file_that_fails_does_not_stop_the_others(reader: Run, folder: Path) -> None:
    (folder / "broken.png").write_bytes(b"\x89PNG no more")
    on_paper(digit(1)).save(folder / "one.png")
    result = classify(reader, folder / "broken.png", folder / "one.png", folder / "absent.png", "--json")
    assert result.exit_code == 1
    assert [record["label"] for record in records(result)] == ["1"]
    assert "broken.png cannot be read" in result.stderr.replace("\n", " ")
    assert "no file" in result.stderr
    assert "Traceback" not in result.output


def test_a_ready_picture_is_taken_as_it_is(reader: Run, folder: Path) -> None:
    ready = 255 - digit(5)
    Image.fromarray(ready).save(folder / "five.png")
    Image.fromarray(np.roll(ready, 2, axis=1)).save(folder / "off.png")
    five, off = records(classify(reader, folder / "five.png", folder / "off.png", "--frame", "ready", "--json"))
    assert five["label"] == "5"
    assert off["probabilities"] != five["probabilities"]
    assert records(classify(reader, folder / "five.png", folder / "off.png", "--json")) == [five, off]
    canvas = ("--frame", "canvas", "--json")
    prepared, moved = records(classify(reader, folder / "five.png", folder / "off.png", *canvas))
    assert prepared["label"] == "5"
    assert moved["probabilities"] == pytest.approx(prepared["probabilities"], abs=1e-3)


def test_several_digits_are_read_with_boxes_in_the_pixels_of_the_file(reader: Run, folder: Path) -> None:
    row = np.concatenate([np.pad(digit(label), 6, constant_values=255) for label in (2, 0, 2, 6)], 1)
    Image.fromarray(row).resize((row.shape[1] * 6, row.shape[0] * 6)).save(folder / "2026.png")
    (record,) = records(classify(reader, folder / "2026.png", "--several", "--json"))
    assert record["text"] == "2026"
    boxes = [each["box"] for each in record["boxes"]]
    assert all(240 * i < left < right < 240 * (i + 1) for i, (left, _top, right, _bottom) in enumerate(boxes))
    assert classify(reader, folder / "2026.png", "--several").stdout.strip().endswith(": 2026")


def test_bad_arguments_are_sentences(reader: Run, folder: Path) -> None:
    Image.new("L", (9, 9)).save(folder / "x.png")
    result = CliRunner().invoke(app, ["classify", str(folder / "x.png"), "--run", "77"])
    assert result.exit_code == 1
    assert "no run called “77”" in result.stderr
    assert classify(reader, folder / "x.png", "--frame", "sideways").exit_code == 2
