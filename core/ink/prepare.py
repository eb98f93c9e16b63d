"""Puts a drawing, or a picture of a digit, into MNIST's frame, stage by stage.

MNIST itself was made with these stages (LeCun, Bottou, Bengio, Haffner, Gradient-Based Learning Applied to Document
Recognition, 1998, section III A): the ink's longer side is scaled to 20 pixels with an area filter, and its centre of
mass is placed in the middle of 28 x 28. Each stage can be switched off, to see how the prediction changes.

Independent of widgets, models and torch. Axes: N pictures, H height, W width, C channels, 2 = (x, y) with
y down.
"""

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.arrays import Floats32, Floats64
from core.i18n import N_
from core.ink.pen import with_even_pen
from core.ink.picture import INK_THRESHOLD, ink_of, reduce, resize
from core.ink.raster import Lines, coverage, fit, join, resample

FRAME = 28
"""Side of the network's picture, in pixels."""

BOX = 20
"""Longer side of the ink in it, in pixels."""

PEN = 2.6
"""Width of a normal line in it, in pixels: the mean over MNIST's training set, estimated as 2 x area / outline."""

MNIST_MEAN, MNIST_STD = 0.1307, 0.3081
"""Mean and standard deviation of MNIST's training pixels, in 0..1."""

DETAIL = 3
"""Before a drawing is scaled down, it is shown this many times finer than the network's picture."""

_STEP = 0.7
"""Largest distance between samples of a line, in pixels of the network's picture."""

_DOT = 0.25
"""Drawings shorter than this fraction of the pen's width are dots. They are not enlarged further."""

_THINNEST, _THICKEST = 0.4, 2.5
"""Thinnest and thickest line kept, in normal pens."""


@dataclass(frozen=True)
class Stroke:
    """One movement of a pen or eraser, in the canvas's units.

    Attributes:
        points_S2: its positions, in order.
        widths_S: its width at each point (the pressure on a tablet changes it).
        erase: whether it removes ink instead of adding it.
    """

    points_S2: Floats64
    widths_S: Floats64
    erase: bool = False


@dataclass(frozen=True)
class Drawing:
    """Strokes on a canvas, oldest first.

    Attributes:
        strokes: of pen and eraser.
        width: of the canvas, in its units.
        height: of the canvas.
        pen: the width of a normal pen, in the canvas's units. A line of this width becomes `PEN` pixels wide, for
            digits of any size.
    """

    strokes: tuple[Stroke, ...]
    width: float
    height: float
    pen: float


@dataclass(frozen=True)
class Stage:
    """One step of the preparation: the picture after the step, and whether the step was applied or skipped.

    `picture_HWC` holds values 0..1; in the last stage it holds what the network reads. It has one channel, or three for
    red, green and blue. `title` and `help` are marked for translation.
    """

    key: str
    title: str
    help: str
    picture_HWC: Floats32
    enabled: bool


STAGES: dict[str, tuple[str, str]] = {
    "ink": (N_("Your ink"), N_("Only the ink, light on dark, with a pen as wide as those the network learned from.")),
    "crop": (N_("Cropped"), N_("Empty paper round the ink is cut away, so that it does not matter where you drew.")),
    "scale": (N_("Longest side 20"), N_("The longer side becomes 20 pixels, so that it does not matter how large.")),
    "centre": (N_("Centre of mass"), N_("The ink's centre of mass comes to the middle, as in every digit of MNIST.")),
    "frame": (N_("28 × 28"), N_("A margin fills the picture up to 28 × 28 pixels. Without it the ink is stretched.")),
    "normalise": (N_("Normalised"), N_("The training set's mean is subtracted, and divided by its spread.")),
}
"""The stages in order: key to title and help. Any of the keys can be disabled."""


@dataclass(frozen=True)
class Preparation:
    """All stages in order. The last one only shifts and scales levels."""

    stages: tuple[Stage, ...]

    @property
    def seen_HWC(self) -> Floats32:
        """What the network sees, in levels 0..1: the picture before the last stage."""
        return self.stages[-2].picture_HWC


def prepare_drawing(
    drawing: Drawing, disabled: Collection[str] = (), mean: float = MNIST_MEAN, std: float = MNIST_STD
) -> Preparation | None:
    """Puts a drawing into the network's frame.

    Lines are drawn again at each stage's size, so they are as wide as MNIST's for drawings of any size.

    Args:
        drawing: strokes on a canvas.
        disabled: keys of `STAGES` to skip. If "ink" is disabled, lines keep their width on the canvas.
        mean: of the training set's pixels in 0..1.
        std: of the training set's pixels.

    Returns:
        The stages, one for each key of `STAGES`, or None if there is no ink.
    """
    strokes = visible_strokes(drawing)
    if not strokes:
        return None
    view = _View(drawing, strokes, cropped="crop" not in disabled, even_pen="ink" not in disabled)
    canvas_HW = view.canvas(FRAME * DETAIL)
    crop_HW = canvas_HW if "crop" in disabled else view.box(BOX * DETAIL)
    scaled_HW = crop_HW if "scale" in disabled else view.canvas(BOX) if "crop" in disabled else view.box(BOX)
    return _finish([canvas_HW, crop_HW, scaled_HW], disabled, mean, std)


