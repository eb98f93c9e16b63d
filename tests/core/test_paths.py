"""Folders are where the environment variables say, with or without "~"."""

import pytest

from core import paths


@pytest.mark.parametrize(
    ("variable", "folder"),
    [
        ("NEURARIUM_DATA", paths.data_folder),
        ("NEURARIUM_RUNS", paths.runs_folder),
        ("NEURARIUM_LOGS", paths.log_folder),
        ("NEURARIUM_SETTINGS", lambda: paths.settings_file().parent),
        ("NEURARIUM_SETTINGS", lambda: paths.own_paths_file().parent),
    ],
)
def test_a_folder_at_home_is_found_there(variable, folder, tmp_path, monkeypatch) -> None:
    for home in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(home, str(tmp_path))
    monkeypatch.setenv(variable, "~/mine")
    assert folder() == tmp_path / "mine"


def test_the_home_of_nobody_is_no_reason_to_fail(monkeypatch) -> None:
    monkeypatch.setenv("NEURARIUM_RUNS", "~nobody has this name/mine")
    assert paths.runs_folder().name == "mine"
