"""Colours are readable and distinguishable in light and in dark, and the window follows the system."""

from itertools import combinations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFontMetricsF
from PySide6.QtWidgets import QLabel, QPushButton

from gui.palette import DARK, LIGHT, Palette, blend, contrast
from gui.theme import font, set_role, set_variant, theme

BOTH = pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])


def test_contrast_is_that_of_the_standard() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)
    assert contrast("#123456", "#123456") == 1


@BOTH
def test_body_text_can_be_read_on_every_surface(palette: Palette) -> None:
    for surface in (palette.background, palette.surface, palette.field, palette.hover):
        for text in (palette.text, palette.muted):
            assert contrast(text, surface) >= 4.5, (text, surface)
    for surface in (palette.background, palette.surface):
        for text in (palette.accent_text, palette.success, palette.warning, palette.error):
            assert contrast(text, surface) >= 4.5, (text, surface)


@BOTH
def test_text_can_be_read_on_every_tint(palette: Palette) -> None:
    assert contrast(palette.on_accent, palette.accent) >= 4.5
    assert contrast(palette.on_accent, palette.accent_hover) >= 4.5
    assert contrast(palette.accent_text, palette.accent_soft) >= 4.5
    for kind in ("success", "warning", "error", "accent"):
        soft = getattr(palette, f"{kind}_soft")
        assert contrast(palette.text, soft) >= 4.5
        assert contrast(getattr(palette, f"{kind}_text" if kind == "accent" else kind), soft) >= 4.5


@BOTH
def test_curves_and_outlines_can_be_seen(palette: Palette) -> None:
    lines = (palette.training, palette.validation_line, palette.best, *palette.others)
    for ground in (palette.surface, palette.band):
        for line in lines:
            assert contrast(line, ground) >= 3, (line, ground)
    for ground in (palette.surface, palette.background, palette.field):
        assert contrast(palette.outline, ground) >= 3
        assert contrast(palette.accent, ground) >= 3


@BOTH
def test_curves_stay_apart_for_colour_blind_eyes(palette: Palette) -> None:
    for matrix in (_DEUTERANOPIA, _PROTANOPIA):
        seen = [_project(colour, matrix) for colour in (palette.training, palette.validation_line, *palette.others[:2])]
        for first, second in combinations(seen, 2):
            assert sum((a - b) ** 2 for a, b in zip(first, second, strict=True)) ** 0.5 > 0.1


def test_blend_lies_between_its_ends() -> None:
    assert blend("#FFFFFF", "#000000", 0) == "#000000"
    assert blend("#FFFFFF", "#000000", 1) == "#FFFFFF"
    assert blend("#FFFFFF", "#000000", 0.5) == "#808080"


def test_a_choice_recolours_the_window_and_says_so(qtbot, restored_theme) -> None:
    label = QLabel("loss")
    qtbot.addWidget(label)
    theme().set_choice("light")
    with qtbot.waitSignal(theme().changed):
        theme().set_choice("dark")
    label.ensurePolished()
    assert theme().palette is DARK
    assert label.palette().windowText().color() == QColor(DARK.text)
    with qtbot.assertNotEmitted(theme().changed):
        theme().set_choice("dark")


def test_the_system_decides_until_the_user_does(qtbot, qapp, restored_theme, monkeypatch) -> None:
    theme().set_choice("system")
    hints = type(qapp.styleHints())
    monkeypatch.setattr(hints, "colorScheme", lambda _: Qt.ColorScheme.Dark)
    qapp.styleHints().colorSchemeChanged.emit(Qt.ColorScheme.Dark)
    assert theme().palette is DARK
    theme().set_choice("light")
    qapp.styleHints().colorSchemeChanged.emit(Qt.ColorScheme.Dark)
    assert theme().palette is LIGHT


def test_figures_are_all_of_one_width_whatever_the_role(qtbot) -> None:
    theme()
    for role in ("", "title", "caption", "strong"):
        label = QLabel()
        qtbot.addWidget(label)
        set_role(label, role)
        label.ensurePolished()
        metrics = QFontMetricsF(label.font())
        widths = {metrics.horizontalAdvance(digit * 4) for digit in "0123456789"}
        assert max(widths) - min(widths) < 0.1, role


def test_the_font_that_travels_with_the_application_is_used(qtbot) -> None:
    theme()
    assert font().families()[0] == "Inter"
    assert QFontMetricsF(font()).horizontalAdvance("θη∂√") > 0
    label = QLabel("loss")
    qtbot.addWidget(label)
    assert label.fontInfo().family() == "Inter"


def test_a_variant_takes_hold_on_a_button_already_shown(qtbot) -> None:
    button = QPushButton("Train")
    qtbot.addWidget(button)
    theme()
    button.show()
    set_variant(button, "primary")
    middle = button.grab().toImage().pixelColor(5, button.height() // 2)
    assert middle == QColor(theme().palette.accent)


# Matrices on linear RGB after Viénot, Brettel and Mollon, 1999: Digital video colourmaps for checking the legibility
# of displays by dichromats.
_PROTANOPIA = ((0.11238, 0.88762, 0.0), (0.11238, 0.88762, 0.0), (0.00401, -0.00401, 1.0))
_DEUTERANOPIA = ((0.29275, 0.70725, 0.0), (0.29275, 0.70725, 0.0), (-0.02234, 0.02234, 1.0))


def _project(colour: str, matrix: tuple[tuple[float, ...], ...]) -> tuple[float, ...]:
    channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    mixed = [max(sum(w * c for w, c in zip(row, linear, strict=True)), 0) for row in matrix]
    return tuple(12.92 * c if c <= 0.0031308 else 1.055 * c ** (1 / 2.4) - 0.055 for c in mixed)
