"""The history of a run as JSON lines: one event a line, and back. Knows no folder."""

import dataclasses
import json
from typing import Any, get_args

import numpy as np

from core.arrays import Floats64
from core.events import EndReason, EpochDone, Event, RunEnded, RunStarted, StepsDone

# What a line raises that a crash cut short, or a stranger made up.
NO_RECORD = (ValueError, TypeError, KeyError, AttributeError, RecursionError)
KEPT: dict[str, type[Any]] = {cls.__name__: cls for cls in (RunStarted, StepsDone, EpochDone, RunEnded)}


def to_line(event: Event) -> str:
    """Returns `event` as a line of JSON, without its end."""
    return json.dumps(_to_record(event))


def from_line(line: str | bytes) -> Event:
    """Reads what `to_line` wrote.

    Raises:
        one of `NO_RECORD`: it is no such line.
    """
    return _from_record(json.loads(line))


def begins(event: type[Event]) -> str:
    """Returns how the line of such an event begins."""
    return f'{{"event": "{event.__name__}"'


def _to_record(event: Any) -> dict[str, Any]:
    record: dict[str, Any] = {"event": type(event).__name__}
    for field in dataclasses.fields(event):
        value = getattr(event, field.name)
        record[field.name] = [_nine_digits(x) for x in value] if isinstance(value, np.ndarray) else _finite(value)
    return record


def _nine_digits(value: float) -> float | None:
    """Nine digits hold a float32 exactly, which is what losses are."""
    return float(f"{value:.9g}") if np.isfinite(value) else None


def _finite(value: Any) -> Any:
    """JSON has no NaN."""
    return None if isinstance(value, float) and not np.isfinite(value) else value


def _from_record(record: dict[str, Any]) -> Event:
    """Reads one line of a history.

    Raises:
        ValueError, TypeError, KeyError, AttributeError: it is no such line.
    """
    cls = KEPT[record.pop("event")]
    for field in dataclasses.fields(cls):
        value = record[field.name]
        if field.type is Floats64:
            record[field.name] = np.array([np.nan if x is None else x for x in value], dtype=np.float64)
        elif field.type is float:
            record[field.name] = float("nan") if value is None else float(value)
        elif field.type is EndReason and value not in get_args(EndReason):
            raise ValueError(value)
        elif isinstance(field.type, type) and not isinstance(value, field.type):
            raise TypeError(value)
        elif isinstance(value, list):
            record[field.name] = tuple(value)
    event: Event = cls(**record)
    return event


def shortened(event: StepsDone, by: int) -> StepsDone:
    """Returns `event` without its last `by` steps."""
    keep = len(event.losses) - by
    return dataclasses.replace(
        event,
        last_step=event.last_step - by,
        losses=event.losses[:keep],
        accuracies=event.accuracies[:keep],
        learning_rates=event.learning_rates[:keep],
        seconds=event.seconds[:keep],
    )
