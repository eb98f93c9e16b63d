"""`neurarium evaluate`: a trained network against examples it did not learn from."""

from pathlib import Path
from typing import Annotated, Any, Literal

import typer
from rich.table import Table

from core.cli.output import Json, print_json, results, speaks, words
from core.config import RunConfig, datasets
from core.errors import ConfigError, RunError
from core.i18n import N_, _

SplitChoice = Literal["train", "validation", "test"]
_SPLITS = {"train": N_("training"), "validation": N_("validation"), "test": N_("test")}


@speaks
def evaluate(
    run: Annotated[str, typer.Option(help=_("Number, name or folder of the run; “last” is the newest."))] = "last",
    dataset: Annotated[str | None, typer.Option(help=_("Another dataset than it was trained on."))] = None,
    split: Annotated[SplitChoice, typer.Option(help=_("Which part of the data to ask about."))] = "test",
    weights: Annotated[str, typer.Option(help=_("best, last, or the number of an epoch."))] = "best",
    json: Json = False,
) -> None:
    """See the help of the command."""
    from core.data.library import load
    from core.generators import pull
    from core.inference.snapshot import load_snapshot
    from core.training.evaluate import evaluate as ask
    from core.training.run_store import RunStore

    found = RunStore().find(run)
    snapshot = load_snapshot(found, _weights(found, weights))
    config = snapshot.config if dataset is None else _on(snapshot.config, dataset)
    with words.status(_("Reading the data")):
        data = pull(load(config.dataset, config.training.seed)).seen_by(snapshot.reading)
        part = data.split(split)
        classes = snapshot.reading.class_names
        result = pull(ask(snapshot.model, part, split, len(classes)))
    if json:
        print_json(
            {
                "run": found.name,
                "dataset": config.dataset.key,
                "split": split,
                "accuracy": result.accuracy,
                "loss": result.loss,
                "examples": result.examples,
                "epoch": snapshot.epoch,
                "per_class": {name: _share(row, i) for i, (name, row) in _rows(classes, result)},
            }
        )
        return
    title = _(datasets()[config.dataset.key].title)
    results.print(
        _("{run} on {dataset}, {split}: accuracy {accuracy:.2%}, loss {loss:.4f}, {examples:,} examples").format(
            run=found.title,
            dataset=title,
            split=_(_SPLITS[split]),
            accuracy=result.accuracy,
            loss=result.loss,
            examples=result.examples,
        )
    )
    table = Table(_("class"), _("accuracy"), _("most often mistaken for"), box=None, pad_edge=False)
    for i, (name, row) in _rows(classes, result):
        share, others = _share(row, i), [(n, j) for j, n in enumerate(row) if j != i and n]
        worst = ", ".join(f"{_(classes[j])} ({n})" for n, j in sorted(others, reverse=True)[:2])
        table.add_row(_(name), "–" if share is None else f"{share:.2%}", worst)
    results.print(table)


def _rows(classes: tuple[str, ...], result: Any) -> list[tuple[int, tuple[str, list[int]]]]:
    return list(enumerate(zip(classes, result.confusion_KK.tolist(), strict=True)))


def _share(row: list[int], i: int) -> float | None:
    return row[i] / sum(row) if sum(row) else None


def _on(config: RunConfig, dataset: str) -> RunConfig:
    return config if dataset == config.dataset.key else config.with_changes(dataset=dataset)


def _weights(run: Any, name: str) -> Path:
    if name.isdigit():
        kept = run.epoch_weights()
        if int(name) not in kept:
            raise RunError(
                _("Run {run} has not kept epoch {epoch}.").format(run=run.name, epoch=name),
                _("Choose one of: {keys}.").format(keys=", ".join(map(str, kept)) or "best, last"),
            )
        path: Path = kept[int(name)]
        return path
    if name not in ("best", "last"):
        raise ConfigError(
            _("“{name}” names no weights.").format(name=name), _("Choose best, last, or the number of an epoch.")
        )
    best = run.best if run.best.is_file() else run.last
    return best if name == "best" else run.last  # type: ignore[no-any-return]
