"""Tables of what there is to choose from: models, optimizers, schedules and datasets, each under a key.

A registry does not depend on its entries. A package fills its registry in its `__init__.py`, one line per entry. The
window, the command line, the documentation and the tests all read the registry.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Generic, TypeVar

from core.errors import ConfigError
from core.i18n import _

if TYPE_CHECKING:
    from core.settings import Component

PartT = TypeVar("PartT", bound="Component")


class Registry(Generic[PartT]):
    """An ordered table of settings classes; `what` names its entries in messages.

    Each class describes one part completely (see `core.settings.Component`) and can build or load it.
    """

    def __init__(self, what: str) -> None:
        self.what = what
        self._parts: dict[str, type[PartT]] = {}

    def add(self, *parts: type[PartT]) -> None:
        """Adds entries in the order in which they will be shown."""
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
            ConfigError: there is none; the message lists the existing keys.
        """
        if key not in self._parts:
            raise ConfigError(
                _("There is no {what} called “{key}”.").format(what=_(self.what), key=key),
                _("Choose one of: {keys}.").format(keys=", ".join(self._parts)),
            )
        return self._parts[key]

    def for_modality(self, modality: str) -> list[type[PartT]]:
        """Returns the entries that read or contain `modality`, a key of `core.modalities.MODALITIES`."""
        return [part for part in self if part.modality == modality]
