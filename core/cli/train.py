"""`neurarium train` and `neurarium resume`: train with a live line of progress."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.markup import escape
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from core.cli.options import Chosen, options_of, with_options
from core.cli.output import Json, figure, named, print_json, speaks, words
from core.errors import ConfigError, RunError
from core.events import EpochDone, Event, Preparing, RunEnded, RunStarted, StepsDone
from core.i18n import _, ngettext
from core.metric import LOSS, Metric
from core.modalities import MODALITIES
from core.modalities.image import IMAGE
from core.runs.config import USUAL, RunConfig, TrainingConfig, datasets, models
from core.runs.progress import RunProgress, figures_of_epoch

if TYPE_CHECKING:
    from core.runs.run import Run


@speaks
@with_options(options_of(TrainingConfig))
def train(
    settings: Chosen,
    dataset: Annotated[str | None, typer.Option(help=_("What to learn from; see “neurarium datasets”."))] = None,
    model: Annotated[str | None, typer.Option(help=_("Which network; see “neurarium parts”."))] = None,
    optimizer: Annotated[str | None, typer.Option(help=_("Which rule turns gradients into steps."))] = None,
    schedule: Annotated[str | None, typer.Option(help=_("How the learning rate changes over the run."))] = None,
    preset: Annotated[str | None, typer.Option(help=_("Start from a preset, such as chapter or fast."))] = None,
    config: Annotated[Path | None, typer.Option(help=_("Start from a config.json."))] = None,
    changes: Annotated[
        list[str] | None,
        typer.Option("--set", help=_("Any other setting: part.name=value, such as model.filters=16. Repeatable.")),
    ] = None,
    json: Json = False,
) -> None:
    """See the help of the command."""
    from core.runs.store import RunStore

    if config is not None and config.is_dir():
        config = config / "config.json"  # of the run whose folder it is
    parts = _starting_point(preset, config)
    chosen = {"dataset": dataset, "model": model, "optimizer": optimizer, "schedule": schedule}
    for name, key in chosen.items():
        if key is not None and parts.get(name, {}).get("key") != key:
            # A preset may limit the examples of any dataset.
            limit = {"train_examples": parts[name]["train_examples"]} if name == "dataset" and preset else {}
            parts[name] = {"key": key} | limit
    if "dataset" not in parts:
        reads = models()[parts["model"]["key"]].modality if "model" in parts else IMAGE.key
        parts["dataset"] = {"key": MODALITIES[reads].dataset}
    if "model" not in parts:
        parts["model"] = {"key": MODALITIES[datasets()[parts["dataset"]["key"]].modality].model}
    for part, values in settings.items():
        _part(parts, part).update(values)
    for change in changes or []:
        _apply(parts, change)
    given = {change.partition("=")[0] for change in changes or []}
    if "seed" in settings.get("training", {}) or "training.seed" in given:
        parts.pop("draw_seed", None)  # of a configuration of version 1, which drew alike whatever the seed
    if given & {"initial_weights.run", "initial_weights.checkpoint"}:
        parts["initial_weights"].pop("digest", None)  # it is that of other weights
    final = RunConfig.make(**parts)
    _follow(final, RunStore().create(final, origin=config.parent if config else None), json)


@speaks
def resume(
    run: Annotated[str, typer.Argument(help=_("Number, name or folder of the run; “last” is the newest."))] = "last",
    epochs: Annotated[int | None, typer.Option(help=_("Train up to this many epochs instead."))] = None,
    json: Json = False,
) -> None:
    """See the help of the command."""
    from core.runs.store import RunStore

    store = RunStore()
    found = (store.unfinished() if run == "last" and epochs is None else None) or store.find(run)
    config = found.config
    if epochs is not None:
        done = RunProgress.of(found.history(EpochDone)).epochs_done
        if epochs < done:
            raise ConfigError(
                ngettext(
                    "Run {name} has already been trained for {done} epoch.",
                    "Run {name} has already been trained for {done} epochs.",
                    done,
                ).format(name=found.name, done=done),
                _("Ask for more than that with --epochs."),
            )
        config = config.with_changes(training=config.training.model_dump() | {"epochs": epochs})
    elif not found.is_resumable():
        raise RunError(
            _("Run {name} has nothing left to resume.").format(name=found.name),
            _("Ask for more epochs with --epochs, or train a new run."),
        )
    if not found.last.is_file():
        raise RunError(_("Run {name} has no checkpoint.").format(name=found.name), _("Train a new run."))
    if epochs is not None:
        with found.locked():
            found.write_config(config)
    _follow(config, found, json)


def _starting_point(preset: str | None, config: Path | None) -> dict[str, Any]:
    if config is not None and preset is not None:
        raise ConfigError(
            _("A preset and a configuration exclude each other."), _("Give one of --preset and --config.")
        )
    if config is not None:
        try:
            return RunConfig.from_json(config.read_bytes()).to_dict()
        except OSError as error:
            raise ConfigError(
                _("{path} cannot be read.").format(path=config), _("Check the name of the file.")
            ) from error
    if preset is not None:
        from core.runs.presets import named

        return named(preset).config().to_dict()
    return {}


def _part(parts: dict[str, Any], name: str) -> dict[str, Any]:
    default = {"key": USUAL[name]} if name in USUAL else {}
    part: dict[str, Any] = parts.setdefault(name, default)
    return part


def _apply(parts: dict[str, Any], change: str) -> None:
    """Puts "part.name=value" into `parts`; the value is parsed as JSON if it is valid JSON, else it is text."""
    import json

    place, equals, text = change.partition("=")
    part, dot, name = place.partition(".")
    if not (equals and dot and part in RunConfig.model_fields and part not in ("version", "draw_seed")):
        raise ConfigError(
            _("“{change}” does not say what to set.").format(change=change),
            _("Write part.name=value, such as --set model.filters=16."),
        )
    try:
        value = json.loads(text)
    except ValueError:
        value = text
    _part(parts, part)[name] = value


@contextmanager
def _interruptible() -> Iterator[threading.Event]:
    """Sets the yielded event at the first Ctrl-C; the second Ctrl-C interrupts as usual."""
    asked = threading.Event()
    previous = signal.getsignal(signal.SIGINT)

    def ask(_signal: int, _frame: FrameType | None) -> None:
        asked.set()
        signal.signal(signal.SIGINT, previous)

    signal.signal(signal.SIGINT, ask)
    try:
        yield asked
    finally:
        signal.signal(signal.SIGINT, previous)


def _follow(config: RunConfig, run: "Run", json: bool) -> None:
    """Trains `run` and shows its progress; exits with 1 if it diverged and with 130 if it was interrupted."""
    from core.training.loop import fit

    events = fit(config, run)
    with _interruptible() as asked, LiveLine(run.name) as live:
        for event in events:
            live.show(event)
            if isinstance(event, EpochDone) and json:
                print_json(_epoch_record(run.name, event))
            if asked.is_set():
                events.close()
    stopped = live.progress.ended is None
    recorded = RunProgress.of(run.history(EpochDone, RunEnded))  # including the epochs before the run was resumed
    if recorded.ended is None:
        words.print(_("Stopped before it began."))
    elif stopped:
        words.print(_("Stopped. Go on with: neurarium resume {run}").format(run=run.number or run.path))
    else:
        words.print(escape(recorded.ended.message))
    if json:
        print_json(_end_record(config, run.name, recorded))
    if stopped:
        raise typer.Exit(130)
    if recorded.ended is not None and recorded.ended.reason == "diverged":
        raise typer.Exit(1)


def _epoch_record(run: str, event: EpochDone) -> dict[str, Any]:
    return {
        "run": run,
        "epoch": event.epoch,
        "step": event.step,
        **figures_of_epoch(event),
        "seconds": round(event.seconds, 3),
        "samples_per_second": round(event.samples_per_second, 1),
    }


def _end_record(config: RunConfig, run: str, recorded: RunProgress) -> dict[str, Any]:
    ended, best = recorded.ended, recorded.best
    keys = [metric.key for metric in (LOSS, *config.objective.metrics)]
    unknown = {f"{part}_{key}": None for part in ("train", "validation") for key in keys}
    return {
        "run": run,
        "status": ended.reason if ended else "stopped",
        "epochs": ended.epoch if ended else 0,
        "steps": ended.step if ended else 0,
        "seconds": round(recorded.seconds, 3),
        "samples_per_second": round(ended.samples_per_second, 1) if ended else None,
        **(figures_of_epoch(recorded.epochs[-1]) if recorded.epochs else unknown),
        "best_epoch": best.epoch if best else None,
    }


class LiveLine:
    """Shows a moving line of progress, and a permanent line for every epoch, on standard error."""

    def __init__(self, run: str) -> None:
        self._run = run
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(bar_width=None),
            TextColumn("{task.fields[figures]}"),
            TimeRemainingColumn(),
            console=words,
            transient=True,
        )
        self._task: TaskID | None = None
        self.progress = RunProgress()

    def __enter__(self) -> "LiveLine":
        self._progress.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._progress.stop()

    def show(self, event: Event) -> None:
        """Shows the content of `event`."""
        self.progress.hear(event)
        if isinstance(event, Preparing):
            self._move(event.what, event.done, event.total, "")
            if event.notice:
                words.print(escape(event.notice), soft_wrap=True)
        elif isinstance(event, RunStarted):
            self._move("", event.first_step - 1, event.steps_per_epoch * event.epochs, "")
            words.print(
                _(
                    "Run {run}, {title}: {parameters:,} parameters, {train:,} training and {validation:,} validation "
                    "examples"
                ).format(
                    run=self._run,
                    title=escape(event.title),
                    parameters=event.parameters,
                    train=event.train_examples,
                    validation=event.validation_examples,
                )
            )
        elif isinstance(event, StepsDone):
            smoothed = self.progress.smoothed
            figures = " · ".join(named(metric, smoothed[metric.key], digits=1) for metric in self._metrics())
            shown = _("{figures} · {speed:,.0f} samples/s").format(figures=figures, speed=self.progress.speed)
            self._move(self._epoch(event.epoch), event.last_step, None, shown)
        elif isinstance(event, EpochDone):
            metric = self._metrics()[-1]
            say = figure if metric.is_share else named
            words.print(
                _("epoch {epoch}: training {train}, validation {validation} · {speed:,.0f} samples/s").format(
                    epoch=event.epoch,
                    train=say(metric, event.train[metric.key]),
                    validation=say(metric, event.validation[metric.key]),
                    speed=event.samples_per_second,
                )
            )

    def _metrics(self) -> tuple[Metric, ...]:
        """Returns what is shown of each step and epoch: the loss, and the most important metric."""
        started = self.progress.started
        return (LOSS, *started.metrics[:1]) if started is not None else (LOSS,)

    def _epoch(self, epoch: int) -> str:
        started = self.progress.started
        return _("epoch {epoch} of {epochs}").format(epoch=epoch, epochs=started.epochs if started else epoch)

    def _move(self, what: str, done: int, total: int | None, figures: str) -> None:
        if self._task is None:
            self._task = self._progress.add_task(what, total=total, figures=figures)
        if total is not None:
            self._progress.update(self._task, total=total)
        self._progress.update(self._task, description=what, completed=done, figures=figures)