def draw(drawing: Drawing, side: int) -> Floats32 | None:
    """Returns the whole canvas, its longer side `side` pixels, 0 paper to 1 ink, or None if there is no ink."""
    strokes = visible_strokes(drawing)
    return _View(drawing, strokes, cropped=False, even_pen=False).canvas(side) if strokes else None


def prepare_picture(
    grey_HW: Floats32, disabled: Collection[str] = (), mean: float = MNIST_MEAN, std: float = MNIST_STD
) -> Preparation | None:
    """Puts a picture of a digit (grey levels 0..1, any size, light on dark or dark on light) into the network's frame.

    A real MNIST digit stays unchanged. Arguments and result are those of `prepare_drawing`; if "ink" is disabled, the
    whole picture is used, with its paper.
    """
    grey_HW = reduce(grey_HW)
    found_HW = ink_of(grey_HW)
    if not (found_HW > INK_THRESHOLD).any():
        return None
    return prepare_ink(grey_HW if "ink" in disabled else found_HW, disabled, mean, std)


def prepare_ink(
    ink_HW: Floats32, disabled: Collection[str] = (), mean: float = MNIST_MEAN, std: float = MNIST_STD
) -> Preparation | None:
    """Puts ink (0 paper, 1 pen) into the network's frame, as `prepare_picture` does after it found the ink."""
    box = ink_box(ink_HW)
    if box is None:
        return None
    if "ink" not in disabled:
        ink_HW = with_even_pen(ink_HW, box, BOX)
        box = ink_box(ink_HW) or (0, 0, *ink_HW.shape[::-1])
    left, top, right, bottom = box
    crop_HW = ink_HW if "crop" in disabled else ink_HW[top:bottom, left:right]
    scaled_HW = crop_HW if "scale" in disabled else _longest(crop_HW, BOX)
    return _finish([ink_HW, crop_HW, scaled_HW], disabled, mean, std)


