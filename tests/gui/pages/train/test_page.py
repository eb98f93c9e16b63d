"""The page fits its window, can be used without a mouse, and follows a change of language."""

import gettext
from functools import partial

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLabel,
    QPushButton,
    QScrollBar,
    QWidget,
)

from core import i18n
from gui import retranslate
from gui.theme import PADDING
from tests.gui.pages.train.bench import Bench, small

CONTROLS = (QAbstractButton, QComboBox, QAbstractSpinBox, QAbstractSlider)


def controls(page: QWidget) -> list[QWidget]:
    """Returns what a user can use on the page."""
    return [
        widget
        for widget in page.findChildren(QWidget)
        if isinstance(widget, CONTROLS) and not isinstance(widget, QScrollBar) and widget.isVisible()
    ]


@pytest.mark.parametrize(("width", "height"), [(1204, 748), (948, 648), (1844, 1028), (824, 548)])
def test_nothing_is_wider_than_the_window_and_the_charts_have_the_rest(bench, width, height) -> None:
    def fits() -> None:
        assert (bench.page.width(), bench.page.height()) == (width, height)
        inside = bench.settings.scroll_area.widget()
        assert inside.minimumSizeHint().width() <= bench.settings.scroll_area.viewport().width()
        for card in (bench.charts.loss, bench.charts.metrics["accuracy"]):
            assert card.mapTo(bench.page, card.rect().topRight()).x() + 1 == width - PADDING
            assert card.height() > (height - 300) / 3
        advice = bench.page.advice
        assert advice.mapTo(bench.page, advice.rect().bottomLeft()).y() + 1 == height - PADDING

    bench.page.resize(width, height)
    bench.until(fits)


def test_every_form_fits_its_column(bench) -> None:
    settings = bench.settings
    inside, viewport = settings.scroll_area.widget(), settings.scroll_area.viewport()

    def fits(what: str) -> None:
        assert inside.minimumSizeHint().width() <= viewport.width(), what

    def check(box: QComboBox) -> None:
        for index in range(box.count()):
            box.setCurrentIndex(index)
            bench.qtbot.wait(1)
            bench.until(partial(fits, box.itemText(index)))

    check(settings.dataset.box)
    for dataset in ("sentences", "digits"):
        settings.dataset.set_key(dataset)
        check(settings.model.box)
    check(settings.optimizer.box)
    check(settings.schedule.box)
    for button in settings.findChildren(QPushButton):
        if button.isCheckable() and button.isVisible():
            button.click()
    assert inside.minimumSizeHint().width() <= viewport.width()


def test_every_control_has_a_name_a_tooltip_and_a_way_in_by_keyboard(bench) -> None:
    bench.train()
    found = controls(bench.page)
    assert len(found) > 25
    for control in found:
        name = f"{type(control).__name__} {control.accessibleName()!r} {getattr(control, 'text', str)()!r}"
        assert control.accessibleName() or getattr(control, "text", str)(), name
        assert control.toolTip(), name
        if control.isEnabled() and not isinstance(control.parent(), QAbstractSpinBox):
            proxy = control.focusProxy() or control
            # Tab stops once in a row of segments or radio-like buttons; the arrow keys move within it.
            assert proxy.focusPolicy() & Qt.FocusPolicy.ClickFocus or proxy.focusPolicy() & Qt.FocusPolicy.TabFocus, (
                name
            )


def test_tab_walks_through_the_whole_page(bench) -> None:
    bench.page.activateWindow()
    bench.until(bench.page.isActiveWindow)
    bench.settings.preset.box.setFocus()
    seen = [QApplication.focusWidget()]
    while len(seen) < 200:
        bench.qtbot.keyClick(seen[-1], Qt.Key.Key_Tab)
        focused = QApplication.focusWidget()
        if focused is seen[0]:
            break
        seen.append(focused)
    assert focused is seen[0], "it comes back to where it began"
    for widget in (
        bench.settings.dataset.box,
        bench.settings.optimizer.box,
        bench.transport.go_button,
        bench.transport.step_button,
        bench.page.overlays,
        bench.charts.controls.smoothing,
        bench.charts.loss.log_button,
        bench.charts.loss.chart.plot,
        bench.charts.metrics["accuracy"].export_button,
    ):
        assert widget in seen, widget
    assert seen.index(bench.settings.dataset.box) < seen.index(bench.transport.go_button)
    assert seen.index(bench.transport.go_button) < seen.index(bench.charts.loss.log_button)


class Bracketed(gettext.NullTranslations):
    """A language that marks what was translated: it puts every message in brackets."""

    def gettext(self, message: str) -> str:
        return f"⟦{message}⟧"


def speak_brackets(monkeypatch: pytest.MonkeyPatch) -> None:
    def set_language(code: str) -> None:
        i18n._catalogue = Bracketed() if code == "zh_CN" else gettext.NullTranslations()

    monkeypatch.setattr(i18n, "set_language", set_language)
    retranslate.set_language("zh_CN")


def texts(page: QWidget) -> list[str]:
    """Every text on the page that has a letter in it."""
    found: list[str] = []
    for widget in page.findChildren(QWidget):
        if not widget.isVisible():
            continue
        if isinstance(widget, QLabel | QAbstractButton):
            found.append(widget.text())
        elif isinstance(widget, QComboBox):
            found += [widget.itemText(index) for index in range(widget.count())]
        if isinstance(widget, CONTROLS):
            found += [widget.toolTip(), widget.accessibleName()]
    return [text for text in found if any(letter.isalpha() for letter in text)]


# Names of people and things, formulas, and numbers with their units, which are the same in every language.
SAME_EVERYWHERE = (
    "CPU",
    "CUDA",
    "MPS",
    "ReLU",
    "GELU",
    "tanh",
    "e-",
    "←",
    "f = ",
    "kB",
    "MB",
    "LSTM",
    "GRU",
    "z =",
    "W·",
)


def test_every_word_follows_a_change_of_language(open_bench, monkeypatch) -> None:
    bench = open_bench(small(epochs=1))
    bench.train()
    bench.until(lambda: bench.page.forecast.values.value("parameters") != "–")
    speak_brackets(monkeypatch)

    def nothing_is_left_as_it_was() -> None:
        plain = [text for text in texts(bench.page) if "⟦" not in text and "⟦" not in text.lower()]
        assert [text for text in plain if not any(same in text for same in SAME_EVERYWHERE)] == []

    bench.until(nothing_is_left_as_it_was)


def test_a_run_in_another_language_ends_as_well(open_bench, monkeypatch) -> None:
    bench: Bench = open_bench(small(epochs=1))
    speak_brackets(monkeypatch)
    bench.train()
    assert bench.run.status() == "finished"
    assert "⟦" in bench.page.advice.text()
