"""A network can start with the weights of another, some of them frozen, and be repeated from its folder alone."""

import shutil
from pathlib import Path

import pytest
import torch

from core.errors import ConfigError, RunError
from core.events import EpochDone, Event, Preparing
from core.inference.snapshot import load_snapshot
from core.runs import checkpoint
from core.runs.config import RunConfig
from core.runs.run import Run
from core.runs.store import RunStore
from core.training.loop import fit
from tests.core.training.runs import told


def images(model: object = "chapter_cnn", dataset: object = None, **initial: object) -> RunConfig:
    return RunConfig.make(
        dataset=dataset or {"key": "strokes", "examples": 200},
        model=model,
        training={"epochs": 1, "batch_size": 32, "threads": 1},
        initial_weights=initial,
    )


def train(config: RunConfig, store: RunStore, origin: Path | None = None) -> tuple[Run, list[Event]]:
    run = store.create(config, origin)
    return run, list(fit(run.config, run))


def weights(run: Run, epoch: int) -> dict[str, torch.Tensor]:
    return checkpoint.weights_in(checkpoint.read(run.weights_of_epoch(epoch))[0])


@pytest.fixture
def teacher(store: RunStore) -> Run:
    return train(images(), store)[0]


def test_it_begins_where_the_other_network_ended(store: RunStore, teacher: Run) -> None:
    run, _events = train(images(run="1", checkpoint="last"), store)
    begun, ended = weights(run, 0), weights(teacher, 1)
    assert all(torch.equal(begun[name], ended[name]) for name in ended)


def test_it_may_begin_with_the_weights_of_any_epoch_that_was_kept(store: RunStore, teacher: Run) -> None:
    run, _events = train(images(run=teacher.name, checkpoint="0"), store)
    assert torch.equal(weights(run, 0)["conv1.weight"], weights(teacher, 0)["conv1.weight"])


def test_it_may_begin_with_a_network_that_comes_with_the_program(store: RunStore) -> None:
    run, _events = train(images({"key": "small_resnet", "blocks": 1, "width": 16}, run="shipped/digits"), store)
    shipped = load_snapshot(store.find("shipped/digits")).model.state_dict()
    assert all(torch.equal(tensor, shipped[name]) for name, tensor in weights(run, 0).items())


def test_a_run_is_repeated_from_its_folder_alone(store: RunStore, teacher: Run, tmp_path: Path) -> None:
    first, _events = train(images(run="1"), store)
    shutil.rmtree(teacher.path)
    moved = Path(shutil.move(first.path, tmp_path / "elsewhere"))
    again, _events = train(Run(moved).config, store, moved)
    assert told(again) == told(Run(moved))
    old, new = weights(Run(moved), 1), weights(again, 1)
    assert all(torch.equal(old[name], new[name]) for name in old)


def test_a_copy_in_another_run_will_do_too(store: RunStore, teacher: Run) -> None:
    first, _events = train(images(run="1"), store)
    shutil.rmtree(teacher.path)
    again, _events = train(first.config, store)
    assert told(again) == told(first)


def test_weights_that_are_nowhere_to_be_found_are_told_and_leave_no_folder(store: RunStore) -> None:
    with pytest.raises(RunError, match="no run called"):
        store.create(images(run="77"))
    assert store.runs() == []


def test_it_goes_on_from_its_own_checkpoint_and_not_from_the_first_weights(store: RunStore, teacher: Run) -> None:
    whole, _events = train(images(run="1"), store)
    run = store.create(images(run="1"))
    events = fit(run.config, run)
    next(event for event in events if type(event).__name__ == "CheckpointSaved")
    events.close()
    list(fit(run.config, run))
    assert told(run) == told(whole)


def test_a_copy_that_was_changed_is_refused(store: RunStore, teacher: Run) -> None:
    run = store.create(images(run="1"))
    checkpoint.write(run.initial, {"model.conv1.weight": torch.zeros(1)}, {})
    with pytest.raises(RunError, match="not in its folder"):
        list(fit(run.config, run))


