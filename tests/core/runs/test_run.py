"""The folder of a run is read, and problems with its files are reported."""

import json
from pathlib import Path

import pytest
from filelock import FileLock

from core import i18n
from core.errors import ConfigError, RunError, StorageError
from core.events import EpochDone, Evaluating, RunEnded, RunStarted, StepsDone
from core.input_spec import ImageInput, InputSpec
from core.runs import run as run_module
from core.runs.config import RunConfig, datasets
from core.runs.progress import RunProgress
from core.runs.run import Run
from core.runs.store import RunStore
from core.training.loop import fit
from tests.core.training.runs import small_config, told


@pytest.fixture
def run(store: RunStore) -> Run:
    """A run of two epochs in training's own folder, not yet trained."""
    return store.create(small_config())


@pytest.fixture
def trained(run: Run) -> Run:
    """The same, finished."""
    list(fit(run.config, run))
    return run


def test_a_stranger_s_folder_is_not_a_run(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="not the folder of a run"):
        _ = Run(tmp_path).config


def test_a_config_survives_the_folder(store: RunStore) -> None:
    config = small_config(gradient_clip=1.0)
    assert RunConfig.from_json((store.create(config).path / "config.json").read_text()) == config


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


def test_the_best_weights_are_taken_and_the_last_while_no_epoch_is_over(store: RunStore) -> None:
    run = store.create(small_config())
    list(fit(small_config(), run))
    assert run.weights == run.best
    assert run.weights_of_epoch(0) == run.epoch_weights()[0]
    assert not run.initial.is_file(), "they were drawn by seed"
    run.best.unlink()
    assert run.weights == run.last
    with pytest.raises(RunError, match="has not kept epoch 77"):
        run.weights_of_epoch(77)


def test_weights_are_called_best_last_or_by_the_number_of_their_epoch(trained: Run) -> None:
    called = [trained.weights_called(name) for name in ("best", "last", "1")]
    assert called == [trained.best, trained.last, trained.weights_of_epoch(1)]
    with pytest.raises(ConfigError, match="“first” names no weights"):
        trained.weights_called("first")


def test_weights_are_called_best_last_or_by_the_number_of_an_epoch(trained: Run) -> None:
    names = {"best": trained.best, "last": trained.last, "1": trained.epoch_weights()[1]}
    assert {name: trained.weights_called(name) for name in names} == names
    with pytest.raises(ConfigError, match="“newest” names no weights") as caught:
        trained.weights_called("newest")
    assert caught.value.advice == "Choose best, last, or the number of an epoch."


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


# -- what it is called


def test_a_run_is_called_by_its_number_and_parts_in_any_language(store: RunStore) -> None:
    i18n.set_language("zh_CN")
    try:
        run = store.create(small_config())
        assert run.title == "1 · 多层感知机 · Adam"
    finally:
        i18n.set_language("en")
    assert run.title == "1 · Multilayer perceptron · Adam"


def test_what_a_folder_says_of_its_parts_is_believed_without_asking_them(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = run.info()
    assert (known.dataset, known.model, known.schedule) == ("Small digits", "Multilayer perceptron", "One cycle")
    monkeypatch.delattr(run_module.RunInfo, "of")
    assert run.info() == known
    assert run.info().training == small_config().training


def test_a_run_of_an_older_version_is_asked_once(run: Run) -> None:
    parts = run.path / "parts.json"
    said = parts.read_bytes()
    parts.unlink()
    assert run.title == "1 · Multilayer perceptron · Adam"
    assert parts.read_bytes() == said


def test_where_nothing_can_be_written_the_parts_are_asked_each_time(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path, _value: object) -> None:
        raise StorageError(f"{path} is read-only.", "Free it.")

    (run.path / "parts.json").unlink()
    monkeypatch.setattr(run_module, "write_json", refuse)
    for _attempt in range(2):
        assert run.title == "1 · Multilayer perceptron · Adam"
    assert not (run.path / "parts.json").exists()


def test_of_a_config_that_was_edited_the_parts_are_asked_anew(run: Run) -> None:
    path = run.path / "config.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"model": {"key": "softmax_regression"}}))
    assert run.title == "1 · Softmax regression · Adam"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"model": {"key": "time_machine"}}))
    with pytest.raises(ConfigError, match="no model called “time_machine”"):
        run.info()


def test_a_config_that_is_written_anew_is_called_anew(run: Run) -> None:
    run.write_config(run.config.with_changes(optimizer="sgd"))
    assert run.title == "1 · Multilayer perceptron · SGD"
    assert json.loads((run.path / "parts.json").read_text())["optimizer"] == "SGD"


# -- what its network reads


def test_what_a_network_reads_is_known_once_it_is_trained(run: Run) -> None:
    with pytest.raises(RunError, match="does not say what its network reads"):
        run.input_spec()
    list(fit(run.config, run))
    assert run.input_spec().class_names == tuple("0123456789")
    for damaged in ("{", "[]", "{}"):
        (run.path / "reading.json").write_text(damaged)
        with pytest.raises(RunError, match="is damaged"):
            run.input_spec()


