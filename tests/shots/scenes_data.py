"""What there is to learn from: the digits that the generator writes, as a contact sheet on paper."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtWidgets import QFrame, QVBoxLayout

from gui.widgets.picture_grid import PictureGrid, Tile
from tests.shots.stage import Stage

_COLUMNS, _SIDE, _PITCH = 20, 56, 63
_INK = np.array((28, 34, 48), np.float32)
_SEED = 1


def generated_digits(stage: Stage) -> None:
    """Twenty of each digit, a row each, as they come: the first of one seed."""
    from core.data.handwriting.generator import generate

    images_NHW, labels_N = generate(2 * 10 * _COLUMNS, _SEED)
    chosen = [i for digit in range(10) for i in np.flatnonzero(labels_N == digit)[:_COLUMNS]]
    ink_NHW1 = images_NHW[chosen, :, :, None].astype(np.float32) / 255
    paper_NHW3 = (255 - (255 - _INK) * ink_NHW1).round().astype(np.uint8)
    sheet = PictureGrid(_SIDE)
    sheet.set_tiles([Tile(_larger(paper_HW3)) for paper_HW3 in paper_NHW3])
    sheet.setFixedSize(_COLUMNS * _PITCH, 10 * _PITCH)
    paper = QFrame()
    paper.setStyleSheet("QFrame { background: white }")
    QVBoxLayout(paper).addWidget(sheet)
    stage.keep("digits-generated", paper)


def _larger(colours_HW3: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Returns a picture four times as wide and high, smoothed, as a screen would show it."""
    from PIL import Image

    height, width, _three = colours_HW3.shape
    return np.asarray(Image.fromarray(colours_HW3).resize((4 * width, 4 * height), Image.Resampling.BICUBIC))


SCENES = (generated_digits,)
