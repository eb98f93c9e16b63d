"""A form follows keyboard and mouse, marks invalid input, and always holds a valid value."""

import gettext

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication, QFileDialog, QWidget
from pytestqt.qtbot import QtBot

from gui.forms.settings_form import SettingsForm
from gui.retranslate import set_language
from tests.core.sample import Sample


@pytest.fixture
def form(qtbot: QtBot) -> SettingsForm:
    form = SettingsForm(Sample)
    qtbot.addWidget(form)
    form.show()
    return form


def type_into(qtbot: QtBot, widget: QWidget, text: str) -> None:
    widget.setFocus()
    qtbot.keyClick(widget, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClick(widget, Qt.Key.Key_Delete)
    qtbot.keyClicks(widget, text)


def box(form: SettingsForm, name: str) -> QWidget:
    return form.row(name).editor.main


def test_it_begins_with_the_defaults_and_nothing_changed(form) -> None:
    assert form.value() == Sample()
    assert form.problem() == ""
    assert not any(form.row(name).dot.isVisible() for name in Sample.model_fields)


def test_what_is_typed_is_taken_over_at_every_key(qtbot, form) -> None:
    values = []
    form.changed.connect(lambda: values.append(form.value().batch))
    type_into(qtbot, box(form, "batch"), "128")
    assert values == [1, 12, 128]
    assert form.value() == Sample(batch=128)


def test_what_cannot_be_is_marked_with_a_sentence_and_the_last_good_value_is_kept(qtbot, form) -> None:
    row = form.row("rate")
    type_into(qtbot, box(form, "rate"), "0.5")
    with qtbot.waitSignal(form.problem_changed):
        type_into(qtbot, box(form, "rate"), "50")
    assert form.value().rate == 5
    assert row.problem_label.isVisible()
    assert row.problem_label.text() == "It must be above 0 and at most 10."
    assert form.problem() == "Learning rate: It must be above 0 and at most 10."
    assert box(form, "rate").property("invalid")
    qtbot.keyClick(box(form, "rate"), Qt.Key.Key_Backspace)
    assert form.problem() == ""
    assert not row.problem_label.isVisible()
    assert not box(form, "rate").property("invalid")


def test_escape_brings_the_last_good_value_back(qtbot, form) -> None:
    type_into(qtbot, box(form, "layers"), "7")
    type_into(qtbot, box(form, "layers"), "x")
    assert form.problem()
    qtbot.keyClick(box(form, "layers"), Qt.Key.Key_Escape)
    assert (form.problem(), form.value().layers) == ("", 7)
    assert box(form, "layers").lineEdit().text() == "7"


def test_leaving_the_field_writes_a_number_as_we_would(qtbot, form) -> None:
    type_into(qtbot, box(form, "rate"), "0.00001")
    assert box(form, "rate").lineEdit().text() == "0.00001"
    box(form, "layers").setFocus()
    assert box(form, "rate").lineEdit().text() == "1e-5"
    assert form.value().rate == 1e-5


def test_arrow_keys_step(qtbot, form) -> None:
    qtbot.keyClick(box(form, "batch"), Qt.Key.Key_Up)
    qtbot.keyClick(box(form, "layers"), Qt.Key.Key_Down)
    qtbot.keyClick(box(form, "patience"), Qt.Key.Key_Up)
    assert form.value() == Sample(batch=64, layers=1, patience=1)
    qtbot.keyClick(box(form, "patience"), Qt.Key.Key_Down)
    assert form.value().patience is None
    assert box(form, "patience").lineEdit().text() == ""


def test_the_slider_and_the_box_follow_each_other(qtbot, form) -> None:
    editor = form.row("rate").editor
    qtbot.keyClick(editor.slider, Qt.Key.Key_Home)
    assert form.value().rate == pytest.approx(1e-6)
    assert editor.box.lineEdit().text() == "1e-6"
    type_into(qtbot, editor.box, "10")
    assert editor.slider.value() == editor.slider.maximum()


def test_something_optional_is_left_out_by_leaving_it_empty(qtbot, form) -> None:
    type_into(qtbot, box(form, "patience"), "12")
    assert form.value().patience == 12
    type_into(qtbot, box(form, "patience"), "")
    assert form.value().patience is None
    assert form.problem() == ""


def test_switches_and_choices_answer_keys_and_clicks(qtbot, form) -> None:
    qtbot.keyClick(box(form, "is_fused"), Qt.Key.Key_Space)
    qtbot.keyClick(box(form, "bend"), Qt.Key.Key_Down)
    assert form.value() == Sample(is_fused=True, bend="tanh")
    assert box(form, "bend").currentText() == "Tanh"


def test_a_folder_is_typed_or_chosen(qtbot, form, monkeypatch) -> None:
    type_into(qtbot, box(form, "folder"), "pictures")
    assert form.value().folder == "pictures"
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda parent, title, start: f"/{title}/{start}")
    qtbot.mouseClick(form.row("folder").editor.browse, Qt.MouseButton.LeftButton)
    assert form.value().folder == "/Folder/pictures"
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: "")
    qtbot.mouseClick(form.row("folder").editor.browse, Qt.MouseButton.LeftButton)
    assert form.value().folder == "/Folder/pictures"


