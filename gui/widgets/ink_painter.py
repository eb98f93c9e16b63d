"""Paints ink: strokes as smooth lines, pictures in their colours. Knows no events and no history.

Between recorded points, lines are quadratic curves through the midpoints of neighbouring points, so there are no
corners however fast the pen moved. The eraser removes exactly what it removes for the network.
"""

from collections.abc import Callable, Sequence

import numpy as np
from PIL import Image
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPen, qGray

from core.ink.picture import LONGEST_SIDE
from core.ink.picture_file import Picture
from core.ink.prepare import Drawing, visible_strokes
from gui.widgets import heat
from gui.widgets.ink_history import Ink

Point = tuple[float, float]
Mapping = Callable[[QRectF], QRectF]

SIDE = 280
"""Width and height of a canvas in its own units."""

PEN = 20.0
"""Width of a normal pen in these units."""


def drawing_of(ink: Ink) -> Drawing:
    """Returns the strokes in the form that `core.inference` reads."""
    return Drawing(ink.strokes, SIDE, SIDE, PEN)


def pen(colour: QColor, width: float) -> QPen:
    """Returns a round pen."""
    return QPen(colour, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)


def paint_ink(painter: QPainter, ink: Ink, colour: QColor) -> None:
    """Paints the strokes of a canvas without a picture, without the erased parts."""
    if not any(stroke.erase for stroke in ink.strokes):
        for stroke in ink.strokes:
            paint_line(painter, stroke.points_S2.tolist(), stroke.widths_S.tolist(), colour)
        return
    for points_S2, widths_S in visible_strokes(drawing_of(ink)):
        paint_line(painter, points_S2.tolist(), widths_S.tolist(), colour)


def paint_line(painter: QPainter, points: Sequence[Point], widths: Sequence[float], colour: QColor) -> None:
    """Paints one stroke."""
    for index in range(1, len(points)):
        paint_piece(painter, points, widths, index, colour)
    paint_tail(painter, points, widths, colour)


def paint_piece(
    painter: QPainter, points: Sequence[Point], widths: Sequence[float], index: int, colour: QColor
) -> QRectF:
    """Paints the piece of a stroke that is final after its point `index` (from 1); returns its rectangle."""
    path = QPainterPath(QPointF(*points[0]) if index == 1 else _middle(points, index - 1))
    _curve(path, points, index)
    painter.strokePath(path, pen(colour, widths[index - 1]))
    return _around(path.controlPointRect(), widths[index - 1])


def paint_tail(painter: QPainter, points: Sequence[Point], widths: Sequence[float], colour: QColor) -> None:
    """Paints the end of a stroke that is still missing, or the dot of a stroke of one point."""
    path = QPainterPath(_middle(points, len(points) - 1) if len(points) > 1 else QPointF(*points[0]))
    path.lineTo(QPointF(*points[-1]))
    _paint_path(painter, path, points[-1], widths[-1], colour)


def tail_rect(points: Sequence[Point], widths: Sequence[float]) -> QRectF:
    """Returns the rectangle in which `paint_tail` paints."""
    last = points[-2:]
    xs, ys = [point[0] for point in last], [point[1] for point in last]
    return _around(QRectF(min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys)), widths[-1])


def _curve(path: QPainterPath, points: Sequence[Point], index: int) -> None:
    """Continues to the midpoint before point `index`; the point before it is the curve's control point."""
    if index == 1:
        path.lineTo(_middle(points, 1))
    else:
        path.quadTo(QPointF(*points[index - 1]), _middle(points, index))


def _middle(points: Sequence[Point], index: int) -> QPointF:
    (x1, y1), (x2, y2) = points[index - 1], points[index]
    return QPointF((x1 + x2) / 2, (y1 + y2) / 2)


def _paint_path(painter: QPainter, path: QPainterPath, point: Point, width: float, colour: QColor) -> None:
    if path.length() < 0.01:  # Qt does not stroke a path without length
        painter.setPen(pen(colour, width))
        painter.drawPoint(QPointF(*point))
    else:
        painter.strokePath(path, pen(colour, width))


def _around(rect: QRectF, width: float) -> QRectF:
    return rect.adjusted(-width, -width, width, width)


# -- pictures


def paper_of(picture: Picture) -> QColor:
    """Returns the colour of a picture's border."""
    colours_HW3 = picture.colours_HW3
    edge_E3 = np.concatenate([colours_HW3[0], colours_HW3[-1], colours_HW3[:, 0], colours_HW3[:, -1]])
    return QColor(*np.median(edge_E3, axis=0).astype(int).tolist())


def picture_rect(picture: Picture) -> QRectF:
    """Returns the rectangle of a picture on a canvas: as large as fits, in the middle."""
    height, width, _channels = picture.colours_HW3.shape
    scale = SIDE / max(height, width)
    rect = QRectF(0, 0, width * scale, height * scale)
    rect.moveCenter(QPointF(SIDE / 2, SIDE / 2))
    return rect


def paint_over_picture(painter: QPainter, ink: Ink) -> None:
    """Paints a canvas with a picture: paper everywhere, the picture, and what was drawn and erased on it."""
    assert ink.picture is not None
    paper = paper_of(ink.picture)
    painter.fillRect(QRectF(0, 0, SIDE, SIDE), paper)
    painter.drawImage(picture_rect(ink.picture), heat.image(ink.picture.colours_HW3))
    for stroke in ink.strokes:
        colour = paper if stroke.erase else ink_on(paper)
        paint_line(painter, stroke.points_S2.tolist(), stroke.widths_S.tolist(), colour)


def ink_on(paper: QColor) -> QColor:
    """Returns the colour to write with on paper of this colour."""
    return QColor("black") if qGray(paper.rgb()) > 127 else QColor("white")


def picture_of(image: QImage) -> Picture:
    """Returns an image as a picture, like one opened from a file; reduced if large."""
    if max(image.width(), image.height()) > 2 * LONGEST_SIDE:
        side = 2 * LONGEST_SIDE
        smooth, keep = Qt.TransformationMode.SmoothTransformation, Qt.AspectRatioMode.KeepAspectRatio
        image = image.scaled(side, side, keep, smooth)
    image = image.convertToFormat(QImage.Format.Format_RGBA8888)
    size = (image.width(), image.height())
    return Picture.of(Image.frombytes("RGBA", size, bytes(image.constBits()), "raw", "RGBA", image.bytesPerLine()))


def flattened(ink: Ink) -> Picture:
    """Returns a canvas with a picture and strokes as one picture, as it looks on screen."""
    image = QImage(LONGEST_SIDE, LONGEST_SIDE, QImage.Format.Format_RGB32)
    with QPainter(image) as painter:
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        painter.scale(LONGEST_SIDE / SIDE, LONGEST_SIDE / SIDE)
        paint_over_picture(painter, ink)
    return picture_of(image)


def source_to_sheet(ink: Ink) -> Mapping:
    """Returns how rectangles in a picture's pixels, or in a drawing's units, map to the canvas."""
    picture = ink.picture
    if picture is None:
        return lambda rect: rect
    if ink.strokes:
        scale, corner = SIDE / LONGEST_SIDE, QPointF(0, 0)
    else:
        # Anything larger was reduced before the search for digits.
        scale = SIDE / min(picture.longest, LONGEST_SIDE)
        corner = picture_rect(picture).topLeft()
    return lambda rect: QRectF(rect.topLeft() * scale + corner, rect.size() * scale)
