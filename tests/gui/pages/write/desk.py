"""What a person does on the Write page: types, and waits for the answers."""

from pathlib import Path

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from core.runs.run import Run
from core.runs.store import RunStore
from gui.pages.write import WritePage

SENTENCE = "I don't hate this film, it is surprizingly good"


def rest(qtbot: QtBot, page: WritePage) -> None:
    """Waits until all answers about the text have come."""
    busy = (page.asker, page.explainer, page.flips, page.sentences, page.map, page.time)
    qtbot.waitUntil(lambda: not page._opening_up.is_running and not any(part.is_busy for part in busy))


def write(qtbot: QtBot, page: WritePage, text: str) -> None:
    for number, line in enumerate(text.split("\n")):
        if number:
            qtbot.keyClick(page.entry.field, Qt.Key.Key_Return)
        qtbot.keyClicks(page.entry.field, line)
    rest(qtbot, page)


def newest(folder: Path) -> Run:
    return RunStore(folder).runs()[0]
