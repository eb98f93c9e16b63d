"""A user trains on the page: to the end, with pauses and single steps, stopped and resumed."""

import itertools
import shutil

import pytest
from PySide6.QtCore import Qt

from core.events import EpochDone, Event, StepsDone
from core.runs.config import RunConfig
from core.runs.run import Run
from core.runs.store import RunStore
from gui.pages.train.watched_run import Opened, WatchedRun, read
from tests.gui.pages.train.bench import small

CONTROL = Qt.KeyboardModifier.ControlModifier


def test_before_the_first_run_the_page_says_what_will_appear_and_train_is_the_next_step(bench) -> None:
    assert bench.charts.loss.chart.is_empty()
    assert bench.transport.go_button.text() == "Train"
    assert bench.transport.go_button.isEnabled()
    assert not bench.transport.stop_button.isEnabled()
    assert bench.transport.progress.captions() == ("Ready to train", "")
    assert bench.page.advice.text().startswith("Press Train")


def test_a_training_to_the_end_fills_the_charts_and_says_what_it_took(bench) -> None:
    bench.train()
    assert bench.reported == []
    assert bench.run.status() == "finished"
    assert len(bench.charted_steps()) == bench.recorded_steps() == 42
    accuracy = bench.charts.metrics["accuracy"].chart
    done = [event for event in bench.run.history() if isinstance(event, EpochDone)]
    assert list(accuracy.run.validation["values"]) == pytest.approx([event.validation["accuracy"] for event in done])
    assert accuracy.run.best_epoch == max(done, key=lambda event: event.validation["accuracy"]).epoch
    assert bench.transport.progress.captions()[0] == "Finished · step 42"
    assert bench.transport.progress.bar.fraction() == 1.0
    assert bench.page.forecast.values.value("took").endswith("2 epochs")
    assert "accuracy" in bench.page.advice.text()
    assert bench.transport.go_button.text() == "Train"


def test_the_keys_train_pause_step_and_stop(open_bench) -> None:
    bench = open_bench(small(epochs=500))
    bench.press(Qt.Key.Key_Return, CONTROL)
    bench.until(lambda: bench.page.progress.step > 0)
    bench.press(Qt.Key.Key_F6)
    bench.until(lambda: bench.state.session.state == "paused")
    bench.stand_still()
    step = bench.page.progress.step
    bench.press(Qt.Key.Key_F10)
    bench.until(lambda: bench.page.progress.step == step + 1)
    assert bench.transport.go_button.text() == "Resume"
    assert bench.transport.progress.captions()[0].startswith("Paused · epoch")
    bench.press(Qt.Key.Key_F6)
    bench.until(lambda: bench.page.progress.step > step + 1)
    bench.finish(lambda: bench.press(Qt.Key.Key_Period, CONTROL))
    assert bench.run.status() == "stopped"


def test_step_starts_a_run_that_waits_after_its_first_step(bench) -> None:
    bench.click(bench.transport.step_button)
    bench.until(lambda: bench.page.progress.step == 1)
    bench.qtbot.wait(250)
    assert bench.page.progress.step == 1
    assert bench.state.session.state == "paused"
    bench.click(bench.transport.step_button)
    bench.until(lambda: bench.page.progress.step == 2)
    assert bench.charted_steps() == [1, 2]
    bench.finish(lambda: bench.click(bench.transport.go_button))
    assert bench.charted_steps() == list(range(1, 43))


def test_settings_are_locked_while_a_run_goes_on_and_can_still_be_read(open_bench) -> None:
    bench = open_bench(small(epochs=500))
    bench.begin()
    for box in (bench.settings.preset.box, bench.settings.model.box, bench.settings.dataset.box):
        assert not box.isEnabled()
        assert box.isVisible()
    assert bench.transport.rate.isEnabled()
    bench.stop()
    assert bench.settings.model.box.isEnabled()
    assert not bench.transport.rate.isEnabled()


