"""When a run goes wrong, the page says so where the user looks, and what to do; the page stays usable."""

import sys

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from core.errors import DataError, StorageError
from core.events import EpochDone
from core.generators import pull
from core.quantities import duration
from core.runs.presets import PRESETS
from core.runs.store import RunStore
from gui.pages.train.forecast import speed_before, survey
from tests.gui.pages.train.bench import small


def test_a_diverging_run_is_marked_and_the_advice_is_one_click_away(open_bench) -> None:
    config = PRESETS["too_high"].config(small())
    bench = open_bench(config.with_changes(dataset={"key": "digits", "train_examples": 300}))
    bench.train()
    assert bench.run.status() == "diverged"
    step = bench.page.progress.step
    assert bench.charts.loss.chart.run.end_reason == f"diverged at step {step}"
    assert bench.charts.loss.chart.run.ended_badly
    assert bench.transport.progress.captions()[0] == f"Diverged · step {step}"
    assert "The loss ran away" in bench.page.advice.text()
    assert not bench.page.advice.resume_button.isVisible()
    bench.click(bench.page.advice.try_button)
    assert bench.settings.config().optimizer.learning_rate == pytest.approx(0.05)
    assert bench.settings.config().model == config.model


def test_a_table_that_is_gone_is_reported_and_trained_on_once_it_is_back(open_bench, tmp_path) -> None:
    path = tmp_path / "mine.csv"
    dataset = {"key": "csv", "path": str(path)}
    bench = open_bench(small(1, dataset=dataset, model="bag_of_embeddings", training={"batch_size": 4}))
    bench.train()
    (error,) = bench.reported
    assert isinstance(error, DataError)
    assert "mine.csv" in error.what
    assert bench.state.current_run is None, "a run that never began leaves nothing behind"
    assert bench.transport.go_button.isEnabled()
    rows = [f"{label} text {number},{label}" for label in ("good", "bad") for number in range(20)]
    path.write_text("\n".join(["text,label", *rows]))
    bench.train()
    assert bench.run.status() == "finished"


def test_a_batch_larger_than_the_data_is_told_in_the_window_and_trains(open_bench) -> None:
    bench = open_bench(small(epochs=1, training={"batch_size": 5000}))
    noticed: list[str] = []
    bench.state.noticed.connect(noticed.append)
    bench.train()
    assert bench.run.status() == "finished"
    assert len(noticed) == 1
    assert "5000 is more than the 1293" in noticed[0]


def test_rows_left_out_of_a_table_are_told_in_the_window(open_bench, tmp_path) -> None:
    path = tmp_path / "mine.csv"
    rows = [f"{label} text {number},{label}" for label in ("good", "bad") for number in range(20)]
    path.write_text("\n".join(["text,label", *rows, rows[0], "no label,"]))
    dataset = {"key": "csv", "path": str(path)}
    bench = open_bench(small(1, dataset=dataset, model="bag_of_embeddings", training={"batch_size": 4}))
    noticed: list[str] = []
    bench.state.noticed.connect(noticed.append)
    bench.train()
    assert bench.run.status() == "finished"
    (notice,) = noticed
    assert notice.startswith("Of 42 rows of mine.csv, 40 are used")


def test_a_folder_that_cannot_be_written_is_reported_and_the_page_stays_usable(bench, tmp_path, monkeypatch) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("NEURARIUM_RUNS", str(tmp_path / "file"))
    bench.click(bench.transport.go_button)
    bench.until(lambda: len(bench.reported) > 0)
    assert isinstance(bench.reported[0], StorageError)
    assert bench.transport.go_button.isEnabled()
    assert bench.settings.model.box.isEnabled()


