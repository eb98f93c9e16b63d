"""Where things live on this computer. Every folder can be moved by an environment variable."""

import contextlib
import os
from pathlib import Path

import platformdirs

_APP = "Neurarium"


def data_folder() -> Path:
    """Returns the folder of downloaded and hand-placed datasets (`NEURARIUM_DATA`)."""
    return expanded(os.environ.get("NEURARIUM_DATA") or Path(platformdirs.user_data_dir(_APP, False)) / "data")


def runs_folder() -> Path:
    """Returns the folder that holds one folder per run (`NEURARIUM_RUNS`)."""
    return expanded(os.environ.get("NEURARIUM_RUNS") or Path(platformdirs.user_data_dir(_APP, False)) / "runs")


def settings_file() -> Path:
    """Returns the file of the window's settings (in `NEURARIUM_SETTINGS`, a folder)."""
    return expanded(os.environ.get("NEURARIUM_SETTINGS") or platformdirs.user_config_dir(_APP, False)) / "settings.json"


def own_paths_file() -> Path:
    """Returns the list of folders and files of their own that people have trained on (beside the settings)."""
    return settings_file().with_name("own_paths.json")


def log_folder() -> Path:
    """Returns the folder of crash reports (`NEURARIUM_LOGS`)."""
    return expanded(os.environ.get("NEURARIUM_LOGS") or platformdirs.user_log_dir(_APP, False))


def expanded(folder: str | Path) -> Path:
    """Returns `folder` with a leading "~" read as somebody's home, as a shell reads what is typed there."""
    with contextlib.suppress(RuntimeError):  # nobody has that name here
        return Path(folder).expanduser()
    return Path(folder)
