"""A saved file gets the right ending, and replaces another one only after a question."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QMessageBox, QWidget
from pytestqt.qtbot import QtBot

from gui.save_dialog import ask_where

YES, NO = QMessageBox.StandardButton.Yes, QMessageBox.StandardButton.No


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    return window


def ask(window: QWidget, monkeypatch: pytest.MonkeyPatch, chosen: str) -> Path | None:
    """Asks where to save a chart; the dialog answers `chosen`."""
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (chosen, ""))
    return ask_where(window, "Export the chart", "Loss.png", "PNG (*.png)")


def press(button: QMessageBox.StandardButton, asked: list[str]) -> None:
    """Records the next question, and presses one of its buttons."""

    def answer() -> None:
        box = QApplication.activeModalWidget()
        assert isinstance(box, QMessageBox)
        asked.append(box.text())
        QTest.mouseClick(box.button(button), Qt.MouseButton.LeftButton)

    QTimer.singleShot(50, answer)


@pytest.mark.parametrize(
    ("chosen", "saved"),
    [("mine", "mine.png"), ("mine.png", "mine.png"), ("mine.PNG", "mine.PNG"), ("lr0.01", "lr0.01.png")],
)
def test_the_ending_is_added_where_it_is_missing(window, monkeypatch, tmp_path, chosen, saved) -> None:
    assert ask(window, monkeypatch, str(tmp_path / chosen)) == tmp_path / saved


def test_nothing_is_saved_where_nothing_was_chosen(window, monkeypatch) -> None:
    assert ask(window, monkeypatch, "") is None


def test_a_file_that_the_dialog_could_not_know_of_is_replaced_only_on_demand(window, monkeypatch, tmp_path) -> None:
    there = tmp_path / "lr0.01.png"
    there.touch()
    asked: list[str] = []
    press(NO, asked)
    assert ask(window, monkeypatch, str(tmp_path / "lr0.01")) is None
    press(YES, asked)
    assert ask(window, monkeypatch, str(tmp_path / "lr0.01")) == there
    assert asked == ["lr0.01.png already exists. Replace it?"] * 2


def test_what_the_dialog_has_asked_about_is_not_asked_again(window, monkeypatch, tmp_path) -> None:
    there = tmp_path / "mine.png"
    there.touch()
    assert ask(window, monkeypatch, str(there)) == there
