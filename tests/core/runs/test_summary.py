"""A run in one line: what was trained, how far, and how good it is."""

import json

import pytest

from core import i18n
from core.errors import ConfigError
from core.runs.store import RunStore
from core.runs.summary import STATUS_TITLES, summarise
from core.training.loop import fit
from tests.core.training.runs import small_config, told


def test_a_finished_run_says_what_it_was(store: RunStore) -> None:
    run = store.create(small_config())
    list(fit(run.config, run))
    summary = summarise(run)
    assert (summary.status, summary.epochs_done, summary.epochs) == ("finished", 2, 2)
    assert summary.best_value == summary.to_dict()["best_accuracy"] == max(epoch[3] for epoch in told(run)[2])
    assert summary.to_dict()["primary"] == "accuracy"
    environment = json.loads((run.path / "environment.json").read_text())
    assert {"torch", "python", "device", "threads", "seed", "neurarium"} <= environment.keys()


def test_a_folder_with_nothing_but_a_config_is_an_interrupted_run(store: RunStore) -> None:
    run = store.create(small_config())
    assert run.status() == "interrupted"
    assert not run.is_resumable()
    assert summarise(run).epochs_done == 0


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"model": {"key": "time_machine"}}, "no model called “time_machine”"),
        ({"training": {"batch_size": -4}}, "training.batch_size"),
        ({"version": 99}, "newer version"),
        ({"moddel": 1}, "no setting called “moddel”"),
    ],
)
def test_a_hand_edited_config_is_answered_with_a_sentence(
    store: RunStore, change: dict[str, object], sentence: str
) -> None:
    run = store.create(small_config())
    path = run.path / "config.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | change))
    with pytest.raises(ConfigError, match=sentence):
        _ = run.config
    summary = summarise(run)
    assert summary.status == "unreadable"
    assert not summary.is_resumable


def test_a_summary_is_in_the_language_of_its_reader_and_ready_for_json(store: RunStore) -> None:
    run = store.create(small_config())
    i18n.set_language("zh_CN")
    try:
        summary = summarise(run)
        assert (summary.dataset, summary.model) == ("小尺寸手写数字", "多层感知机")
    finally:
        i18n.set_language("en")
    assert json.loads(json.dumps(summary.to_dict()))["model"] == "多层感知机"
    assert summary.status in STATUS_TITLES