def test_a_changed_setting_has_a_dot_that_takes_the_change_back(qtbot, form) -> None:
    dot = form.row("layers").dot
    qtbot.keyClick(box(form, "layers"), Qt.Key.Key_Up)
    assert dot.isVisible()
    assert "2" in dot.accessibleName()
    qtbot.mouseClick(dot, Qt.MouseButton.LeftButton)
    assert form.value() == Sample()
    assert not dot.isVisible()
    assert QApplication.focusWidget() is box(form, "layers")


def test_settings_that_do_not_go_together_are_said_and_the_last_good_value_kept(qtbot, form) -> None:
    type_into(qtbot, box(form, "layers"), "10")
    qtbot.keyClick(box(form, "bend"), Qt.Key.Key_Down)
    assert form.problem() == "Ten layers of tanh do not learn. Choose fewer."
    assert form.value() == Sample(layers=10)
    qtbot.keyClick(box(form, "layers"), Qt.Key.Key_Down)
    assert form.problem() == ""
    assert form.value() == Sample(layers=9, bend="tanh")


def test_a_value_set_from_outside_is_shown_and_said_once(qtbot, form) -> None:
    type_into(qtbot, box(form, "batch"), "x")
    said = []
    form.changed.connect(lambda: said.append(form.value()))
    wanted = Sample(rate=0.25, batch=8, patience=3, bend="tanh", is_fused=True, folder="here", name="it")
    form.set_value(wanted)
    assert said == [wanted]
    assert form.problem() == ""
    assert box(form, "rate").lineEdit().text() == "0.25"
    assert box(form, "patience").lineEdit().text() == "3"
    form.set_value(wanted)
    assert said == [wanted]


def test_the_wheel_scrolls_the_page_unless_the_editor_has_the_focus(qtbot, form) -> None:
    box(form, "name").setFocus()
    for name in ("layers", "bend", "rate"):
        for widget in (box(form, name), getattr(form.row(name).editor, "slider", None)):
            if widget is not None:
                turn_wheel(widget)
    assert form.value() == Sample()
    box(form, "layers").setFocus()
    turn_wheel(box(form, "layers"))
    assert form.value().layers == 3


def turn_wheel(widget: QWidget) -> None:
    middle = widget.rect().center()
    event = QWheelEvent(
        middle,
        widget.mapToGlobal(middle),
        QPoint(),
        QPoint(0, 120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(widget, event)


def test_every_editor_says_what_it_is_and_does(form) -> None:
    for name, info in Sample.model_fields.items():
        main = box(form, name)
        assert main.accessibleName() == info.title
        assert info.description in main.toolTip()
        assert info.description in main.accessibleDescription()
        assert main.focusPolicy() & Qt.FocusPolicy.TabFocus
    assert "It must be from 1 to 10. Default: 2." in box(form, "layers").toolTip()


def test_the_rest_waits_behind_a_button_that_counts_what_was_changed(qtbot) -> None:
    form = SettingsForm(Sample, shown=("rate", "batch"))
    qtbot.addWidget(form)
    form.show()
    assert box(form, "rate").isVisible()
    assert not box(form, "layers").isVisible()
    form.set_value(Sample(layers=4, patience=2, batch=1))
    more = form.more_button
    assert more.text() == "More settings (2 changed)"
    qtbot.mouseClick(more, Qt.MouseButton.LeftButton)
    assert box(form, "layers").isVisible()
    assert more.text() == "Fewer settings"


def test_titles_follow_the_language(form, restored_language, monkeypatch) -> None:
    class Marked(gettext.NullTranslations):
        def gettext(self, message: str) -> str:
            return f"*{message}"

    with monkeypatch.context() as patch:  # over before the language is restored
        patch.setattr(gettext, "GNUTranslations", lambda stream: Marked())
        patch.setattr(gettext, "NullTranslations", Marked)
        set_language("zh_CN")
    assert form.row("layers").label.text() == "*Layers"
    assert box(form, "layers").accessibleName() == "*Layers"
    assert box(form, "bend").currentText() == "*ReLU"
    assert box(form, "layers").toolTip().startswith("<qt>*How deep.")
