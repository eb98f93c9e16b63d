"""Bytes of a run's folder that changed by themselves: what can be told from them is told, the rest is refused."""

import contextlib
import shutil

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import NeurariumError
from core.events import StepsDone
from core.inference.snapshot import load_snapshot
from core.runs.run import Run
from core.runs.store import RunStore
from core.runs.summary import summarise
from core.training.loop import fit
from tests.core.training.runs import small_config

FILES = ["config.json", "reading.json", "history.jsonl", "checkpoints/last.safetensors", "checkpoints/best.safetensors"]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A run of one epoch that was asked for two."""
    config = small_config(epochs=2).with_changes(model={"key": "mlp", "width": 4})
    run = RunStore(tmp_path_factory.mktemp("whole")).create(config)
    events = fit(config, run)
    while not run.best.is_file():
        next(events)
    events.close()
    return run


@settings(max_examples=150, deadline=None)
@given(file=st.sampled_from(FILES), place=st.floats(0, 1, exclude_max=True), flip=st.integers(1, 255))
def test_a_flipped_byte_in_any_file_of_a_run_ends_in_a_sentence_if_it_matters(
    tmp_path_factory: pytest.TempPathFactory, whole: Run, file: str, place: float, flip: int
) -> None:
    run = Run(tmp_path_factory.mktemp("flip") / whole.name)
    shutil.copytree(whole.path, run.path)
    content = bytearray((run.path / file).read_bytes())
    content[int(place * len(content))] ^= flip
    (run.path / file).write_bytes(content)
    assert summarise(run).status
    assert run.title
    assert all(event for event in run.history())
    for use in (load_snapshot, one_step):
        with contextlib.suppress(NeurariumError):
            use(run)


def one_step(run: Run) -> None:
    """Resumes the run for one step, unless the byte made it a very long one."""
    config = run.config
    if config.dataset.key != "digits":
        return
    events = fit(config, run)
    for event in events:
        if isinstance(event, StepsDone):
            break
    events.close()
