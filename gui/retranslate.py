"""Switching the language while the window is open.

Texts are set by a function that can be run again: `on_language_change(self, self._set_texts)`.
"""

from collections.abc import Callable

from PySide6.QtCore import QLibraryInfo, QObject, Qt, QTranslator, Signal, Slot
from PySide6.QtWidgets import QApplication

from core import i18n


class _Language(QObject):
    """Says that the language has changed; one for each application."""

    changed = Signal()

    def __init__(self, application: QApplication) -> None:
        super().__init__(application)
        self._application = application
        self._translator = QTranslator(self)

    def switch(self, code: str) -> None:
        i18n.set_language(code)
        # Qt's own words: Cancel, Copy, Select All.
        self._application.removeTranslator(self._translator)
        folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
        if self._translator.load(f"qtbase_{i18n.current_language()}", folder):
            self._application.installTranslator(self._translator)
        self.changed.emit()


class _Listener(QObject):
    """Lives and dies with the owner, and with it the connection."""

    def __init__(self, owner: QObject, apply: Callable[[], None]) -> None:
        super().__init__(owner)
        self._apply = apply

    @Slot()
    def run(self) -> None:
        self._apply()


def on_language_change(owner: QObject, apply: Callable[[], None]) -> None:
    """Runs `apply` now, and again whenever the language changes for as long as `owner` lives."""
    listener = _Listener(owner, apply)
    _language().changed.connect(listener.run)
    apply()


def set_language(code: str) -> None:
    """Switches the whole application to `code`, a key of `core.i18n.LANGUAGES`."""
    _language().switch(code)


def _language() -> _Language:
    application = QApplication.instance()
    assert isinstance(application, QApplication), "widgets need a QApplication first"
    found = application.findChild(_Language, "", Qt.FindChildOption.FindDirectChildrenOnly)
    return found if isinstance(found, _Language) else _Language(application)
