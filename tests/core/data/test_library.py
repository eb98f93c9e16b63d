import os

import pytest
from PIL import Image

from core.data import library
from core.data.sources.digits import DigitsConfig
from core.data.sources.image_folder import ImageFolderConfig
from core.generators import pull


@pytest.fixture(autouse=True)
def nothing_remembered(monkeypatch):
    monkeypatch.setattr(library, "_last", None)


def load(config, seed=0):
    return pull(library.load(config, seed))


def test_the_same_data_is_not_read_again():
    config = DigitsConfig()
    assert load(config) is load(DigitsConfig())


@pytest.mark.parametrize(("config", "seed"), [(DigitsConfig(), 1), (DigitsConfig(validation_fraction=0.3), 0)])
def test_another_seed_or_setting_is_other_data(config, seed):
    assert load(DigitsConfig()) is not load(config, seed)


def test_only_the_last_data_is_remembered():
    first = load(DigitsConfig())
    load(DigitsConfig(), seed=1)
    assert load(DigitsConfig()) is not first


def test_another_data_folder_is_other_data(monkeypatch, tmp_path):
    first = load(DigitsConfig())
    monkeypatch.setenv("NEURARIUM_DATA", str(tmp_path / "elsewhere"))
    assert load(DigitsConfig()) is not first


def test_a_learners_changed_files_are_read_again(tmp_path):
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        for i in range(4):
            Image.new("L", (28, 28), i).save(tmp_path / name / f"{i}.png")
    config = ImageFolderConfig(folder=str(tmp_path), size=28)
    first = load(config)
    assert load(config) is first
    os.utime(tmp_path / "a" / "0.png", (0, 0))
    assert load(config) is not first


def test_a_loading_that_was_stopped_is_not_remembered():
    loading = library.load(DigitsConfig(), 0)
    next(loading)
    loading.close()
    assert library._last is None
