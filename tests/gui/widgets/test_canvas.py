"""A sheet takes mouse, pen and keys, erasing, undo and pictures; it shows exactly what it holds."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import (
    QColor,
    QDragEnterEvent,
    QDropEvent,
    QGuiApplication,
    QImage,
    QInputDevice,
    QPointingDevice,
    QTabletEvent,
    QTouchEvent,
)
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from core.ink.picture_file import Picture
from core.ink.prepare import Drawing, prepare_drawing
from gui.widgets.canvas import Canvas
from gui.widgets.ink_history import Ink, InkHistory
from gui.widgets.ink_painter import PEN, SIDE
from gui.widgets.sheet import Mark

SIZE = 420


@pytest.fixture
def canvas(qtbot: QtBot) -> Canvas:
    canvas = Canvas()
    qtbot.addWidget(canvas)
    canvas.resize(SIZE, SIZE)
    with qtbot.waitExposed(canvas):
        canvas.show()
    return canvas


def at(x: float, y: float) -> QPoint:
    """Where a point of the sheet lies in the widget."""
    return QPoint(round(x * SIZE / SIDE), round(y * SIZE / SIDE))


def draw(canvas: Canvas, *points: tuple[float, float]) -> None:
    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=at(*points[0]))
    for (x1, y1), (x2, y2) in pairwise(points):
        for part in np.linspace(0, 1, 8)[1:]:
            QTest.mouseMove(canvas, at(x1 + (x2 - x1) * part, y1 + (y2 - y1) * part))
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=at(*points[-1]))


def drawing(canvas: Canvas) -> Drawing:
    source = canvas.source()
    assert isinstance(source, Drawing)
    return source


def levels(canvas: Canvas) -> np.ndarray:
    source = canvas.source()
    assert isinstance(source, Picture)
    return source.grey_HW


def is_inked(canvas: Canvas, x: float, y: float) -> bool:
    colour = canvas.grab().toImage().pixelColor(at(x, y))
    return colour.lightness() < 120


def test_an_empty_sheet_is_nothing_to_ask_about(canvas) -> None:
    assert canvas.source() is None
    assert canvas.is_empty()
    assert not canvas.can_undo
    assert not canvas.can_redo


def test_a_stroke_of_the_mouse_lies_where_the_mouse_went(canvas) -> None:
    draw(canvas, (60, 60), (220, 60), (120, 230))
    (stroke,) = drawing(canvas).strokes
    assert np.abs(stroke.points_S2[0] - (60, 60)).max() < 1
    assert np.abs(stroke.points_S2[-1] - (120, 230)).max() < 1
    assert set(stroke.widths_S) == {PEN}
    assert is_inked(canvas, 140, 60)
    assert not is_inked(canvas, 60, 200)


def test_what_is_drawn_piece_by_piece_looks_like_what_is_drawn_at_once(canvas) -> None:
    draw(canvas, (60, 60), (220, 70), (100, 220), (200, 230))
    piece_by_piece = canvas.grab().toImage()
    canvas._redraw()
    assert canvas.grab().toImage() == piece_by_piece


def test_a_click_leaves_a_dot(canvas) -> None:
    QTest.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=at(100, 100))
    assert is_inked(canvas, 100, 100)
    assert prepare_drawing(drawing(canvas)) is not None


def test_the_stroke_in_progress_is_already_there(canvas) -> None:
    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=at(50, 50))
    QTest.mouseMove(canvas, at(150, 50))
    assert len(drawing(canvas).strokes[0].points_S2) == 2
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=at(150, 50))


def test_the_eraser_takes_ink_away_for_the_eye_and_for_the_network(canvas) -> None:
    draw(canvas, (40, 140), (240, 140))
    whole = prepare_drawing(drawing(canvas))
    canvas.tool = "eraser"
    draw(canvas, (140, 100), (140, 180))
    assert not is_inked(canvas, 140, 140)
    assert is_inked(canvas, 60, 140)
    cut = prepare_drawing(drawing(canvas))
    assert whole is not None
    assert cut is not None
    assert cut.stages[0].picture_HWC.sum() < whole.stages[0].picture_HWC.sum()


def test_strokes_are_undone_and_redone_one_by_one(canvas) -> None:
    draw(canvas, (40, 40), (240, 40))
    draw(canvas, (40, 140), (240, 140))
    canvas.undo()
    assert len(drawing(canvas).strokes) == 1
    assert not is_inked(canvas, 140, 140)
    canvas.redo()
    assert is_inked(canvas, 140, 140)
    canvas.undo()
    draw(canvas, (40, 240), (240, 240))
    assert not canvas.can_redo


def test_clearing_can_be_undone(canvas) -> None:
    draw(canvas, (40, 40), (240, 40))
    canvas.clear()
    assert canvas.source() is None
    canvas.undo()
    assert is_inked(canvas, 140, 40)


def test_a_point_on_another_size_of_sheet_is_the_same_point(canvas, qtbot) -> None:
    canvas.resize(210, 300)
    QTest.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=QPoint(105, 150))
    assert np.abs(drawing(canvas).strokes[0].points_S2[0] - SIDE / 2).max() < 1.5


def test_it_can_be_drawn_on_with_keys_alone(canvas) -> None:
    canvas.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(canvas, Qt.Key.Key_Space)
    assert "drawing" in canvas.accessibleDescription()
    for _step in range(5):
        QTest.keyClick(canvas, Qt.Key.Key_Down)
    QTest.keyClick(canvas, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    QTest.keyClick(canvas, Qt.Key.Key_Space)
    assert "pen up" in canvas.accessibleDescription()
    points_S2 = drawing(canvas).strokes[0].points_S2
    assert np.allclose(points_S2[0], (140, 140))
    assert np.allclose(points_S2[-1], (142, 180))


def pen(canvas: Canvas, *moments: tuple[float, float, float]) -> None:
    """Sets a tablet's pen down, moves it and lifts it; each moment is x, y and the pressure, the last one is lifted."""
    device = QPointingDevice(
        "pen", 1, QInputDevice.DeviceType.Stylus, QPointingDevice.PointerType.Pen,
        QInputDevice.Capability.Position | QInputDevice.Capability.Pressure, 1, 1,
    )  # fmt: skip
    kinds = [QEvent.Type.TabletPress, *[QEvent.Type.TabletMove] * (len(moments) - 2), QEvent.Type.TabletRelease]
    for kind, (x, y, pressure) in zip(kinds, moments, strict=True):
        place = QPointF(at(x, y))
        buttons = Qt.MouseButton.NoButton if kind == QEvent.Type.TabletRelease else Qt.MouseButton.LeftButton
        event = QTabletEvent(
            kind, device, place, place, pressure, 0, 0, 0, 0, 0,
            Qt.KeyboardModifier.NoModifier, Qt.MouseButton.LeftButton, buttons,
        )  # fmt: skip
        QApplication.sendEvent(canvas, event)


