"""The titles in the folder of a run are used only if they belong to its config and are short plain text."""

import json
from pathlib import Path
from typing import Any

import pytest

from core.runs.info import RunInfo, glance
from core.runs.run import Run
from core.runs.store import RunStore
from tests.core.training.runs import small_config


@pytest.fixture
def run(store: RunStore) -> Run:
    return store.create(small_config(epochs=7))


def files(run: Run) -> tuple[bytes, dict[str, Any]]:
    return (run.path / "config.json").read_bytes(), json.loads((run.path / "parts.json").read_bytes())


def test_both_files_together_say_all_that_a_list_shows(run: Run) -> None:
    config, parts = files(run)
    found = glance(config, json.dumps(parts).encode())
    assert found == RunInfo.of(run.config)
    assert found is not None
    assert found.training.epochs == 7
    assert found.parts(config) == parts


@pytest.mark.parametrize(
    "change",
    [
        {"model": ""},
        {"model": 7},
        {"model": "x" * 101},
        {"model": "two\nlines"},
        {"model": "\x1b[31mred"},
        {"model": ["a"]},
        {"wings": "two"},
        {"config": "0" * 32},
        {"config": None},
    ],
)
def test_titles_that_are_no_short_plain_text_are_not_believed(run: Run, change: dict[str, Any]) -> None:
    config, parts = files(run)
    assert glance(config, json.dumps(parts | change).encode()) is None


@pytest.mark.parametrize("parts", [b"", b"{", b"null", b"[]", b"\xff", b"[" * 100_000, b'{"a": ' * 100_000])
def test_what_is_no_description_is_not_believed(run: Run, parts: bytes) -> None:
    assert glance(files(run)[0], parts) is None


@pytest.mark.parametrize("config", ["{}", "[]", "{", '{"training": {"epochs": -1}}', "[" * 100_000])
def test_a_config_is_checked_even_where_its_parts_are_said(run: Run, config: str) -> None:
    info = RunInfo.of(run.config)
    assert glance(config.encode(), json.dumps(info.parts(config.encode())).encode()) is None


def test_the_networks_that_come_with_the_program_say_what_their_parts_are_called() -> None:
    import assets

    for folder in (Path(assets.__path__[0]) / "weights").iterdir():
        config, parts = files(Run(folder))
        assert glance(config, json.dumps(parts).encode()) == RunInfo.of(Run(folder).config), folder.name
