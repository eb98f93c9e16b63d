"""Users of version 0.1.0 find the window as they left it. `tests/fixtures/v010/README.md` says more."""

import shutil
from pathlib import Path

import pytest

from core.runs.config import RunConfig
from gui.preferences import Preferences

V010 = Path(__file__).parents[1] / "fixtures" / "v010"


def test_old_preferences_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEURARIUM_SETTINGS", str(shutil.copytree(V010 / "settings", tmp_path / "v010")))
    found = Preferences.load()
    assert (found.language, found.theme, found.threads) == ("zh_CN", "dark", 2)
    assert (found.data_folder, found.runs_folder) == ("", "/home/ada/my runs")
    assert found.geometry.startswith("AdnQywAD")
    assert found.declined_run == "0002-gru-adam"
    config = RunConfig.from_dict(found.config)
    assert (config.dataset.key, config.model.key, config.optimizer.key) == ("sentences", "gru", "adam")
    assert (config.training.epochs, config.training.seed, config.training.gradient_clip) == (3, 1, 1.0)
