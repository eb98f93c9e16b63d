"""What the window remembers from one start to the next, as a JSON file. Knows no Qt, and is fast to import."""

import json
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from core import paths
from core.files import write_json
from core.i18n import LANGUAGES


@dataclass
class Preferences:
    """Everything has a default, and every value has the type of its default.

    Attributes:
        language: a key of `core.i18n.LANGUAGES`, or empty for the system's.
        theme: "system", "light" or "dark".
        geometry: the position and size of the window, as Qt writes it, in base64.
        data_folder, runs_folder: where data and runs are stored; empty for the default place.
        threads: on how many processor cores new runs train unless their config says so; 0 is automatic.
        config: the last `core.runs.config.RunConfig` as JSON, or empty.
        declined_run: the name of the last run that the user declined to resume.
    """

    language: str = ""
    theme: str = "system"
    geometry: str = ""
    data_folder: str = ""
    runs_folder: str = ""
    threads: int = 0
    config: dict[str, Any] = field(default_factory=dict)
    declined_run: str = ""

    @classmethod
    def load(cls) -> "Preferences":
        """Reads the file. Missing or broken values take their defaults."""
        try:
            found = json.loads(paths.settings_file().read_bytes())
        except (OSError, ValueError, RecursionError):
            found = {}
        result = cls()
        for each in fields(cls) if isinstance(found, dict) else ():
            value = found.get(each.name)
            if type(value) is type(getattr(result, each.name)):
                setattr(result, each.name, value)
        result.language = result.language if result.language in LANGUAGES else ""
        result.theme = result.theme if result.theme in ("light", "dark") else "system"
        result.threads = min(max(result.threads, 0), 256)
        return result

    def save(self) -> None:
        """Writes the file.

        Raises:
            StorageError: it could not be written.
        """
        write_json(paths.settings_file(), asdict(self))
