"""The language of the messages: gettext catalogues that can be switched at run time.

Imports no Qt. `_` translates at once: use it where text is shown, or `ngettext` where the text depends on a number.
`N_` only marks text for extraction: use it at module level (titles in registries, fields of settings), because that
code runs before a language is chosen.
"""

import gettext
import locale
import os
from importlib import resources

DOMAIN = "neurarium"
LANGUAGES = {"en": "English", "zh_CN": "简体中文"}

_current = "en"
_catalogue: gettext.NullTranslations = gettext.NullTranslations()


def N_(message: str) -> str:
    """Marks `message` for translation and returns it unchanged."""
    return message


def _(message: str) -> str:
    """Returns `message` in the current language, or `message` itself if there is no translation."""
    return _catalogue.gettext(message) if message else message


def ngettext(one: str, many: str, count: int) -> str:
    """Returns the singular or plural form that fits `count`, in the current language.

    Both forms are templates with the same fields: format the result.
    """
    return _catalogue.ngettext(one, many, count)


def current_language() -> str:
    """Returns the code of the current language, a key of `LANGUAGES`."""
    return _current


def set_language(code: str) -> None:
    """Sets the language of all later translations; an unknown code means English."""
    global _current, _catalogue
    _current = code if code in LANGUAGES else "en"
    _catalogue = gettext.NullTranslations()
    catalogue = resources.files("assets") / "translations" / _current / "LC_MESSAGES" / f"{DOMAIN}.mo"
    if catalogue.is_file():
        with catalogue.open("rb") as stream:
            _catalogue = gettext.GNUTranslations(stream)


def preferred_language() -> str:
    """Returns the language set in `NEURARIUM_LANGUAGE`, else the system's language, else English."""
    wanted = os.environ.get("NEURARIUM_LANGUAGE") or locale.getlocale()[0] or os.environ.get("LANG") or ""
    return "zh_CN" if wanted.lower().startswith(("zh", "chinese")) else "en"