def test_a_run_that_cannot_begin_leaves_the_one_before_it_on_the_page(open_bench, tmp_path) -> None:
    bench = open_bench(small(2))
    bench.train()
    first, step = bench.run, bench.page.progress.step
    dataset = {"key": "csv", "path": str(tmp_path / "missing.csv")}
    bench.settings.set_config(small(1, dataset=dataset, model="bag_of_embeddings", training={"batch_size": 4}))
    bench.train()
    assert isinstance(bench.reported[0], DataError)
    bench.until(lambda: bench.page.progress.step == step)
    assert bench.run.path == first.path
    assert len(bench.charted_steps()) == step
    assert bench.page.advice.next_button.isVisible()
    assert "could not go on" not in bench.page.advice.text()


def test_a_run_whose_disk_gives_up_keeps_its_curve_and_can_be_resumed(open_bench, monkeypatch) -> None:
    bench = open_bench(small(epochs=400))
    bench.begin()
    bench.until(lambda: len(bench.page.progress.epochs) >= 1)

    def full(*_: object) -> None:
        raise StorageError("The disk is full.", "Make room.")

    with monkeypatch.context() as patch:
        patch.setattr("core.runs.run.Run.append", full)
        bench.until(lambda: bench.trainings == 1)
    assert "The disk is full." in str(bench.reported[0])
    assert bench.charts.loss.chart.run.end_reason == "failed"
    bench.state.set_language("zh_CN")
    assert bench.charts.loss.chart.layer.end_text() == "失败"
    bench.state.set_language("en")
    assert "could not go on" in bench.page.advice.text()
    bench.click(bench.page.advice.resume_button)
    bench.until(lambda: bench.state.session.state == "training")
    bench.stop()


def test_an_early_stopped_run_says_so_on_the_chart_without_alarm(open_bench) -> None:
    bench = open_bench(small(epochs=300, training={"early_stopping": 1}))
    bench.train()
    assert bench.run.status() == "early_stopped"
    assert bench.charts.loss.chart.run.end_reason == "stopped early"
    assert not bench.charts.loss.chart.run.ended_badly


def test_advice_on_the_learning_rate_is_tried_while_the_run_goes_on(open_bench) -> None:
    bench = open_bench(small(epochs=500, optimizer={"key": "adam", "learning_rate": 1e-7}))
    bench.begin()
    bench.until(bench.page.advice.try_button.isVisible)
    assert "still guesses" in bench.page.advice.text()
    assert bench.page.advice.try_button.text() == "Try it now"
    bench.click(bench.page.advice.try_button)
    bench.until(lambda: bench.page.progress.learning_rate == pytest.approx(1e-6))
    assert bench.transport.rate.value() == pytest.approx(1e-6)
    bench.stop()


def test_before_the_start_the_page_says_what_the_run_will_cost(bench) -> None:
    values = bench.page.forecast.values
    bench.until(lambda: values.value("parameters") == "7,850")
    assert values.value("memory").startswith("≈ ")
    assert values.value("epoch").endswith(" s")
    bench.qtbot.keyClick(bench.settings.training.row("epochs").editor.main, Qt.Key.Key_Up)
    bench.until(lambda: values.value("parameters") == "–")
    bench.until(lambda: values.value("parameters") == "7,850")


def test_what_a_run_costs_is_measured_anew_on_another_number_of_cores(open_bench) -> None:
    bench = open_bench(small(training={"threads": None}))
    values = bench.page.forecast.values
    bench.until(lambda: values.value("parameters") == "7,850")
    bench.state.set_threads(2)
    bench.until(lambda: values.value("parameters") == "–")
    bench.until(lambda: values.value("parameters") == "7,850")


def test_a_run_that_is_opened_leaves_what_the_next_one_will_cost(bench) -> None:
    values = bench.page.forecast.values
    bench.train()
    first = bench.run
    history = first.path / "history.jsonl"
    history.write_text("".join(history.read_text().splitlines(keepends=True)[:-1]))  # as if it had broken off
    bench.settings.set_config(small(model="mlp"))
    bench.until(lambda: values.value("parameters") not in ("–", "7,850"))
    cost = values.value("parameters")
    bench.state.set_current_run(None)
    bench.until(lambda: bench.page.progress.step == 0)
    bench.state.set_current_run(first)
    bench.until(lambda: bench.page.progress.step > 0)
    assert values.value("parameters") == cost


