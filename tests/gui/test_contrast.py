"""What is drawn on what can be told apart: WCAG 2.1 AA, in both looks, for the pairs that the window really uses.

The pairs of text are read off the style sheet that Qt is given; what paints itself is listed beside them.
"""

import re
from collections.abc import Iterator

import pytest
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPushButton, QWidget

from gui.palette import DARK, LIGHT, Palette, contrast, diverging, sequential, text_on
from gui.theme import set_role, set_variant, style_sheet, theme

TEXT, LINES = 4.5, 3.0
BOTH = pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
HEX = re.compile("#[0-9A-Fa-f]{6}")


def rules(palette: Palette) -> Iterator[tuple[str, dict[str, str]]]:
    """Returns the selectors of the style sheet with their properties."""
    sheet = re.sub(r"/\*.*?\*/", "", style_sheet(palette), flags=re.DOTALL)
    for selector, body in re.findall(r"([^{}]+)\{([^}]*)\}", sheet):
        pairs = (line.split(":", 1) for line in body.split(";") if ":" in line)
        yield " ".join(selector.split()), {name.strip(): value.strip() for name, value in pairs}


def grounds(palette: Palette) -> set[str]:
    """Returns the grounds below text that has no ground of its own."""
    return {palette.background, palette.surface}


@BOTH
def test_text_of_the_style_sheet_can_be_read_on_its_ground(palette: Palette) -> None:
    """WCAG exempts what is disabled (1.4.3, "inactive user interface component")."""
    seen, hard = 0, []
    for selector, properties in rules(palette):
        text = HEX.findall(properties.get("color", ""))
        if not text or "disabled" in selector:
            continue
        own = HEX.findall(properties.get("background", ""))
        on = own or grounds(palette)
        seen += len(on)
        hard += [(selector, text[0], ground) for ground in on if contrast(text[0], ground) < TEXT]
    assert not hard
    assert seen >= 50


@BOTH
def test_what_is_selected_can_be_read(palette: Palette) -> None:
    found = 0
    for selector, properties in rules(palette):
        pair = [HEX.findall(properties.get(f"selection-{part}", "")) for part in ("color", "background-color")]
        if all(pair):
            found += 1
            assert contrast(pair[0][0], pair[1][0]) >= TEXT, selector
    assert found >= 3


@BOTH
def test_even_what_is_disabled_can_be_made_out(palette: Palette) -> None:
    for selector, properties in rules(palette):
        text = HEX.findall(properties.get("color", ""))
        if text and "disabled" in selector:
            own = HEX.findall(properties.get("background", ""))
            assert all(contrast(text[0], ground) >= 2 for ground in own or grounds(palette)), selector


@BOTH
def test_the_focus_can_be_seen_on_every_control(palette: Palette) -> None:
    found = 0
    for selector, properties in rules(palette):
        ring = HEX.findall(properties.get("border-color", "") + properties.get("border", ""))
        if ":focus" in selector and ring:
            found += 1
            for ground in (*grounds(palette), palette.field):
                assert contrast(ring[0], ground) >= LINES, (selector, ground)
    assert found >= 10


@BOTH
def test_the_focus_of_a_filled_button_can_be_seen_against_its_filling(palette: Palette) -> None:
    (ring,) = (p["border-color"] for s, p in rules(palette) if s == 'QPushButton[variant="primary"]:focus')
    assert contrast(ring, palette.surface) >= LINES
    assert contrast(ring, palette.accent) >= LINES or contrast(palette.accent, palette.surface) >= LINES


@BOTH
def test_handles_boxes_and_filled_bars_can_be_seen(palette: Palette) -> None:
    for part in (palette.outline, palette.accent):
        for ground in (palette.surface, palette.background, palette.field):
            assert contrast(part, ground) >= LINES
    tick = palette.on_accent
    assert contrast(tick, palette.accent) >= LINES


@BOTH
def test_curves_can_be_seen_where_they_are_drawn(palette: Palette) -> None:
    curves = (palette.training, palette.validation_line, palette.best, *palette.others)
    for ground in (palette.surface, palette.band):
        for curve in curves:
            assert contrast(curve, ground) >= LINES, (curve, ground)
        assert contrast(palette.muted, ground) >= TEXT  # numbers on the axes, words at the end of a curve


@BOTH
def test_words_on_any_shade_of_a_scale_can_be_read(palette: Palette) -> None:
    for part in range(-20, 21):
        shade = diverging(part / 20, palette)
        assert contrast(text_on(shade, palette), shade) >= TEXT, part
        shade = sequential(abs(part) / 20, palette)
        assert contrast(text_on(shade, palette), shade) >= TEXT, part


@BOTH
def test_bars_for_and_against_can_be_seen(palette: Palette) -> None:
    for bar in (palette.positive, palette.negative, palette.outline):
        for ground in grounds(palette):
            assert contrast(bar, ground) >= LINES, (bar, ground)


@pytest.mark.parametrize("look", ["light", "dark"])
def test_qt_draws_with_these_colours(qtbot, restored_theme, look) -> None:
    """The screen shows what is computed above."""
    theme().set_choice(look)
    palette = theme().palette
    for make, wanted, ground in (
        (lambda: _with_role("muted"), palette.muted, palette.background),
        (lambda: _with_role("error"), palette.error, palette.background),
        (_primary, palette.on_accent, palette.accent),
        (lambda: QLineEdit("0.001"), palette.text, palette.field),
    ):
        widget = make()
        qtbot.addWidget(widget)
        widget.show()
        widget.ensurePolished()
        assert widget.palette().color(widget.foregroundRole()) == QColor(wanted)
        assert contrast(wanted, ground) >= TEXT
    assert QApplication.palette().placeholderText().color() == QColor(palette.muted)


def _with_role(role: str) -> QWidget:
    label = QLabel("loss")
    set_role(label, role)
    return label


def _primary() -> QWidget:
    button = QPushButton("Train")
    set_variant(button, "primary")
    return button
