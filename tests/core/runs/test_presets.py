"""Presets do what they say they do."""

import pytest

from core.errors import ConfigError
from core.events import EpochDone, RunEnded, StepsDone
from core.runs.config import RunConfig
from core.runs.presets import OVERFIT, PRESETS, TOO_HIGH, Preset, named
from core.training.loop import fit

ON_DIGITS = RunConfig.make(dataset="digits", model="mlp", training={"seed": 3, "threads": 1, "device": "cpu"})


@pytest.mark.parametrize("preset", PRESETS.values(), ids=PRESETS.keys())
def test_a_preset_keeps_the_learners_images_seed_and_threads(preset: Preset) -> None:
    config = preset.config(ON_DIGITS)
    assert config.dataset.key == "digits"
    assert (config.training.seed, config.training.threads, config.training.device) == (3, 1, "cpu")
    assert preset.config(config) == config


@pytest.mark.parametrize("preset", PRESETS.values(), ids=PRESETS.keys())
def test_a_preset_brings_images_of_its_own_where_the_learner_has_none(preset: Preset) -> None:
    default = preset.config().dataset
    on_text = preset.config(RunConfig.make(dataset="sentences", model="lstm"))
    assert on_text.dataset == default


def test_a_preset_whose_model_reads_sentences_begins_with_sentences() -> None:
    preset = Preset("reader", "A reader", "Watch it.", model={"key": "gru"}, optimizer={"key": "adam"})
    assert preset.config(ON_DIGITS).dataset.key == "sentences"


def test_leaving_the_overfitting_preset_brings_all_examples_back() -> None:
    few = OVERFIT.config(ON_DIGITS)
    assert few.dataset.model_dump()["train_examples"] == 100
    assert named("chapter").config(few).dataset.model_dump()["train_examples"] is None


def test_an_unknown_preset_is_answered_with_those_there_are() -> None:
    with pytest.raises(ConfigError, match=r"no preset called “slow”\. Choose one of: chapter, fast"):
        named("slow")


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_too_high_a_learning_rate_climbs_and_diverges(seed: int) -> None:
    events = list(fit(TOO_HIGH.config(ON_DIGITS.with_changes(training={"seed": seed, "threads": 1, "device": "cpu"}))))
    losses = [loss for event in events if isinstance(event, StepsDone) for loss in event.losses]
    assert losses[2] > 2 * losses[0]
    ended = events[-1]
    assert isinstance(ended, RunEnded)
    assert ended.reason == "diverged"


def test_overfitting_on_purpose_turns_the_validation_loss_while_the_training_loss_vanishes() -> None:
    epochs = [event for event in fit(OVERFIT.config(ON_DIGITS)) if isinstance(event, EpochDone)]
    validation = [epoch.validation_loss for epoch in epochs]
    assert epochs[-1].train_loss < 0.001
    assert validation.index(min(validation)) < 2 * len(epochs) / 3
    assert validation[-1] > 1.2 * min(validation)
