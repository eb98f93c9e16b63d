"""The weights that a run begins with are read from another run, and lie in its own folder as a copy with a digest."""

from pathlib import Path

import pytest
import torch

from core.errors import RunError
from core.runs import checkpoint, initial_weights
from core.runs.run import Run
from core.runs.store import RunStore
from core.training.loop import fit
from tests.core.training.runs import small_config


@pytest.fixture(scope="module")
def teacher(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A run of three epochs, the only one in its folder."""
    run = RunStore(tmp_path_factory.mktemp("teacher")).create(small_config(epochs=3))
    list(fit(run.config, run))
    return run


@pytest.fixture
def pupil(teacher: Run, store: RunStore) -> Run:
    """A run that begins with the teacher's weights, not yet trained."""
    return store.create(small_config().with_changes(initial_weights={"run": str(teacher.path)}))


def same(one: dict[str, torch.Tensor], other: dict[str, torch.Tensor]) -> bool:
    return one.keys() == other.keys() and all(torch.equal(one[name], other[name]) for name in one)


def damage(copy: Path) -> None:
    """Changes the last byte, which belongs to a tensor."""
    content = copy.read_bytes()
    copy.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))


@pytest.mark.parametrize("which", ["best", "last", "0", "2"])
def test_they_are_those_of_the_moment_that_was_asked_for(teacher: Run, which: str) -> None:
    weights, spec, name = initial_weights.read(teacher, which)
    files = {"best": teacher.best, "last": teacher.last}
    kept = files.get(which) or teacher.epoch_weights()[int(which)]
    assert same(weights, checkpoint.weights_in(checkpoint.read(kept)[0]))
    assert (spec, name) == (teacher.input_spec(), teacher.name)


def test_a_moment_that_was_not_kept_is_named(teacher: Run) -> None:
    with pytest.raises(RunError, match="has not kept epoch 77"):
        initial_weights.read(teacher, "77")


def test_the_copy_in_the_folder_says_the_same_as_the_run_they_came_from(teacher: Run, pupil: Run) -> None:
    weights, spec, name = initial_weights.read_copy(pupil)
    original, reads, called = initial_weights.read(teacher, "best")
    assert same(weights, original)
    assert (spec, name) == (reads, called)


def test_a_copy_is_found_by_its_digest_in_any_folder_of_runs(teacher: Run, pupil: Run) -> None:
    digest = pupil.config.initial_weights.digest
    folders = [teacher.path, teacher.path / "gone", pupil.path]
    assert initial_weights.copy_in(folders, digest) == pupil.initial.read_bytes()
    assert initial_weights.copy_in(folders[:2], digest) is None
    assert initial_weights.copy_in(folders, "0" * 32) is None
    assert initial_weights.copy_in(folders, "") is None, "that is how all files without a digest look"


def test_a_damaged_copy_is_passed_over(pupil: Run, store: RunStore) -> None:
    digest, intact = pupil.config.initial_weights.digest, pupil.initial.read_bytes()
    other = store.create(pupil.config, origin=pupil.path)
    damage(pupil.initial)
    assert checkpoint.digest_in(pupil.initial) == digest, "its header still claims it"
    assert initial_weights.copy_in([pupil.path, other.path], digest) == intact
    assert initial_weights.copy_in([pupil.path], digest) is None


def test_a_new_run_begins_with_the_weights_of_the_source_if_every_copy_is_damaged(pupil: Run, store: RunStore) -> None:
    intact, _spec, _name = initial_weights.read_copy(pupil)
    damage(pupil.initial)
    weights, _spec, _name = initial_weights.read_copy(store.create(pupil.config, origin=pupil.path))
    assert same(weights, intact)


def test_a_config_speaks_of_the_very_copy(pupil: Run) -> None:
    blank = pupil.config.with_changes(initial_weights={"run": "1"})
    assert initial_weights.with_digest(blank, pupil.initial).initial_weights.model_dump() == {
        **blank.initial_weights.model_dump(),
        "digest": checkpoint.digest_in(pupil.initial),
    }


@pytest.mark.parametrize("content", [None, b"", b"changed"])
def test_a_copy_that_is_gone_or_changed_is_asked_for(pupil: Run, content: bytes | None) -> None:
    if content is None:
        pupil.initial.unlink()
    else:
        pupil.initial.write_bytes(content)
    with pytest.raises(RunError, match="are not in its folder") as caught:
        initial_weights.read_copy(pupil)
    assert pupil.initial.name in caught.value.advice


def test_a_copy_with_the_right_digest_that_says_nothing_of_what_it_reads_is_damaged(pupil: Run, tmp_path: Path) -> None:
    checkpoint.write(pupil.initial, {"model.weight": torch.zeros(1)}, {"input_spec": 3})
    pupil.write_config(initial_weights.with_digest(pupil.config, pupil.initial))
    with pytest.raises(RunError, match="is damaged"):
        initial_weights.read_copy(pupil)
