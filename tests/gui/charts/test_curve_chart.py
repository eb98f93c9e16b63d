"""The chart of a run gets events as a training sends them, and is read by mouse and keys as by a user."""

import csv
import math
import threading
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QFileDialog, QLabel

from core.errors import StorageError
from core.generators import pull
from core.metric import LOSS, Metric
from core.objectives.classification import ACCURACY
from gui.charts.curve_card import ChartControls, CurveCard
from gui.charts.curve_chart import CurveChart
from gui.charts.export import write_csv
from gui.charts.plot import log_ticks
from gui.charts.run_curve import Points, to_csv
from gui.retranslate import set_language
from gui.theme import theme
from gui.workers import background

EPOCH = 100


@pytest.fixture
def chart(qtbot) -> CurveChart:
    result = CurveChart()
    qtbot.addWidget(result)
    result.resize(700, 260)
    result.show()
    qtbot.waitExposed(result)
    return result


def train(chart: CurveChart, epochs: int, planned: int = 10) -> np.ndarray:
    """Appends an invented run in uneven parts, as a timer would."""
    chart.begin("run 1", total_steps=EPOCH * planned, total_epochs=planned)
    steps = np.arange(1, EPOCH * epochs + 1)
    losses = 0.05 + 2.2 * np.exp(-steps / 60) + 0.05 * np.random.default_rng(0).random(len(steps))
    for part in np.array_split(np.arange(len(steps)), 7):
        chart.append_steps(steps[part], steps[part] / EPOCH, steps[part] / 50, losses[part])
    for epoch in range(1, epochs + 1):
        chart.append_validation(EPOCH * epoch, epoch, EPOCH * epoch / 50, 0.1 + 0.5 / epoch)
    chart.refresh()
    return losses


def pixels_of(chart: CurveChart, colour: str) -> int:
    image = chart.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    pixels = np.frombuffer(image.constBits(), np.uint32).reshape(image.height(), image.width())
    return int((pixels == QColor(colour).rgb()).sum())


def at(chart: CurveChart, x: float) -> QPoint:
    """Returns where an abscissa lies on the widget, near half height, off the grid."""
    left, right = chart.plot.view.viewRange()[0]
    area = chart.plot.mapFromScene(chart.plot.view.sceneBoundingRect()).boundingRect()
    return QPoint(round(area.left() + (x - left) / (right - left) * area.width()), area.center().y() - 9)


def test_an_empty_chart_says_what_will_be_here(chart: CurveChart) -> None:
    note = next(label for label in chart.findChildren(QLabel) if label.text() == LOSS.hint)
    assert note.isVisible()
    train(chart, 1)
    assert not note.isVisible()


def test_an_empty_chart_of_a_metric_that_says_nothing_of_its_curve_says_that_there_is_none(qtbot) -> None:
    chart = CurveChart(Metric("gain", "Gain", "higher"))
    qtbot.addWidget(chart)
    assert any(label.text().startswith("No curve yet") for label in chart.findChildren(QLabel))


def test_curves_are_drawn_in_their_colours(chart: CurveChart) -> None:
    palette = theme().palette
    assert pixels_of(chart, palette.training) == 0
    train(chart, 5)
    assert pixels_of(chart, palette.training) > 100
    assert pixels_of(chart, palette.validation_line) > 100


def test_epochs_alternate_in_the_background(chart: CurveChart) -> None:
    train(chart, 1, planned=4)
    image = chart.grab().toImage()
    seen = [image.pixelColor(at(chart, epoch + 0.5)).name() for epoch in range(1, 4)]
    palette = theme().palette
    assert seen == [QColor(colour).name() for colour in (palette.surface, palette.band, palette.surface)]


def test_epochs_begin_where_their_first_step_is(chart: CurveChart) -> None:
    train(chart, 3)
    assert chart.run.epoch_edges("epochs").tolist() == [0, 1, 2, 3]
    assert chart.run.epoch_edges("steps").tolist() == [0, 100, 200, 300]
    assert chart.run.epoch_edges("seconds").tolist() == [0, 2, 4, 6]


