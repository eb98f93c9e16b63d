"""A run of version 1 with automatic threads is resumed with the number of threads that it used before."""

import json

from core.events import EpochDone, RunStarted
from core.runs.run import Run
from core.runs.store import RunStore
from core.training.loop import fit
from tests.core.training.runs import small_config, take_until, told


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
