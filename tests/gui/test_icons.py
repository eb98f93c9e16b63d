"""Every icon is drawn, in the colour of its place."""

from pathlib import Path

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QIcon, QImage
from PySide6.QtWidgets import QPushButton

from gui.icons import icon
from gui.palette import DARK, LIGHT
from gui.theme import theme

NAMES = sorted(path.stem for path in (Path(__file__).parents[2] / "assets" / "icons").glob("*.svg"))


@pytest.mark.parametrize("name", NAMES)
def test_an_icon_is_drawn_within_its_margins(qapp, name: str) -> None:
    image = icon(name).pixmap(QSize(48, 48), 1.0).toImage()
    drawn = [(x, y) for x in range(48) for y in range(48) if image.pixelColor(x, y).alpha() > 40]
    assert len(drawn) > 20
    assert all(3 <= x <= 44 and 3 <= y <= 44 for x, y in drawn)


def test_an_icon_follows_the_theme_without_being_made_anew(qapp, restored_theme) -> None:
    one = icon("stop")
    for choice, palette in (("light", LIGHT), ("dark", DARK)):
        theme().set_choice(choice)
        assert _middle(one.pixmap(QSize(24, 24), 1.0).toImage()) == QColor(palette.text)


def test_an_icon_is_rendered_once_for_a_size_and_colour(qapp) -> None:
    pictures = [icon("stop").pixmap(QSize(24, 24), 1.0) for _time in range(2)]
    assert pictures[0].cacheKey() == pictures[1].cacheKey()
    assert icon("stop", "accent").pixmap(QSize(24, 24), 1.0).cacheKey() != pictures[0].cacheKey()


def test_an_icon_shows_whether_it_is_checked_or_disabled(qapp, restored_theme) -> None:
    theme().set_choice("light")
    one = icon("stop", "muted")
    checked = one.pixmap(QSize(24, 24), 1.0, QIcon.Mode.Normal, QIcon.State.On).toImage()
    disabled = one.pixmap(QSize(24, 24), 1.0, QIcon.Mode.Disabled, QIcon.State.Off).toImage()
    assert _middle(checked) == QColor(LIGHT.accent_text)
    assert _middle(disabled).lightness() > QColor(LIGHT.muted).lightness()


def test_an_icon_is_sharp_on_a_dense_screen(qapp) -> None:
    pixmap = icon("settings").pixmap(QSize(20, 20), 2.0)
    assert pixmap.size() == QSize(40, 40)
    assert pixmap.devicePixelRatio() == 2


def test_an_unknown_icon_is_a_mistake_found_at_once(qapp) -> None:
    with pytest.raises(FileNotFoundError):
        icon("no such icon")


def test_a_button_keeps_its_icon_alive(qtbot) -> None:
    button = QPushButton()
    qtbot.addWidget(button)
    button.setIcon(icon("play"))
    button.show()
    assert not button.grab().isNull()


def _middle(image: QImage) -> QColor:
    return image.pixelColor(image.width() // 2, image.height() // 2)
