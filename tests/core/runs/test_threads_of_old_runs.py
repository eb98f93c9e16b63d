"""A run of version 1 with automatic threads is resumed with the number of threads that it used before."""

import json
from typing import Any

import pytest

from core.events import EpochDone, RunStarted
from core.runs.migrate import threads_of_version_1
from core.runs.run import Run
from core.runs.store import RunStore
from core.training.loop import fit
from tests.core.training.runs import small_config, take_until, told


def old(threads: int | None, version: int = 1) -> dict[str, Any]:
    return {"version": version, "training": {"threads": threads, "seed": 3}}


def test_what_was_left_open_becomes_what_was_recorded() -> None:
    assert threads_of_version_1(old(None), {"threads": 4}) == old(4)
    assert threads_of_version_1({"version": 1}, {"threads": 4}) == {"version": 1, "training": {"threads": 4}}
    assert threads_of_version_1(old(None), {"threads": 300}) == old(256), "the most that a configuration accepts"


@pytest.mark.parametrize("config", [old(2), old(None, version=2), {"training": {}}, {"version": 1, "training": []}])
def test_whatever_says_it_itself_or_is_no_configuration_of_version_1_stays(config: dict[str, Any]) -> None:
    assert threads_of_version_1(config, {"threads": 4}) == config


@pytest.mark.parametrize("environment", [None, {}, {"threads": "many"}, {"threads": 0}, {"threads": True}])
def test_where_nothing_is_recorded_it_stays_open(environment: dict[str, Any] | None) -> None:
    assert threads_of_version_1(old(None), environment) == old(None)


def test_the_function_changes_nothing_in_place() -> None:
    config = old(None)
    threads_of_version_1(config, {"threads": 4})
    assert config == old(None)


def as_of_version_1(run: Run) -> None:
    """Rewrites a run on two threads as if version 1 had written it with automatic threads."""
    path = run.path / "config.json"
    value = json.loads(path.read_text())
    path.write_text(json.dumps(value | {"version": 1, "training": value["training"] | {"threads": None}}))


def test_it_is_resumed_to_the_last_bit(store: RunStore) -> None:
    whole, parts = (store.create(small_config(threads=2)) for _run in range(2))
    list(fit(whole.config, whole))
    events = fit(parts.config, parts)
    take_until(events, EpochDone)
    events.close()
    as_of_version_1(parts)
    assert parts.config.training.threads == 2
    assert [event.threads for event in fit(parts.config, parts) if isinstance(event, RunStarted)] == [2]
    assert told(parts) == told(whole)


def test_one_that_never_began_is_automatic(store: RunStore) -> None:
    run = store.create(small_config(threads=2))
    as_of_version_1(run)
    assert run.config.training.threads is None
    (run.path / "environment.json").write_text("{")
    assert run.config.training.threads is None
