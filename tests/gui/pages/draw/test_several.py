"""Several digits on one sheet: each is read, and each can be explained."""

import numpy as np
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from core.data.drawing_store import DrawingStore
from core.ink.picture_file import Picture
from gui.pages.draw import DrawPage
from gui.widgets.ink_painter import SIDE
from tests.gui.pages.draw.hand import ONE, SCRIBBLE, SEVEN, draw, moved, says, settle


def test_several_digits_are_read_with_a_box_round_each(qtbot, page) -> None:
    qtbot.mouseClick(page.canvas_card.several_box, Qt.MouseButton.LeftButton, pos=QPoint(8, 8))
    page.canvas_card.width_slider.setValue(10)
    draw(page, moved(SEVEN, 0.5, -20, 60))
    draw(page, moved(ONE, 0.5, 60, 60))
    draw(page, moved(SEVEN, 0.5, 150, 60))
    settle(qtbot, page)
    assert says(page) == "717"
    assert [mark.text for mark in page.canvas.marks()] == ["7", "1", "7"]


def write_717(page: DrawPage) -> None:
    page.canvas_card.several_box.setChecked(True)
    page.canvas_card.width_slider.setValue(8)
    for shape, left in ((SEVEN, -20), (ONE, 60), (SEVEN, 150)):
        draw(page, moved(shape, 0.5, left, 60))


def looked_into(page: DrawPage) -> list[int]:
    """The numbers of the boxes that stand out."""
    return [index for index, mark in enumerate(page.canvas.marks()) if mark.is_chosen]


def frame_of(page: DrawPage) -> QImage:
    return page.stages_card.views["frame"].picture.grab().toImage().copy()


def names_of_target(page: DrawPage) -> str:
    """The class that the open explanation is about."""
    question = page.inside_card._explanation.question
    return question.classifier.class_names[question.target]


def click_on_box(qtbot: QtBot, page: DrawPage, index: int) -> None:
    left, top, right, bottom = page.canvas.marks()[index].box
    scale = page.canvas.width() / SIDE
    place = QPoint(round((left + right) / 2 * scale), round((top + bottom) / 2 * scale))
    qtbot.mouseClick(page.canvas, Qt.MouseButton.LeftButton, pos=place)


def test_a_click_on_a_digit_looks_into_that_one_and_draws_nothing(qtbot, page) -> None:
    write_717(page)
    settle(qtbot, page)
    assert looked_into(page) == [0]
    strokes, seven = len(page.canvas.source().strokes), frame_of(page)
    assert names_of_target(page) == "7"
    click_on_box(qtbot, page, 1)
    settle(qtbot, page)
    assert looked_into(page) == [1]
    assert len(page.canvas.source().strokes) == strokes
    assert frame_of(page) != seven
    assert names_of_target(page) == "1"
    assert says(page) == "717"


def test_page_keys_walk_from_digit_to_digit(qtbot, page) -> None:
    write_717(page)
    settle(qtbot, page)
    page.canvas.setFocus()
    walked = []
    for key in (Qt.Key.Key_PageDown, Qt.Key.Key_PageDown, Qt.Key.Key_PageDown, Qt.Key.Key_PageUp):
        qtbot.keyClick(page.canvas, key)
        settle(qtbot, page)
        walked += looked_into(page)
    assert walked == [1, 2, 0, 2]
    assert "Looking into 7." in page.canvas.accessibleDescription()


def test_a_stroke_that_begins_on_a_digit_is_a_stroke(qtbot, page) -> None:
    write_717(page)
    settle(qtbot, page)
    before = len(page.canvas.source().strokes)
    draw(page, [(60, 110), (95, 110)])
    settle(qtbot, page)
    assert len(page.canvas.source().strokes) == before + 1


def test_what_was_looked_into_is_forgotten_with_the_digits(qtbot, page) -> None:
    write_717(page)
    settle(qtbot, page)
    click_on_box(qtbot, page, 2)
    settle(qtbot, page)
    page.canvas.clear()
    settle(qtbot, page)
    assert page.canvas.marks() == []
    draw(page, SEVEN)
    settle(qtbot, page)
    assert looked_into(page) == []


def test_only_the_digit_that_is_looked_into_is_put_right(qtbot, page) -> None:
    write_717(page)
    settle(qtbot, page)
    click_on_box(qtbot, page, 1)
    settle(qtbot, page)
    qtbot.mouseClick(page.correction_card.buttons["1"], Qt.MouseButton.LeftButton)
    settle(qtbot, page)
    (entry,) = DrawingStore().entries()
    assert entry.label == "1"
    kept = DrawingStore().strokes(entry)
    assert kept is not None
    assert len(kept.strokes) == 1
    assert len(page.canvas.source().strokes) == 3


def test_of_a_picture_too_only_the_digit_that_is_looked_into_is_kept(qtbot, page) -> None:
    write_717(page)
    picture_HW = page.canvas.grab().toImage().convertToFormat(QImage.Format.Format_Grayscale8)
    page.canvas.clear()
    size = (picture_HW.height(), picture_HW.bytesPerLine())
    levels_HW = np.frombuffer(picture_HW.constBits(), np.uint8).reshape(size)[:, : picture_HW.width()]
    page.canvas.show_picture(Picture.of_levels(levels_HW[4:-4, 4:-4].astype(np.float32) / 255))
    settle(qtbot, page)
    assert len(page.canvas.marks()) == 3
    qtbot.mouseClick(page.correction_card.buttons["7"], Qt.MouseButton.LeftButton)
    settle(qtbot, page)
    (entry,) = DrawingStore().entries()
    kept_HW = DrawingStore().read(entry)
    assert 28 * 28 / 3 > (kept_HW > 64).sum() > 20
    ink_H = np.flatnonzero((kept_HW > 64).any(1))
    assert ink_H[-1] - ink_H[0] >= 16  # one seven fills the frame's height; three side by side would be low


def test_several_digits_that_are_read_as_one_point_to_the_switch(qtbot, page) -> None:
    write_717(page)
    page.canvas_card.several_box.setChecked(False)
    settle(qtbot, page)
    assert says(page) == "Not a digit"
    reason = page.verdict_card.panels[0].reason_label
    assert "“Several digits”" in reason.text()
    page.canvas.clear()
    draw(page, SCRIBBLE)
    settle(qtbot, page)
    assert says(page) == "Not a digit"
    assert "“Several digits”" not in reason.text()
