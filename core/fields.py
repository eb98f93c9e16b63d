"""What a form or a command line needs to know about one setting, read from its class; and how to parse its value.

Imports no Qt and no torch, and depends on no particular setting.
"""

import math
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin

from annotated_types import Ge, Gt, Le, Lt
from pydantic.fields import FieldInfo

from core.i18n import _
from core.settings import Settings

Kind = Literal["switch", "choice", "whole", "real", "text", "folder", "file"]


class BadInput(ValueError):
    """The text is not a valid value; the message is one translated sentence for the user."""


@dataclass(frozen=True)
class Bounds:
    """The smallest and the largest number allowed; an open end is itself not allowed."""

    low: float | None = None
    high: float | None = None
    is_low_open: bool = False
    is_high_open: bool = False

    def admits(self, number: float) -> bool:
        """Whether `number` is within the bounds."""
        above = self.low is None or number > self.low or (number == self.low and not self.is_low_open)
        below = self.high is None or number < self.high or (number == self.high and not self.is_high_open)
        return above and below

    def sentence(self) -> str:
        """Returns the bounds as one translated sentence, or "" if there are none."""
        low, high = format_number(self.low), format_number(self.high)
        if self.low is None or self.high is None:
            if self.low is not None:
                text = _("It must be above {low}.") if self.is_low_open else _("It must be at least {low}.")
            elif self.high is not None:
                text = _("It must be below {high}.") if self.is_high_open else _("It must be at most {high}.")
            else:
                text = ""
        elif self.is_low_open and self.is_high_open:
            text = _("It must be above {low} and below {high}.")
        elif self.is_low_open:
            text = _("It must be above {low} and at most {high}.")
        elif self.is_high_open:
            text = _("It must be at least {low} and below {high}.")
        else:
            text = _("It must be from {low} to {high}.")
        return text.format(low=low, high=high)


@dataclass(frozen=True)
class Field:
    """One setting of a class of settings.

    Attributes:
        title, help: marked for translation, as are the values of `choices`.
        is_optional: whether it may be None, which is written as an empty text.
        none_title: what None means, marked for translation.
        choices: the values to choose from and their titles.
    """

    name: str
    kind: Kind
    title: str
    help: str
    default: Any
    is_optional: bool = False
    none_title: str = ""
    is_log: bool = False
    bounds: Bounds = Bounds()
    choices: tuple[tuple[Any, str], ...] = ()

    def read(self, text: str) -> Any:
        """Returns the value of `text` without checking the bounds.

        Raises:
            BadInput: the setting is a number and the text is not.
        """
        text = text.strip()
        if not text and self.is_optional:
            return None
        # In a name or a path every character counts.
        return _number(text, self.kind) if self.kind in ("whole", "real") else text

    def parse(self, text: str) -> Any:
        """Returns the value of `text`.

        Raises:
            BadInput: the setting cannot have this value.
        """
        value = self.read(text)
        if self.kind in ("whole", "real") and value is not None and not self.bounds.admits(value):
            raise BadInput(self.bounds.sentence())
        return value

    def format(self, value: Any) -> str:
        """Returns `value` as one would type it; for a choice or a switch, its title."""
        if self.kind == "switch":
            return _("on") if value else _("off")
        if self.kind == "choice":
            return next((_(title) for choice, title in self.choices if choice == value), str(value))
        return format_number(value) if self.kind in ("whole", "real") else str(value or "")

    def explanation(self) -> str:
        """Returns a translated text: what the setting does, its bounds and its default."""
        default = self.format(self.default) or (_(self.none_title) if self.is_optional else "")
        said = _("Default: {value}.").format(value=default) if default else ""
        return " ".join(filter(None, (_(self.help), self.bounds.sentence(), said)))


def fields_of(settings: type[Settings]) -> list[Field]:
    """Returns the fields of a settings class: first those it declares, then those it inherits."""
    own = settings.__annotations__
    names = sorted(settings.model_fields, key=lambda name: name not in own)
    return [_field(name, settings.model_fields[name]) for name in names]


def format_number(number: float | None) -> str:
    """Returns `number` as one would type it: 0.001, 1e-8, 65536; "" for None."""
    if number is None:
        return ""
    if number == int(number) and abs(number) < 1e15:
        return str(int(number))
    return repr(float(number)).replace("e-0", "e-").replace("e+0", "e").replace("e+", "e")


def _number(text: str, kind: Kind) -> float:
    whole = kind == "whole"
    # People who write Chinese may type full-width digits and points.
    text = unicodedata.normalize("NFKC", text)
    try:
        number = float(text.replace(",", "").replace(" ", "") if whole else text)
    except ValueError:
        number = math.nan
    if not math.isfinite(number) or (whole and number != int(number)):
        raise BadInput(_("Enter a whole number, such as 32.") if whole else _("Enter a number, such as 0.001 or 1e-3."))
    return int(number) if whole else number


def _field(name: str, info: FieldInfo) -> Field:
    kind_of_value, is_optional = _without_none(info.annotation)
    hints: dict[str, Any] = info.json_schema_extra if isinstance(info.json_schema_extra, dict) else {}
    titles = hints.get("choices", {})
    values = get_args(kind_of_value) if get_origin(kind_of_value) is Literal else ()
    return Field(
        name=name,
        kind="choice" if values else _kind(kind_of_value, str(hints.get("editor", ""))),
        title=info.title or name,
        help=info.description or "",
        default=info.get_default(call_default_factory=True, validated_data={}),
        is_optional=is_optional,
        none_title=hints.get("none", "–"),
        is_log=hints.get("scale") == "log",
        bounds=_bounds(info.metadata),
        choices=tuple((value, titles.get(value, str(value))) for value in values),
    )


def _kind(annotation: Any, editor: str) -> Kind:
    kinds: dict[Any, Kind] = {bool: "switch", int: "whole", float: "real", str: "text", Path: "folder"}
    assert annotation in kinds, f"no editor for {annotation}"
    if editor:
        return "folder" if editor == "folder" else "file"
    return kinds[annotation]


def _without_none(annotation: Any) -> tuple[Any, bool]:
    if get_origin(annotation) not in (Union, UnionType):
        return annotation, False
    others = [part for part in get_args(annotation) if part is not type(None)]
    assert len(others) == 1, f"no editor for {annotation}"
    return others[0], True


def _bounds(metadata: list[Any]) -> Bounds:
    low = next((item for item in metadata if isinstance(item, Ge | Gt)), None)
    high = next((item for item in metadata if isinstance(item, Le | Lt)), None)
    ends: list[Any] = [getattr(low, "ge", getattr(low, "gt", None)), getattr(high, "le", getattr(high, "lt", None))]
    return Bounds(ends[0], ends[1], isinstance(low, Gt), isinstance(high, Lt))
