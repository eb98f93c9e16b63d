"""Text can be dropped anywhere in the field."""

import random

from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent
from PySide6.QtWidgets import QApplication

from gui.widgets.text_field import TextField


def drop(field: TextField, text: str, at: QPoint) -> None:
    data = QMimeData()
    data.setText(text)
    how = Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    for event in (QDragEnterEvent(at, *how), QDragMoveEvent(at, *how), QDropEvent(QPointF(at), *how)):
        QApplication.sendEvent(field.viewport(), event)


def test_what_is_dropped_is_there_and_crashes_nothing(qtbot) -> None:
    field = TextField()
    qtbot.addWidget(field)
    field.resize(400, 60)
    field.show()
    chance, dropped = random.Random(0), 0
    for number in range(60):
        text = chance.choice(["word", "one\ntwo\nthree", "a" * 300])
        drop(field, text, QPoint(chance.randrange(380), chance.randrange(40)))
        dropped += len(text)
        assert len(field.toPlainText()) == dropped
        if number % 3 == 0:
            QApplication.processEvents()


def test_what_is_pasted_comes_without_its_formatting_and_the_cursor_stays_in_sight(qtbot) -> None:
    field = TextField()
    qtbot.addWidget(field)
    field.resize(400, 60)
    field.show()
    data = QMimeData()
    data.setHtml("<b>bold</b>")
    data.setText("\n".join(["bold"] * 30))
    QApplication.clipboard().setMimeData(data)
    field.paste()
    assert field.toPlainText().count("bold") == 30
    qtbot.waitUntil(lambda: field.viewport().rect().contains(field.cursorRect().center()))
