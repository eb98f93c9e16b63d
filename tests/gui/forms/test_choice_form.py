"""A registry's entry is chosen with its settings, which come back when it is chosen again."""

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from core.runs.config import datasets, models, optimizers, schedules
from gui.forms.choice_form import ChoiceForm
from tests.core.sample import SAMPLES, Other, Sample


@pytest.fixture
def form(qtbot: QtBot) -> ChoiceForm:
    form = ChoiceForm(SAMPLES, "Which")
    qtbot.addWidget(form)
    form.show()
    return form


def test_it_offers_what_the_registry_holds_and_says_what_it_is(form) -> None:
    assert [form.box.itemText(index) for index in range(form.box.count())] == ["A sample", "Another"]
    assert form.value() == Sample()
    assert form.formula() == "θ ← θ − η·g"
    assert form.summary() == "It has one of everything."
    assert form.box.accessibleName() == "Which"


def test_choosing_another_shows_its_settings(qtbot, form) -> None:
    with qtbot.waitSignal(form.changed):
        qtbot.keyClick(form.box, Qt.Key.Key_Down)
    assert form.value() == Other()
    assert form.form().row("width").editor.isVisible()
    assert form.summary() == "It has little."


def test_settings_come_back_with_their_entry(qtbot, form) -> None:
    qtbot.keyClick(form.form().row("layers").editor.main, Qt.Key.Key_Up)
    form.set_key("other")
    form.set_key("sample")
    assert form.value() == Sample(layers=3)


def test_settings_for_the_few_wait_behind_a_button(qtbot) -> None:
    form = ChoiceForm(SAMPLES, "Which", shown=lambda settings: {"rate", "width"} & set(settings.model_fields))
    qtbot.addWidget(form)
    form.show()
    assert form.form().row("rate").editor.isVisible()
    assert not form.form().row("decay").editor.isVisible()
    qtbot.mouseClick(form.form().more_button, Qt.MouseButton.LeftButton)
    assert form.form().row("decay").editor.isVisible()


def test_a_value_set_from_outside_is_said_once(form) -> None:
    said = []
    form.changed.connect(lambda: said.append(form.value()))
    form.set_value(Other(width=9))
    form.set_value(Other(width=9))
    assert said == [Other(width=9)]
    assert form.box.currentText() == "Another"


def test_only_what_reads_the_kind_is_offered(qtbot, form) -> None:
    with qtbot.waitSignal(form.changed):
        form.set_modality("text")
    assert form.box.count() == 1
    assert form.value() == Other()
    with qtbot.assertNotEmitted(form.changed):
        form.set_modality("text")
    form.set_value(Sample(layers=5))
    assert form.value() == Sample(layers=5)


def test_a_problem_of_another_entry_does_not_count(qtbot, form) -> None:
    layers = form.form().row("layers").editor.main
    qtbot.keyClicks(layers, "x")
    assert form.problem().startswith("Layers: ")
    form.set_key("other")
    assert form.problem() == ""


@pytest.mark.parametrize("registry", [datasets(), models(), optimizers(), schedules()], ids=lambda r: r.what)
def test_every_entry_there_is_has_a_form_that_begins_with_its_defaults(qtbot, registry) -> None:
    form = ChoiceForm(registry, "Which")
    qtbot.addWidget(form)
    for part in registry:
        form.set_key(part.key)
        assert form.value() == part()
        assert form.problem() == ""