def test_the_axis_reaches_to_what_is_planned(chart: CurveChart) -> None:
    train(chart, 2, planned=10)
    assert chart.plot.view.viewRange()[0] == pytest.approx([0, 10], rel=0.03)
    chart.set_x_axis("steps")
    assert chart.plot.view.viewRange()[0] == pytest.approx([0, 1000], rel=0.03)
    chart.set_x_axis("seconds")
    assert chart.plot.view.viewRange()[0] == pytest.approx([0, 4], rel=0.03)


def test_the_first_steps_leave_the_axis(chart: CurveChart) -> None:
    losses = train(chart, 10)
    assert chart.plot.view.viewRange()[1][0] == pytest.approx(0, abs=0.05)
    assert chart.plot.view.viewRange()[1][1] < 0.6 * losses.max()


def test_accuracy_ends_at_one(qtbot) -> None:
    chart = CurveChart(ACCURACY)
    qtbot.addWidget(chart)
    chart.show()
    chart.begin("run")
    steps = np.arange(1, 501)
    chart.append_steps(steps, steps / 100, steps / 50, 1 - 0.9 * np.exp(-steps / 40))
    chart.refresh()
    bottom, top = chart.plot.view.viewRange()[1]
    assert 1 < top < 1.05
    assert 0.5 < bottom < 1


@pytest.mark.parametrize("direction", ["higher", "lower"])
def test_values_below_zero_are_in_sight(qtbot, direction) -> None:
    chart = CurveChart(Metric("gain", "Gain", direction))
    qtbot.addWidget(chart)
    chart.show()
    chart.begin("run")
    steps = np.arange(1, 501)
    chart.append_steps(steps, steps / 100, steps / 50, np.linspace(-30, 5, 500))
    chart.refresh()
    bottom, top = chart.plot.view.viewRange()[1]
    assert -50 <= bottom < -20
    assert 5 <= top < 10


def test_an_earlier_run_without_a_curve_in_training_is_overlaid_by_its_epochs(chart: CurveChart) -> None:
    chart.add_reference("run 0", [100, 200], [1, 2], [1, 2], [0.5, 0.25], is_validation=True)
    chart.refresh()
    assert chart.legend.entries()[0].name == "run 0"
    xs, ys = chart._references[0][1].item.getData()
    assert (xs.tolist(), ys.tolist()) == ([1, 2], [0.5, 0.25])


def test_a_logarithmic_axis_shows_every_positive_value(chart: CurveChart) -> None:
    losses = train(chart, 10)
    chart.append_steps(1001, 10.01, 21, 0.0)
    chart.set_log(True)
    low, high = chart.plot.view.viewRange()[1]
    assert low <= math.log10(np.quantile(losses, 0.01))
    assert high >= math.log10(np.quantile(losses, 0.99))
    assert pixels_of(chart, theme().palette.training) > 100


def test_a_diverged_run_keeps_its_curve_and_says_why_it_ended(chart: CurveChart) -> None:
    train(chart, 3)
    chart.append_steps([301, 302], [3.01, 3.02], [6.1, 6.2], [math.inf, math.nan])
    chart.mark_end("diverged at step 302")
    chart.refresh()
    chart.grab()
    assert chart.plot.view.viewRange()[1][1] < 3
    assert pixels_of(chart, theme().palette.training) > 100
    assert chart.layer.end_text() == "diverged at step 302"
    chart.begin("run 2")
    assert chart.layer.end_text() == ""


def test_the_best_epoch_is_ringed(chart: CurveChart) -> None:
    train(chart, 5)
    assert pixels_of(chart, theme().palette.best) == 0
    chart.mark_best(4)
    chart.refresh()
    assert chart.run.best("epochs") == (4, pytest.approx(0.225))
    assert pixels_of(chart, theme().palette.best) > 20


