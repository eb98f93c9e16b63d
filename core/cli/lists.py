"""`neurarium runs`, `datasets` and `parts`: lists of what is available."""

from typing import Any

from rich.markup import escape
from rich.table import Table

from core.cli.output import Json, figure, named, print_json, results, speaks, words
from core.errors import NeurariumError
from core.i18n import _
from core.modalities import MODALITIES
from core.runs.config import datasets as dataset_registry
from core.runs.config import models, objectives, optimizers, schedules


@speaks
def runs(json: Json = False) -> None:
    """See the help of the command."""
    from core.runs.store import RunStore
    from core.runs.summary import STATUS_TITLES, summarise

    store = RunStore()
    found = [summarise(run) for run in store.runs()]
    if json:
        for summary in found:
            print_json(summary.to_dict())
        return
    if not found:
        words.print(_("No runs yet. Train one: neurarium train"))
        return
    table = Table(box=None)
    # Every command finds a run by its number; the name of its folder only repeats the rest of the row.
    titles = (_("status"), _("dataset"), _("model"), _("optimizer"), _("epochs"), _("best validation"))
    table.add_column(_("run"), min_width=5, overflow="fold")
    for title in titles:
        table.add_column(title, overflow="fold")  # on two lines instead of cut off
    for s in found:
        best = "–"
        if s.primary is not None and s.best_value is not None:
            say = figure if s.primary.key == "accuracy" else named  # a share without a name is taken for an accuracy
            best = say(s.primary, s.best_value)
        epochs = f"{s.epochs_done}/{s.epochs}"
        names = (_handle(s), _(STATUS_TITLES[s.status]), s.dataset, s.model, s.optimizer)
        table.add_row(*map(escape, names), epochs, best)
    results.print(table)


def _handle(summary: Any) -> str:
    """Returns what identifies a run: its number, or the name of its folder if it has none."""
    return str(summary.number or summary.run)


@speaks
def datasets(json: Json = False) -> None:
    """See the help of the command."""
    from core.data.library import available

    table = Table(_("key"), _("dataset"), _("reads"), _("examples"), _("classes"), _("here"), box=None)
    for dataset in dataset_registry():
        config = dataset()
        wanted = _path_to_choose(dataset)
        info, here = _quietly(config.info), not wanted and _quietly(lambda config=config: available(config))
        if json:
            print_json(
                {
                    "key": dataset.key,
                    "title": _(dataset.title),
                    "kind": dataset.modality,
                    "available": bool(here and info),
                    "classes": info.classes if info else None,
                    "train": info.train if info else None,
                    "validation": info.validation if info else None,
                    "test": info.test if info else None,
                    "source": dataset.source,
                }
            )
            continue
        examples = f"{info.train + info.validation:,} + {info.test:,}" if info else "–"
        classes = str(info.classes) if info else "–"
        holds = _(MODALITIES[dataset.modality].title)
        table.add_row(dataset.key, _(dataset.title), holds, examples, classes, wanted or _here(here, info))
    if not json:
        results.print(table)


@speaks
def parts(json: Json = False) -> None:
    """See the help of the command."""
    for registry in (models(), objectives(), optimizers(), schedules()):
        table = Table(_(registry.what), "", _("settings"), box=None, title_justify="left")
        for part in registry:
            fields = part.model_fields
            if json:
                print_json(
                    {
                        "part": registry.what,
                        "key": part.key,
                        "title": _(part.title),
                        "kind": part.modality or "any",
                        "summary": _(part.summary),
                        "formula": part.formula,
                        "source": part.source,
                        "settings": part().model_dump(mode="json"),
                    }
                )
                continue
            settings = ", ".join(f"{name}={field.default}" for name, field in fields.items())
            table.add_row(part.key, _(part.summary), settings)
        if not json:
            results.print(table)
            results.print()


def _here(here: bool, info: Any) -> str:
    if not here:
        return _("needs download")
    return _("yes") if info else _("too few so far")


def _path_to_choose(config: Any) -> str:
    """Returns what a learner must choose before a dataset can be used, or "" if nothing."""
    editors = {(field.json_schema_extra or {}).get("editor") for field in config.model_fields.values()}
    return _("choose a file") if "file" in editors else _("choose a folder") if "folder" in editors else ""


def _quietly(ask: Any) -> Any:
    try:
        return ask()
    except NeurariumError:
        return None
