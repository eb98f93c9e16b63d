"""Text from files, other people and the keyboard is shown as it is, never rendered as HTML."""

import json
import shutil
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QAbstractItemModel, QModelIndex, Qt
from PySide6.QtGui import Qt as GuiQt
from PySide6.QtGui import QTextDocument
from PySide6.QtWidgets import QAbstractItemView, QLabel, QWidget

from core.errors import DataError
from core.runs.config import RunConfig
from core.runs.run import Run
from core.runs.store import RunStore
from core.training.loop import fit
from gui.main_window import MainWindow
from gui.plain import as_tooltip
from gui.preferences import Preferences
from gui.state import AppState

EVIL = "<b>x</b><img src='http://example.org/x.png'>"
NAME = "<b>x<b> &lt;"  # no slash, so that it can be the name of a file


@given(st.text(alphabet="<>b/&;'\" aimg=\n\t"))
def test_a_tooltip_says_what_it_was_given(qapp, text: str) -> None:
    tip = as_tooltip(text)
    if not GuiQt.mightBeRichText(tip):
        assert tip == text
        return
    seen = QTextDocument()
    seen.setHtml(tip)
    assert seen.toPlainText().split() == text.split()
    assert "<img" not in tip


@pytest.mark.skipif(sys.platform == "win32", reason="there no file may be called so")
def test_nothing_foreign_is_rendered_anywhere_in_the_window(qtbot, tmp_path, monkeypatch) -> None:
    text, images = strangers_runs(tmp_path / "runs")
    state = AppState(Preferences(theme="light"))
    window = MainWindow(state)
    qtbot.addWidget(window)
    window.resize(1024, 700)
    window.show()
    with qtbot.waitSignal(state.preload.ready):
        state.preload.start()
    state.report(DataError(f"{EVIL} is broken.", EVIL))
    assert_plain(window)
    for run, key in ((images, "train"), (images, "draw"), (text, "write")):
        state.set_current_run(run)
        state.open_page(key)
        if key == "draw":
            page = window.page(key)
            canvas = page.canvas_card.canvas
            qtbot.waitUntil(lambda page=page: page.networks[0].network is not None)
            qtbot.mousePress(canvas, Qt.MouseButton.LeftButton, pos=canvas.rect().center())
            qtbot.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=canvas.rect().center() / 2)
        if key == "write":
            page = window.page(key)
            qtbot.waitUntil(lambda page=page: page.networks[0].network is not None)
            page.entry.field.setPlainText(f"{EVIL}\nmore {EVIL}")
            table = tmp_path / f"{NAME}.csv"
            table.write_text(f'"{EVIL}",good\nplain,bad\n', encoding="utf-8")
            page.sentences.open_file(table)
        qtbot.wait(600)
        assert_plain(window)
    assert state.shut_down()


def strangers_runs(folder: Path) -> tuple[Run, Run]:
    """Makes a run of texts, one of pictures, and one that cannot be read, with HTML wherever a file may hold text."""
    training = {"epochs": 1, "batch_size": 2, "threads": 1, "device": "cpu"}
    runs = []
    for parts in (
        {"dataset": "chapter_sentences", "model": {"key": "lstm", "embedding": 8, "hidden": 8}},
        {"dataset": {"key": "strokes", "examples": 300, "train_examples": 60}, "model": "mlp"},
    ):
        config = RunConfig.make(**parts, training=training)
        run = RunStore(folder).create(config)
        for _event in fit(config, run):
            pass
        input_spec = json.loads((run.path / "reading.json").read_text(encoding="utf-8"))
        input_spec["class_names"] = [f"{EVIL}{number}" for number in range(len(input_spec["class_names"]))]
        (run.path / "reading.json").write_text(json.dumps(input_spec), encoding="utf-8")
        history = run.path / "history.jsonl"
        told = history.read_text(encoding="utf-8")
        assert "Finished 1" in told
        told = told.replace("Finished 1", f"{EVIL}Finished 1").replace('"Accuracy"', f'"{EVIL}"')
        history.write_text(told, encoding="utf-8")
        runs.append(Run(run.path.rename(folder / f"{run.name}{NAME}")))
    shutil.copytree(runs[0].path, folder / f"0009{NAME}")
    (folder / f"0009{NAME}" / "config.json").write_text(json.dumps({"model": {"key": EVIL}}))
    return runs[0], runs[1]


def assert_plain(window: QWidget) -> None:
    """Checks that no label and no tooltip in `window` would render foreign text."""
    for label in window.findChildren(QLabel):
        label.ensurePolished()
        if label.textFormat() != Qt.TextFormat.PlainText:
            assert label.property("isRich"), f"{label} decides by its text: {label.text()!r}"
            assert not renders(label.text()), label.text()
    for widget in window.findChildren(QWidget):
        assert not renders(widget.toolTip()), (widget, widget.toolTip())
    for view in window.findChildren(QAbstractItemView):
        for tip in tooltips_of(view.model()) if view.model() is not None else ():
            assert not renders(tip), (view, tip)


def renders(text: str) -> bool:
    """Returns whether Qt would render `text`, apart from our own few tags."""
    return GuiQt.mightBeRichText(text) and any(tag in text.lower() for tag in ("<img", "<b>x"))


def tooltips_of(model: QAbstractItemModel) -> list[str]:
    cells = [model.index(row, column) for row in range(model.rowCount(QModelIndex())) for column in range(3)]
    return [str(cell.data(Qt.ItemDataRole.ToolTipRole) or "") for cell in cells if cell.isValid()]
