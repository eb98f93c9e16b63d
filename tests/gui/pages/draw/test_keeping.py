"""No saved drawing is lost, and only the last saved one is taken back."""

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from core.data.drawing_store import DrawingStore
from core.errors import StorageError
from core.ink.picture_file import Picture
from core.ink.prepare import Drawing, Stroke
from gui.pages.draw.correction_card import CorrectionCard

LINE = Drawing((Stroke(np.array([[140.0, 40], [140, 240]]), np.array([20.0, 20])),), 280, 280, 20)
BLANK = Picture.of_levels(np.ones((100, 100), np.float32))


@pytest.fixture
def card(qtbot: QtBot) -> CorrectionCard:
    card = CorrectionCard()
    qtbot.addWidget(card)
    card.set_names("0123456789")
    card.set_source(LINE)
    with qtbot.waitExposed(card):
        card.show()
    settle(qtbot, card)
    return card


def settle(qtbot: QtBot, card: CorrectionCard) -> None:
    qtbot.waitUntil(lambda: not card.is_busy)


def keep(qtbot: QtBot, card: CorrectionCard, name: str) -> None:
    qtbot.mouseClick(card.buttons[name], Qt.MouseButton.LeftButton)


def take_back(qtbot: QtBot, card: CorrectionCard) -> None:
    if card.undo_button.isVisible():
        qtbot.mouseClick(card.undo_button, Qt.MouseButton.LeftButton)


def archive_of(file: Path, labels: str) -> Path:
    """An archive of another person's drawings."""
    store = DrawingStore(file.parent / "theirs")
    for label in labels:
        store.keep(np.full((28, 28), 90, np.uint8), label)
    store.export(file)
    return file


def bring_in(card: CorrectionCard, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_args: (str(file), "*.zip"))
    (action,) = (action for action in card.more_button.menu().actions() if action.text() == "Import drawings…")
    action.trigger()


def hint(card: CorrectionCard) -> str:
    return card._hint.text()


def test_an_empty_picture_is_not_kept_and_taking_back_spares_the_drawing_before_it(qtbot, card) -> None:
    keep(qtbot, card, "3")
    settle(qtbot, card)
    assert hint(card).startswith("Kept as 3")
    card.set_source(BLANK)
    keep(qtbot, card, "3")
    settle(qtbot, card)
    assert hint(card) == "There is no ink in it."
    take_back(qtbot, card)
    settle(qtbot, card)
    assert DrawingStore().counts() == {"3": 1}
    card.set_source(LINE)
    assert "no ink" not in hint(card)


def test_a_drawing_that_cannot_be_written_is_not_called_kept(qtbot, card) -> None:
    keep(qtbot, card, "7")
    settle(qtbot, card)
    (DrawingStore().folder / "3").write_text("a file where a folder should be")
    with qtbot.waitSignal(card.failed) as failed:
        keep(qtbot, card, "3")
    assert isinstance(failed.args[0], StorageError)
    settle(qtbot, card)
    assert "Kept as" not in hint(card)
    take_back(qtbot, card)
    settle(qtbot, card)
    assert DrawingStore().counts() == {"7": 1}


def test_drawings_kept_during_an_import_are_all_kept(qtbot, card, tmp_path, monkeypatch) -> None:
    bring_in(card, archive_of(tmp_path / "theirs.zip", "5" * 60), monkeypatch)
    for name in "117":
        keep(qtbot, card, name)
    settle(qtbot, card)
    assert DrawingStore().counts() == {"1": 2, "5": 60, "7": 1}
    assert hint(card) == "Kept as 7. Drawings of yours so far: 63."


def test_taking_back_at_once_after_keeping_spares_what_was_kept_before(qtbot, card) -> None:
    keep(qtbot, card, "7")
    settle(qtbot, card)
    keep(qtbot, card, "1")
    take_back(qtbot, card)
    settle(qtbot, card)
    assert DrawingStore().counts() == {"1": 1, "7": 1}
    take_back(qtbot, card)
    settle(qtbot, card)
    assert DrawingStore().counts() == {"7": 1}


def test_after_an_import_the_drawing_that_was_kept_last_is_taken_back(qtbot, card, tmp_path, monkeypatch) -> None:
    keep(qtbot, card, "7")
    settle(qtbot, card)
    bring_in(card, archive_of(tmp_path / "theirs.zip", "55"), monkeypatch)
    settle(qtbot, card)
    take_back(qtbot, card)
    settle(qtbot, card)
    assert DrawingStore().counts() == {"5": 2}
    assert not card.undo_button.isVisible()


def test_a_drawing_that_is_gone_already_is_taken_back_without_a_word(qtbot, card) -> None:
    keep(qtbot, card, "7")
    settle(qtbot, card)
    (entry,) = DrawingStore().entries()
    entry.path.unlink()
    entry.path.parent.rmdir()
    with qtbot.assertNotEmitted(card.failed):
        take_back(qtbot, card)
        settle(qtbot, card)
    assert not card.undo_button.isVisible()


def test_a_drawing_that_cannot_be_taken_back_now_can_be_later(qtbot, card) -> None:
    keep(qtbot, card, "7")
    settle(qtbot, card)
    (entry,) = DrawingStore().entries()
    aside = entry.path.rename(entry.path.with_suffix(".aside"))
    entry.path.mkdir()
    with qtbot.waitSignal(card.failed):
        take_back(qtbot, card)
    settle(qtbot, card)
    entry.path.rmdir()
    aside.rename(entry.path)
    take_back(qtbot, card)
    settle(qtbot, card)
    assert DrawingStore().counts() == {}
