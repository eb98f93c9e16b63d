"""Texts follow the language as long as their owner lives."""

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QLabel

from core.i18n import current_language
from gui.retranslate import on_language_change, set_language


def test_texts_are_set_at_once_and_again_on_every_change(qtbot, restored_language) -> None:
    label = QLabel()
    qtbot.addWidget(label)
    on_language_change(label, lambda: label.setText(current_language()))
    assert label.text() == "en"
    set_language("zh_CN")
    assert label.text() == "zh_CN"
    set_language("en")
    assert label.text() == "en"


def test_nothing_is_run_for_an_owner_that_is_gone(qapp, restored_language) -> None:
    owner, said = QObject(), []
    on_language_change(owner, lambda: said.append(current_language()))
    owner.deleteLater()
    qapp.sendPostedEvents(owner, QEvent.Type.DeferredDelete)
    set_language("zh_CN")
    assert said == ["en"]


def test_qts_own_words_change_with_ours(qapp, restored_language) -> None:
    assert qapp.translate("QPlatformTheme", "Cancel") == "Cancel"
    set_language("zh_CN")
    assert qapp.translate("QPlatformTheme", "Cancel") == "取消"
    set_language("en")
    assert qapp.translate("QPlatformTheme", "Cancel") == "Cancel"
