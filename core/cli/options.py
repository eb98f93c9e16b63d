"""Options made from settings: a new setting of a class is a new option, with its title, help, bounds and default.

What is typed is read here; whether it lies within its bounds is for the class to say. Imports no torch.
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
"""The settings that somebody gave, by the part they belong to."""

_SWITCHES = N_("Switches")  # their two names would leave the others little room
_PANELS = {"training": N_("Training"), "optimizer": N_("Optimizer"), "dataset": N_("Data")}
_METAVARS = {"whole": "INTEGER", "real": "FLOAT", "text": "TEXT", "folder": "FOLDER", "file": "FILE"}


@dataclass(frozen=True)
class SettingOption:
    """One setting of a part of a configuration, as an option."""

    part: str
    field: Field
    short: tuple[str, ...] = ()

    @property
    def flag(self) -> str:
        """The option as one types it."""
        return "--" + self.field.name.replace("_", "-")

    def parameter(self) -> inspect.Parameter:
        """Returns it as Typer wants it: a parameter that is None unless it is given."""
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
        """Returns the value that was given.

        Raises:
            ConfigError: it is no number where there must be one.
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
    """Returns the options of a training: all of `training`, and those of other parts that are wanted most."""
    (rate,), (examples,) = fields_of(HasLearningRate), fields_of(HasTrainExamples)
    rate = replace(rate, default=None)  # every optimizer has its own
    return [
        *(SettingOption("training", field) for field in fields_of(training)),
        SettingOption("optimizer", rate, ("--lr",)),
        SettingOption("dataset", examples),
    ]


def with_options(options: list[SettingOption]) -> Callable[[Callable[..., T]], Callable[..., T]]:
    """Gives a command `options` in place of its parameter `settings`, which gets those that were given (`Chosen`)."""

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
        parameters += [option.parameter() for option in options]  # refuses a name that is taken
        wrapped.__signature__ = own.replace(parameters=parameters)  # type: ignore[attr-defined]
        return wrapped

    return give