@pytest.mark.parametrize("metric", [LOSS, ACCURACY], ids=lambda metric: metric.key)
@pytest.mark.parametrize("log", [False, True])
def test_the_ring_of_the_best_epoch_is_seen_whole_on_a_low_chart(qtbot, metric, log) -> None:
    chart = CurveChart(metric)
    qtbot.addWidget(chart)
    chart.resize(500, 125)
    chart.show()
    best = 0.004 if metric is LOSS else 1.0
    chart.begin("run 1", total_steps=200, total_epochs=2)
    chart.append_steps([100, 200], [1, 2], [1, 2], [1 - best, best])
    chart.append_validation(200, 2, 2, best)
    chart.mark_best(2)
    chart.set_log(log)
    chart.refresh()
    ring = chart.layer._best
    (x, y), area = ring.points()[0], chart.plot.view.sceneBoundingRect()
    centre = chart.plot.view.mapViewToScene(QPointF(x, y))
    assert area.contains(QRectF(centre.x() - 9, centre.y() - 9, 18, 18))


def numbers(chart: CurveChart, side: str) -> list[str]:
    """Returns the labels of an axis."""
    axis = chart.plot.getAxis(side)
    length = axis.width() if side == "bottom" else axis.height()
    ((spacing, ticks),) = axis.tickValues(*axis.range, length)
    return axis.tickStrings(ticks, 1.0, spacing)


@pytest.mark.parametrize("planned", [1, 2, 3, 11, 12, 60])
def test_only_whole_epochs_are_numbered(chart: CurveChart, planned: int) -> None:
    chart.resize(500, 260)
    train(chart, 1, planned=planned)
    written = numbers(chart, "bottom")
    assert len(written) >= 2
    assert all(number.isdecimal() for number in written)


def test_a_loss_of_millions_has_numbers_that_fit_beside_its_axis(chart: CurveChart) -> None:
    chart.append_steps([1, 2, 3], [0.1, 0.2, 0.3], [1, 2, 3], [2.3, 4e5, 1.4e6])
    chart.refresh()
    written = numbers(chart, "left")
    assert "1e6" in written
    assert written[0] == "0"


def test_earlier_runs_are_named_and_taken_away(chart: CurveChart) -> None:
    train(chart, 5)
    steps = np.arange(1, 501)
    for name in ("run 3 · SGD", "run 2 · Adagrad"):
        chart.add_reference(name, steps, steps / 100, steps / 50, np.linspace(0.5, 0.3, 500))
    chart.refresh()
    names = [entry.name for entry in chart.legend.entries()]
    assert names == ["training", "validation", "run 3 · SGD", "run 2 · Adagrad"]
    looks = {(entry.colour, entry.dash) for entry in chart.legend.entries()[2:]}
    assert len(looks) == 2
    assert pixels_of(chart, theme().palette.others[1]) > 30
    chart.clear_references()
    chart.refresh()
    assert len(chart.legend.entries()) == 2
    assert pixels_of(chart, theme().palette.others[1]) == 0


def test_a_hidden_chart_draws_nothing_and_catches_up_when_shown(chart: CurveChart, qtbot, monkeypatch) -> None:
    drawn: list[int] = []
    draw = chart.layer.draw
    monkeypatch.setattr(
        chart.layer, "draw", lambda curve, window: (drawn.append(len(curve.training)), draw(curve, window))
    )
    chart.hide()
    train(chart, 2)
    assert drawn == []
    chart.show()
    assert drawn[-1] == 200
    count = len(drawn)
    chart.refresh()
    assert len(drawn) == count


@pytest.mark.parametrize("metric", [LOSS, ACCURACY])
def test_the_readout_is_seen_whole_in_a_low_chart_with_earlier_runs(qtbot, metric: Metric) -> None:
    chart = CurveChart(metric)
    qtbot.addWidget(chart)
    chart.resize(700, 150)
    chart.show()
    qtbot.waitExposed(chart)
    train(chart, 2)
    for name in ("run 2", "run 3"):
        chart.add_reference(name, [1, 2], [0.5, 1.0], [1, 2], [0.5, 0.4])
    chart.refresh()
    chart.crosshair.point(1.0)
    assert "run 3" in chart.crosshair.box.text()
    assert chart.plot.rect().contains(chart.crosshair.box.geometry())


