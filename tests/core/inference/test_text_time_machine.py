"""One sentence, scored at every kept epoch of a run."""

import shutil
from pathlib import Path

import pytest
import torch

from core.errors import RunError
from core.inference.score import open_scorer
from core.inference.text_time_machine import TextTimeMachine
from core.runs.run import Run

SENTENCE = "The food was not bad at all."


def test_a_sentence_is_followed_from_the_untrained_start_to_the_last_epoch(text_run: Run) -> None:
    before = torch.get_rng_state()
    machine = TextTimeMachine(text_run)
    moments = list(machine.history(SENTENCE))
    assert [moment.epoch for moment in moments] == machine.epochs == [0, 1, 2, 3, 4]
    assert abs(moments[0].score.probability - 0.5) < 0.2
    for epoch, path in text_run.epoch_weights().items():
        alone = open_scorer(text_run, path).score(SENTENCE)
        assert moments[epoch].score.running.tolist() == alone.running.tolist()
    assert torch.equal(before, torch.get_rng_state())


def test_epochs_that_were_thinned_out_meanwhile_are_left_out(text_run: Run, tmp_path: Path) -> None:
    run = Run(Path(shutil.copytree(text_run.path, tmp_path / text_run.name)))
    machine = TextTimeMachine(run)
    run.epoch_weights()[2].unlink()
    assert [moment.epoch for moment in machine.history(SENTENCE, trace=False)] == [0, 1, 3, 4]
    assert machine.refresh()
    assert machine.epochs == [0, 1, 3, 4]
    assert not machine.refresh()
    with pytest.raises(RunError, match="has not kept epoch 2"):
        machine.at(2)
