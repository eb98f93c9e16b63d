"""Line icons from `assets/icons`, drawn in the colours of the theme at the requested size.

An icon is tinted when it is painted. So it follows the theme, the state of its button (accent if checked, pale if
disabled) and the pixel density of its screen. Painted icons are cached.
"""

from functools import lru_cache
from importlib import resources

from PySide6.QtCore import QByteArray, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QIconEngine, QPainter, QPixmap, QPixmapCache
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication

from gui.palette import Palette, blend
from gui.theme import theme


def icon(name: str, tint: str = "text") -> QIcon:
    """Returns the icon `assets/icons/<name>.svg`.

    Args:
        name: file name without its ending; an unknown one is a bug and raises FileNotFoundError.
        tint: name of a colour of `gui.palette.Palette`, used while the icon is neither checked nor disabled.
    """
    _source(name)
    theme()  # made during a paint event, the theme would delete the style that paints
    return QIcon(_TintedEngine(name, tint))


def icon_pixmap(name: str, size: int, tint: str = "text") -> QPixmap:
    """Returns one icon as a square pixmap of `size` device-independent pixels, sharp on the densest screen."""
    application = QApplication.instance()
    ratio = application.devicePixelRatio() if isinstance(application, QApplication) else 1.0
    return icon(name, tint).pixmap(QSize(size, size), ratio)


class _TintedEngine(QIconEngine):
    def __init__(self, name: str, tint: str) -> None:
        super().__init__()
        self._name = name
        self._tint = tint

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        colour = _colour(theme().palette, self._tint, mode, state)
        side = min(rect.width(), rect.height())
        square = QRectF(0, 0, side, side)
        square.moveCenter(QRectF(rect).center())
        _renderer(self._name, colour).render(painter, square)

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        key = f"{self._name} {_colour(theme().palette, self._tint, mode, state)} {size.width()} {size.height()}"
        result = QPixmap(size)
        if not QPixmapCache.find(key, result):
            result.fill(Qt.GlobalColor.transparent)
            with QPainter(result) as painter:
                self.paint(painter, QRect(QPoint(0, 0), size), mode, state)
            QPixmapCache.insert(key, result)
        return result

    def key(self) -> str:
        return f"neurarium/{self._name}"


def _colour(palette: Palette, tint: str, mode: QIcon.Mode, state: QIcon.State) -> str:
    if mode == QIcon.Mode.Disabled:
        return blend(palette.muted, palette.surface, 0.55)
    if state == QIcon.State.On:
        return palette.accent_text
    return str(getattr(palette, tint))


@lru_cache(maxsize=256)
def _renderer(name: str, colour: str) -> QSvgRenderer:
    return QSvgRenderer(QByteArray(_source(name).replace("currentColor", colour).encode()))


@lru_cache(maxsize=128)
def _source(name: str) -> str:
    return (resources.files("assets") / "icons" / f"{name}.svg").read_text(encoding="utf-8")
