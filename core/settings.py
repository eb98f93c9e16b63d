"""The settings of a part: a frozen class with a title, a help text and bounds for each setting.

The window builds its forms from such classes, and the command line builds its options. Imports no part, no registry
and no torch.
"""

from typing import Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from core.i18n import N_, _


class Settings(BaseModel):
    """A frozen group of settings. A misspelt name raises an error."""

    model_config = ConfigDict(extra="forbid", frozen=True, validate_default=True, allow_inf_nan=False)


def setting(
    default: Any,
    title: str,
    help: str,
    *,
    scale: Literal["linear", "log"] = "linear",
    choices: dict[str, str] | None = None,
    editor: Literal["folder", "file"] | None = None,
    none: str = "",
    **bounds: Any,
) -> Any:
    """Declares one setting of a `Settings` class.

    Args:
        default: its value if the user chooses none.
        title: a short name, marked with `N_`.
        help: one or two sentences that say what it does to the training, marked with `N_`.
        scale: how an editor should change it; "log" for quantities whose order of magnitude matters.
        choices: for a `Literal`: the title of each value, marked with `N_`.
        editor: for a `str` that is a path: whether of a folder or of a file.
        none: for an optional value: what None means, in a word, marked with `N_`.
        **bounds: pydantic's bounds: ge, gt, le, lt.
    """
    hints: dict[str, Any] = {"scale": scale}
    if choices:
        hints["choices"] = choices
    if editor:
        hints["editor"] = editor
    if none:
        hints["none"] = none
    return Field(default, title=title, description=help, json_schema_extra=hints, **bounds)


class Component(Settings):
    """The settings of a part that is chosen from a registry by its key, such as a model or an optimizer.

    Attributes:
        key: its name in files and on the command line.
        title: its name on screen, marked with `N_`.
        summary: one plain sentence, marked with `N_`.
        source: the paper, chapter or dataset page it comes from.
        formula: its update rule or definition, in plain Unicode mathematics.
        modality: the key of what it reads or contains (see `core.modalities`); empty if it works with all of them.
    """

    key: ClassVar[str]
    title: ClassVar[str]
    summary: ClassVar[str]
    source: ClassVar[str]
    formula: ClassVar[str] = ""
    modality: ClassVar[str] = ""

    def to_dict(self) -> dict[str, Any]:
        """Returns the settings and the key as a value for JSON."""
        return {"key": self.key, **self.model_dump(mode="json")}


_LONGEST_QUOTE = 80  # characters of a setting that a message repeats


def explain(error: ValidationError) -> tuple[str, str]:
    """Returns two sentences about the first mistake in some settings: what is wrong, and what to do."""
    first = error.errors()[0]
    name = ".".join(str(part) for part in first["loc"] if part not in ("function-before", "function-after")) or "config"
    context = first.get("ctx", {})
    bounds = {
        "greater_than": N_("at least a little above {gt}"),
        "greater_than_equal": N_("at least {ge}"),
        "less_than": N_("below {lt}"),
        "less_than_equal": N_("at most {le}"),
    }
    kind = first["type"]
    if kind in bounds:
        advice = _("It must be {bound}.").format(bound=_(bounds[kind]).format(**context))
    elif kind == "extra_forbidden":
        return _("There is no setting called “{name}”.").format(name=name), _("Remove it or correct its spelling.")
    elif kind == "missing":
        return _("The setting “{name}” is missing.").format(name=name), _("Add it, or start a new run.")
    elif kind == "literal_error":
        advice = _("Choose one of: {keys}.").format(keys=context.get("expected", ""))
    else:
        advice = _("Correct it: {reason}.").format(reason=first["msg"])
    return _("{value} is no good value for “{name}”.").format(value=_shortened(repr(first["input"])), name=name), advice


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST_QUOTE else f"{text[:_LONGEST_QUOTE]}…"
