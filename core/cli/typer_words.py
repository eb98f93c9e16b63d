"""Translates Typer's own words in the help. Its error messages about arguments stay English."""

import gettext
import os
from importlib import resources
from typing import TYPE_CHECKING, Any

from core import i18n
from core.i18n import N_, _

if TYPE_CHECKING:
    from typer import Typer

_WORDS = (
    N_("Usage: "),
    N_("Arguments"),
    N_("Options"),
    N_("Commands"),
    N_("Error"),
    N_("Aborted."),
    N_("[required]"),
    N_("[default: {}]"),
    N_("Missing command."),
    N_("No such command {name!r}."),
    N_("Try [blue]'{command_path} {help_option}'[/] for help."),
    N_("Show this message and exit."),
    N_("Install completion for the current shell."),
    N_("Show completion for the current shell, to copy it or customize the installation."),
)


def adopt() -> None:
    """Makes Typer find its words in our catalogue. Must be called before Typer is imported, which uses gettext."""
    os.environ["LANGUAGE"] = i18n.current_language()
    gettext.bindtextdomain(i18n.DOMAIN, str(resources.files("assets") / "translations"))
    gettext.textdomain(i18n.DOMAIN)


def translate(app: "Typer") -> None:
    """Makes the commands of `app` translate the words that Typer does not pass to gettext."""
    from typer.core import TyperCommand, TyperGroup

    class Command(_Translated, TyperCommand):
        """A command whose help is all in one language."""

    class Group(_Translated, TyperGroup):
        """A group of commands whose help is all in one language."""

    app.info.cls = Group
    for command in app.registered_commands:
        command.cls = Command


class _Translated:
    def get_usage(self, ctx: Any) -> str:
        usage: str = super().get_usage(ctx)  # type: ignore[misc]
        return usage.replace("Usage: ", _("Usage: "), 1)

    def get_params(self, ctx: Any) -> list[Any]:
        params: list[Any] = super().get_params(ctx)  # type: ignore[misc]
        for param in params:
            param.help = _(param.help or "")
        return params