@pytest.mark.parametrize("dataset", sorted(part.key for part in datasets().for_modality("image")))
def test_where_a_run_of_version_0_1_0_does_not_say_its_frame_the_dataset_tells(store: RunStore, dataset: str) -> None:
    run = store.create(RunConfig.make(dataset=dataset, model="mlp"))
    picture = {"kind": "image", "channels": 1, "height": 28, "width": 28}
    (run.path / "reading.json").write_text(json.dumps({"input": picture, "class_names": ["a", "b"]}))
    input = run.input_spec().input
    assert isinstance(input, ImageInput)
    assert input.frame == ("picture" if dataset in ("image_folder", "fashion_mnist") else "ink")


@pytest.mark.parametrize("config", [None, "{", "[]", "{}"])
def test_where_its_configuration_does_not_tell_either_its_pictures_are_ink(run: Run, config: str | None) -> None:
    picture = {"kind": "image", "channels": 1, "height": 28, "width": 28}
    (run.path / "reading.json").write_text(json.dumps({"input": picture, "class_names": ["a", "b"]}))
    if config is None:
        (run.path / "config.json").unlink()
    else:
        (run.path / "config.json").write_text(config)
    input = run.input_spec().input
    assert isinstance(input, ImageInput)
    assert input.frame == "ink"


def test_a_run_that_says_its_frame_is_believed(store: RunStore) -> None:
    run = store.create(RunConfig.make(dataset="image_folder", model="mlp"))
    spec = InputSpec(input=ImageInput(channels=1, height=28, width=28, frame="ink"), class_names=("a", "b"))
    (run.path / "reading.json").write_text(spec.model_dump_json())
    assert run.input_spec() == spec


def test_files_that_only_look_like_kept_weights_are_left_out(trained: Run) -> None:
    (trained.checkpoints / "epoch-last.safetensors").write_bytes(b"")
    assert list(trained.epoch_weights()) == [0, 1, 2]


# -- who trains in it


def test_while_somebody_trains_in_a_folder_nobody_else_can(run: Run) -> None:
    other = Run(run.path)
    with run.locked():
        assert run.is_locked()
        assert other.is_locked()
        assert other.status() == "running"
        with pytest.raises(RunError, match="being trained in another window"), other.locked():
            pass
    assert not other.is_locked()
    assert other.status() == "interrupted"


def test_a_lock_that_cannot_be_looked_at_locks_nothing(run: Run) -> None:
    (run.path / ".lock").mkdir()
    with pytest.raises(OSError, match="lock"):
        FileLock(run.path / ".lock").acquire(timeout=0)
    assert not run.is_locked()


def test_a_run_that_never_began_leaves_no_folder(run: Run, store: RunStore) -> None:
    begun = store.create(small_config(epochs=1))
    list(fit(begun.config, begun))
    for each in (run, begun):
        each.discard_if_it_never_began()
    assert not run.path.exists()
    assert begun.path.exists()


# -- its history


def test_a_history_is_read_as_it_was_told(run: Run) -> None:
    heard = [
        event for event in fit(run.config, run) if isinstance(event, RunStarted | StepsDone | EpochDone | RunEnded)
    ]
    assert [type(event) for event in run.history()] == [type(event) for event in heard]
    assert [event.epoch for event in run.history(EpochDone) if isinstance(event, EpochDone)] == [1, 2]
    assert run.ending() == heard[-1]
    assert (run.status(), run.is_resumable()) == ("finished", False)


def test_what_only_moves_a_line_of_progress_is_not_kept(run: Run) -> None:
    run.append(Evaluating("validation", 10, 100))
    assert not (run.path / "history.jsonl").exists()


def test_a_run_without_a_history_tells_nothing(run: Run) -> None:
    assert list(run.history()) == []
    assert run.ending() is None


def test_a_line_that_a_crash_cut_short_is_left_out(trained: Run) -> None:
    path = trained.path / "history.jsonl"
    whole = path.read_bytes()
    path.write_bytes(whole[:-20])
    assert trained.ending() is None
    assert trained.status() == "interrupted"
    assert len(list(trained.history())) == whole.count(b"\n") - 1


def test_a_forged_line_without_steps_is_left_out(trained: Run) -> None:
    before = RunProgress.of(trained.history())
    line = {"event": "StepsDone", "epoch": 3, "last_step": 99, "metrics": {}, "samples_per_second": 1.0}
    with (trained.path / "history.jsonl").open("a", encoding="utf-8") as history:
        history.write(json.dumps(line | {"losses": [], "learning_rates": [], "seconds": []}) + "\n")
    assert RunProgress.of(trained.history()).step == before.step


@pytest.mark.parametrize("step", [12, 15, 10])
def test_a_history_is_cut_back_to_what_a_checkpoint_knows(trained: Run, step: int) -> None:
    before = told(trained)
    trained.rewind(step, epochs_done=1)
    losses, rates, epochs = told(trained)
    assert (losses, rates) == (before[0][:step], before[1][:step])
    assert epochs == before[2][:1]
    assert [type(event) for event in trained.history(RunStarted, RunEnded)] == [RunStarted]
