"""`neurarium classify`: what a trained network says to pictures in files."""

import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer
from rich.markup import escape

from core.cli.output import Json, print_json, results, speaks, words
from core.errors import NeurariumError
from core.i18n import _
from core.modalities.image import IMAGE

if TYPE_CHECKING:
    from core.inference.classify import Answer, Classifier

Frame = Literal["canvas", "ready"]


@speaks
def classify(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help=_("Pictures: PNG, JPEG and others."))],
    run: Annotated[
        str | None,
        typer.Option(help=_("Number, name or folder of the run; the newest that reads pictures if left out.")),
    ] = None,
    frame: Annotated[
        Frame,
        typer.Option(
            help=_("canvas: find the ink and prepare it like a drawing. ready: take a 28 × 28 picture as it is.")
        ),
    ] = "canvas",
    several: Annotated[bool, typer.Option("--several", help=_("Read several digits, from left to right."))] = False,
    json: Json = False,
) -> None:
    """See the help of the command."""
    with words.status(_("Opening the network")):
        from core.inference.catalogue import find_model, open_classifier

        classifier = open_classifier(find_model(run, IMAGE.key))
    failed = False
    for file in files:
        try:
            record = _read(classifier, file, frame, several)
        except NeurariumError as error:
            failed = True
            words.print(f"[bold red]{escape(error.what)}[/] {escape(error.advice)}", soft_wrap=True)
            continue
        if json:
            print_json(record)
        else:
            results.print(escape(_line(record)), soft_wrap=True)
    if failed:
        raise typer.Exit(1)


def _read(classifier: "Classifier", file: Path, frame: Frame, several: bool) -> dict[str, Any]:
    """Returns what the network says to one file, ready for JSON."""
    from core.ink.picture import read_grey

    grey_HW = read_grey(file)
    preparation = classifier.as_it_is(grey_HW) if frame == "ready" else classifier.prepare(grey_HW)
    record: dict[str, Any] = {
        "file": str(file),
        "run": classifier.snapshot.title,
        "classes": list(classifier.class_names),
    }
    if preparation is None:
        return record | _nothing() | ({"text": "", "boxes": []} if several else {})
    record |= _answer(classifier.classify(preparation))
    if several:
        found = classifier.several(grey_HW)
        record["text"] = "".join(each.answer.label for each in found)
        scale = _size_of(file) / max(grey_HW.shape)
        record["boxes"] = [
            {"box": [round(edge * scale, 1) for edge in each.box], **_answer(each.answer)} for each in found
        ]
    return record


def _size_of(file: Path) -> int:
    """Returns the longer side of a picture file in pixels; large ones are reduced when they are read."""
    from PIL import Image

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        with Image.open(file) as image:
            return max(image.size)


def _answer(answer: "Answer") -> dict[str, Any]:
    return {
        "label": answer.label,
        "probability": answer.probability,
        "probabilities": list(answer.probabilities),
        "margin": answer.margin,
        "is_digit": answer.is_digit,
        "reason": answer.reason,
    }


def _nothing() -> dict[str, Any]:
    """An empty picture has no prediction."""
    return {
        "label": None,
        "probability": None,
        "probabilities": [],
        "margin": None,
        "is_digit": False,
        "reason": _("There is no ink in it."),
    }


def _line(record: dict[str, Any]) -> str:
    """Returns one line for people."""
    if record["label"] is None:
        return f"{record['file']}: {record['reason']}"
    if "text" in record:
        return f"{record['file']}: {record['text']}"
    said = _("{file}: {label} ({probability:.1%})").format(
        file=record["file"], label=_(record["label"]), probability=record["probability"]
    )
    return f"{said} {record['reason']}".rstrip()
