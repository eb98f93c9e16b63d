"""`neurarium classify`: classifies picture files with a trained network."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.markup import escape

from core.cli.output import Json, print_json, results, speaks, words
from core.errors import ConfigError, NeurariumError
from core.i18n import _
from core.input_spec import Framing
from core.modalities.image import IMAGE

if TYPE_CHECKING:
    from core.inference.classify import Answer, Classifier


@speaks
def classify(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help=_("Pictures: PNG, JPEG and others."))],
    run: Annotated[
        str | None,
        typer.Option(help=_("Number, name or folder of the run; the newest that reads pictures if left out.")),
    ] = None,
    frame: Annotated[
        Framing,
        typer.Option(
            help=_(
                "For networks of handwriting. canvas: find the ink and prepare it like a drawing. ready: take the "
                "picture as it is. auto: as it is where it has the network's size and is light on black, else canvas."
            )
        ),
    ] = "auto",
    several: Annotated[bool, typer.Option("--several", help=_("Read several digits, from left to right."))] = False,
    json: Json = False,
) -> None:
    """See the help of the command."""
    with words.status(_("Opening the network")):
        from core.inference.catalogue import find_model, open_classifier

        classifier = open_classifier(find_model(run, IMAGE.key))
    if classifier.input.frame == "picture" and (frame != "auto" or several):
        raise ConfigError(
            _("{run} looks at whole pictures, not at the ink in them.").format(run=classifier.snapshot.title),
            _("Leave --frame and --several out."),
        )
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


def _read(classifier: "Classifier", file: Path, framing: Framing, several: bool) -> dict[str, Any]:
    """Returns the network's answer to one file, ready for JSON."""
    from core.ink.picture_file import open_picture

    picture = open_picture(file)
    preparation = classifier.prepare(picture, framing=framing)
    record: dict[str, Any] = {
        "file": str(file),
        "run": classifier.snapshot.title,
        "classes": list(classifier.class_names),
    }
    if preparation is None:
        return record | _nothing() | ({"text": "", "boxes": []} if several else {})
    record |= _answer(classifier.classify(preparation))
    if several:
        found = classifier.several(picture)
        record["text"] = "".join(each.answer.label for each in found)
        scale = picture.longest / max(picture.grey_HW.shape)  # large pictures are scaled down before ink is searched
        record["boxes"] = [
            {"box": [round(edge * scale, 1) for edge in each.box], **_answer(each.answer)} for each in found
        ]
    return record


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
    """Returns the record of an empty picture, which has no prediction."""
    return {
        "label": None,
        "probability": None,
        "probabilities": [],
        "margin": None,
        "is_digit": False,
        "reason": _("There is no ink in it."),
    }


def _line(record: dict[str, Any]) -> str:
    """Returns the answer as one line of text."""
    if record["label"] is None:
        return f"{record['file']}: {record['reason']}"
    if "text" in record:
        return f"{record['file']}: {record['text']}"
    said = _("{file}: {label} ({probability:.1%})").format(
        file=record["file"], label=_(record["label"]), probability=record["probability"]
    )
    return f"{said} {record['reason']}".rstrip()
