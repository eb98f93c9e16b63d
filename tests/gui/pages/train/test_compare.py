"""Earlier runs are drawn over the curves by name; the charts can be saved as files."""

import csv

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFileDialog

from gui.pages.train.overlays import MOST
from tests.gui.pages.train.bench import Bench, small


def offered(bench: Bench) -> dict[str, QAction]:
    """Opens the menu of earlier runs, closes it, and returns its entries by the names of the runs."""
    menu = bench.page.overlays.menu()
    menu.popup(QPoint())
    menu.close()
    return bench.page.overlays.actions_by_run()


def tick(bench: Bench, name: str) -> None:
    """Clicks the entry of a run in the menu of earlier ones."""
    bench.until(lambda: name in offered(bench))
    offered(bench)[name].trigger()


def names(bench: Bench) -> list[str]:
    """Returns the runs on the loss chart except the current one."""
    return [entry.name for entry in bench.charts.loss.chart.legend.entries()][2:]


def test_earlier_runs_are_overlaid_by_name_and_taken_away_again(bench) -> None:
    bench.train()
    first = bench.run
    bench.train()
    assert bench.run.name != first.name
    bench.until(lambda: first.name in offered(bench))
    assert bench.run.name not in offered(bench), "it is on the charts already"
    tick(bench, first.name)
    bench.until(lambda: names(bench) == [first.title])
    bench.until(lambda: offered(bench)[first.name].isChecked())
    tick(bench, first.name)
    bench.until(lambda: names(bench) == [])


def test_earlier_runs_are_called_by_their_names_in_the_language_of_the_window(bench) -> None:
    bench.train()
    first = bench.run
    bench.train()
    tick(bench, first.name)
    bench.until(lambda: names(bench) == ["1 · Softmax regression · Adam"])
    bench.state.set_language("zh_CN")
    bench.until(lambda: names(bench) == ["1 · Softmax 回归 · Adam"])


def test_an_overlay_stays_for_the_next_run_and_four_are_enough(open_bench) -> None:
    bench = open_bench(small(epochs=1))
    runs = []
    for _run in range(MOST + 2):
        bench.train()
        runs.append(bench.run)
    for run in runs[:-1]:
        tick(bench, run.name)
        bench.until(lambda run=run: run.title in names(bench))
    assert names(bench) == [run.title for run in runs[1:-1]], "the first has made room for the last"
    bench.train()
    assert names(bench) == [run.title for run in runs[1:-1]]


@pytest.mark.parametrize("ending", ["png", "svg", "csv"])
def test_a_chart_is_exported(bench, tmp_path, monkeypatch, ending) -> None:
    bench.train()
    path = tmp_path / f"loss.{ending}"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    entry = {"png": "PNG", "svg": "SVG", "csv": "CSV"}[ending]
    menu = bench.charts.loss.export_button.menu()
    next(action for action in menu.actions() if entry in action.text()).trigger()
    bench.until(path.exists)
    content = path.read_bytes()
    if ending == "csv":
        rows = list(csv.DictReader(content.decode("utf-8-sig").splitlines()))
        assert [int(row["step"]) for row in rows if row["series"] == "training"] == list(range(1, 43))
        assert {row["run"] for row in rows} == {bench.run.title}
    else:
        assert content.startswith({"png": b"\x89PNG", "svg": b"<?xml"}[ending])


def test_an_export_that_cannot_be_written_is_reported(bench, tmp_path, monkeypatch) -> None:
    bench.train()
    (tmp_path / "file").touch()
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "file" / "loss.png"), ""))
    bench.charts.loss.export("png")
    assert len(bench.reported) == 1


def test_both_charts_are_looked_at_alike(bench) -> None:
    bench.train()
    bench.click(bench.charts.controls.axis.button("seconds"))
    bench.charts.controls.smoothing.setValue(0)
    for card in (bench.charts.loss, bench.charts.metrics["accuracy"]):
        assert card.chart.x_axis() == "seconds"
        assert card.chart.smoothing() == 0
    bench.click(bench.charts.loss.log_button)
    assert bench.charts.loss.chart.is_log()
    assert not bench.charts.metrics["accuracy"].chart.is_log()


def test_smoothing_suits_the_run_until_it_is_chosen(bench) -> None:
    bench.train()
    assert bench.charts.loss.chart.smoothing() == pytest.approx(1 - 1 / 5.25)
    bench.charts.controls.smoothing.triggerAction(bench.charts.controls.smoothing.SliderAction.SliderPageStepAdd)
    chosen = bench.charts.loss.chart.smoothing()
    bench.train()
    assert bench.charts.loss.chart.smoothing() == chosen
