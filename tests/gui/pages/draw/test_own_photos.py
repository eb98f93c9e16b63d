"""The Draw page asks a network that learned from a user's own photos about photos, in colour."""

import os
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication, QImage
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from core.runs.config import RunConfig
from core.runs.shipped import shipped
from core.runs.store import RunStore
from core.training.loop import fit
from gui.pages.draw import DrawPage
from gui.pages.draw.explaining import MODES
from gui.widgets.model_chooser import Choice
from tests.gui.pages.draw.hand import SEVEN, draw, settle

PHOTOS = Path("tests/cases/own_photos").resolve()


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with one small network that has learned two shapes from photos."""
    folder = tmp_path_factory.mktemp("runs")
    settings = os.environ.get("NEURARIUM_SETTINGS")
    os.environ["NEURARIUM_SETTINGS"] = str(tmp_path_factory.mktemp("settings"))
    config = RunConfig.make(
        dataset={"key": "image_folder", "folder": str(PHOTOS)},
        model="conv_bn",
        training={"epochs": 6, "batch_size": 4, "threads": 1, "device": "cpu"},
    )
    list(fit(config, RunStore(folder).create(config)))
    if settings is None:
        del os.environ["NEURARIUM_SETTINGS"]
    else:
        os.environ["NEURARIUM_SETTINGS"] = settings
    return folder


def closest(page: DrawPage) -> str:
    """The most probable class, even where the page calls it unfamiliar."""
    return max(page.verdict_card.panels[0].bars.rows(), key=lambda row: row.probability or 0.0).name


def drop(page: DrawPage, file: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(file))])
    how = Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    QApplication.sendEvent(page.canvas, QDragEnterEvent(QPoint(50, 50), *how))
    QApplication.sendEvent(page.canvas, QDropEvent(QPointF(50, 50), *how))


def stages(page: DrawPage) -> list[str]:
    return [key for key, view in page.stages_card.views.items() if not view.isHidden()]


@pytest.mark.parametrize("name", ["disc", "square"])
def test_a_photo_that_it_learned_from_shows_what_it_shows(qtbot: QtBot, page: DrawPage, name: str) -> None:
    for file in sorted((PHOTOS / name).iterdir())[::3]:
        drop(page, file)
        settle(qtbot, page)
        assert closest(page) == name


def test_a_photo_may_come_from_the_clipboard(qtbot: QtBot, page: DrawPage) -> None:
    for name in ("square", "disc"):
        QGuiApplication.clipboard().setImage(QImage(str(PHOTOS / name / "p00.jpg")))
        page.canvas.paste()
        settle(qtbot, page)
        assert closest(page) == name


def test_it_sees_the_photo_in_colour_and_no_ink(qtbot: QtBot, page: DrawPage) -> None:
    assert stages(page) == ["picture", "fitted", "normalise"]
    drop(page, PHOTOS / "disc" / "p00.jpg")
    settle(qtbot, page)
    assert stages(page) == ["picture", "fitted", "normalise"]
    fitted = page.stages_card.views["fitted"].picture.grab().toImage()
    colours = {fitted.pixelColor(x, y).name() for x in range(56) for y in range(56)}
    assert any(len({name[1:3], name[3:5], name[5:7]}) == 3 for name in colours)
    assert not page.canvas_card.several_box.isEnabled()


def test_the_same_photo_is_ink_to_a_network_of_digits(qtbot: QtBot, page: DrawPage) -> None:
    drop(page, PHOTOS / "disc" / "p00.jpg")
    settle(qtbot, page)
    page.model_pill.chosen.emit(Choice(shipped()[0].path))
    settle(qtbot, page)
    assert stages(page) == ["ink", "crop", "scale", "centre", "frame", "normalise"]
    assert page.canvas_card.several_box.isEnabled()


def test_only_a_network_that_reads_ink_offers_to_keep_the_drawing(qtbot: QtBot, page: DrawPage) -> None:
    drop(page, PHOTOS / "disc" / "p00.jpg")
    settle(qtbot, page)
    assert not page.correction_card.isVisible()
    page.model_pill.chosen.emit(Choice(shipped()[0].path))
    settle(qtbot, page)
    assert page.correction_card.isVisible()


def test_normalisation_can_be_left_out(qtbot: QtBot, page: DrawPage) -> None:
    drop(page, PHOTOS / "square" / "p01.jpg")
    settle(qtbot, page)
    before = [row.probability for row in page.verdict_card.panels[0].bars.rows()]
    switch = page.stages_card.views["normalise"].switch
    qtbot.mouseClick(switch, Qt.MouseButton.LeftButton, pos=QPoint(8, 8))
    settle(qtbot, page)
    assert [row.probability for row in page.verdict_card.panels[0].bars.rows()] != before


@pytest.mark.parametrize("mode", MODES)
def test_every_way_to_look_inside_shows_something(qtbot: QtBot, page: DrawPage, mode: str) -> None:
    drop(page, PHOTOS / "disc" / "p02.jpg")
    qtbot.mouseClick(page.inside_card.modes.button(mode), Qt.MouseButton.LeftButton)
    settle(qtbot, page)
    card = page.inside_card
    assert card.stack.currentWidget() is not card.message
    if mode == "neighbours":
        assert card.grid.tiles()[0].caption.startswith("disc")


def test_a_drawing_is_dark_on_white_paper_to_it(qtbot: QtBot, page: DrawPage) -> None:
    draw(page, SEVEN)
    settle(qtbot, page)
    preparation = page._verdicts[0].preparation
    assert preparation is not None
    fitted_HWC = preparation.seen_HWC
    assert fitted_HWC.shape == (64, 64, 3)
    assert np.median(fitted_HWC) == 1
    assert fitted_HWC.min() < 0.1


def test_one_can_draw_on_a_photo(qtbot: QtBot, page: DrawPage) -> None:
    drop(page, PHOTOS / "disc" / "p03.jpg")
    settle(qtbot, page)
    before = page._verdicts[0].preparation.seen_HWC
    draw(page, SEVEN)
    settle(qtbot, page)
    after = page._verdicts[0].preparation.seen_HWC
    assert np.abs(after - before).max() > 0.3
    page.canvas.undo()
    settle(qtbot, page)
    assert np.array_equal(page._verdicts[0].preparation.seen_HWC, before)
