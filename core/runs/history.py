"""Writes events as lines of JSON and reads them back: one event per line. Knows no folder.

The line of `RunStarted` holds the version of the format; lines of earlier versions can be read, too.
"""

import dataclasses
import json
from collections.abc import Mapping
from typing import Any, Literal, TypeVar, get_args, get_origin

import numpy as np

from core.arrays import Floats64
from core.events import EpochDone, Event, RunEnded, RunStarted, StepsDone
from core.metric import Metric
from core.runs import migrate

VERSION = 2

# What reading raises if a crash left a line incomplete, or somebody changed it.
NO_RECORD = (ValueError, TypeError, KeyError, AttributeError, RecursionError)
KEPT: dict[str, type[Any]] = {cls.__name__: cls for cls in (RunStarted, StepsDone, EpochDone, RunEnded)}

RecordT = TypeVar("RecordT")


def to_line(event: Event) -> str:
    """Returns `event` as a line of JSON, without the line break."""
    record: dict[str, Any] = {"event": type(event).__name__}
    if isinstance(event, RunStarted):
        record["version"] = VERSION
    return json.dumps(record | _plain(event))


def from_line(line: str | bytes) -> Event:
    """Reads what `to_line` wrote, in this version or an earlier one.

    Raises:
        one of `NO_RECORD`: the line is not a valid event.
    """
    record = migrate.record(json.loads(line))
    event: Event = _read_record(KEPT[record["event"]], record)
    if isinstance(event, StepsDone):
        _check_lengths(event)
    elif isinstance(event, RunStarted):
        _check_steps(event)
    return event


def begins(event: type[Event]) -> str:
    """Returns the beginning of the line of every such event."""
    return f'{{"event": "{event.__name__}"'


def shortened(event: StepsDone, by: int) -> StepsDone:
    """Returns `event` without its last `by` steps."""
    keep = len(event.losses) - by
    return dataclasses.replace(
        event,
        last_step=event.last_step - by,
        losses=event.losses[:keep],
        metrics={key: values[:keep] for key, values in event.metrics.items()},
        learning_rates=event.learning_rates[:keep],
        seconds=event.seconds[:keep],
    )


def _plain(value: Any) -> Any:
    """Returns `value` as types that JSON has. JSON has no NaN; it becomes null."""
    if isinstance(value, np.ndarray):
        return [_nine_digits(x) for x in value]
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    if dataclasses.is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    return None if isinstance(value, float) and not np.isfinite(value) else value


def _nine_digits(value: float) -> float | None:
    """Rounds to nine digits, which hold a float32, such as a loss, exactly; returns None for NaN and infinity."""
    return float(f"{value:.9g}") if np.isfinite(value) else None


def _check_lengths(event: StepsDone) -> None:
    """Raises ValueError unless all arrays of `event` have the same length, one value for each of at least one step."""
    shapes = {values.shape for values in (event.losses, event.learning_rates, event.seconds, *event.metrics.values())}
    if shapes != {(event.losses.size,)} or not event.losses.size:
        raise ValueError(shapes)


def _check_steps(event: RunStarted) -> None:
    """Raises ValueError unless the run has at least one step: progress is divided by their number."""
    if event.epochs < 1 or event.steps_per_epoch < 1:
        raise ValueError(event.epochs, event.steps_per_epoch)


def _read_record(cls: type[RecordT], record: Mapping[str, Any]) -> RecordT:
    """Builds a dataclass from the values of its fields; raises one of `NO_RECORD`."""
    fields: Any = dataclasses.fields(cls)  # type: ignore[arg-type]
    return cls(**{field.name: _read(field.type, record[field.name]) for field in fields})


def _read(kind: Any, value: Any) -> Any:
    """Converts the output of `_plain` back to type `kind`; raises one of `NO_RECORD`."""
    if kind is Floats64:
        return np.array([np.nan if x is None else x for x in value], dtype=np.float64)
    if kind is float:
        return float("nan") if value is None else float(value)
    if get_origin(kind) is dict:
        inner = get_args(kind)[1]
        return {str(key): _read(inner, each) for key, each in value.items()}
    if kind == tuple[Metric, ...]:
        return tuple(_read_record(Metric, each) for each in value)
    if get_origin(kind) is Literal and value not in get_args(kind):
        raise ValueError(value)
    if isinstance(kind, type) and get_origin(kind) is None and not isinstance(value, kind):
        raise TypeError(value)
    return tuple(value) if isinstance(value, list) else value
