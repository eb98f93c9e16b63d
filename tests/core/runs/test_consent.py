"""A run reads folders of people's own where somebody here has begun a run with them, and nowhere else."""

import json
from pathlib import Path

import pytest

from core import paths
from core.errors import DataError
from core.runs import consent
from core.runs.config import RunConfig


@pytest.fixture(autouse=True)
def new_start(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if the program had just been started: it remembers only what is written down."""
    monkeypatch.setattr(consent, "_given", set())


def trained_on(folder: Path) -> RunConfig:
    return RunConfig.make(dataset={"key": "image_folder", "folder": str(folder)}, model="mlp")


def test_a_folder_that_nobody_has_begun_a_run_with_is_not_read(tmp_path: Path) -> None:
    config = trained_on(tmp_path / "leaves")
    assert not consent.is_given(config)
    with pytest.raises(DataError) as caught:
        consent.require(config)
    assert caught.value.what.startswith(f"This run wants to read {tmp_path / 'leaves'},")
    assert "start a new run with it" in caught.value.advice


def test_whoever_begins_a_run_with_a_folder_lets_every_run_read_it(tmp_path: Path) -> None:
    consent.give(trained_on(tmp_path / "leaves"))
    again = trained_on(tmp_path / "leaves").with_changes(model="softmax_regression")
    assert consent.is_given(again)
    consent.require(again)
    assert not consent.is_given(trained_on(tmp_path / "letters"))


def test_it_is_still_known_after_a_new_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("leaves", "birds", "leaves"):
        consent.give(trained_on(tmp_path / name))
    assert json.loads(paths.own_paths_file().read_text()) == [str(tmp_path / "birds"), str(tmp_path / "leaves")]
    monkeypatch.setattr(consent, "_given", set())
    assert consent.is_given(trained_on(tmp_path / "birds"))


def test_data_that_is_nobodys_own_needs_no_consent() -> None:
    config = RunConfig.make(dataset="digits", model="mlp")
    consent.require(config)
    consent.give(config)
    assert not paths.own_paths_file().exists()


def test_where_nothing_can_be_written_down_it_is_known_until_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setenv("NEURARIUM_SETTINGS", str(tmp_path / "file"))
    consent.give(trained_on(tmp_path / "leaves"))
    assert consent.is_given(trained_on(tmp_path / "leaves"))


@pytest.mark.parametrize("content", [b"", b"{", b"\xff", b"null", b'{"/": 1}', b'"/"'])
def test_a_list_that_is_none_allows_nothing_and_is_written_anew(tmp_path: Path, content: bytes) -> None:
    paths.own_paths_file().parent.mkdir(parents=True)
    paths.own_paths_file().write_bytes(content)
    assert not consent.is_given(trained_on(Path("/")))
    consent.give(trained_on(tmp_path))
    assert json.loads(paths.own_paths_file().read_text()) == [str(tmp_path)]
