from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QPushButton, QToolButton

from gui.widgets.banner import Banner


def test_a_banner_is_hidden_until_it_has_something_to_say(qtbot) -> None:
    banner = Banner()
    qtbot.addWidget(banner)
    assert banner.isHidden()
    banner.show_message("error", "The run diverged.", "Lower the learning rate.")
    assert banner.isVisible()
    assert banner.message() == ("The run diverged.", "Lower the learning rate.")
    assert banner.accessibleName() == "The run diverged. Lower the learning rate."


def test_its_button_does_what_the_advice_says(qtbot) -> None:
    banner = Banner()
    qtbot.addWidget(banner)
    banner.show_message("info", "Run 3 was interrupted.", action="Resume")
    with qtbot.waitSignal(banner.action_triggered):
        qtbot.mouseClick(_button(banner, "Resume"), Qt.MouseButton.LeftButton)
    assert banner.isVisible()
    banner.show_message("info", "Run 4 has ended.")
    assert not any(button.text() == "Resume" and button.isVisible() for button in banner.findChildren(QPushButton))


def test_details_unfold_and_can_be_copied(qtbot) -> None:
    banner = Banner()
    qtbot.addWidget(banner)
    banner.show_message("error", "Something broke.", details="Traceback: line 1")
    copy = _button(banner, "Copy details")
    assert not copy.isVisible()
    qtbot.mouseClick(_button(banner, "Details"), Qt.MouseButton.LeftButton)
    assert copy.isVisible()
    qtbot.mouseClick(copy, Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == "Traceback: line 1"


def test_details_fold_away_with_the_next_message(qtbot) -> None:
    banner = Banner()
    qtbot.addWidget(banner)
    banner.show_message("error", "First.", details="one")
    qtbot.mouseClick(_button(banner, "Details"), Qt.MouseButton.LeftButton)
    banner.show_message("error", "Second.", details="two")
    assert not _button(banner, "Copy details").isVisible()


def test_it_can_be_dismissed_by_keyboard(qtbot) -> None:
    banner = Banner()
    qtbot.addWidget(banner)
    banner.show_message("success", "Learning well.")
    close = banner.findChild(QToolButton)
    with qtbot.waitSignal(banner.dismissed):
        qtbot.keyClick(close, Qt.Key.Key_Space)
    assert banner.isHidden()


def _button(banner: Banner, text: str) -> QPushButton:
    return next(button for button in banner.findChildren(QPushButton) if button.text() == text)
