"""Version 2 reads what version 1 wrote; the examples are copies of what it wrote."""

import json
from typing import Any

import numpy as np
import pytest

from core.events import EpochDone, RunStarted, StepsDone
from core.objectives.classification import ACCURACY, ClassificationConfig
from core.runs import history, migrate
from core.runs.config import RunConfig
from core.training.state import TrainingState

CONFIG: dict[str, Any] = {
    "version": 1,
    "dataset": {"key": "digits", "train_examples": None, "validation_fraction": 0.1},
    "model": {"key": "softmax_regression"},
    "optimizer": {"key": "sgd", "learning_rate": 0.05, "weight_decay": 0.0},
    "schedule": {"key": "constant"},
    "training": {
        "epochs": 10,
        "batch_size": 32,
        "augmentation": "off",
        "gradient_clip": None,
        "label_smoothing": 0.1,
        "early_stopping": None,
        "seed": 0,
        "device": "auto",
        "threads": None,
        "precision": "float32",
        "checkpoint_seconds": 30.0,
        "keep_epochs": True,
        "keep_megabytes": 200,
    },
}
STARTED = (
    '{"event": "RunStarted", "title": "MLP · Adam", "parameters": 7850, "train_examples": 1293, '
    '"validation_examples": 144, "epochs": 2, "steps_per_epoch": 21, "first_step": 1, "device": "CPU", "threads": 1, '
    '"class_names": ["0", "1"]}'
)
STEPS = (
    '{"event": "StepsDone", "epoch": 1, "last_step": 3, "losses": [2.5, 2.25, null], "accuracies": [0.25, 0.5, 0.75], '
    '"learning_rates": [0.1, 0.1, 0.1], "seconds": [0.1, 0.2, 0.3], "samples_per_second": 640.0}'
)
EPOCH = (
    '{"event": "EpochDone", "epoch": 1, "step": 21, "train_loss": 0.5, "train_accuracy": 0.75, '
    '"validation_loss": 0.25, "validation_accuracy": 0.875, "seconds": 1.5, "samples_per_second": 640.0, '
    '"is_best": true}'
)
PROGRESS: dict[str, Any] = {
    "learning_rate": 0.1,
    "epoch": 2,
    "batch": 5,
    "step": 26,
    "samples": 1613,
    "seconds": 2.0,
    "training_seconds": 1.75,
    "epoch_samples": 320,
    "epoch_seconds": 0.5,
    "loss_sum": 160.5,
    "correct_sum": 240.0,
    "first_loss": 2.5,
    "best_epoch": 1,
    "best": [0.875, -0.25],
}


def test_label_smoothing_is_a_setting_of_the_objective_now_and_everything_else_stays() -> None:
    config = RunConfig.from_json(json.dumps(CONFIG))
    assert config.objective == ClassificationConfig(label_smoothing=0.1)
    written = config.to_dict()
    assert written["version"] == 2
    assert written["training"] == {
        name: value for name, value in CONFIG["training"].items() if name != "label_smoothing"
    }
    for part in ("dataset", "model", "optimizer", "schedule"):
        assert written[part] == CONFIG[part]
    assert migrate.config(written) == written


def test_a_configuration_of_version_1_that_says_nothing_of_its_training_is_one_without_label_smoothing() -> None:
    config = RunConfig.from_dict({name: value for name, value in CONFIG.items() if name != "training"})
    assert config.objective == ClassificationConfig()


def test_a_configuration_of_version_1_draws_as_from_seed_0_whatever_its_seed() -> None:
    config = RunConfig.from_dict(CONFIG)
    assert config.drawn_from == 0
    assert config.with_changes(draw_seed=None).drawn_from == config.training.seed


def test_migrating_leaves_what_it_was_given_as_it_was() -> None:
    before = json.dumps([CONFIG, PROGRESS])
    migrate.config(CONFIG)
    migrate.progress(PROGRESS)
    assert json.dumps([CONFIG, PROGRESS]) == before


@pytest.mark.parametrize(("threads", "found"), [(6, 6), (1000, 256), (0, None), ("6", None)])
def test_threads_that_were_left_open_are_those_on_which_the_run_has_computed(
    threads: object, found: int | None
) -> None:
    assert migrate.threads_of_version_1(CONFIG, {"threads": threads})["training"]["threads"] == found


def test_a_run_of_version_1_is_a_classification() -> None:
    started = history.from_line(STARTED)
    assert isinstance(started, RunStarted)
    assert started.metrics == (ACCURACY,)
    assert started.primary_metric == ACCURACY
    assert started.class_names == ("0", "1")