def _finish(pictures: list[Floats32], disabled: Collection[str], mean: float, std: float) -> Preparation:
    """Applies the stages that drawings and pictures share: centre of mass, frame, normalisation."""
    scaled_HW = pictures[-1]
    centred_HW = scaled_HW if "centre" in disabled else _centred(scaled_HW)
    if "frame" in disabled:
        frame_HW = resize(centred_HW, FRAME, FRAME)
    else:
        fitting_HW = centred_HW
        if max(scaled_HW.shape) > FRAME:
            fitting_HW = _longest(centred_HW, FRAME)
        middle_N2 = np.array([[fitting_HW.shape[1] // 2, fitting_HW.shape[0] // 2]])
        frame_HW = place(fitting_HW[None], middle_N2)[0]
    frame_HW = np.clip(frame_HW, 0, 1)
    input_HW = frame_HW if "normalise" in disabled else (frame_HW - np.float32(mean)) / np.float32(std)
    stages = (
        Stage(key, title, text, picture_HW[..., None], key not in disabled)
        for (key, (title, text)), picture_HW in zip(
            STAGES.items(), [*pictures, centred_HW, frame_HW, input_HW], strict=True
        )
    )
    return Preparation(tuple(stages))


def centre_of_mass(pictures_NHW: Floats32) -> NDArray[np.int64]:
    """Returns the pixel (N, 2: column, row) at the centre of mass of each picture's ink."""
    mass_N = np.maximum(pictures_NHW.sum((1, 2)), 1e-9)
    x_N = pictures_NHW.sum(1) @ np.arange(pictures_NHW.shape[2], dtype=np.float32) / mass_N
    y_N = pictures_NHW.sum(2) @ np.arange(pictures_NHW.shape[1], dtype=np.float32) / mass_N
    return np.floor(np.stack([x_N, y_N], 1) + 0.5).astype(np.int64)


def place(pictures_NHW: Floats32, middles_N2: NDArray[np.int64], side: int = FRAME) -> Floats32:
    """Returns frames (N, side, side) in which the given pixel (column, row) of each picture lies in the middle.

    Shifts by whole pixels, as in MNIST, so nothing is blurred. Ink that does not fit is cut off.
    """
    count, height, width = pictures_NHW.shape
    padded_NHW = np.zeros((count, height + 2 * side, width + 2 * side), np.float32)
    padded_NHW[:, side : side + height, side : side + width] = pictures_NHW
    windows = np.lib.stride_tricks.sliding_window_view(padded_NHW, (side, side), (1, 2))
    column_N, row_N = (np.clip(middles_N2, 0, [width, height]) + side - side // 2).T
    return np.asarray(windows[np.arange(count), row_N, column_N])


def ink_box(ink_HW: Floats32) -> tuple[int, int, int, int] | None:
    """Returns left, top, right, bottom (the last two exclusive) of the ink, or None if there is none."""
    inked_HW = ink_HW > INK_THRESHOLD
    rows, columns = np.flatnonzero(inked_HW.any(1)), np.flatnonzero(inked_HW.any(0))
    if not rows.size:
        return None
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1


def visible_strokes(drawing: Drawing) -> list[tuple[Floats32, Floats32]]:
    """Returns the lines (points (S, 2), widths (S,)) left after erasing, finely sampled, in canvas units.

    An eraser removes the samples of earlier lines whose centre it touched, and so cuts a line into pieces.
    """
    pens = [stroke.points_S2 for stroke in drawing.strokes if not stroke.erase and len(stroke.points_S2)]
    if not pens:
        return []
    extent = max(float(np.ptp(np.concatenate(pens), axis=0).max()), drawing.pen * _DOT)
    step = extent * _STEP / BOX
    visible: list[tuple[Floats32, Floats32]] = []
    for stroke in drawing.strokes:
        if not len(stroke.points_S2):
            continue
        if stroke.erase:
            points, widths = resample(stroke.points_S2, stroke.widths_S, max(step, float(stroke.widths_S.min()) / 4))
            visible = [piece for line in visible for piece in _erased(line, points, widths)]
        else:
            widths_S = np.clip(stroke.widths_S, _THINNEST * drawing.pen, _THICKEST * drawing.pen)
            visible.append(resample(stroke.points_S2, widths_S, step))
    return visible


def _erased(
    line: tuple[Floats32, Floats32], points_E2: Floats32, widths_E: Floats32
) -> list[tuple[Floats32, Floats32]]:
    """Returns the pieces of a line that lie outside an eraser's path."""
    points_S2, widths_S = line
    distance_SE = np.linalg.norm(points_S2[:, None] - points_E2[None], axis=2)
    kept_S = (distance_SE > widths_E / 2).all(1)
    # The round ends of the remaining pieces must not extend into the gap.
    beside_S = np.convolve(kept_S, [1, 0, 1])[1:-1] > 0  # mode "same" would return three values for a dot's two samples
    gap_SG = np.linalg.norm(points_S2[:, None] - points_S2[None, ~kept_S & beside_S], axis=2)
    kept_S &= (gap_SG > widths_S[:, None] / 2).all(1)
    runs = np.flatnonzero(np.diff(np.concatenate([[False], kept_S, [False]]).astype(np.int8)))
    # A single sample between two cuts is dropped, unless the whole line was a dot.
    return [(points_S2[a:b], widths_S[a:b]) for a, b in zip(runs[::2], runs[1::2], strict=True) if b - a > 1]


class _View:
    """Draws the lines of one drawing at any size: the ink alone, or the whole canvas."""

    def __init__(
        self, drawing: Drawing, strokes: list[tuple[Floats32, Floats32]], *, cropped: bool, even_pen: bool
    ) -> None:
        self._drawing = drawing
        self._strokes = strokes
        self._even_pen = even_pen
        points_S2 = np.concatenate([points for points, _ in strokes])
        self._extent = max(float(np.ptp(points_S2, axis=0).max()), drawing.pen * _DOT)
        self._seen = self._extent if cropped else max(drawing.width, drawing.height)

    def box(self, side: int) -> Floats32:
        """Returns the ink alone, its longer side `side` pixels."""
        widest = max(float(widths.max()) for _, widths in self._strokes)
        lines = fit(self._lines(1.0, self._pen(side, side / (self._extent + widest))), side, self._extent)
        right, bottom = (lines.points_NS2 + lines.radii_NS[..., None]).max((0, 1))
        height, width = (min(max(int(np.ceil(edge - 1e-3)), 1), side) for edge in (bottom, right))
        return np.asarray(coverage(lines, height, width)[0])

    def canvas(self, side: int) -> Floats32:
        """Returns the whole canvas, its longer side `side` pixels."""
        scale = side / max(self._drawing.width, self._drawing.height)
        height, width = (max(round(edge * scale), 1) for edge in (self._drawing.height, self._drawing.width))
        return np.asarray(coverage(self._lines(scale, self._pen(self._seen * scale, scale)), height, width)[0])

    def _pen(self, seen: float, scale: float) -> float:
        """Returns the radius in pixels of a line one unit wide, if the network sees an area `seen` pixels long."""
        return PEN * seen / BOX / self._drawing.pen / 2 if self._even_pen else scale / 2

    def _lines(self, scale: float, pen: float) -> Lines:
        strokes = [(points * np.float32(scale), widths * np.float32(pen)) for points, widths in self._strokes]
        return join(strokes)


def _longest(picture_HW: Floats32, side: int) -> Floats32:
    """Returns a picture scaled so that its longer side has `side` pixels."""
    height, width = picture_HW.shape
    scale = side / max(height, width)
    return resize(picture_HW, max(round(height * scale), 1), max(round(width * scale), 1))


def _centred(picture_HW: Floats32) -> Floats32:
    """Returns a picture with paper added so that its centre of mass lies in the middle."""
    (column, row), (height, width) = centre_of_mass(picture_HW[None])[0], picture_HW.shape
    half = max(int(row), height - int(row)), max(int(column), width - int(column))
    centred_HW = np.zeros((2 * half[0], 2 * half[1]), np.float32)
    top, left = half[0] - row, half[1] - column
    centred_HW[top : top + height, left : left + width] = picture_HW
    return centred_HW
