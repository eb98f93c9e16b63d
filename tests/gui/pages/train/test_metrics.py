"""The page shows the metrics that a run has: those of a regression as well as those of a classification."""

import re
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QLabel

from core.events import EpochDone, RunStarted, StepsDone
from core.inference.catalogue import models_of
from gui.charts.curve_card import CurveCard
from gui.pages.start import last_runs
from gui.pages.train.charts import Series
from tests.core.objectives.toy_regression import MEAN_ERROR, registered, spots
from tests.gui.pages.train.bench import Bench, small

KEY = MEAN_ERROR.key


@pytest.fixture
def regression(monkeypatch: pytest.MonkeyPatch) -> None:
    registered(monkeypatch)


def done(bench: Bench) -> list[EpochDone]:
    return [event for event in bench.run.history() if isinstance(event, EpochDone)]


def captions(card: CurveCard) -> list[str]:
    """Returns the text in the header of a chart."""
    return [label.text() for label in card.findChildren(QLabel) if label.isVisible() and "epoch" in label.text()]


def lay_over(bench: Bench, name: str) -> None:
    bench.until(lambda: name in entries(bench))
    entries(bench)[name].trigger()


def entries(bench: Bench) -> dict[str, Any]:
    menu = bench.page.overlays.menu()
    menu.popup(QPoint())
    menu.close()
    return bench.page.overlays.actions_by_run()


@pytest.mark.usefixtures("regression")
def test_a_regression_is_charted_by_its_own_metric(open_bench) -> None:
    bench = open_bench(spots())
    bench.train()
    assert bench.reported == []
    assert bench.charts.metrics.keys() == {KEY}
    card = bench.charts.metrics[KEY]
    assert card.title() == card.chart.title() == "Mean absolute error"
    assert len(card.chart.run.training) == len(bench.charted_steps()) == 30
    assert list(card.chart.run.validation["values"]) == [epoch.validation[KEY] for epoch in done(bench)]
    best = min(done(bench), key=lambda epoch: epoch.validation[KEY])
    assert card.chart.run.best_epoch == bench.charts.loss.chart.run.best_epoch == best.epoch
    assert captions(card) == [f"best {best.validation[KEY]:.4g} at epoch {best.epoch}"]
    bottom, top = card.chart.plot.view.viewRange()[1]
    assert bottom < 0 < best.validation[KEY] < top
    assert card.chart.plot.empty_side == "top"


def test_a_run_whose_objective_was_changed_in_between_is_charted_by_what_each_part_measured() -> None:
    first = EpochDone(1, 5, {"loss": 2.0}, {"loss": 2.0, "macro_f1": 0.5}, 1.0, 9.0, is_best=True)
    second = EpochDone(2, 10, {"loss": 1.0}, {"loss": 1.0}, 2.0, 9.0, is_best=True)
    validation = Series.of_epochs([first, second])
    assert validation.values["loss"].tolist() == [2.0, 1.0]
    assert np.array_equal(validation.values["macro_f1"], [0.5, np.nan], equal_nan=True)
    one, other = (
        StepsDone(1, step, np.ones(1), metrics, np.ones(1), np.ones(1), 9.0)
        for step, metrics in ((1, {"accuracy": np.ones(1)}), (2, {KEY: np.ones(1)}))
    )
    assert np.array_equal(Series.of_steps([one, other], 5).values["accuracy"], [1.0, np.nan], equal_nan=True)


@pytest.mark.usefixtures("regression")
def test_a_regression_is_stopped_and_goes_on_and_its_curve_is_whole(open_bench) -> None:
    bench = open_bench(spots(training={"epochs": 2000}))
    bench.begin()
    bench.stop()
    bench.click(bench.page.advice.resume_button)
    bench.until(lambda: bench.state.session.state == "training")
    bench.stop()
    assert bench.charted_steps() == list(range(1, bench.recorded_steps() + 1))
    assert len(bench.charts.metrics[KEY].chart.run.training) == bench.recorded_steps()


def test_a_figure_of_epochs_alone_has_its_chart_end_where_the_run_ended(open_bench) -> None:
    bench = open_bench(small(2000, objective={"key": "classification", "best_by": "macro_f1"}))
    bench.begin()
    bench.until(lambda: bench.charts.metrics["macro_f1"].chart.run.best_epoch is not None)
    bench.stop()
    last = bench.recorded_steps()
    for card in (bench.charts.loss, *bench.charts.metrics.values()):
        assert card.chart.run.extent("steps") == last
    assert len(bench.charts.metrics["macro_f1"].chart.run.training) == 0


@pytest.mark.usefixtures("regression")
def test_advice_on_a_regression_says_what_came_out_and_offers_no_page_that_asks_for_classes(open_bench) -> None:
    bench = open_bench(spots())
    bench.train()
    assert bench.page.advice.text().startswith("The best validation mean absolute error so far is 0.")
    assert not bench.page.advice.next_button.isVisible()
    assert models_of("image")[0].name == "digits", "only the one that comes with the program"


