"""Output of all commands: results to standard output, messages to standard error, errors as one sentence."""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Annotated, Any, ParamSpec, TypeVar

import typer
from rich.console import Console
from rich.markup import escape

from core.errors import NeurariumError
from core.i18n import _
from core.metric import Metric

words = Console(stderr=True, highlight=False)
results = Console(highlight=False)

Json = Annotated[
    bool, typer.Option("--json", help=_("Print JSON objects, one a line, and nothing else on standard output."))
]

P = ParamSpec("P")
T = TypeVar("T")


def print_json(value: dict[str, Any]) -> None:
    """Writes one JSON object as one line to standard output, and flushes it."""
    knows_all = (sys.stdout.encoding or "utf-8").lower().replace("-", "") == "utf8"
    sys.stdout.write(json.dumps(value, ensure_ascii=not knows_all) + "\n")
    sys.stdout.flush()


def figure(metric: Metric, value: float, digits: int = 2) -> str:
    """Returns a value of `metric` for a terminal: a share as "98.41%", anything else as "0.0911"."""
    return f"{value:.{digits}%}" if metric.is_share else f"{value:.4f}"


def named(metric: Metric, value: float, digits: int = 2) -> str:
    """Returns a value of `metric` with its name: "accuracy 98.41%"."""
    return f"{metric.name} {figure(metric, value, digits)}"


@contextmanager
def _speaking() -> Iterator[None]:
    try:
        yield
    except BrokenPipeError:
        raise typer.Exit(1) from None  # the reader of the pipe has closed it
    except OSError as error:
        words.print(_("The answer could not be written: {reason}.").format(reason=error.strerror or error))
        raise typer.Exit(1) from error
    except NeurariumError as error:
        words.print(f"[bold red]{escape(error.what)}[/] {escape(error.advice)}", soft_wrap=True)
        raise typer.Exit(1) from error


def speaks(command: Callable[P, T]) -> Callable[P, T]:
    """Makes a command print a sentence and exit with code 1 if it raises a `NeurariumError`."""

    @wraps(command)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> T:
        with _speaking():
            return command(*args, **kwargs)

    return wrapped
