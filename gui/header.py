"""The line above a page: its heading, the run in training, the device, and buttons for language and theme."""

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from core import i18n
from core.i18n import _
from gui.icons import icon
from gui.retranslate import on_language_change
from gui.state import AppState
from gui.theme import GAP, set_role, theme
from gui.widgets.elided_label import ElidedLabel
from gui.widgets.pill import Pill, PillButton
from gui.workers.background import BackgroundTask

_HEIGHT = 52
_MARGIN = 20


class Header(QFrame):
    """Follows the state. The owner of the pages calls `set_heading`."""

    def __init__(self, state: AppState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("header")
        self.setFixedHeight(_HEIGHT)
        self._state = state
        self._heading = ""
        self._device = ""
        self._threads = 0
        self._label = ElidedLabel()
        set_role(self._label, "title")
        self.run_pill = Pill()
        self.device_pill = Pill()
        self.language_button = PillButton()
        self.theme_button = PillButton(icon=icon("contrast", "muted"))
        self.language_button.clicked.connect(self._switch_language)
        self.theme_button.clicked.connect(self._switch_theme)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(_MARGIN, 0, _MARGIN, 0)
        layout.setSpacing(GAP)
        layout.addWidget(self._label, 1)
        for pill in (self.run_pill, self.device_pill, self.language_button, self.theme_button):
            layout.addWidget(pill)
        state.current_run_changed.connect(self._set_texts)
        state.session.batch.connect(self._hear)
        self._task = BackgroundTask(self)
        self._task.done.connect(self._take_device)
        self._task.failed.connect(state.report)
        state.preload.ready.connect(self._look_for_device)
        state.threads_changed.connect(self._look_for_device)
        theme().changed.connect(self._set_texts)
        on_language_change(self, self._set_texts)

    def set_heading(self, heading: str) -> None:
        """Shows `heading`, marked with `N_`."""
        self._heading = heading
        self._set_texts()

    def heading(self) -> str:
        """Returns the heading as shown."""
        return self._label.text()

    @Slot()
    def _look_for_device(self) -> None:
        if self._state.preload.is_ready:
            self._task.run(_usual_device, self._state.preferences.threads)

    @Slot(object)
    def _take_device(self, found: tuple[str, int]) -> None:
        if not self._state.session.is_running:
            self._device, self._threads = found
            self._set_texts()

    @Slot(list)
    def _hear(self, events: list[object]) -> None:
        from core.events import RunStarted

        for event in events:
            if isinstance(event, RunStarted):
                self._device, self._threads = event.device, event.threads
                self._set_texts()

    @Slot()
    def _switch_language(self) -> None:
        codes = list(i18n.LANGUAGES)
        self._state.set_language(codes[(codes.index(i18n.current_language()) + 1) % len(codes)])

    @Slot()
    def _switch_theme(self) -> None:
        self._state.set_theme("light" if theme().palette.is_dark else "dark")

    @Slot()
    def _set_texts(self) -> None:
        self._label.setText(_(self._heading))
        run = self._state.current_run
        self.run_pill.setText(_("run {title}").format(title=run.title) if run is not None else "")
        self.run_pill.setVisible(run is not None)
        self.run_pill.setToolTip(_("The run that is training now, or that trained last"))
        threads = self._threads
        if self._device == "CPU":
            text = _("CPU · 1 thread") if threads == 1 else _("CPU · {count} threads").format(count=threads)
        else:
            text = self._device
        self.device_pill.setText(text)
        self.device_pill.setVisible(bool(text))
        self.device_pill.setToolTip(_("The device that computes the networks"))
        self.language_button.setText("EN / 中")
        self.language_button.setToolTip(_("Change the language"))
        self.language_button.setAccessibleName(_("Change the language"))
        name = _("Switch to light") if theme().palette.is_dark else _("Switch to dark")
        self.theme_button.setToolTip(name)
        self.theme_button.setAccessibleName(name)


def _usual_device(threads: int) -> tuple[str, int]:
    """Returns the default device and its number of threads. Finding a graphics processor takes a while."""
    from core import device

    return device.describe(device.choose("auto")), device.threads_for(threads)
