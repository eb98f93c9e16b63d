"""Writes a chart to a file: PNG and SVG as it looks, with title and legend; CSV with every value."""

from codecs import BOM_UTF8
from collections.abc import Generator, Sequence
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QRectF, QSize, Qt
from PySide6.QtGui import QImage, QImageWriter, QPainter
from PySide6.QtSvg import QSvgGenerator

from core.files import write_atomically
from gui.charts.legend import Legend
from gui.charts.plot import Plot
from gui.charts.run_curve import Points, to_csv
from gui.theme import colour, font

_MARGIN = 16
_HEADER = 24
# Sharp on a dense screen, and in print at the usual size of a chart in a report.
PNG_DENSITY = 2


def write_png(path: Path, plot: Plot, legend: Legend, title: str) -> None:
    """Writes the chart as a picture at twice its size on screen.

    Raises:
        StorageError: the file could not be written.
    """
    size = _size(plot)
    image = QImage(size * PNG_DENSITY, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(PNG_DENSITY)
    with QPainter(image) as painter:
        _draw(painter, plot, legend, title)
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    QImageWriter(buffer, QByteArray(b"png")).write(image)
    write_atomically(path, bytes(buffer.data().data()))


def write_svg(path: Path, plot: Plot, legend: Legend, title: str) -> None:
    """Writes the chart as vectors.

    Raises:
        StorageError: the file could not be written.
    """
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    generator = QSvgGenerator()
    generator.setOutputDevice(buffer)
    generator.setSize(_size(plot))
    generator.setViewBox(QRectF(0, 0, _size(plot).width(), _size(plot).height()))
    generator.setTitle(title)
    with QPainter(generator) as painter:
        _draw(painter, plot, legend, title)
    write_atomically(path, bytes(buffer.data().data()))


def write_csv(path: Path, points: Sequence[Points]) -> Generator[None, None, None]:
    """Writes every point. Yields now and then, since a long run has hundreds of thousands of points.

    Raises:
        StorageError: the file could not be written.
    """
    # Spreadsheets misread Chinese names of runs without a byte order mark.
    parts = [BOM_UTF8]
    for text in to_csv(points):
        parts.append(text.encode())
        yield
    write_atomically(path, b"".join(parts))


def _size(plot: Plot) -> QSize:
    return QSize(plot.width() + 2 * _MARGIN, plot.height() + 2 * _MARGIN + _HEADER)


def _draw(painter: QPainter, plot: Plot, legend: Legend, title: str) -> None:
    size = _size(plot)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.fillRect(QRectF(0, 0, size.width(), size.height()), colour("surface"))
    header = QRectF(_MARGIN, _MARGIN - 4, plot.width(), _HEADER)
    painter.setFont(font(14, 600))
    painter.setPen(colour("text"))
    painter.drawText(header, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, title)
    legend.draw(painter, header.adjusted(painter.fontMetrics().horizontalAdvance(title) + _MARGIN, 0, 0, 0))
    target = QRectF(_MARGIN, _MARGIN + _HEADER, plot.width(), plot.height())
    plot.scene().render(painter, target, QRectF(plot.rect()))