def test_the_learning_rate_is_turned_while_it_trains(open_bench) -> None:
    bench = open_bench(small(epochs=500))
    bench.begin()
    assert bench.transport.rate.value() == pytest.approx(0.001)
    bench.transport.rate.setFocus()
    bench.qtbot.keyClick(bench.transport.rate.slider, Qt.Key.Key_PageUp)
    assert bench.transport.rate.value() == pytest.approx(0.01)
    bench.until(lambda: bench.page.progress.learning_rate == pytest.approx(0.01))
    bench.stop()
    rates = [rate for event in bench.run.history() if isinstance(event, StepsDone) for rate in event.learning_rates]
    assert [rate for rate, _same in itertools.groupby(rates)] == pytest.approx([0.001, 0.01])


def test_a_stopped_run_goes_on_where_it_was_with_its_past_on_the_charts_and_the_rate_it_had(open_bench) -> None:
    bench = open_bench(small(epochs=60))
    stopped_at = 30
    bench.click(bench.transport.step_button)
    bench.until(lambda: bench.page.progress.step == 1)
    bench.transport.rate.slider.setValue(bench.transport.rate.slider.value() + 40)
    for _step in range(2, stopped_at + 1):
        bench.click(bench.transport.step_button)
    bench.until(lambda: bench.page.progress.step == stopped_at)
    assert bench.page.progress.learning_rate == pytest.approx(0.01)
    bench.stop()
    assert bench.page.advice.resume_button.isVisible()
    assert bench.charts.loss.chart.run.end_reason == f"stopped at step {stopped_at}"
    bench.state.set_language("zh_CN")
    assert bench.charts.loss.chart.layer.end_text() == f"在第 {stopped_at} 步停止"
    bench.state.set_language("en")
    bench.click(bench.page.advice.resume_button)
    bench.until(lambda: bench.page.progress.step > stopped_at)
    assert bench.transport.rate.value() == pytest.approx(0.01)
    bench.until(lambda: bench.trainings == 2)
    assert len(RunStore().runs()) == 1
    assert bench.charted_steps() == list(range(1, 60 * 21 + 1))
    assert not bench.page.advice.resume_button.isVisible()


def test_a_window_closed_in_mid_run_loses_nothing(open_bench) -> None:
    bench = open_bench(small(epochs=400))
    bench.begin()
    bench.until(lambda: len(bench.page.progress.epochs) >= 1)
    bench.page.close()
    assert bench.state.shut_down()
    again = open_bench(small(epochs=1))
    run = RunStore().find("last")
    assert run.is_resumable()
    recorded = sum(len(event.losses) for event in run.history() if isinstance(event, StepsDone))
    assert again.state.resume(run)
    again.until(lambda: again.page.progress.step > recorded)
    assert again.charted_steps() == list(range(1, again.page.progress.step + 1))
    assert again.settings.config().training.epochs == 400
    again.stop()


def test_a_page_opened_late_still_tells_the_whole_run(open_bench, qtbot) -> None:
    bench = open_bench(small(epochs=400))
    bench.begin()
    late = type(bench.page)(bench.state)
    qtbot.addWidget(late)
    late.show()
    bench.until(lambda: late.progress.started is not None and late.progress.step > bench.page.progress.step - 100)
    bench.stop()
    bench.until(lambda: late.progress.step == bench.page.progress.step)
    assert list(late.charts.loss.chart.run.training["steps"]) == bench.charted_steps()


def test_what_is_heard_live_while_the_past_is_read_is_not_told_twice(bench) -> None:
    bench.train()
    said: list[Event] = []
    watched = WatchedRun(bench.state.session)
    watched.heard.connect(said.extend)
    watched.open(bench.run)
    bench.state.session.batch.emit([event for event in bench.run.history() if isinstance(event, StepsDone)])
    bench.until(lambda: bool(said))
    steps = [event.last_step for event in said if isinstance(event, StepsDone)]
    assert steps == sorted(set(steps))
    assert steps[-1] == 42


def test_a_run_chosen_elsewhere_is_shown_and_can_be_resumed(open_bench) -> None:
    bench = open_bench(small(epochs=400))
    bench.begin()
    bench.stop()
    first, step = bench.run, bench.page.progress.step
    bench.settings.set_config(small(epochs=1))
    bench.train()
    bench.state.set_current_run(first)
    bench.until(lambda: bench.page.progress.step == step)
    assert bench.charted_steps() == list(range(1, step + 1))
    assert bench.page.advice.resume_button.isVisible()
    bench.click(bench.page.advice.resume_button)
    bench.until(lambda: bench.page.progress.step > step)
    assert bench.run.name == first.name
    bench.stop()


