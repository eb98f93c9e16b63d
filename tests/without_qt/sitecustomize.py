"""Makes Qt look uninstalled to a Python whose PYTHONPATH names this folder, and to every process it starts."""

import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType

QT = ("PySide6", "shiboken6", "pyqtgraph")


class WithoutQt(MetaPathFinder):
    """Finds nothing, and says of Qt's packages that they do not exist."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Raises ModuleNotFoundError for a module of Qt's; leaves every other to the next finder."""
        if fullname.partition(".")[0] in QT:
            raise ModuleNotFoundError(f"No module named {fullname!r} (Qt is blocked here)", name=fullname)
        return None


sys.meta_path.insert(0, WithoutQt())
