"""The ready-made networks in the menu of networks, and their cards."""

import pytest
from PySide6.QtCore import Qt

from core.runs.shipped import ShippedRun, shipped
from gui.retranslate import set_language
from gui.widgets.card_window import CardWindow
from gui.widgets.model_chooser import ModelChooser


@pytest.fixture
def chooser(qtbot) -> ModelChooser:
    result = ModelChooser(lambda: "Which network answers")
    qtbot.addWidget(result)
    result.set_runs(shipped())
    result.show()
    return result


def open_menu(chooser: ModelChooser) -> dict[str, object]:
    chooser.menu().aboutToShow.emit()
    return {action.text(): action for action in chooser.menu().actions()}


def test_a_ready_made_network_is_chosen_in_one_click(qtbot, chooser: ModelChooser) -> None:
    with qtbot.waitSignal(chooser.chosen) as caught:
        open_menu(chooser)["Digits (ready-made)"].trigger()
    choice = caught.args[0]
    assert choice.weights.is_file()
    assert choice.title() == "Digits (ready-made)"
    chooser.show_choice(choice)
    assert chooser.text() == "Digits (ready-made)"


def test_its_card_opens_from_the_same_menu(qtbot, chooser: ModelChooser) -> None:
    open_menu(chooser)["What “Digits (ready-made)” can do and cannot …"].trigger()
    (window,) = chooser.window().findChildren(CardWindow)
    assert "MNIST" in window.text.toPlainText()
    qtbot.keyClick(window, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not chooser.window().findChildren(CardWindow))


def test_the_card_speaks_the_language_of_the_window(qtbot, restored_language) -> None:
    set_language("zh_CN")
    for run in shipped():
        assert isinstance(run, ShippedRun)
        window = CardWindow(run)
        qtbot.addWidget(window)
        assert "准确率" in window.text.toPlainText()
