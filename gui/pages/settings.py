"""Language, look, folders and processor cores: settings of this computer, not of a run."""

from typing import Literal

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QLabel, QLineEdit, QVBoxLayout, QWidget

from core import paths
from core.i18n import N_, _
from core.settings import Settings, setting
from gui.forms.settings_form import SettingsForm
from gui.retranslate import on_language_change
from gui.state import AppState
from gui.theme import GAP, PADDING, set_role, theme
from gui.widgets.card import Card

_WIDEST = 640
_FOLDERS = ("data_folder", "runs_folder")


class Appearance(Settings):
    """The language and look of the window."""

    language: Literal["", "en", "zh_CN"] = setting(
        "",
        N_("Language"),
        N_("The language of the window. What a run has written into its folder stays as it is."),
        choices={"": N_("As the system"), "en": "English", "zh_CN": "简体中文"},
    )
    theme: Literal["system", "light", "dark"] = setting(
        "system",
        N_("Look"),
        N_("Light, dark, or the same as the system."),
        choices={"system": N_("As the system"), "light": N_("Light theme"), "dark": N_("Dark theme")},
    )


class Computer(Settings):
    """Folders, and how much of the processor to use."""

    data_folder: str = setting(
        "", N_("Data folder"), N_("Where datasets are kept once they are downloaded."), editor="folder"
    )
    runs_folder: str = setting("", N_("Runs folder"), N_("Where each run keeps its folder."), editor="folder")
    threads: int | None = setting(
        None,
        N_("CPU threads"),
        N_("On how many processor cores new runs train, unless they say so themselves. Empty means one."),
        ge=1,
        le=256,
        none=N_("one"),
    )


class SettingsPage(QWidget):
    """Changes take effect at once; there is nothing to confirm."""

    def __init__(self, state: AppState) -> None:
        super().__init__()
        self._state = state
        self.appearance = SettingsForm(Appearance)
        self.computer = SettingsForm(Computer)
        self._note = QLabel()
        self._note.setWordWrap(True)
        set_role(self._note, "caption")
        for name in state.fixed_folders:
            self.computer.row(name).editor.setEnabled(False)
        self._lay_out()
        self._fetch()
        self.appearance.changed.connect(self._apply_appearance)
        self.computer.changed.connect(self._follow_computer)
        for name in _FOLDERS:
            self._line(name).editingFinished.connect(self._apply_computer)
        theme().changed.connect(self._fetch)
        on_language_change(self, self._set_texts)

    def _lay_out(self) -> None:
        column = QVBoxLayout()
        column.setSpacing(GAP)
        for title, *parts in (
            (N_("Appearance"), self.appearance),
            (N_("This computer"), self.computer, self._note),
        ):
            card = Card(str(title))
            for part in parts:
                assert isinstance(part, QWidget)
                card.add(part)
            column.addWidget(card)
        column.addStretch(1)
        inside = QWidget()
        inside.setMaximumWidth(_WIDEST)
        inside.setLayout(column)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * PADDING, PADDING, 2 * PADDING, PADDING)
        layout.addWidget(inside)

    @Slot()
    def _fetch(self) -> None:
        """Shows the current settings, which may have been changed elsewhere."""
        given = self._state.preferences
        self.appearance.set_value(Appearance.model_validate({"language": given.language, "theme": given.theme}))
        folders = {name: getattr(given, name) for name in _FOLDERS}
        self.computer.set_value(Computer(**folders, threads=given.threads or None))

    @Slot()
    def _apply_appearance(self) -> None:
        chosen, given = self.appearance.value(), self._state.preferences
        assert isinstance(chosen, Appearance)
        if chosen.language != given.language:
            self._state.set_language(chosen.language)
        if chosen.theme != given.theme:
            self._state.set_theme(chosen.theme)

    @Slot()
    def _follow_computer(self) -> None:
        """Applies changes, except a path that is still being typed, since each key would name another folder."""
        if not any(self._line(name).isModified() for name in _FOLDERS):
            self._apply_computer()

    @Slot()
    def _apply_computer(self) -> None:
        chosen, given = self.computer.value(), self._state.preferences
        assert isinstance(chosen, Computer)
        self._state.set_threads(chosen.threads or 0)
        for name in _FOLDERS:
            folder = getattr(chosen, name)
            if folder != getattr(given, name):
                self._state.set_folder(name, folder)
        self._set_texts()

    def _set_texts(self) -> None:
        self._fetch()
        for name, folder in (("data_folder", paths.data_folder()), ("runs_folder", paths.runs_folder())):
            self._line(name).setPlaceholderText(str(folder))
        self._note.setText(_("What is greyed out is set by environment variables, which come first."))
        self._note.setVisible(bool(self._state.fixed_folders))

    def _line(self, name: str) -> QLineEdit:
        """Returns the text field of a folder."""
        line = self.computer.row(name).editor.main
        assert isinstance(line, QLineEdit)
        return line
