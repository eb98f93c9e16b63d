"""Drawings are saved as the user's own dataset, and drawing does not disturb a training."""

import json

from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QToolButton
from pytestqt.qtbot import QtBot

from core.data.drawing_store import DrawingStore
from core.runs.run import Run
from core.runs.store import RunStore
from core.training.loop import fit
from gui.widgets.model_chooser import Choice
from tests.gui.pages.draw.hand import SEVEN, config, draw, says, settle


def test_a_wrong_answer_is_put_right_and_kept(qtbot, page) -> None:
    draw(page, SEVEN)
    settle(qtbot, page)
    qtbot.mouseClick(page.correction_card.buttons["1"], Qt.MouseButton.LeftButton)
    settle(qtbot, page)
    assert DrawingStore().counts() == {"1": 1}
    assert page.correction_card.count_labels["1"].text() == "1"
    (entry,) = DrawingStore().entries()
    kept = DrawingStore().strokes(entry)
    assert kept is not None
    assert len(kept.strokes) == 1
    qtbot.mouseClick(page.correction_card.undo_button, Qt.MouseButton.LeftButton)
    settle(qtbot, page)
    assert DrawingStore().counts() == {}


def test_drawings_leave_and_come_back_as_an_archive(qtbot, page, tmp_path, monkeypatch) -> None:
    card, archive = page.correction_card, tmp_path / "mine.zip"
    draw(page, SEVEN)
    settle(qtbot, page)
    for name in ("7", "7", "1"):
        qtbot.mouseClick(card.buttons[name], Qt.MouseButton.LeftButton)
        settle(qtbot, page)
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args: (str(tmp_path / "mine"), "*.zip"))
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_args: (str(archive), "*.zip"))
    choose_from_menu(qtbot, card.more_button, "Export my drawings…")
    settle(qtbot, page)
    assert archive.stat().st_size > 0
    for entry in DrawingStore().entries():
        DrawingStore().delete(entry)
    choose_from_menu(qtbot, card.more_button, "Import drawings…")
    settle(qtbot, page)
    assert DrawingStore().counts() == {"7": 2, "1": 1}
    assert (card.count_labels["7"].text(), card.count_labels["1"].text()) == ("2", "1")


def choose_from_menu(qtbot: QtBot, button: QToolButton, text: str) -> None:
    """Opens a button's menu by a click, and clicks an entry of it."""

    def choose() -> None:
        menu = button.menu()
        (action,) = (action for action in menu.actions() if action.text() == text)
        QTest.mouseClick(menu, Qt.MouseButton.LeftButton, pos=menu.actionGeometry(action).center())

    QTimer.singleShot(50, choose)  # the click that opens the menu returns when it has closed
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def test_a_training_that_keeps_no_epochs_says_why_it_cannot_be_followed(qtbot, page, state) -> None:
    assert not page.time_card.notice_label.isVisible()
    settings = config(epochs=50, examples=1000)
    settings = settings.with_changes(training=settings.training.model_dump() | {"keep_epochs": False})
    chosen = page.networks[0].choice
    with qtbot.waitSignal(state.session.ended, timeout=90_000):
        assert state.train(settings)
        qtbot.waitUntil(page.time_card.notice_label.isVisible)
        assert "“Keep every epoch”" in page.time_card.notice_label.text()
        state.session.stop()
    settle(qtbot, page)
    assert not page.time_card.notice_label.isVisible()
    assert page.networks[0].choice == chosen


def history_of(run: Run) -> list[dict[str, object]]:
    """Returns what a run recorded, without what depends on the clock."""
    records = []
    for line in (run.path / "history.jsonl").read_text().splitlines():
        record = json.loads(line)
        records.append({key: value for key, value in record.items() if "second" not in key})
    return records


def losses_of(run: Run) -> list[float]:
    """Returns the loss of every step; how steps are grouped depends on the clock."""
    return [loss for record in history_of(run) if record["event"] == "StepsDone" for loss in record["losses"]]


def epochs_of(run: Run) -> list[dict[str, object]]:
    return [record for record in history_of(run) if record["event"] == "EpochDone"]


def test_someone_who_draws_meanwhile_does_not_disturb_a_training(qtbot, page, state, runs) -> None:
    settings = config(examples=1000)
    alone = RunStore(runs).create(settings)
    list(fit(settings, alone))
    before = says(page)
    assert before == "–"
    with qtbot.waitSignal(state.session.ended, timeout=90_000):
        assert state.train(settings)
        watched = state.current_run
        answers = set()
        while state.session.is_running and state.session.state != "stopping":
            draw(page, SEVEN)
            qtbot.wait(30)
            qtbot.waitUntil(lambda: says(page) != "–" or not state.session.is_running)
            answers.add(says(page))
            page.canvas.clear()
    settle(qtbot, page)
    assert "7" in answers
    assert losses_of(watched) == losses_of(alone)
    assert epochs_of(watched) == epochs_of(alone)
    assert page.networks[0].choice == Choice(watched.path, 2)  # followed live, epoch by epoch


def test_a_run_whose_folder_vanishes_while_it_trains_is_no_reason_to_fail(page, state, monkeypatch, tmp_path) -> None:
    monkeypatch.setattr(type(state.session), "is_running", True)
    monkeypatch.setattr(type(state.session), "run", Run(tmp_path / "gone"))
    page._show_choices()
    assert page._why_not_live() == ""
