import json
from pathlib import Path

import pytest

from core.errors import ConfigError, RunError
from core.runs.config import RunConfig
from core.runs.run import Run
from core.runs.store import RunStore
from core.runs.summary import summarise
from core.training.loop import fit
from tests.core.training.runs import small_config, told


def test_runs_are_numbered_and_listed_newest_first(store: RunStore) -> None:
    for _ in range(3):
        store.create(small_config())
    assert [run.name for run in store.runs()] == ["0003-mlp-adam", "0002-mlp-adam", "0001-mlp-adam"]


def test_a_run_is_found_by_number_name_path_and_as_the_last(store: RunStore) -> None:
    store.create(small_config())
    run = store.create(small_config())
    assert {store.find(name).path for name in ("2", run.name, str(run.path), "last")} == {run.path}


def test_a_run_that_is_not_there_is_answered_with_advice(store: RunStore) -> None:
    with pytest.raises(RunError, match="no run called “9”"):
        store.find("9")


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


def test_a_config_that_is_not_json_is_answered_with_a_sentence(store: RunStore) -> None:
    run = store.create(small_config())
    (run.path / "config.json").write_text("{")
    with pytest.raises(ConfigError, match="not valid JSON"):
        _ = run.config
    assert run.title == run.name


def test_a_checkpoint_that_does_not_fit_the_config_is_refused(store: RunStore) -> None:
    run = store.create(small_config())
    list(fit(run.config, run))
    other = run.config.with_changes(model={"key": "mlp", "width": 7})
    with pytest.raises(RunError, match="another shape"):
        list(fit(other, run))


def test_a_finished_run_can_be_given_more_epochs(store: RunStore) -> None:
    short = store.create(small_config(epochs=1).with_changes(schedule="constant"))
    list(fit(short.config, short))
    list(fit(short.config.with_changes(training=small_config(epochs=2).training), short))
    long = store.create(small_config(epochs=2).with_changes(schedule="constant"))
    list(fit(long.config, long))
    assert told(short) == told(long)


def test_a_stranger_s_folder_is_not_a_run(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="not the folder of a run"):
        _ = Run(tmp_path).config


def test_a_config_survives_the_folder(store: RunStore) -> None:
    config = small_config(gradient_clip=1.0)
    assert RunConfig.from_json((store.create(config).path / "config.json").read_text()) == config


def test_the_best_weights_are_taken_and_the_last_while_no_epoch_is_over(store: RunStore) -> None:
    run = store.create(small_config())
    list(fit(small_config(), run))
    assert run.weights == run.best
    assert run.weights_of_epoch(0) == run.epoch_weights()[0]
    run.best.unlink()
    assert run.weights == run.last
    with pytest.raises(RunError, match="has not kept epoch 77"):
        run.weights_of_epoch(77)


def test_a_run_that_cannot_go_on_keeps_its_weights_even_where_its_history_is_gone(store: RunStore) -> None:
    run = store.create(small_config(epochs=1))
    list(fit(run.config, run))
    (run.path / "history.jsonl").unlink()
    run.last.write_bytes(b"damaged")
    with pytest.raises(RunError, match="damaged"):
        list(fit(run.config, run))
    assert run.best.is_file()


def test_what_a_crash_left_of_files_in_the_making_goes_when_training_goes_on(store: RunStore) -> None:
    run = store.create(small_config(epochs=1))
    list(fit(run.config, run))
    left = [run.path / ".config.json.1x.part", run.checkpoints / ".last.safetensors.ab.part"]
    foreign = [run.path / "notes.part", run.checkpoints / ".best.calibration.json.c.part"]
    for path in left + foreign:
        path.write_bytes(b"half")
    with run.locked():
        assert not any(path.exists() for path in left)
    assert all(path.exists() for path in foreign)
