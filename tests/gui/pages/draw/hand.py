"""A hand that draws on the Draw page with a real mouse, and eyes that read its answers."""

from itertools import pairwise

import numpy as np
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from core.runs.config import RunConfig
from gui.pages.draw import DrawPage
from gui.state import AppState
from gui.widgets.ink_painter import SIDE

Points = list[tuple[float, float]]
SEVEN: Points = [(90, 60), (190, 55), (130, 220)]
ONE: Points = [(140, 50), (138, 225)]
SCRIBBLE: Points = [
    (60, 60), (220, 80), (60, 120), (220, 150), (70, 190), (200, 220), (100, 40), (180, 240), (50, 140), (230, 200),
]  # fmt: skip


def config(epochs: int = 2, examples: int = 2000) -> RunConfig:
    training = {"epochs": epochs, "batch_size": 50, "threads": 1}
    optimizer = {"key": "adam", "learning_rate": 0.005}
    dataset = {"key": "strokes", "examples": examples}
    return RunConfig.make(dataset=dataset, model="conv_bn", optimizer=optimizer, training=training)


def open_page(qtbot: QtBot, state: AppState) -> DrawPage:
    page = DrawPage(state)
    qtbot.addWidget(page)
    page.resize(1200, 760)
    with qtbot.waitExposed(page):
        page.show()
    settle(qtbot, page)
    return page


def settle(qtbot: QtBot, page: DrawPage) -> None:
    """Waits until the page has nothing left to compute."""
    qtbot.wait(5)
    qtbot.waitUntil(lambda: not page.is_busy)


def draw(page: DrawPage, points: Points) -> None:
    """Draws a line with the mouse."""
    canvas = page.canvas
    scale = canvas.width() / SIDE

    def at(x: float, y: float) -> QPoint:
        return QPoint(round(x * scale), round(y * scale))

    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=at(*points[0]))
    for (x1, y1), (x2, y2) in pairwise(points):
        for part in np.linspace(0, 1, 7)[1:]:
            QTest.mouseMove(canvas, at(x1 + (x2 - x1) * part, y1 + (y2 - y1) * part))
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=at(*points[-1]))


def moved(points: Points, scale: float, x: float, y: float) -> Points:
    return [(scale * a + x, scale * b + y) for a, b in points]


def says(page: DrawPage, panel: int = 0) -> str:
    return page.verdict_card.panels[panel].answer_label.text()


def certainty(page: DrawPage, panel: int = 0) -> float:
    return max(row.probability or 0.0 for row in page.verdict_card.panels[panel].bars.rows())