def test_the_mouse_reads_the_nearest_step(chart: CurveChart, qtbot) -> None:
    losses = train(chart, 5)
    qtbot.mouseMove(chart.plot.viewport(), at(chart, 2.0))
    assert chart.crosshair.box.isVisible()
    text = chart.crosshair.box.text()
    step = int(text.split("step ")[1].split(" ")[0])
    assert abs(step - 200) <= 1
    assert f"{losses[step - 1]:.6g}" in text
    assert f"{0.1 + 0.5 / 2:.6g}" in text
    qtbot.mouseMove(chart.plot.viewport(), QPoint(5, 5))
    assert not chart.crosshair.box.isVisible()


def test_arrow_keys_read_step_by_step(chart: CurveChart, qtbot) -> None:
    losses = train(chart, 2)
    qtbot.keyClick(chart.plot, Qt.Key.Key_Home)
    assert "step 1 " in chart.crosshair.box.text()
    qtbot.keyClick(chart.plot, Qt.Key.Key_Right)
    assert f"{losses[1]:.6g}" in chart.crosshair.box.text()
    qtbot.keyClick(chart.plot, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert "step 102 " in chart.crosshair.box.text()
    qtbot.keyClick(chart.plot, Qt.Key.Key_End)
    qtbot.keyClick(chart.plot, Qt.Key.Key_Right)
    assert "step 200 " in chart.crosshair.box.text()
    qtbot.keyClick(chart.plot, Qt.Key.Key_Escape)
    assert not chart.crosshair.box.isVisible()


def test_a_chart_says_what_it_is_and_how_to_read_it(chart: CurveChart, restored_language) -> None:
    assert chart.plot.accessibleName() == "Loss"
    assert "Arrow keys" in chart.plot.toolTip()
    assert chart.plot.focusPolicy() & Qt.FocusPolicy.TabFocus
    train(chart, 1)
    set_language("zh_CN")
    set_language("en")
    assert [entry.name for entry in chart.legend.entries()] == ["training", "validation"]


def test_keys_on_an_empty_chart_do_no_harm(chart: CurveChart, qtbot) -> None:
    for key in (Qt.Key.Key_Left, Qt.Key.Key_End, Qt.Key.Key_Plus, Qt.Key.Key_0, Qt.Key.Key_Escape):
        qtbot.keyClick(chart.plot, key)
    qtbot.mouseMove(chart.plot.viewport(), QPoint(300, 100))
    assert not chart.crosshair.box.isVisible()


def test_a_zoomed_chart_stays_where_it_is_until_asked_to_fit(chart: CurveChart, qtbot) -> None:
    train(chart, 5)
    with qtbot.waitSignal(chart.zoomed_changed):
        qtbot.keyClick(chart.plot, Qt.Key.Key_Plus)
    zoomed = chart.plot.view.viewRange()
    assert zoomed[0][1] - zoomed[0][0] < 10
    chart.append_steps(501, 5.01, 11, 90.0)
    chart.refresh()
    assert chart.plot.view.viewRange() == zoomed
    with qtbot.waitSignal(chart.zoomed_changed):
        qtbot.mouseClick(chart.fit_button, Qt.MouseButton.LeftButton)
    assert chart.plot.view.viewRange()[0] == pytest.approx([0, 10], rel=0.03)
    assert not chart.fit_button.isVisible()


def test_smoothing_changes_the_curve_and_not_the_values(chart: CurveChart) -> None:
    train(chart, 5)
    before, raw = np.array(chart.run.smoothed["values"]), np.array(chart.run.training["values"])
    chart.set_smoothing(0)
    assert chart.run.smoothed["values"].tolist() == raw.tolist()
    chart.set_smoothing(0.98)
    np.testing.assert_allclose(chart.run.smoothed["values"], before)


def test_the_theme_repaints_the_chart(chart: CurveChart, restored_theme) -> None:
    train(chart, 5)
    for choice in ("dark", "light"):
        theme().set_choice(choice)
        assert pixels_of(chart, theme().palette.training) > 100
        assert chart.grab().toImage().pixelColor(2, 2) == QColor(theme().palette.surface)


def test_the_csv_file_holds_every_value_exactly(chart: CurveChart, tmp_path: Path) -> None:
    losses = train(chart, 3)
    steps = np.arange(1, 11)
    chart.add_reference("早期, run", steps, steps / 10, steps / 5, 1 / steps)
    pull(write_csv(tmp_path / "loss.csv", chart.points()))
    with (tmp_path / "loss.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    training = [float(row["value"]) for row in rows if (row["run"], row["series"]) == ("run 1", "training")]
    assert training == losses.tolist()
    assert [float(row["value"]) for row in rows if row["series"] == "validation"] == [0.6, 0.35, 0.1 + 0.5 / 3]
    assert sum(row["run"] == "早期, run" and row["series"] == "training" for row in rows) == 10


def test_pictures_hold_the_curve_and_its_title(chart: CurveChart, tmp_path: Path) -> None:
    train(chart, 5)
    chart.export_png(tmp_path / "loss.png")
    image = QImage(str(tmp_path / "loss.png"))
    assert image.width() > 2 * chart.width()
    colours = {image.pixelColor(x, y).name() for x in range(0, image.width(), 3) for y in range(image.height())}
    assert theme().palette.training.lower() in colours
    chart.export_svg(tmp_path / "loss.svg")
    root = ElementTree.parse(tmp_path / "loss.svg").getroot()
    texts = [element.text for element in root.iter("{http://www.w3.org/2000/svg}text")]
    assert any("Loss" in (text or "") for text in texts)
    assert any("training" in (text or "") for text in texts)


def test_an_export_that_fails_says_so(qtbot, tmp_path: Path, monkeypatch) -> None:
    card = CurveCard(LOSS)
    qtbot.addWidget(card)
    card.show()
    (tmp_path / "file").write_text("")
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "file" / "loss.csv"), ""))
    with qtbot.waitSignal(card.export_failed) as blocker:
        card.export("csv")
    assert isinstance(blocker.args[0], StorageError)


