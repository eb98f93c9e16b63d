"""Switching the language while the window is open.

A function that can run again sets the texts: `on_language_change(self, self._set_texts)`.
"""

from collections.abc import Callable

from PySide6.QtCore import QLibraryInfo, QObject, Qt, QTranslator, Signal, Slot
from PySide6.QtWidgets import QApplication

from core import i18n


class _Language(QObject):
    """Signals that the language has changed. There is one for each application."""

    changed = Signal()

    def __init__(self, application: QApplication) -> None:
        super().__init__(application)
        self._application = application
        self._translator = QTranslator(self)

    def switch(self, code: str) -> None:
        i18n.set_language(code)
        # Qt's own texts: Cancel, Copy, Select All.
        self._application.removeTranslator(self._translator)
        folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
        if self._translator.load(f"qtbase_{i18n.current_language()}", folder):
            self._application.installTranslator(self._translator)
        self.changed.emit()


class _Listener(QObject):
    """Lives as long as its owner; its end ends the connection."""

    def __init__(self, owner: QObject, apply: Callable[[], None]) -> None:
        super().__init__(owner)
        self._apply = apply

    @Slot()
    def run(self) -> None:
        self._apply()


def on_language_change(owner: QObject, apply: Callable[[], None]) -> None:
    """Calls `apply` now, and again whenever the language changes while `owner` lives."""
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