def test_a_copy_that_says_nothing_of_what_it_reads_is_refused(store: RunStore, teacher: Run) -> None:
    config = images(run="1")
    run = store.create(config)
    checkpoint.write(run.initial, {"model.conv1.weight": torch.zeros(1)}, {"input_spec": 3})
    forged = config.initial_weights.model_dump() | {"digest": checkpoint.digest_in(run.initial)}
    forged_run = Run(run.path)
    (run.path / "config.json").write_text(config.with_changes(initial_weights=forged).model_dump_json())
    with pytest.raises(RunError, match="damaged"):
        list(fit(forged_run.config, forged_run))


def test_without_a_folder_the_weights_are_taken_from_the_run_that_has_them(store: RunStore, teacher: Run) -> None:
    events = list(fit(images(run=str(teacher.path))))
    assert any(isinstance(event, EpochDone) for event in events)


def test_layers_that_do_not_fit_are_drawn_by_seed_and_named(store: RunStore, teacher: Run) -> None:
    digits = {"key": "digits", "train_examples": 100}
    run, _events = train(images("mlp", digits), store)
    wider = {"key": "mlp", "layers": 3}
    _run, events = train(images(wider, digits, run=run.name), store)
    assert any("begin as drawn by seed" in event.notice for event in events if isinstance(event, Preparing))


def test_weights_of_quite_another_network_are_refused(store: RunStore, teacher: Run) -> None:
    with pytest.raises(RunError, match="fit no layer"):
        train(images({"key": "softmax_regression"}, run="1"), store)


def test_frozen_layers_keep_their_weights_and_the_others_learn(store: RunStore, teacher: Run) -> None:
    run, _events = train(images(run="1", frozen="conv1"), store)
    before, after = weights(run, 0), weights(run, 1)
    assert torch.equal(before["conv1.weight"], after["conv1.weight"])
    changed = [name for name in before if not torch.equal(before[name], after[name])]
    assert changed
    assert not any(name.startswith("conv1") for name in changed)


def test_a_frozen_batch_normalisation_measures_nothing_more(store: RunStore) -> None:
    model = load_snapshot(store.find("shipped/digits")).model
    first = next(name for name, module in model.named_modules() if isinstance(module, torch.nn.BatchNorm2d))
    run, _events = train(
        images({"key": "small_resnet", "blocks": 1, "width": 16}, run="shipped/digits", frozen=first), store
    )
    before, after = weights(run, 0), weights(run, 1)
    means = [name for name in before if name.endswith("running_mean")]
    assert torch.equal(before[means[0]], after[means[0]])
    assert not torch.equal(before[means[-1]], after[means[-1]])


def test_a_layer_that_is_not_there_is_answered_with_those_that_are(store: RunStore) -> None:
    with pytest.raises(ConfigError, match="no layer called “conv9”") as caught:
        list(fit(images(frozen="conv9")))
    assert "conv1" in caught.value.advice


def test_a_network_frozen_whole_is_refused() -> None:
    with pytest.raises(ConfigError, match="nothing is left to learn"):
        list(fit(images({"key": "softmax_regression"}, frozen="dense")))


def test_texts_are_read_with_the_words_of_the_network_that_it_begins_with(store: RunStore) -> None:
    def texts(dataset: object, **initial: object) -> RunConfig:
        return RunConfig.make(
            dataset=dataset,
            model={"key": "gru", "embedding": 8, "hidden": 8},
            training={"epochs": 1, "threads": 1},
            initial_weights=initial,
        )

    first, _events = train(texts({"key": "sentences", "train_examples": 200}), store)
    second, _events = train(texts("chapter_sentences", run=first.name), store)
    assert second.input_spec().input == first.input_spec().input
    assert torch.equal(weights(second, 0)["embedding.weight"], weights(first, 1)["embedding.weight"])