def test_the_export_menu_writes_where_the_user_says(qtbot, tmp_path: Path, monkeypatch) -> None:
    card = CurveCard(LOSS)
    qtbot.addWidget(card)
    card.resize(700, 300)
    card.show()
    train(card.chart, 1)
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "my loss"), ""))
    for action in card.export_button.menu().actions():
        action.trigger()
    endings = ("csv", "png", "svg")
    qtbot.waitUntil(lambda: all((tmp_path / f"my loss.{ending}").exists() for ending in endings))


def test_names_that_differ_behind_a_dot_are_names_of_two_files(qtbot, tmp_path: Path, monkeypatch) -> None:
    card = CurveCard(LOSS)
    qtbot.addWidget(card)
    card.show()
    for name in ("lr0.01", "lr0.001"):
        monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_, name=name: (str(tmp_path / name), ""))
        card.export("png")
    assert sorted(path.name for path in tmp_path.iterdir() if path.is_file()) == ["lr0.001.png", "lr0.01.png"]


def test_all_values_are_written_beside_the_window_as_they_were_when_that_was_asked_for(
    qtbot, tmp_path: Path, monkeypatch
) -> None:
    card = CurveCard(LOSS)
    qtbot.addWidget(card)
    card.show()
    losses = train(card.chart, 1)
    smoothed = card.chart.run.smoothed["values"].tolist()
    may_begin = threading.Event()

    def begin_late(points: Iterable[Points]) -> Iterator[str]:
        may_begin.wait(60)
        return to_csv(points)

    monkeypatch.setattr("gui.charts.export.to_csv", begin_late)
    save_as(card, "csv", tmp_path / "loss.csv", monkeypatch)
    assert not (tmp_path / "loss.csv").exists()
    card.chart.append_steps([101], [1.01], [2.02], [0.5])
    card.chart.set_smoothing(0.0)
    may_begin.set()
    qtbot.waitUntil((tmp_path / "loss.csv").exists)
    with (tmp_path / "loss.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    for series, values in (("training", losses.tolist()), ("training smoothed", smoothed)):
        assert [float(row["value"]) for row in rows if row["series"] == series] == values


def test_values_that_are_being_written_are_not_lost_when_the_window_is_closed(
    qtbot, tmp_path: Path, monkeypatch
) -> None:
    card = CurveCard(LOSS)
    qtbot.addWidget(card)
    card.show()
    train(card.chart, 1)
    for name in ("first", "second"):
        save_as(card, "csv", tmp_path / name, monkeypatch)
    card.close()
    assert background.finish(60_000)
    assert sorted(path.name for path in tmp_path.glob("*.csv")) == ["first.csv", "second.csv"]


def save_as(card: CurveCard, ending: str, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Chooses in a card's menu what to save, and in the dialog where to save it."""
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    next(action for action in card.export_button.menu().actions() if ending.upper() in action.text()).trigger()


def test_controls_set_all_charts_and_show_how_they_are_set(qtbot) -> None:
    cards = [CurveCard(LOSS), CurveCard(ACCURACY)]
    controls = ChartControls([card.chart for card in cards])
    for widget in (*cards, controls):
        qtbot.addWidget(widget)
        widget.show()
    qtbot.mouseClick(controls.axis.button("seconds"), Qt.MouseButton.LeftButton)
    assert [card.chart.x_axis() for card in cards] == ["seconds", "seconds"]
    qtbot.keyClick(controls.smoothing, Qt.Key.Key_Home)
    assert [card.chart.smoothing() for card in cards] == [0, 0]
    cards[0].chart.set_x_axis("steps")
    cards[0].chart.set_smoothing(0.9)
    assert controls.axis.current() == "steps"
    assert controls.smoothing.value() == 20
    assert "last 10 steps" in controls.smoothing.toolTip()
    qtbot.mouseClick(cards[1].log_button, Qt.MouseButton.LeftButton)
    assert cards[1].chart.is_log()
    assert not cards[0].chart.is_log()


def test_a_chart_that_comes_later_is_looked_at_like_the_others_and_one_that_goes_is_left_alone(qtbot) -> None:
    first, gone, late = (CurveChart(LOSS) for _ in range(3))
    controls = ChartControls([first, gone])
    controls.axis.button("steps").click()
    controls.add(late)
    controls.remove(gone)
    for widget in (controls, first, gone, late):
        qtbot.addWidget(widget)
    assert late.x_axis() == "steps"
    controls.axis.button("seconds").click()
    assert [chart.x_axis() for chart in (first, gone, late)] == ["seconds", "steps", "seconds"]


def test_charts_are_read_together(qtbot) -> None:
    cards = [CurveCard(LOSS), CurveCard(ACCURACY)]
    controls = ChartControls([card.chart for card in cards])
    for widget in (controls, *cards):
        qtbot.addWidget(widget)
        widget.resize(600, 260)
        widget.show()
    for card in cards:
        train(card.chart, 2)
    qtbot.keyClick(cards[0].chart.plot, Qt.Key.Key_Home)
    assert "step 1 " in cards[1].chart.crosshair.box.text()
    qtbot.keyClick(cards[0].chart.plot, Qt.Key.Key_Escape)
    assert not cards[1].chart.crosshair.box.isVisible()


def test_log_ticks_are_few_and_round() -> None:
    assert [round(10**tick, 9) for tick in log_ticks(-1.05, 0.4, 6)] == [0.1, 0.2, 0.5, 1, 2]
    assert log_ticks(-6, 3, 5) == [-6, -4, -2, 0, 2]
