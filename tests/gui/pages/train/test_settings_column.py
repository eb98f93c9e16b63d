"""Forms decide a run, by keyboard alone if wanted; presets fill all of them at once."""

import shutil
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QLabel

from core.data.drawing_store import DrawingStore
from core.runs.config import InitialWeights, RunConfig
from core.runs.presets import PRESETS
from core.runs.run import Run
from core.runs.store import RunStore
from core.training.loop import fit
from tests.gui.pages.train.bench import Bench, small


def walk_to(bench: Bench, box: QComboBox, key: str) -> None:
    """Chooses an entry with the arrow keys."""
    box.setFocus()
    wanted = box.findData(key)
    while box.currentIndex() != wanted:
        bench.qtbot.keyClick(box, Qt.Key.Key_Down if box.currentIndex() < wanted else Qt.Key.Key_Up)


def test_data_model_optimizer_and_schedule_are_chosen_by_keyboard_and_trained(bench) -> None:
    settings = bench.settings
    for form, key in (
        (settings.dataset, "digits"),
        (settings.model, "mlp"),
        (settings.optimizer, "momentum"),
        (settings.schedule, "cosine"),
    ):
        walk_to(bench, form.box, key)
    bench.type(settings.model.form().row("width").editor.main.lineEdit(), "16")
    bench.type(settings.optimizer.form().row("learning_rate").editor.main.lineEdit(), "0.05")
    bench.type(settings.training.row("epochs").editor.main.lineEdit(), "1")
    config = settings.config()
    assert config == RunConfig.make(
        dataset="digits",
        model={"key": "mlp", "width": 16},
        optimizer={"key": "momentum", "learning_rate": 0.05},
        schedule="cosine",
        training={"epochs": 1, "batch_size": 64, "threads": 1},
    )
    bench.train()
    assert bench.run.config == config


def test_the_last_settings_are_there_again_at_the_next_start(bench) -> None:
    walk_to(bench, bench.settings.optimizer.box, "sgd")
    assert bench.state.last_config() == bench.settings.config()


def test_only_models_that_can_read_the_data_are_offered(bench) -> None:
    settings = bench.settings

    def offered() -> set[str]:
        return {settings.model.box.itemData(index) for index in range(settings.model.box.count())}

    assert "mlp" in offered()
    walk_to(bench, settings.dataset.box, "sentences")
    assert offered() == {part.key for part in settings.model._registry.for_modality("text")}
    assert settings.config().dataset.key == "sentences"
    walk_to(bench, settings.dataset.box, "digits")
    assert "mlp" in offered()


def test_the_data_card_counts_examples_and_says_where_they_come_from(bench) -> None:
    bench.until(lambda: "1,293 training · 144 validation · 360 test" in bench.settings.counts())
    assert "CC BY 4.0" in bench.settings.about_data()


def test_the_data_card_says_what_is_to_be_downloaded(bench) -> None:
    walk_to(bench, bench.settings.dataset.box, "mnist")
    bench.until(lambda: "12 MB" in bench.settings.needs())


def test_drawings_kept_meanwhile_count_when_the_page_is_shown_again(open_bench) -> None:
    keep_drawings(each=8)
    bench = open_bench(small(dataset="my_drawings"))
    bench.until(lambda: bench.settings.counts() == "11 training · 1 validation · 4 test")
    bench.page.hide()
    keep_drawings(each=4)
    bench.page.show()
    bench.until(lambda: bench.settings.counts() == "16 training · 2 validation · 6 test")


def keep_drawings(each: int) -> None:
    """Keeps so many drawings of two digits."""
    for label in "17" * each:
        DrawingStore().keep(np.full((28, 28), 90, np.uint8), label)


def test_a_preset_fills_in_everything_but_the_data_and_says_what_to_watch(bench) -> None:
    preset = bench.settings.preset
    assert preset.box.currentText() == "Custom"
    walk_to_preset(bench, "fast")
    config = bench.settings.config()
    assert config == PRESETS["fast"].config(small())
    assert config.dataset.key == "digits"
    assert preset.text() == PRESETS["fast"].watch


def test_a_change_by_hand_makes_a_preset_custom_says_which_and_can_be_taken_back(bench) -> None:
    preset, settings = bench.settings.preset, bench.settings
    walk_to_preset(bench, "fast")
    bench.type(settings.training.row("epochs").editor.main.lineEdit(), "7")
    walk_to(bench, settings.schedule.box, "constant")
    assert preset.box.currentText() == "Custom"
    assert preset.text() == "Different from “Fast and good”: schedule, epochs."
    bench.click(preset.back_button)
    assert settings.config() == PRESETS["fast"].config(settings.config())
    assert preset.box.currentText() == "Fast and good"
    assert not preset.back_button.isVisible()