def test_what_cannot_be_trained_here_is_said_before_the_start(open_bench) -> None:
    device = "cuda" if sys.platform == "darwin" else "mps"
    bench = open_bench(small(training={"device": device}))
    bench.until(lambda: f"no {device.upper()} device" in bench.page.forecast.problem())
    bench.settings.set_config(small())
    bench.until(lambda: bench.page.forecast.values.value("parameters") == "7,850")
    assert bench.page.forecast.problem() == ""


def test_nothing_is_measured_while_a_run_trains(open_bench) -> None:
    bench = open_bench(small(epochs=400))
    bench.begin()
    assert not bench.page.forecast.is_measuring
    bench.page.forecast.look_at(small(epochs=3))
    bench.qtbot.wait(600)
    assert not bench.page.forecast.is_measuring
    assert shown(bench) == {"parameters": "7,850"}, "nothing but what is known"
    bench.until(lambda: len(bench.page.progress.epochs) >= 2)
    bench.stop()
    bench.until(lambda: bench.page.forecast.values.value("epoch").endswith(" s"))
    assert set(shown(bench)) >= {"parameters", "memory", "epoch", "total"}
    assert len(RunStore().runs()) == 1
    assert bench.page.forecast.values.value("took").endswith(f" {done(bench.run)} epochs")


def test_the_speed_of_a_run_that_did_the_same_work_tells_the_time_of_the_next(bench) -> None:
    forecast, store = bench.page.forecast, RunStore()
    bench.until(lambda: forecast.values.value("epoch").endswith(" s"))
    assert speed_before(small(), store) == 0
    bench.train()
    ended = bench.run.ending()
    assert ended is not None
    config = bench.run.config
    longer = config.with_changes(training=config.training.model_copy(update={"epochs": 7, "seed": 3}))
    assert speed_before(longer, store) == ended.samples_per_second
    found = pull(survey(longer, store))
    assert found.cost is not None
    assert found.cost.seconds_per_epoch == pytest.approx(found.info.train / ended.samples_per_second)
    assert found.cost.seconds == pytest.approx(7 * found.cost.seconds_per_epoch)
    other = config.with_changes(training=config.training.model_copy(update={"batch_size": 8}))
    assert speed_before(other, store) == 0
    expected = duration(pull(survey(config, store)).cost.seconds_per_epoch)
    bench.until(lambda: forecast.values.value("epoch") == expected)


def test_a_share_in_the_advice_is_not_torn_from_its_sign(open_bench) -> None:
    bench = open_bench(small(epochs=3))
    bench.train()
    assert " %" in bench.page.advice.text()
    label = next(label for label in bench.page.advice.findChildren(QLabel) if label.wordWrap())
    assert "\u00a0%" in label.text()
    assert " %" not in label.text()


def test_the_charts_do_not_jump_when_the_advice_comes_with_a_button(open_bench) -> None:
    bench = open_bench(small(2))
    bench.train()
    assert bench.page.advice.next_button.isVisible()
    bench.page.layout().activate()
    with_button = bench.charts.loss.height()
    bench.settings.set_config(small(1000))
    bench.begin()
    assert not bench.page.advice.next_button.isVisible()
    bench.page.layout().activate()
    assert bench.charts.loss.height() == with_button
    bench.stop()


def shown(bench) -> dict[str, str]:
    """What the forecast shows, by the keys of its rows."""
    values = bench.page.forecast.values
    return {key: values.value(key) for key, (name, *_others) in values._rows.items() if name.isVisible()}


def done(run) -> int:
    """How many epochs a run has made."""
    return sum(isinstance(event, EpochDone) for event in run.history())