@pytest.mark.usefixtures("regression")
def test_earlier_runs_are_laid_over_the_charts_that_they_have_figures_for(open_bench) -> None:
    bench = open_bench(small(1))
    bench.train()
    classification = bench.run
    bench.settings.set_config(spots())
    for _run in range(2):
        bench.train()
    earlier = bench.run
    bench.train()
    lay_over(bench, classification.name)
    lay_over(bench, earlier.name)

    def names(card: CurveCard) -> list[str]:
        return [curve.name for curve, _layer in card.chart._references]

    bench.until(lambda: names(bench.charts.loss) == [classification.title, earlier.title])
    assert names(bench.charts.metrics[KEY]) == [earlier.title]
    bench.settings.set_config(small(1))
    bench.train()
    assert names(bench.charts.metrics["accuracy"]) == [classification.title]


@pytest.mark.usefixtures("regression")
def test_the_list_of_runs_says_what_each_was_the_best_by(open_bench) -> None:
    bench = open_bench(small(1))
    bench.train()
    bench.settings.set_config(spots())
    bench.train()
    (_, regression), (_, classification) = last_runs(2)
    assert regression.metric is not None
    assert classification.metric is not None
    assert re.fullmatch(r"0\.\d+", regression.metric.text(regression.best or 0))
    assert classification.metric.text(classification.best or 0).endswith(" %")


def test_where_macro_f1_decides_it_has_a_chart_of_its_own_with_the_ring(open_bench) -> None:
    bench = open_bench(small(3, objective={"key": "classification", "best_by": "macro_f1"}))
    bench.train()
    assert list(bench.charts.metrics) == ["accuracy", "macro_f1"]
    chart = bench.charts.metrics["macro_f1"].chart
    assert len(chart.run.training) == 0
    assert len(chart.run.validation) == 3
    assert captions(bench.charts.metrics["accuracy"]) == []
    (caption,) = captions(bench.charts.metrics["macro_f1"])
    assert caption.startswith("best ")
    bench.train()
    first = bench.run
    bench.train()
    lay_over(bench, first.name)
    bench.until(lambda: [curve.name for curve, _layer in chart._references] == [first.title])
    assert len(chart._references[0][0].validation) == 3
    bench.settings.set_config(small(1))
    bench.train()
    assert list(bench.charts.metrics) == ["accuracy"]
    bench.until(lambda: len(bench.charts.findChildren(CurveCard)) == 2)


def test_where_the_loss_decides_its_chart_says_which_epoch_was_the_best(open_bench) -> None:
    bench = open_bench(small(2, objective={"key": "classification", "best_by": "loss"}))
    bench.train()
    best = min(done(bench), key=lambda epoch: epoch.validation["loss"])
    assert captions(bench.charts.loss) == [f"best {best.validation['loss']:.4g} at epoch {best.epoch}"]
    assert captions(bench.charts.metrics["accuracy"]) == []


def test_the_charts_that_a_run_brings_are_looked_at_like_the_others_and_reached_by_tab(open_bench) -> None:
    bench = open_bench(small(1, objective={"key": "classification", "best_by": "macro_f1"}))
    bench.click(bench.charts.controls.axis.button("seconds"))
    bench.train()
    card = bench.charts.metrics["macro_f1"]
    assert card.chart.x_axis() == "seconds"
    bench.page.activateWindow()
    bench.until(bench.page.isActiveWindow)
    bench.charts.metrics["accuracy"].chart.plot.setFocus()
    for stop in (card.log_button, card.export_button, card.chart.plot):
        bench.qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        assert QApplication.focusWidget() is stop


def test_the_objective_s_settings_wait_with_those_of_the_training_and_reach_the_run(open_bench) -> None:
    bench = open_bench(small(1))
    training, objective = bench.settings.training, bench.settings.objective
    assert not objective.form().isVisible()
    bench.click(training.more_button)
    assert objective.form().isVisible()
    assert not objective.box.isVisible(), "there is nothing to choose between"
    bench.qtbot.keyClick(objective.form().row("best_by").editor.main, Qt.Key.Key_Down)
    bench.type(objective.form().row("label_smoothing").editor.main.lineEdit(), "0.1")
    bench.click(training.more_button)
    assert training.more_button.text() == "More settings (3 changed)", "one of them is the number of threads"
    assert bench.settings.preset.text().endswith(": model, best epoch by, label smoothing, epochs, batch size.")
    bench.train()
    (started,) = (event for event in bench.run.history() if isinstance(event, RunStarted))
    assert started.primary == "macro_f1"
    assert bench.run.config.objective.to_dict()["label_smoothing"] == 0.1


def test_what_is_wrong_with_the_objective_keeps_a_run_from_starting(open_bench) -> None:
    bench = open_bench(small(1))
    bench.click(bench.settings.training.more_button)
    bench.type(bench.settings.objective.form().row("label_smoothing").editor.main.lineEdit(), "0.9")
    assert bench.settings.problem().startswith("Label smoothing: ")
    assert not bench.transport.go_button.isEnabled()
