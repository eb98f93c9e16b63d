"""Where files are stored on this computer. An environment variable can move each folder."""

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
    """Returns the file that lists the user's own folders and files used for training (next to the settings)."""
    return settings_file().with_name("own_paths.json")


def log_folder() -> Path:
    """Returns the folder of crash reports (`NEURARIUM_LOGS`)."""
    return expanded(os.environ.get("NEURARIUM_LOGS") or platformdirs.user_log_dir(_APP, False))


def expanded(folder: str | Path) -> Path:
    """Returns `folder` with a leading "~" or "~name" replaced by the home folder, as a shell does."""
    with contextlib.suppress(RuntimeError):  # there is no user with that name
        return Path(folder).expanduser()
    return Path(folder)
