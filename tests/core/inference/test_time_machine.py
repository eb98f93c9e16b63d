import shutil
from pathlib import Path

import numpy as np
import pytest

from core.data.strokes import generate
from core.errors import RunError
from core.inference.time_machine import TimeMachine
from core.training.run_store import Run


def picture() -> np.ndarray:
    return generate(1, seed=90)[0][0] / np.float32(255)


def test_a_drawing_is_followed_from_the_untrained_start_to_the_last_epoch(reader: Run) -> None:
    machine = TimeMachine(reader)
    preparation = machine.at(0).as_it_is(picture())
    moments = list(machine.history(preparation))
    assert [moment.epoch for moment in moments] == machine.epochs == [0, 1, 2, 3]
    assert moments[0].answer.probability < 0.6 < moments[-1].answer.probability
    assert moments == list(machine.history(preparation))


def test_filters_and_feature_maps_belong_to_their_epoch(reader: Run) -> None:
    machine = TimeMachine(reader)
    start, end = machine.filters(0), machine.filters(3)
    assert start is not None
    assert end is not None
    assert start.shape == end.shape == (16, 1, 5, 5)
    assert np.abs(start - end).max() > 0.01
    layers = machine.layers(3, machine.at(3).as_it_is(picture()))
    assert layers[0].kernels_OIYX is not None
    assert (layers[0].kernels_OIYX == end).all()


def test_weights_that_were_thinned_out_meanwhile_are_left_out(reader: Run, tmp_path: Path) -> None:
    run = Run(Path(shutil.copytree(reader.path, tmp_path / reader.name)))
    machine = TimeMachine(run)
    run.epoch_weights()[1].unlink()
    preparation = machine.at(0).as_it_is(picture())
    assert [moment.epoch for moment in machine.history(preparation)] == [0, 2, 3]
    assert machine.refresh()
    assert machine.epochs == [0, 2, 3]
    assert not machine.refresh()
    with pytest.raises(RunError, match="has not kept epoch 1"):
        machine.at(1)
