"""The style of the window: colours, font and style sheet; light, dark, or as the system.

Widgets that paint themselves read `theme().palette` while painting and repaint on `theme().changed`; `theme.qss` styles
all others. It knows no page, and not what the colours mean there.
"""

from functools import lru_cache
from importlib import resources
from pathlib import Path
from string import Template
from typing import Literal

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette
from PySide6.QtWidgets import QApplication, QStyleFactory, QWidget

from gui.palette import DARK, LIGHT, Palette, blend

Choice = Literal["system", "light", "dark"]
Variant = Literal["primary", "danger", "quiet", "link", "overlay", "rail", "segment", ""]
Role = Literal[
    "title", "heading", "display", "strong", "muted", "caption", "section", "number", "error", "success", "note",
    "divider", "",
]  # fmt: skip

# Lengths in device-independent pixels.
GAP_SMALL = 6
GAP = 12
PADDING = 14
RADIUS = 8
RADIUS_CARD = 12
FONT_SIZE = 13

# Inter comes with the application. Glyphs it lacks (above all Chinese) come from the first family that is installed.
FONT_FAMILIES = (
    "Inter", "Segoe UI", ".AppleSystemUIFont", "PingFang SC", "Microsoft YaHei UI", "Microsoft YaHei",
    "Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "WenQuanYi Micro Hei", "Noto Sans", "DejaVu Sans",
)  # fmt: skip
MONOSPACE_FAMILIES = ("Cascadia Mono", "SF Mono", "Menlo", "Consolas", "DejaVu Sans Mono", "monospace")


class Theme(QObject):
    """The style of one application; follows the system's colour scheme.

    Args:
        application: the application to style, which becomes the parent of this object.
    """

    changed = Signal()

    def __init__(self, application: QApplication) -> None:
        super().__init__(application)
        self._application = application
        self._choice: Choice = "system"
        self._palette = LIGHT
        _load_fonts()
        application.setStyle(QStyleFactory.create("Fusion"))
        application.setFont(font())
        self._hints = application.styleHints()
        self._hints.colorSchemeChanged.connect(self._follow)
        self._apply()

    @property
    def palette(self) -> Palette:
        """The current colours."""
        return self._palette

    @property
    def choice(self) -> Choice:
        """What the user chose: light, dark, or system."""
        return self._choice

    def set_choice(self, choice: Choice) -> None:
        """Switches to light or dark, or follows the system from now on."""
        self._choice = choice
        scheme = {"light": Qt.ColorScheme.Light, "dark": Qt.ColorScheme.Dark}.get(choice, Qt.ColorScheme.Unknown)
        # Unknown lets the system decide; otherwise native title bars and dialogs follow us.
        self._hints.setColorScheme(scheme)
        self._follow()

    def _follow(self) -> None:
        wanted = self._wanted()
        if wanted is not self._palette:
            self._palette = wanted
            self._apply()
            self.changed.emit()

    def _wanted(self) -> Palette:
        if self._choice == "system":
            return DARK if self._hints.colorScheme() == Qt.ColorScheme.Dark else LIGHT
        return DARK if self._choice == "dark" else LIGHT

    def _apply(self) -> None:
        self._palette = self._wanted()
        self._application.setPalette(_qt_palette(self._palette))
        self._application.setStyleSheet(style_sheet(self._palette))


def theme() -> Theme:
    """Returns the application's theme; the first call styles the application."""
    application = QApplication.instance()
    assert isinstance(application, QApplication), "widgets need a QApplication first"
    found = application.findChild(Theme, "", Qt.FindChildOption.FindDirectChildrenOnly)
    return found if isinstance(found, Theme) else Theme(application)


def colour(name: str) -> QColor:
    """Returns the current colour of this name in `Palette`."""
    return QColor(getattr(theme().palette, name))


def font(size: int = FONT_SIZE, weight: int = 400, families: tuple[str, ...] = FONT_FAMILIES) -> QFont:
    """Returns a font of our families with tabular figures; `size` in pixels, `weight` from 100 to 900."""
    return QFont(_font(size, weight, families))


@lru_cache(maxsize=64)
def _font(size: int, weight: int, families: tuple[str, ...]) -> QFont:
    result = QFont()
    result.setFamilies(list(families))
    result.setPixelSize(size)
    result.setWeight(QFont.Weight(weight))
    # All figures have one width, so changing numbers do not jitter and columns of numbers line up.
    result.setFeature(QFont.Tag("tnum"), 1)
    return result


def set_variant(widget: QWidget, variant: Variant) -> None:
    """Gives a button one of the variants of `theme.qss`."""
    _set_property(widget, "variant", variant)


def set_role(widget: QWidget, role: Role) -> None:
    """Gives a label or frame one of the text roles of `theme.qss`."""
    _set_property(widget, "role", role)


def style_sheet(palette: Palette) -> str:
    """Returns the style sheet of the window in these colours."""
    source = (resources.files("gui") / "theme.qss").read_text(encoding="utf-8")
    return Template(source).substitute(_tokens(palette))


def _set_property(widget: QWidget, name: str, value: str) -> None:
    if widget.property(name) != value:
        widget.setProperty(name, value)
        # A style sheet reads properties only when a widget is polished.
        widget.style().unpolish(widget)
        widget.style().polish(widget)


def _load_fonts() -> None:
    for file in sorted(_assets("fonts").glob("*.ttf")):
        QFontDatabase.addApplicationFont(str(file))


def _assets(folder: str) -> Path:
    return Path(str(resources.files("assets"))) / folder


def _tokens(palette: Palette) -> dict[str, object]:
    """Returns the names in `theme.qss` and their values: the palette, and shades computed from it."""
    surface, text = palette.surface, palette.text
    shades = {
        "line_control": blend(text, surface, 0.18),
        "disabled": blend(palette.muted, surface, 0.65),
        "groove": blend(text, surface, 0.16),
        "scroll": blend(text, surface, 0.2),
        "raised": blend(text, surface, 0.1) if palette.is_dark else surface,
        "tooltip": palette.hover if palette.is_dark else text,
        "tooltip_text": text if palette.is_dark else surface,
    }
    edges = {f"{kind}_line": blend(getattr(palette, kind), surface, 0.35) for kind in ("warning", "error")}
    other = {
        "radius": RADIUS,
        "radius_card": RADIUS_CARD,
        # The style sheet's parser needs forward slashes on every system.
        "icons": (_assets("icons") / "style").as_posix(),
        "check": "check_dark" if palette.is_dark else "check_light",
        "dot": "dot_dark" if palette.is_dark else "dot_light",
    }
    return {**vars(palette), **shades, **edges, **other}


def _qt_palette(palette: Palette) -> QPalette:
    """Returns the same colours for what the Fusion style draws without a style sheet."""
    role = QPalette.ColorRole
    result = QPalette(QColor(palette.surface), QColor(palette.background))
    for target, value in {
        role.WindowText: palette.text, role.Text: palette.text, role.ButtonText: palette.text,
        role.Base: palette.surface, role.AlternateBase: palette.field, role.Button: palette.surface,
        role.Highlight: palette.accent, role.HighlightedText: palette.on_accent, role.Accent: palette.accent,
        role.PlaceholderText: palette.muted, role.Link: palette.accent_text, role.LinkVisited: palette.accent_text,
        role.ToolTipBase: palette.surface, role.ToolTipText: palette.text,
    }.items():  # fmt: skip
        result.setColor(target, QColor(value))
    for target in (role.WindowText, role.Text, role.ButtonText):
        result.setColor(QPalette.ColorGroup.Disabled, target, QColor(palette.muted))
    return result
