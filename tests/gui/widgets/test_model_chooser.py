"""The menu and the button of networks and checkpoints: their texts, and what each entry chooses."""

from pathlib import Path

import pytest

from core.errors import RunError
from core.runs.config import RunConfig
from core.runs.run import Run
from core.runs.store import RunStore
from core.training.loop import fit
from gui.widgets.model_chooser import Choice, ModelChooser


def test_an_epoch_that_was_thinned_out_is_said_to_be_gone(tmp_path: Path) -> None:
    config = RunConfig.make(dataset="digits", model="softmax_regression", training={"epochs": 2, "threads": 1})
    run = RunStore(tmp_path).create(config)
    for _event in fit(config, run):
        pass
    chosen = Choice(run.path, 1)
    assert chosen.weights == run.epoch_weights()[1]
    chosen.weights.unlink()
    with pytest.raises(RunError, match="has not kept epoch 1"):
        chosen.weights  # noqa: B018 (looking for it is what fails)
    assert Choice(run.path).weights == run.best
    run.best.unlink()
    assert Choice(run.path).weights == run.last


@pytest.fixture
def ampersand(tmp_path: Path) -> Run:
    """A run with the name of its folder."""
    folder = tmp_path / "A & B"
    folder.mkdir()
    return Run(folder)


def test_an_ampersand_in_a_name_is_shown_and_underlines_nothing(qtbot, ampersand: Run) -> None:
    chooser = ModelChooser(lambda: "Which network answers", lambda: "Q & A")
    qtbot.addWidget(chooser)
    chooser.set_runs([ampersand])
    chooser.show_choice(Choice(ampersand.path))
    assert chooser.text() == "A && B · best epoch"
    assert chooser.menu_titles() == ["Q & A", "A & B"]
    assert [action.text() for action in chooser.menu().actions()] == ["Q && A", "A && B"]
    assert chooser.accessibleName() == "Which network answers: A & B · best epoch"
