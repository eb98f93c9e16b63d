"""The Draw page: without a network, empty, with digits, with what is none, and looked into."""

import math
from itertools import pairwise

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from core.runs.config import RunConfig
from gui.pages.draw import DrawPage
from gui.widgets.ink_painter import SIDE
from gui.widgets.model_chooser import Choice
from tests.shots.stage import SMALL, Stage

Line = list[tuple[float, float]]

SEVEN: Line = [(88, 62), (190, 56), (150, 140), (128, 222)]
SCRIBBLE: Line = [
    (60, 60), (220, 80), (60, 120), (220, 150), (70, 190), (200, 220), (100, 40), (180, 240), (50, 140), (230, 200),
]  # fmt: skip


def _arc(x: float, y: float, rx: float, ry: float, start: float, end: float) -> Line:
    """Part of an ellipse; angles in degrees, 0 to the right, 90 down."""
    turns = [math.radians(start + (end - start) * part / 20) for part in range(21)]
    return [(x + rx * math.cos(turn), y + ry * math.sin(turn)) for turn in turns]


# In a box one unit high.
TWO: Line = [*_arc(0.25, 0.28, 0.25, 0.25, -170, 20), (0.05, 1), (0.55, 1)]
ZERO: Line = _arc(0.28, 0.5, 0.25, 0.48, -90, 270)
SIX: Line = [(0.45, 0.02), (0.15, 0.35), *_arc(0.28, 0.72, 0.24, 0.26, -160, 200)]


def nothing_yet(stage: Stage) -> None:
    """Before any network was trained."""
    stage.open("draw")
    stage.wait(500)
    stage.shoot("draw-nothing-yet")


def a_seven_and_why(stage: Stage) -> None:
    """One digit, and every way to look inside."""
    page = _trained(stage)
    stage.shoot("draw-empty")
    draw(page, SEVEN)
    _settle(stage, page)
    stage.shoot("draw-seven")
    stage.shoot("draw-seven", (SMALL,))
    QTest.mouseClick(page.inside_card.grid, Qt.MouseButton.LeftButton, pos=page.inside_card.grid.rect_of(2).center())
    _settle(stage, page)
    stage.shoot("draw-arithmetic")
    for mode in ("filters", "saliency", "gradients", "gradcam", "occlusion", "neighbours"):
        stage.click(page.inside_card.modes.button(mode))
        _settle(stage, page)
        stage.shoot(f"draw-{mode}", themes=("light",))


def what_goes_wrong(stage: Stage) -> None:
    """What is no digit, a correction, and stages switched off."""
    page = _trained(stage)
    draw(page, SCRIBBLE)
    _settle(stage, page)
    stage.shoot("draw-scribble")
    page.canvas.clear()
    draw(page, [(0.4 * x + 10, 0.4 * y + 10) for x, y in SEVEN])
    for key in ("crop", "scale", "centre"):
        QTest.mouseClick(page.stages_card.views[key].switch, Qt.MouseButton.LeftButton, pos=QPoint(8, 8))
    _settle(stage, page)
    stage.click(page.correction_card.buttons["7"])
    _settle(stage, page)
    stage.shoot("draw-stages")


def several_digits(stage: Stage) -> None:
    """A year."""
    page = _trained(stage)
    page.canvas_card.several_box.setChecked(True)
    page.canvas_card.width_slider.setValue(10)
    for shape, left in ((TWO, 15), (ZERO, 82), (TWO, 150), (SIX, 217)):
        draw(page, [(90 * x + left, 90 * y + 95) for x, y in shape])
    _settle(stage, page)
    stage.shoot("draw-2026")
    page.canvas.setFocus()
    for _times in range(3):
        stage.key(page.canvas, Qt.Key.Key_PageDown)
    _settle(stage, page)
    stage.shoot("draw-2026-the-six", themes=("dark",))


def other_times(stage: Stage) -> None:
    """The time machine at its beginning, with the finished network beside it; and in another language."""
    page = _trained(stage)
    draw(page, SEVEN)
    run = stage.state.store.runs()[0]
    page.compare_pill.chosen.emit(Choice(run.path, "best"))
    page.time_card.slider.setValue(0)
    _settle(stage, page)
    stage.shoot("draw-time-machine")
    stage.state.set_language("zh_CN")
    _settle(stage, page)
    stage.shoot("draw-chinese", themes=("light",))
    stage.state.set_language("en")


SCENES = (nothing_yet, a_seven_and_why, what_goes_wrong, several_digits, other_times)


def _trained(stage: Stage) -> DrawPage:
    """Trains a small network on generated digits, and goes to the page."""
    before = stage.trainings
    stage.state.preferences.threads = 1
    training = {"epochs": 4, "batch_size": 50}
    optimizer = {"key": "adam", "learning_rate": 0.005}
    dataset = {"key": "strokes", "examples": 5000}
    assert stage.state.train(RunConfig.make(dataset=dataset, model="conv_bn", optimizer=optimizer, training=training))
    stage.wait_until(lambda: stage.trainings > before)
    page = stage.open("draw")
    assert isinstance(page, DrawPage)
    _settle(stage, page)
    return page


def draw(page: DrawPage, line: Line) -> None:
    """Draws a line on the page's sheet with the mouse."""
    scale = page.canvas.width() / SIDE
    places = [QPoint(round(x * scale), round(y * scale)) for x, y in line]
    QTest.mousePress(page.canvas, Qt.MouseButton.LeftButton, pos=places[0])
    for start, end in pairwise(places):
        for part in range(1, 7):
            QTest.mouseMove(page.canvas, start + (end - start) * (part / 6))
    QTest.mouseRelease(page.canvas, Qt.MouseButton.LeftButton, pos=places[-1])


def _settle(stage: Stage, page: DrawPage) -> None:
    stage.wait(150)
    stage.wait_until(lambda: not page.is_busy)