def test_a_pen_that_is_pressed_harder_draws_wider(canvas) -> None:
    pen(canvas, (60, 100, 0.1), (120, 100, 0.5), (200, 100, 1), (200, 100, 0))
    widths_S = drawing(canvas).strokes[0].widths_S
    assert len(widths_S) == 3
    assert (np.diff(widths_S) > 0).all()


@pytest.fixture
def marked(canvas: Canvas) -> Canvas:
    """A sheet with a stroke in a box that can be chosen."""
    draw(canvas, (100, 60), (120, 200))
    canvas.set_marks([Mark((90, 50, 130, 210), "7")])
    return canvas


def test_a_pen_that_taps_on_a_mark_chooses_it_and_leaves_no_dot(marked, qtbot) -> None:
    with qtbot.waitSignal(marked.mark_chosen) as chosen:
        pen(marked, (100, 100, 0.3), (101, 100, 0.6), (101, 100, 0))
    assert chosen.args == [0]
    assert len(drawing(marked).strokes) == 1


def test_a_pen_that_goes_on_from_a_mark_draws_as_wide_as_it_was_pressed(marked) -> None:
    chosen = QSignalSpy(marked.mark_chosen)
    pen(marked, (100, 100, 0.2), (140, 100, 0.4), (180, 100, 0.8), (180, 100, 0))
    points_S2, widths_S = drawing(marked).strokes[-1].points_S2, drawing(marked).strokes[-1].widths_S
    assert np.abs(points_S2[0] - 100).max() < 1
    assert widths_S == pytest.approx([PEN * (0.4 + pressure) for pressure in (0.2, 0.4, 0.8)])
    assert chosen.count() == 0


def test_a_touch_that_is_called_off_chooses_nothing(marked) -> None:
    chosen, device = QSignalSpy(marked.mark_chosen), QTest.createTouchDevice()
    QTest.touchEvent(marked, device).press(0, at(100, 100), marked).commit()
    QApplication.sendEvent(marked, QTouchEvent(QEvent.Type.TouchCancel, device))
    assert chosen.count() == 0
    QTest.touchEvent(marked, device).release(0, at(100, 100), marked).commit()
    assert chosen.count() == 0
    assert len(drawing(marked).strokes) == 1
    QTest.touchEvent(marked, device).press(0, at(100, 100), marked).commit()
    QTest.touchEvent(marked, device).release(0, at(100, 100), marked).commit()
    assert chosen.count() == 1


