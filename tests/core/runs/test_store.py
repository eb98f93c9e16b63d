"""Runs are numbered, listed and found."""

from pathlib import Path

import pytest

from core.errors import RunError
from core.events import EpochDone
from core.runs.store import RunStore
from core.training.loop import fit
from tests.core.training.runs import small_config, take_until


def test_runs_are_numbered_and_listed_newest_first(store: RunStore) -> None:
    for _ in range(3):
        store.create(small_config())
    assert [run.name for run in store.runs()] == ["0003-mlp-adam", "0002-mlp-adam", "0001-mlp-adam"]


def test_a_run_is_found_by_number_name_path_and_as_the_last(store: RunStore) -> None:
    store.create(small_config())
    run = store.create(small_config())
    assert {store.find(name).path for name in ("2", run.name, str(run.path), "last")} == {run.path}


@pytest.mark.parametrize("name", ["9", "²"])
def test_a_run_that_is_not_there_is_answered_with_advice(store: RunStore, name: str) -> None:
    store.create(small_config())
    with pytest.raises(RunError, match=f"no run called “{name}”"):
        store.find(name)


def test_a_network_that_comes_with_the_program_is_found_by_its_name(store: RunStore) -> None:
    assert store.find("shipped/digits").title == "Digits (ready-made)"


def test_where_there_is_no_folder_there_are_no_runs(tmp_path: Path) -> None:
    store = RunStore(tmp_path / "none")
    assert store.runs() == []
    with pytest.raises(RunError, match="Train one first"):
        store.find("last")


def test_the_newest_run_that_can_go_on_is_unfinished(store: RunStore) -> None:
    assert store.unfinished() is None
    for epochs in (3, 1):
        run = store.create(small_config(epochs=epochs))
        events = fit(run.config, run)
        take_until(events, EpochDone)
        if epochs == 3:
            events.close()
        else:
            list(events)
    found = store.unfinished()
    assert found is not None
    assert (found.number, found.status()) == (1, "stopped")


def test_a_run_that_begins_with_another_s_weights_has_a_copy_of_them(store: RunStore) -> None:
    first = store.create(small_config(epochs=1))
    list(fit(first.config, first))
    second = store.create(small_config().with_changes(initial_weights={"run": "1"}))
    third = store.create(second.config, origin=second.path)
    assert second.initial.is_file()
    assert third.initial.read_bytes() == second.initial.read_bytes()
    assert third.config == second.config
