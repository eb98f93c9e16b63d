"""`neurarium score`: scores sentences with a trained network."""

from collections.abc import Iterator
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from core.cli.output import Json, print_json, results, speaks, words
from core.errors import ConfigError
from core.i18n import _
from core.modalities.text import TEXT

if TYPE_CHECKING:
    from core.inference.score import Score, Scorer

_PORTION = 1024
_BAR = 20


@speaks
def score(
    sentences: Annotated[
        list[str] | None, typer.Argument(metavar="SENTENCE...", help=_("What to score, each in quotation marks."))
    ] = None,
    run: Annotated[
        str | None,
        typer.Option(help=_("Number, name or folder of the run; the newest that reads sentences if left out.")),
    ] = None,
    file: Annotated[
        Path | None, typer.Option(help=_("A text file with one sentence a line, or a table with a text column."))
    ] = None,
    json: Json = False,
) -> None:
    """See the help of the command."""
    if not sentences and file is None:
        raise ConfigError(
            _("There is nothing to score."), _('Give a sentence, as in: neurarium score "I love AI", or use --file.')
        )
    scorer = _open(run)
    texts = chain(sentences or [], _lines(file))
    while portion := list(islice(texts, _PORTION)):
        scores = scorer.score_many(portion)
        if json:
            for each in scores:
                print_json(_record(each))
        else:
            results.print(_table(scorer, scores))
            for notice in dict.fromkeys(each.notice for each in scores if each.notice):
                words.print(notice, soft_wrap=True)
    if not json:
        words.print(escape(_foot(scorer)), soft_wrap=True)


def _open(name: str | None) -> "Scorer":
    with words.status(_("Opening the network")):
        from core import device
        from core.inference.calibration import calibration_of
        from core.inference.catalogue import find_model
        from core.inference.score import open_scorer

        device.prepare(1)
        run = find_model(name, TEXT.key)
        scorer = open_scorer(run)
    with words.status(_("Measuring how far its probabilities can be trusted")):
        known = calibration_of(run, scorer.snapshot)
    scorer.temperature = known.temperature if known else 1.0
    return scorer


def _lines(file: Path | None) -> Iterator[str]:
    from core.inference.sentence_file import read_sentences

    return read_sentences(file) if file is not None else iter(())


def _record(score: "Score") -> dict[str, Any]:
    """Returns one answer, ready for JSON. A sentence without words also has an answer, which is unsure."""
    return {
        "text": score.text.encode("utf-8", "replace").decode(),  # an unpaired surrogate cannot be printed
        "label": score.label,
        "probability": score.probability,
        "unsure": score.unsure,
        "reason": score.reason,
        "probabilities": list(score.probabilities),
        "unknown": [word.text for word in score.words if not word.known],
        "cut": score.cut,
    }


def _table(scorer: "Scorer", scores: list["Score"]) -> Table:
    """Returns the answers as a table: verdict, probability, bar and sentence."""
    two = len(scorer.class_names) == 2
    table = Table(_("verdict"), _(scorer.class_names[1]) if two else _("probability"), "", _("sentence"), box=None)
    table.columns[1].justify = "right"
    for each in scores:
        full = round(each.probability * _BAR)
        bar = Text("█" * full, "cyan") + Text("░" * (_BAR - full), "dim")
        verdict = Text(_("unsure"), "yellow") if each.unsure else Text(_(each.label))
        # Markup is shown as it is, and control characters must not move the cursor.
        shown = "".join(character if character.isprintable() else " " for character in each.text)
        table.add_row(verdict, f"{each.probability:.1%}", bar, Text(shown))
    return table


def _foot(scorer: "Scorer") -> str:
    if len(scorer.class_names) != 2:
        return str(scorer.snapshot.title)
    low, high = scorer.band
    return _("{run}; unsure between {low:.0%} and {high:.0%}, by its validation examples.").format(
        run=scorer.snapshot.title, low=low, high=high
    )
