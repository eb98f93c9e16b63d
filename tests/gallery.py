"""Every widget on one page, for looking at: `python -m tests.gallery FOLDER` saves it in light and dark."""

import sys
from pathlib import Path

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QMenu,
    QPushButton,
    QRadioButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)  # fmt: skip

from core.metric import LOSS
from core.objectives.classification import ACCURACY
from gui.charts.curve_card import ChartControls, CurveCard
from gui.charts.curve_chart import CurveChart
from gui.icons import icon, icon_pixmap
from gui.theme import PADDING, set_role, set_variant, theme
from gui.widgets.banner import Banner
from gui.widgets.card import Card
from gui.widgets.key_values import KeyValues
from gui.widgets.log_slider import LogSlider
from gui.widgets.pill import Pill, PillButton
from gui.widgets.progress import Progress
from gui.widgets.rail import Rail


def rail() -> Rail:
    result = Rail()
    for key, name, title in (
        ("start", "home", "Start"), ("train", "train", "Train"), ("draw", "draw", "Draw"), ("write", "write", "Write"),
        ("runs", "runs", "Runs"), ("learn", "learn", "Learn"),
    ):  # fmt: skip
        result.add_item(key, name, title)
    result.add_item("settings", "settings", "Settings", at_bottom=True)
    result.set_current("train")
    return result


def header() -> QFrame:
    result = QFrame(objectName="header")
    result.setFixedHeight(52)
    layout = QHBoxLayout(result)
    layout.setContentsMargins(20, 0, 20, 0)
    layout.setSpacing(12)
    title = QLabel("Train a network")
    set_role(title, "title")
    layout.addWidget(title)
    layout.addStretch(1)
    layout.addWidget(Pill("run 4 · chapter CNN · Adam"))
    layout.addWidget(Pill("CPU · 2 threads"))
    language = PillButton("EN / 中")
    language.setMenu(QMenu(language))
    layout.addWidget(language)
    return result