def test_a_run_chosen_elsewhere_during_a_training_is_not_the_one_that_is_resumed(open_bench) -> None:
    bench = open_bench(small(epochs=1))
    bench.train()
    other = bench.run
    bench.settings.set_config(small(epochs=400))
    bench.begin()
    trained = bench.run
    bench.state.set_current_run(other)
    bench.stop()
    step = bench.page.progress.step
    bench.click(bench.page.advice.resume_button)
    bench.until(lambda: bench.page.progress.step > step)
    assert bench.run is trained
    bench.stop()


def test_a_damaged_run_chosen_elsewhere_is_reported(bench) -> None:
    bench.train()
    run = RunStore().find("last")
    (run.path / "config.json").write_text("{", encoding="utf-8")
    bench.state.set_current_run(run)
    bench.until(lambda: len(bench.reported) == 1)
    bench.train()
    assert bench.run.status() == "finished"


def test_a_run_whose_folder_goes_away_once_it_was_read_is_shown_all_the_same(bench, monkeypatch) -> None:
    bench.train()
    run, step = bench.run, bench.page.progress.step

    def read_and_remove(run: Run) -> Opened:
        opened = read(run)
        shutil.rmtree(run.path)
        return opened

    monkeypatch.setattr("gui.pages.train.watched_run.read", read_and_remove)
    bench.state.set_current_run(None)
    bench.until(lambda: bench.page.progress.step == 0)
    bench.state.set_current_run(run)
    bench.until(lambda: bench.page.progress.step == step)
    assert bench.transport.progress.captions()[0] == "Finished · step 42"


def test_a_run_whose_settings_go_away_while_it_is_prepared_is_told_to_its_end(bench) -> None:
    bench.click(bench.transport.go_button)
    bench.until(lambda: bench.state.session.run is not None)
    (bench.run.path / "config.json").unlink()
    bench.until(lambda: bench.trainings == 1)
    assert bench.transport.progress.captions()[0] == "Finished · step 42"


def test_preparing_shows_how_far_it_is_and_can_be_stopped(open_bench) -> None:
    written = RunConfig.make(dataset={"key": "strokes", "examples": 100_000}, model="softmax_regression")
    bench = open_bench(written)
    bench.click(bench.transport.go_button)
    bench.until(lambda: 0 < bench.transport.progress.bar.fraction() < 1)
    assert bench.state.session.state == "preparing"
    what, how_far = bench.transport.progress.captions()
    assert what.startswith("Writing")
    assert how_far.endswith(" of 100,000")
    assert not bench.transport.go_button.isEnabled()
    bench.stop()
    assert bench.transport.progress.captions() == ("Ready to train", "")
    assert bench.charts.loss.chart.is_empty()
    assert not bench.page.advice.resume_button.isVisible()


def test_a_run_that_is_resumed_goes_on_even_after_another_was_to_make_a_single_step(open_bench) -> None:
    bench = open_bench(small(epochs=400))
    bench.begin()
    bench.stop()
    run, step = bench.run, bench.page.progress.step
    written = RunConfig.make(dataset={"key": "strokes", "examples": 100_000}, model="softmax_regression")
    again = open_bench(written)
    again.click(again.transport.step_button)
    again.until(lambda: again.transport.progress.bar.fraction() > 0)
    again.stop()
    assert again.state.resume(run)
    again.until(lambda: again.page.progress.step > step + 1)
    assert again.state.session.state == "training"
    again.stop()


def test_a_double_click_on_train_does_not_pause_what_it_has_started(open_bench) -> None:
    bench = open_bench(small(epochs=400))
    bench.qtbot.mouseClick(bench.transport.go_button, Qt.MouseButton.LeftButton)
    bench.qtbot.mouseDClick(bench.transport.go_button, Qt.MouseButton.LeftButton)
    bench.until(lambda: bench.page.progress.step > 0)
    assert bench.state.session.state == "training"
    bench.stop()
