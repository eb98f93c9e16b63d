"""`neurarium evaluate`: evaluates a trained network on a split of a dataset."""

from typing import Annotated, Literal

import typer
from rich.markup import escape
from rich.table import Table

from core.cli.output import Json, named, print_json, results, speaks, words
from core.i18n import N_, _
from core.metric import LOSS

SplitChoice = Literal["train", "validation", "test"]
_SPLITS = {"train": N_("training"), "validation": N_("validation"), "test": N_("test")}


@speaks
def evaluate(
    run: Annotated[
        str,
        typer.Option(
            "--run",
            "--model",
            help=_("Number, name or folder of the run; “last” is the newest; shipped/NAME comes with the program."),
        ),
    ] = "last",
    dataset: Annotated[str | None, typer.Option(help=_("Another dataset than it was trained on."))] = None,
    split: Annotated[SplitChoice, typer.Option(help=_("Which part of the data to ask about."))] = "test",
    weights: Annotated[str, typer.Option(help=_("best, last, or the number of an epoch."))] = "best",
    json: Json = False,
) -> None:
    """See the help of the command."""
    from core.runs.store import RunStore
    from core.training.examine import examine

    found = RunStore().find(run)
    with words.status(_("Reading the data")):
        examined = examine(found, dataset, split, found.weights_called(weights))
    config, result, classes = examined.config, examined.result, examined.snapshot.input_spec.class_names
    if json:
        print_json(
            {
                "run": found.name,
                "dataset": config.dataset.key,
                "split": split,
                **result.metrics,
                "loss": result.loss,
                "examples": result.examples,
                "epoch": examined.snapshot.epoch,
                "per_class": examined.per_class,
            }
        )
        return
    title = _(config.dataset.title)
    values = result.metrics | {LOSS.key: result.loss}
    figures = [named(metric, values[metric.key]) for metric in (*config.objective.metrics, LOSS)]
    results.print(
        _("{run} on {dataset}, {split}: {figures}, {examples:,} examples").format(
            run=escape(found.title),
            dataset=title,
            split=_(_SPLITS[split]),
            figures=_(", ").join(figures),
            examples=result.examples,
        )
    )
    if result.confusion_KK is None:
        return
    table = Table(_("class"), _("accuracy"), _("most often mistaken for"), box=None, pad_edge=False)
    for i, row in enumerate(result.confusion_KK.tolist()):
        name, others = classes[i], [(n, j) for j, n in enumerate(row) if j != i and n]
        share = examined.per_class[name]
        worst = ", ".join(f"{_(classes[j])} ({n})" for n, j in sorted(others, reverse=True)[:2])
        table.add_row(_(name), "–" if share is None else f"{share:.2%}", worst)
    results.print(table)