def walk_to_preset(bench: Bench, key: str) -> None:
    """Chooses a preset with the arrow keys, which choose each on the way."""
    walk_to(bench, bench.settings.preset.box, key)


@pytest.mark.parametrize("typed", ["-3", "0", "1e9", "many"])
def test_a_bad_number_is_refused_with_a_sentence_and_keeps_train_from_being_pressed(bench, typed) -> None:
    line = bench.settings.training.row("batch_size").editor.main.lineEdit()
    bench.type(line, typed)
    assert not bench.transport.go_button.isEnabled()
    assert not bench.transport.step_button.isEnabled()
    assert bench.transport.progress.captions()[0].startswith("Batch size: ")
    bench.page.train()
    assert RunStore().runs() == []
    said = bench.page.advice.text()
    assert "Press Train" not in said
    assert bench.settings.problem() in said
    bench.type(line, "32")
    assert "Press Train" in bench.page.advice.text()
    assert bench.transport.go_button.isEnabled()
    assert bench.settings.config().training.batch_size == 32


def test_what_is_typed_first_and_never_left_counts_when_train_is_pressed_by_key(bench) -> None:
    line = bench.settings.training.row("epochs").editor.main.lineEdit()
    line.setFocus()
    line.selectAll()
    bench.qtbot.keyClicks(line, "1")
    bench.finish(lambda: bench.press(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier))
    assert bench.run.config.training.epochs == 1


def test_boxes_are_equally_wide_and_titles_stand_on_one_line(bench) -> None:
    settings = bench.settings
    boxes = (settings.preset, settings.dataset, settings.model, settings.optimizer, settings.schedule)
    assert len({form.box.width() for form in boxes}) == 1
    for form in (settings.dataset.form(), settings.optimizer.form(), settings.training):
        form.more_button.click()
        for name in ("train_examples", "weight_decay", "gradient_clip"):
            if name in type(form.value()).model_fields:
                bench.until(partial(stands_on_one_line, form.row(name).label))


def stands_on_one_line(label: QLabel) -> None:
    assert label.isVisible()
    assert label.fontMetrics().horizontalAdvance(label.text()) <= label.width(), label.text()


@pytest.fixture
def pupil(tmp_path: Path) -> Run:
    """A run outside the folder of runs, begun with the weights of another run there."""
    store = RunStore(tmp_path / "elsewhere")
    config = small(epochs=1, training={"device": "cpu"})
    teacher = store.create(config)
    list(fit(config, teacher))
    return store.create(config.with_changes(initial_weights={"run": str(teacher.path)}))


def test_a_run_opened_and_trained_again_begins_with_the_same_weights_of_another_run(bench, pupil) -> None:
    bench.state.open_run(pupil)
    bench.page.apply_config(pupil.config)
    row = bench.settings.initial_weights
    assert row.isVisible()
    assert row.text() == "Starts with the weights of 0001-softmax_regression-adam"
    shutil.rmtree(pupil.config.initial_weights.run)  # only the copy in the opened run is left
    bench.train()
    assert bench.reported == []
    assert bench.run.config.initial_weights == pupil.config.initial_weights
    assert bench.run.initial.read_bytes() == pupil.initial.read_bytes()


def test_an_edited_setting_keeps_the_initial_weights_until_the_user_drops_them(bench, pupil) -> None:
    settings = bench.settings
    assert not settings.initial_weights.isVisible()
    bench.page.apply_config(pupil.config)
    bench.type(settings.training.row("epochs").editor.main.lineEdit(), "3")
    assert settings.config().training.epochs == 3
    assert settings.config().initial_weights == pupil.config.initial_weights
    assert "initial weights" in settings.preset.text()
    bench.click(settings.initial_weights.random_button)
    assert settings.config().initial_weights == InitialWeights()
    assert bench.state.last_config() == settings.config()
    assert not settings.initial_weights.isVisible()


def test_frozen_layers_are_named_beside_the_initial_weights(bench) -> None:
    bench.page.apply_config(small(model="mlp", initial_weights={"run": "shipped/digits", "frozen": "hidden"}))
    row = bench.settings.initial_weights
    assert row.text() == "Starts with the weights of shipped/digits; frozen up to hidden"
    bench.page.apply_config(small(model="mlp", initial_weights={"frozen": "hidden"}))
    assert row.text() == "Frozen up to hidden"
