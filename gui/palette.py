"""The colours of the window, light and dark. Knows no Qt: only names and hexadecimal sRGB values.

Text meets WCAG 2.1 AA on every surface it is used on (contrast of at least 4.5). Curves, and outlines that carry
meaning, meet 3. The colours of curves are those of Okabe and Ito, "Color Universal Design" (2008), which colour-blind
people can tell apart; on white, some are darkened along their hue until a thin line is visible.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Palette:
    """One colour for each purpose, as `#rrggbb`."""

    is_dark: bool
    background: str
    surface: str
    field: str
    """The inside of inputs and the empty part of a bar."""
    hover: str
    line: str
    """Thin lines between surfaces; they only divide."""
    outline: str
    """Outlines without which a control would be invisible: check boxes, slider grooves."""
    text: str
    muted: str
    accent: str
    accent_hover: str
    on_accent: str
    accent_soft: str
    accent_text: str
    """Text and icons on `accent_soft`, and links."""
    success: str
    success_soft: str
    warning: str
    warning_soft: str
    error: str
    error_soft: str
    training: str
    validation_line: str
    best: str
    grid: str
    band: str
    """Every second epoch behind the curves."""
    others: tuple[str, ...]
    """Other runs, in order, drawn dashed."""
    positive: str
    """Speaks for an answer; the blue end of the diverging scale."""
    negative: str
    """Speaks against it; the orange end."""


LIGHT = Palette(
    is_dark=False,
    background="#F5F6F8",
    surface="#FFFFFF",
    field="#F3F4F7",
    hover="#ECEEF2",
    line="#E2E5EA",
    outline="#848D9B",
    text="#1B2230",
    muted="#5F6B7C",
    accent="#2563EB",
    accent_hover="#1D55D3",
    on_accent="#FFFFFF",
    accent_soft="#E8EFFE",
    accent_text="#1D55D3",
    success="#0F7B55",
    success_soft="#E6F5EE",
    warning="#8A5A00",
    warning_soft="#FFF4DC",
    error="#B3261E",
    error_soft="#FDECEA",
    training="#0072B2",
    validation_line="#B87A00",
    best="#0B7A5A",
    grid="#E6E9ED",
    band="#F2F4F7",
    others=("#008F68", "#A84300", "#B25A8C", "#3C4656"),
    positive="#0072B2",
    negative="#C77700",
)

DARK = Palette(
    is_dark=True,
    background="#13161B",
    surface="#1B1F26",
    field="#13161B",
    hover="#262C36",
    line="#2C323C",
    outline="#6F7A8A",
    text="#E7EAF0",
    muted="#9AA5B5",
    accent="#6AA2FF",
    accent_hover="#86B3FF",
    on_accent="#0E1420",
    accent_soft="#1F2C47",
    accent_text="#7FB0FF",
    success="#4CC38A",
    success_soft="#182A22",
    warning="#F0B429",
    warning_soft="#2B2618",
    error="#FF8A80",
    error_soft="#301D20",
    training="#56B4E9",
    validation_line="#E69F00",
    best="#3FCF9B",
    grid="#2A303A",
    band="#20252D",
    others=("#2BB58C", "#E8743B", "#CC79A7", "#9AA5B5"),
    positive="#56B4E9",
    negative="#E69F00",
)


def contrast(first: str, second: str) -> float:
    """Returns the contrast of two `#rrggbb` colours, from 1 to 21 (WCAG 2.1, relative luminance)."""
    lighter, darker = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def blend(over: str, under: str, opacity: float) -> str:
    """Returns the visible colour where `over` lies with `opacity` (0 to 1) on `under`."""
    pairs = zip(_channels(over), _channels(under), strict=True)
    return "#" + "".join(f"{round(255 * (opacity * top + (1 - opacity) * bottom)):02X}" for top, bottom in pairs)


_FULL = 0.75  # the ends of a scale are saturated, but text on them is still readable


def diverging(value: float, palette: Palette) -> str:
    """Returns the colour of a value from -1 (orange) over 0 (no colour) to 1 (blue). Values outside are clipped."""
    end = palette.positive if value > 0 else palette.negative
    return blend(end, palette.field, _FULL * min(abs(value), 1.0))


def sequential(value: float, palette: Palette) -> str:
    """Returns the colour of a value from 0 (no colour) to 1 (blue). Values outside are clipped."""
    return blend(palette.positive, palette.field, 0.95 * min(max(value, 0.0), 1.0))


def text_on(ground: str, palette: Palette) -> str:
    """Returns the most readable colour on `ground`: that of text if its contrast suffices, else black or white."""
    if contrast(palette.text, ground) >= 4.5:
        return palette.text
    return max("#000000", "#FFFFFF", key=lambda colour: contrast(colour, ground))


def _channels(colour: str) -> tuple[float, float, float]:
    red, green, blue = (int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5))
    return red, green, blue


def _luminance(colour: str) -> float:
    linear = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in _channels(colour))
    return sum(weight * channel for weight, channel in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
