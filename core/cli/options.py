"""Makes command-line options from settings: each setting of a class becomes an option with its help and values.

Typed values are parsed here; the settings class checks their bounds. Imports no torch.
"""

import inspect
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import wraps
from typing import Annotated, Any, TypeVar

import typer

from core.errors import ConfigError
from core.fields import BadInput, Field, fields_of
from core.i18n import N_, _
from core.settings import Settings
from core.shared_settings import HasLearningRate, HasTrainExamples

T = TypeVar("T")
Chosen = dict[str, dict[str, Any]]
"""The given settings, by the part they belong to."""

_SWITCHES = N_("Switches")  # in a panel of their own, because their two names need a wide column
_PANELS = {"training": N_("Training"), "optimizer": N_("Optimizer"), "dataset": N_("Data")}
_METAVARS = {"whole": "INTEGER", "real": "FLOAT", "text": "TEXT", "folder": "FOLDER", "file": "FILE"}


@dataclass(frozen=True)
class SettingOption:
    """One setting of a part of a configuration as an option."""

    part: str
    field: Field
    short: tuple[str, ...] = ()

    @property
    def flag(self) -> str:
        """The name of the option on the command line."""
        return "--" + self.field.name.replace("_", "-")

    def parameter(self) -> inspect.Parameter:
        """Returns the option as a parameter for Typer; its value is None unless it is given."""
        field = self.field
        is_switch = field.kind == "switch"
        flags = f"{self.flag}/--no-{self.flag.removeprefix('--')}" if is_switch else self.flag
        values = [str(value) for value, _title in field.choices]

        def complete(incomplete: str) -> list[str]:
            return [value for value in values if value.startswith(incomplete)]

        option = typer.Option(
            flags,
            *self.short,
            help=field.explanation(),
            metavar=None if is_switch else "|".join(values) or _METAVARS[field.kind],
            autocompletion=complete if values else None,
            rich_help_panel=_(_SWITCHES if is_switch else _PANELS[self.part]),
        )
        annotation: Any = Annotated[bool | None if is_switch else str | None, option]
        return inspect.Parameter(field.name, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=annotation)

    def read(self, given: str | bool) -> Any:
        """Returns the given value, parsed.

        Raises:
            ConfigError: it should be a number but is not.
        """
        if isinstance(given, bool):
            return given
        if self.field.is_optional and given in (self.field.none_title, _(self.field.none_title)):
            return None
        try:
            return self.field.read(given)
        except BadInput as bad:
            name = f"{self.part}.{self.field.name}"
            what = _("{value} is no good value for “{name}”.").format(value=repr(given), name=name)
            raise ConfigError(what, str(bad)) from bad


def options_of(training: type[Settings]) -> list[SettingOption]:
    """Returns the options of a training: all of `training`, and the most common ones of other parts."""
    (rate,), (examples,) = fields_of(HasLearningRate), fields_of(HasTrainExamples)
    rate = replace(rate, default=None)  # each optimizer has its own default
    return [
        *(SettingOption("training", field) for field in fields_of(training)),
        SettingOption("optimizer", rate, ("--lr",)),
        SettingOption("dataset", examples),
    ]


def with_options(options: list[SettingOption]) -> Callable[[Callable[..., T]], Callable[..., T]]:
    """Replaces the parameter `settings` of a command by `options`; the command gets the given ones as `Chosen`."""

    def give(command: Callable[..., T]) -> Callable[..., T]:
        @wraps(command)
        def wrapped(**given: Any) -> T:
            settings: Chosen = {}
            for option in options:
                value = given.pop(option.field.name, None)
                if value is not None:
                    settings.setdefault(option.part, {})[option.field.name] = option.read(value)
            return command(settings=settings, **given)

        own = inspect.signature(command)
        kept = [parameter for name, parameter in own.parameters.items() if name != "settings"]
        parameters = [each.replace(kind=inspect.Parameter.KEYWORD_ONLY) for each in kept]
        parameters += [option.parameter() for option in options]  # fails if a name is already used
        wrapped.__signature__ = own.replace(parameters=parameters)  # type: ignore[attr-defined]
        return wrapped

    return give
