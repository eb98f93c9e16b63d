"""What there is to choose from: models, optimizers, schedules and datasets, each under a key.

Knows nothing of what it holds. A package fills its registry in its `__init__.py`, one line an entry; the window, the
command line, the documentation and the tests all read from there.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Generic, TypeVar

from core.errors import ConfigError
from core.i18n import _

if TYPE_CHECKING:
    from core.settings import Component

PartT = TypeVar("PartT", bound="Component")


class Registry(Generic[PartT]):
    """An ordered table of settings classes that knows what it is a table of.

    A class says all there is to say of the part it describes (see `core.settings.Component`), and knows how to build or
    load it.
    """

    def __init__(self, what: str) -> None:
        self.what = what
        self._parts: dict[str, type[PartT]] = {}

    def add(self, *parts: type[PartT]) -> None:
        """Adds entries in the order in which they are to be shown."""
        for part in parts:
            assert part.key not in self._parts, f"{part.key} is registered twice"
            self._parts[part.key] = part

    def __iter__(self) -> Iterator[type[PartT]]:
        return iter(self._parts.values())

    def __len__(self) -> int:
        return len(self._parts)

    def __contains__(self, key: str) -> bool:
        return key in self._parts

    def __getitem__(self, key: str) -> type[PartT]:
        """Returns the entry called `key`.

        Raises:
            ConfigError: there is none; the message lists those there are.
        """
        if key not in self._parts:
            raise ConfigError(
                _("There is no {what} called “{key}”.").format(what=_(self.what), key=key),
                _("Choose one of: {keys}.").format(keys=", ".join(self._parts)),
            )
        return self._parts[key]

    def for_modality(self, modality: str) -> list[type[PartT]]:
        """Returns the entries that read or hold `modality`, the key of one in `core.modalities`."""
        return [part for part in self if part.modality == modality]
