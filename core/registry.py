"""What there is to choose from: models, optimizers, schedules and datasets, each under a key.

Knows nothing of what it holds. A package fills its registry in its `__init__.py`, one line an entry; the window, the
command line, the documentation and the tests all read from there.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

from core.errors import ConfigError
from core.i18n import _

if TYPE_CHECKING:
    from core.settings import Component

ConfigT = TypeVar("ConfigT", bound="Component")
SpecT = TypeVar("SpecT", bound="Component", covariant=True)


@dataclass(frozen=True)
class Spec(Generic[SpecT]):
    """One thing to choose.

    Attributes:
        config: the class of its settings; it carries the key and knows how to build or load the thing itself.
        title: its name on screen, marked for translation.
        summary: one plain sentence, marked for translation.
        source: the paper, chapter or dataset page it comes from.
        kind: what it reads: "image", "text", or "any".
        formula: its update rule or definition, in plain Unicode mathematics.
    """

    config: type[SpecT]
    title: str
    summary: str
    source: str
    kind: str = "any"
    formula: str = ""

    @property
    def key(self) -> str:
        """The name it goes by in files and on the command line."""
        return self.config.key


class Registry(Generic[ConfigT]):
    """An ordered table of `Spec`s that knows what it is a table of."""

    def __init__(self, what: str) -> None:
        self.what = what
        self._specs: dict[str, Spec[ConfigT]] = {}

    def add(self, *specs: Spec[ConfigT]) -> None:
        """Adds entries in the order in which they are to be shown."""
        for spec in specs:
            assert spec.key not in self._specs, f"{spec.key} is registered twice"
            self._specs[spec.key] = spec

    def __iter__(self) -> Iterator[Spec[ConfigT]]:
        return iter(self._specs.values())

    def __len__(self) -> int:
        return len(self._specs)

    def __contains__(self, key: str) -> bool:
        return key in self._specs

    def __getitem__(self, key: str) -> Spec[ConfigT]:
        """Returns the entry called `key`.

        Raises:
            ConfigError: there is none; the message lists those there are.
        """
        if key not in self._specs:
            raise ConfigError(
                _("There is no {what} called “{key}”.").format(what=_(self.what), key=key),
                _("Choose one of: {keys}.").format(keys=", ".join(self._specs)),
            )
        return self._specs[key]

    def for_kind(self, kind: str) -> list[Spec[ConfigT]]:
        """Returns the entries that read `kind` ("image" or "text")."""
        return [spec for spec in self if spec.kind in (kind, "any")]