def forms() -> QVBoxLayout:
    column = QVBoxLayout()
    column.setSpacing(13)
    model = Card("Model")
    grid = QGridLayout()
    combo = QComboBox()
    combo.addItems(["The chapter's CNN", "LeNet-5", "Small residual net"])
    count = QSpinBox(maximum=512, value=32)
    rate = QDoubleSpinBox(decimals=3, value=0.1)
    name = QLineEdit()
    name.setPlaceholderText("A name for this run")
    bad = QLineEdit("1e6")
    bad.setProperty("invalid", True)
    for row, (title, editor) in enumerate(
        (("Architecture", combo), ("Filters", count), ("Dropout", rate), ("Name", name), ("Learning rate", bad))
    ):
        grid.addWidget(QLabel(title), row, 0)
        grid.addWidget(editor, row, 1)
    grid.setColumnStretch(1, 1)
    model.add(grid)
    check, radio, off = QCheckBox("Early stopping"), QRadioButton("One cycle"), QCheckBox("Off")
    check.setChecked(True)
    radio.setChecked(True)
    off.setEnabled(False)
    row = QHBoxLayout()
    for widget in (check, radio, off):
        row.addWidget(widget)
    model.add(row)
    note = QFrame()
    set_role(note, "note")
    inner = QVBoxLayout(note)
    inner.setContentsMargins(10, 0, 0, 0)
    formula = QLabel(
        "θ ← θ − η·m̂ / (√v̂ + ε)\nMomentum that also scales every weight's step by its own recent gradients."
    )
    formula.setWordWrap(True)
    set_role(formula, "caption")
    inner.addWidget(formula)
    model.add(note)
    column.addWidget(model)
    before = Card("Before you start")
    facts = KeyValues((("parameters", "Parameters"), ("memory", "Memory"), ("epoch", "One epoch, measured")))
    facts.set_value("parameters", "54,090")
    facts.set_value("memory", "≈ 210 MB")
    facts.set_value("epoch", "4.3 s")
    before.add(facts)
    column.addWidget(before)
    icons = Card("Icons")
    grid = QGridLayout()
    names = sorted(path.stem for path in (Path(__file__).parents[1] / "assets" / "icons").glob("*.svg"))
    for index, each in enumerate(names):
        label = QLabel()
        label.setPixmap(icon_pixmap(each, 20))
        grid.addWidget(label, index // 9, index % 9)
    icons.add(grid)
    column.addWidget(icons)
    column.addStretch(1)
    return column


def transport() -> Card:
    card = Card()
    row = QHBoxLayout()
    row.setSpacing(8)
    for text, name, variant in (("Train", "play", "primary"), ("Pause", "pause", ""), ("Step", "step", ""),
                                ("Stop", "stop", "danger")):  # fmt: skip
        button = QPushButton(icon(name, {"primary": "on_accent", "danger": "error"}.get(variant, "text")), text)
        set_variant(button, variant)
        row.addWidget(button)
    off = QPushButton(icon("undo"), "Off")
    off.setEnabled(False)
    row.addWidget(off)
    progress = Progress()
    progress.set_fraction(0.64)
    progress.set_captions("epoch 7 of 10 · step 10,880", "13,900 samples/s · 16 s left")
    row.addWidget(progress, 1)
    rate = LogSlider(1e-6, 10, "live learning rate")
    rate.set_value(1e-3)
    column = QVBoxLayout()
    caption = QLabel("live learning rate")
    set_role(caption, "caption")
    column.addWidget(caption, 0, Qt.AlignmentFlag.AlignRight)
    column.addWidget(rate)
    row.addLayout(column)
    card.add(row)
    return card


def train(chart: CurveChart) -> None:
    """Draws a made run over an earlier one."""
    random, per_epoch = np.random.default_rng(1), 1688
    scale = (lambda loss: 1 - loss / 3.2) if chart.title() == "Accuracy" else (lambda loss: loss)
    chart.begin("run 4", total_steps=10 * per_epoch, total_epochs=10)
    for name, count, rate, floor in (("run 3 · SGD", 16880, 1800, 0.1), ("", 10803, 500, 0.02)):
        steps = np.arange(1, count + 1)
        losses = floor + 2.2 * np.exp(-steps / rate) + random.gamma(1.2, 0.05, count)
        columns = (steps, steps / per_epoch, steps / 430, scale(losses))
        if name:
            chart.add_reference(name, *columns)
        else:
            chart.append_steps(*columns)
    for epoch in range(1, 7):
        loss = 0.07 + 0.25 * np.exp(-epoch)
        chart.append_validation(epoch * per_epoch, epoch, epoch * per_epoch / 430, scale(loss))
    chart.mark_best(5)


def gallery() -> QWidget:
    page = QWidget(objectName="page")
    outer = QHBoxLayout(page)
    outer.setContentsMargins(0, 0, 0, 0)
    outer.setSpacing(0)
    outer.addWidget(rail())
    right = QVBoxLayout()
    right.setSpacing(0)
    right.addWidget(header())
    columns = QHBoxLayout()
    columns.setContentsMargins(PADDING, PADDING, PADDING, PADDING)
    columns.setSpacing(PADDING)
    left = QWidget()
    left.setFixedWidth(312)
    left.setLayout(forms())
    left.layout().setContentsMargins(0, 0, 0, 0)
    columns.addWidget(left)
    main = QVBoxLayout()
    main.setSpacing(13)
    main.addWidget(transport())
    cards = [CurveCard(LOSS), CurveCard(ACCURACY)]
    for card in cards:
        train(card.chart)
        main.addWidget(card, 1)
    cards[0].add_action(ChartControls([card.chart for card in cards]))
    for kind, what, advice, action, details in (
        ("success", "Learning well.", "Validation has been flat for 2 epochs: a smaller learning rate could still gain "
         "a little.", "Try it", ""),
        ("info", "Run 3 was interrupted at epoch 4.", "It can go on from its last checkpoint.", "Resume", ""),
        ("warning", "The batch is larger than the data.", "Choose at most 1,437.", "", ""),
        ("error", "The run diverged at step 214: the loss is no longer a number.", "Lower the learning rate.",
         "Try 1.0e-3", "loss = nan\nlr = 1e6"),
    ):  # fmt: skip
        banner = Banner()
        banner.show_message(kind, what, advice, action=action, details=details)
        main.addWidget(banner)
    columns.addLayout(main, 1)
    right.addLayout(columns, 1)
    outer.addLayout(right, 1)
    page.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
    page.resize(1280, 800)
    return page


def main(folder: Path) -> None:
    application = QApplication.instance() or QApplication(sys.argv[:1])
    for choice in ("light", "dark"):
        theme().set_choice(choice)
        page = gallery()
        page.show()
        for _ in range(10):
            application.processEvents()
        page.grab().save(str(folder / f"gallery-{choice}.png"))
        page.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