def test_accuracies_of_version_1_are_metrics() -> None:
    steps, epoch = history.from_line(STEPS), history.from_line(EPOCH)
    assert isinstance(steps, StepsDone)
    assert isinstance(epoch, EpochDone)
    assert steps.metrics.keys() == {"accuracy"}
    assert steps.metrics["accuracy"].tolist() == [0.25, 0.5, 0.75]
    assert np.isnan(steps.losses[2])
    assert epoch.train == {"loss": 0.5, "accuracy": 0.75}
    assert epoch.validation == {"loss": 0.25, "accuracy": 0.875}
    assert epoch.is_best


@pytest.mark.parametrize("line", [STARTED, STEPS, EPOCH])
def test_a_line_of_version_1_written_anew_is_the_same_event(line: str) -> None:
    event = history.from_line(line)
    again = history.to_line(event)
    assert again != line
    assert history.to_line(history.from_line(again)) == again


def test_a_checkpoint_of_version_1_says_how_many_answers_were_right() -> None:
    progress = TrainingState(**migrate.progress(PROGRESS))
    assert progress.metric_sums == {"accuracy": 240.0}
    assert progress.means() == {"loss": 160.5 / 320, "accuracy": 0.75}
    assert (0.875, -0.125) > tuple(progress.best) > (0.875, -0.375)
    assert migrate.progress(migrate.progress(PROGRESS)) == migrate.progress(PROGRESS)


def test_a_checkpoint_that_names_no_metric_has_ranked_its_epochs_by_accuracy() -> None:
    assert migrate.progress(PROGRESS)["primary"] == "accuracy"
    assert migrate.progress({"learning_rate": 0.1, "primary": "loss"})["primary"] == "loss"


# -- frames

PICTURE = {"kind": "image", "channels": 1, "height": 28, "width": 28}


@pytest.mark.parametrize("dataset", ["image_folder", {"key": "fashion_mnist", "train_examples": 100}])
def test_pictures_without_a_frame_are_whole_if_their_dataset_holds_no_handwriting(dataset: object) -> None:
    old = {"input": dict(PICTURE), "class_names": ["a", "b"]}
    found = migrate.input_spec(old, {"dataset": dataset})
    assert found == {"input": {**PICTURE, "frame": "picture"}, "class_names": ["a", "b"]}
    assert old["input"] == PICTURE, "it was changed in a copy"


@pytest.mark.parametrize(
    ("input", "dataset"),
    [
        (PICTURE, {"key": "mnist"}),
        (PICTURE, {}),
        (PICTURE, ["image_folder"]),
        (PICTURE, None),
        ({**PICTURE, "frame": "ink"}, {"key": "image_folder"}),
        ({"kind": "text"}, {"key": "image_folder"}),
        ("picture", {"key": "image_folder"}),
    ],
)
def test_whatever_else_a_network_reads_stays(input: object, dataset: object) -> None:
    assert migrate.input_spec({"input": input}, {"dataset": dataset}) == {"input": input}


# -- threads


def left(threads: int | None, version: int = 1) -> dict[str, Any]:
    return {"version": version, "training": {"threads": threads, "seed": 3}}


def test_threads_that_were_left_open_become_those_that_were_recorded() -> None:
    assert migrate.threads_of_version_1(left(None), {"threads": 4}) == left(4)
    assert migrate.threads_of_version_1({"version": 1}, {"threads": 4}) == {"version": 1, "training": {"threads": 4}}
    assert migrate.threads_of_version_1(left(None), {"threads": 300}) == left(256), (
        "the most that a configuration accepts"
    )


@pytest.mark.parametrize("config", [left(2), left(None, version=2), {"training": {}}, {"version": 1, "training": []}])
def test_whatever_says_its_threads_itself_or_is_no_configuration_of_version_1_stays(config: dict[str, Any]) -> None:
    assert migrate.threads_of_version_1(config, {"threads": 4}) == config


@pytest.mark.parametrize("environment", [None, {}, {"threads": "many"}, {"threads": 0}, {"threads": True}])
def test_where_no_threads_are_recorded_they_stay_open(environment: dict[str, Any] | None) -> None:
    assert migrate.threads_of_version_1(left(None), environment) == left(None)


def test_threads_are_changed_in_a_copy() -> None:
    config = left(None)
    migrate.threads_of_version_1(config, {"threads": 4})
    assert config == left(None)
