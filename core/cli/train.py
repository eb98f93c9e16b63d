"""`neurarium train` and `neurarium resume`: a run with a live line of progress."""

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

from core.cli.output import Json, print_json, speaks, words
from core.errors import ConfigError, RunError
from core.events import EpochDone, Event, Preparing, RunEnded, RunStarted, StepsDone
from core.files import write_json
from core.i18n import _, ngettext
from core.runs.config import RunConfig, datasets

if TYPE_CHECKING:
    from core.runs.run import Run

DEFAULT_MODEL = {"image": "conv_bn", "text": "lstm"}
DEFAULT_DATASET = "strokes"


@speaks
def train(
    dataset: Annotated[str | None, typer.Option(help=_("What to learn from; see “neurarium datasets”."))] = None,
    model: Annotated[str | None, typer.Option(help=_("Which network; see “neurarium parts”."))] = None,
    optimizer: Annotated[str | None, typer.Option(help=_("Which rule turns gradients into steps."))] = None,
    schedule: Annotated[str | None, typer.Option(help=_("How the learning rate changes over the run."))] = None,
    epochs: Annotated[int | None, typer.Option(help=_("How often to see every example."))] = None,
    batch_size: Annotated[int | None, typer.Option(help=_("Examples per step."))] = None,
    learning_rate: Annotated[float | None, typer.Option("--learning-rate", "--lr", help=_("Length of a step."))] = None,
    augmentation: Annotated[str | None, typer.Option(help=_("off, light or strong."))] = None,
    train_examples: Annotated[int | None, typer.Option(help=_("Use only this many training examples."))] = None,
    seed: Annotated[int | None, typer.Option(help=_("Same seed, same numbers."))] = None,
    threads: Annotated[int | None, typer.Option(help=_("CPU threads; one if left out."))] = None,
    device: Annotated[str | None, typer.Option(help=_("auto, cpu, cuda or mps."))] = None,
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

    parts = _starting_point(preset, config)
    chosen = {"dataset": dataset, "model": model, "optimizer": optimizer, "schedule": schedule}
    for name, key in chosen.items():
        if key is not None and parts.get(name, {}).get("key") != key:
            # A preset may limit the examples, whichever dataset they come from.
            limit = {"train_examples": parts[name]["train_examples"]} if name == "dataset" and preset else {}
            parts[name] = {"key": key} | limit
    parts.setdefault("dataset", {"key": DEFAULT_DATASET})
    parts.setdefault("model", {"key": DEFAULT_MODEL[datasets()[parts["dataset"]["key"]].kind]})
    for part, name, value in (
        ("training", "epochs", epochs),
        ("training", "batch_size", batch_size),
        ("training", "augmentation", augmentation),
        ("training", "seed", seed),
        ("training", "threads", threads),
        ("training", "device", device),
        ("optimizer", "learning_rate", learning_rate),
        ("dataset", "train_examples", train_examples),
    ):
        if value is not None:
            _part(parts, part)[name] = value
    for change in changes or []:
        _apply(parts, change)
    final = RunConfig.make(**parts)
    _follow(final, RunStore().create(final), json)


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
        done = max((event.epoch for event in found.history(EpochDone) if isinstance(event, EpochDone)), default=0)
        if epochs < done:
            raise ConfigError(
                ngettext(
                    "Run {name} has {done} epoch behind it already.",
                    "Run {name} has {done} epochs behind it already.",
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
            write_json(found.path / "config.json", config.to_dict())
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
    default = {"optimizer": {"key": "adam"}, "schedule": {"key": "constant"}}.get(name, {})
    part: dict[str, Any] = parts.setdefault(name, default)
    return part


def _apply(parts: dict[str, Any], change: str) -> None:
    """Puts "part.name=value" into `parts`; the value is read as JSON where it is JSON, else as text."""
    import json

    place, equals, text = change.partition("=")
    part, dot, name = place.partition(".")
    if not (equals and dot and part in ("dataset", "model", "optimizer", "schedule", "training")):
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
    """Turns the first Ctrl-C into a request; the second one interrupts as usual."""
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
    """Trains in `run` and shows how it goes; exits with 1 if it diverged and with 130 if it was interrupted."""
    from core.training.loop import fit

    ended: RunEnded | None = None
    events = fit(config, run)
    with _interruptible() as asked, LiveLine(run.name) as live:
        for event in events:
            live.show(event)
            if isinstance(event, EpochDone) and json:
                print_json(_epoch_record(run.name, event))
            elif isinstance(event, RunEnded):
                ended = event
            if asked.is_set():
                events.close()
    stopped = ended is None
    ended = ended or run.ending()
    if ended is None:
        words.print(_("Stopped before it began."))
    elif stopped:
        words.print(_("Stopped. Go on with: neurarium resume {run}").format(run=run.number or run.path))
    else:
        words.print(escape(ended.message))
    if json:
        print_json(_end_record(run, ended))
    if stopped:
        raise typer.Exit(130)
    if ended is not None and ended.reason == "diverged":
        raise typer.Exit(1)


def _epoch_record(run: str, event: EpochDone) -> dict[str, Any]:
    return {
        "run": run,
        "epoch": event.epoch,
        "step": event.step,
        "train_loss": event.train_loss,
        "train_accuracy": event.train_accuracy,
        "validation_loss": event.validation_loss,
        "validation_accuracy": event.validation_accuracy,
        "seconds": round(event.seconds, 3),
        "samples_per_second": round(event.samples_per_second, 1),
    }


def _end_record(run: "Run", ended: RunEnded | None) -> dict[str, Any]:
    epochs = [event for event in run.history(EpochDone) if isinstance(event, EpochDone)]
    last = epochs[-1] if epochs else None
    return {
        "run": run.name,
        "status": ended.reason if ended else "stopped",
        "epochs": ended.epoch if ended else 0,
        "steps": ended.step if ended else 0,
        "seconds": round(ended.seconds, 3) if ended else 0.0,
        "samples_per_second": round(ended.samples_per_second, 1) if ended else None,
        "train_loss": last.train_loss if last else None,
        "train_accuracy": last.train_accuracy if last else None,
        "validation_loss": last.validation_loss if last else None,
        "validation_accuracy": last.validation_accuracy if last else None,
        "best_epoch": ended.best_epoch if ended else None,
    }


class LiveLine:
    """One line that moves while a run goes on, and one that stays for every epoch. To standard error."""

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
        self._loss: float | None = None
        self._accuracy = 0.0
        self._epochs = 0

    def __enter__(self) -> "LiveLine":
        self._progress.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._progress.stop()

    def show(self, event: Event) -> None:
        """Shows what `event` says."""
        if isinstance(event, Preparing):
            self._move(event.what, event.done, event.total, "")
            if event.notice:
                words.print(escape(event.notice), soft_wrap=True)
        elif isinstance(event, RunStarted):
            self._epochs = event.epochs
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
            self._show_steps(event)
        elif isinstance(event, EpochDone):
            words.print(
                _("epoch {epoch}: training {train:.2%}, validation {validation:.2%} · {speed:,.0f} samples/s").format(
                    epoch=event.epoch,
                    train=event.train_accuracy,
                    validation=event.validation_accuracy,
                    speed=event.samples_per_second,
                )
            )

    def _show_steps(self, event: StepsDone) -> None:
        for loss, accuracy in zip(event.losses, event.accuracies, strict=True):
            self._loss = loss if self._loss is None else 0.98 * self._loss + 0.02 * loss
            self._accuracy = accuracy if self._loss is loss else 0.98 * self._accuracy + 0.02 * accuracy
        figures = _("loss {loss:.4f} · accuracy {accuracy:.1%} · {speed:,.0f} samples/s").format(
            loss=self._loss, accuracy=self._accuracy, speed=event.samples_per_second
        )
        epoch = _("epoch {epoch} of {epochs}").format(epoch=event.epoch, epochs=self._epochs)
        self._move(epoch, event.last_step, None, figures)

    def _move(self, what: str, done: int, total: int | None, figures: str) -> None:
        if self._task is None:
            self._task = self._progress.add_task(what, total=total, figures=figures)
        if total is not None:
            self._progress.update(self._task, total=total)
        self._progress.update(self._task, description=what, completed=done, figures=figures)