def test_a_finger_draws(canvas, qtbot) -> None:
    device = QTest.createTouchDevice()
    QTest.touchEvent(canvas, device).press(0, at(50, 50), canvas).commit()
    QTest.touchEvent(canvas, device).move(0, at(150, 150), canvas).commit()
    QTest.touchEvent(canvas, device).release(0, at(150, 150), canvas).commit()
    assert np.abs(drawing(canvas).strokes[0].points_S2[-1] - 150).max() < 1


def picture(side: int = 100) -> QImage:
    image = QImage(side, side, QImage.Format.Format_RGB32)
    image.fill(QColor("white"))
    for y in range(20, 80):
        image.setPixelColor(50, y, QColor("black"))
    return image


def test_a_picture_on_the_clipboard_is_pasted(canvas) -> None:
    QGuiApplication.clipboard().setImage(picture())
    canvas.paste()
    source = levels(canvas)
    assert source.shape == (100, 100)
    assert source[50, 50] < 0.1 < 0.9 < source[50, 10]
    canvas.undo()
    assert canvas.source() is None


def test_a_drawing_that_was_copied_comes_back_as_a_picture(canvas) -> None:
    draw(canvas, (60, 60), (220, 60), (120, 230))
    canvas.copy()
    canvas.paste()
    source = levels(canvas)
    side = source.shape[0]
    assert source[round(60 * side / SIDE), round(140 * side / SIDE)] < 0.2


def test_one_can_draw_on_a_picture(canvas) -> None:
    QGuiApplication.clipboard().setImage(picture())
    canvas.paste()
    draw(canvas, (40, 250), (240, 250))
    source = levels(canvas)
    side = source.shape[0]
    assert source[round(250 * side / SIDE), side // 4] < 0.2
    assert source[side // 2, side // 2] < 0.6


def test_a_file_that_is_dropped_is_handed_on(canvas, qtbot, tmp_path: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(tmp_path / "seven.png"))])
    how = Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    enter, drop = QDragEnterEvent(QPoint(50, 50), *how), QDropEvent(QPointF(50, 50), *how)
    QApplication.sendEvent(canvas, enter)
    assert enter.isAccepted()
    with qtbot.waitSignal(canvas.file_given) as caught:
        QApplication.sendEvent(canvas, drop)
    assert caught.args == [tmp_path / "seven.png"]


def test_words_on_the_clipboard_change_nothing(canvas) -> None:
    QGuiApplication.clipboard().setText("seven")
    canvas.paste()
    assert canvas.is_empty()


def test_a_clipboard_with_nothing_on_it_changes_nothing(canvas, monkeypatch) -> None:
    monkeypatch.setattr("PySide6.QtGui.QClipboard.mimeData", lambda *_given: None)
    canvas.paste()
    assert canvas.is_empty()


def test_history_forgets_what_is_older_than_some_megabytes_of_pictures(monkeypatch) -> None:
    monkeypatch.setattr("gui.widgets.ink_history._MOST_BYTES", 250)
    history = InkHistory()
    for number in range(6):
        history.put(Ink((), Picture(bytes(100), str(number))))
        history.put(history.current.with_stroke([(0.0, 0.0)], [PEN], erase=False))
    names = [history.current.picture.name]
    while history.undo():
        names.append(history.current.picture.name)
    assert names == ["5", "5", "4", "4"]


@given(st.lists(st.sampled_from(["put", "undo", "redo"]), max_size=60))
def test_history_is_a_line_with_a_place_on_it(steps: list[str]) -> None:
    history, place = InkHistory(), 0
    line = [history.current]
    for number, step in enumerate(steps):
        if step == "put":
            ink = Ink().with_stroke([(number, 0.0)], [PEN], erase=False)
            history.put(ink)
            line, place = [*line[: place + 1], ink], place + 1
        elif step == "undo":
            assert history.undo() == (place > 0)
            place = max(place - 1, 0)
        else:
            assert history.redo() == (place < len(line) - 1)
            place = min(place + 1, len(line) - 1)
        assert history.current is line[place]
        assert history.can_undo == (place > 0)
        assert history.can_redo == (place < len(line) - 1)
