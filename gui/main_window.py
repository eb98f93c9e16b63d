"""The window: a rail of pages, a header, and the visible page. Navigation only.

Pages are made when they are first shown. While torch loads, a short text stands in for the pages that need it.
"""

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QEvent, QObject, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QCloseEvent, QKeySequence, QPaintEvent, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from core.errors import NeurariumError
from core.i18n import _
from gui.header import Header
from gui.pages import PAGES, PageSpec
from gui.resume_offer import ResumeOffer
from gui.retranslate import on_language_change
from gui.state import AppState
from gui.tab_order import go_on
from gui.theme import GAP, PADDING, set_role
from gui.widgets.banner import Banner
from gui.widgets.rail import Rail

if TYPE_CHECKING:
    from gui.crash import UnexpectedError

_SIZE = (1280, 800)
_SMALLEST = (900, 480)  # at 200 % a screen of 1920 x 1080 is 960 x 540, and the system takes a part of that
_PAINTED_S, _MADE_S = 0.12, 0.4  # other work pauses so long while a page is painted, or made
_BREATH_MS = 20  # from switching to a page to painting it: doing both at once would stutter


class MainWindow(QMainWindow):
    """Shows the first page until the user or a page asks for another.

    Args:
        state: the shared state of the pages.
        pages: the pages to show.

    Signals:
        painted: the window was painted for the first time.
    """

    painted = Signal()

    def __init__(self, state: AppState, pages: Sequence[PageSpec] = PAGES) -> None:
        super().__init__()
        self._state = state
        self._specs = {spec.key: spec for spec in pages}
        self._pages: dict[str, QWidget] = {}
        self._is_painted = False
        self._notice = ""
        self._breath = QTimer(self)
        self._breath.setSingleShot(True)
        self._breath.setInterval(_BREATH_MS)
        self._breath.timeout.connect(self._paint_page)
        self.setWindowTitle("Neurarium")
        self.setMinimumSize(*_SMALLEST)
        self.resize(*_SIZE)
        self.rail = Rail()
        self.header = Header(state)
        self.banner = Banner()
        self.banner.dismissed.connect(self._show_what_waits)
        self.offer = ResumeOffer(state)
        self.stack = QStackedWidget()
        self._waiting = _GettingReady()
        self.stack.addWidget(self._waiting)
        self._lay_out()
        for number, spec in enumerate(pages, start=1):
            self.rail.add_item(spec.key, spec.icon, spec.title, spec.tooltip, at_bottom=spec.at_bottom)
            shortcut = QShortcut(QKeySequence(f"Ctrl+{number}"), self)
            shortcut.activated.connect(partial(self.rail.set_current, spec.key))
        self.rail.current_changed.connect(self._show_page)
        self._show_page(self.rail.current())
        state.page_requested.connect(self.rail.set_current)
        state.reported.connect(self._show_error)
        state.noticed.connect(self._show_notice)
        state.session.batch.connect(self._hear)
        state.preload.ready.connect(self._torch_is_ready)
        state.preload.failed.connect(self._waiting.give_up)
        self.rail.item(self.rail.current()).setFocus()
        self.restoreGeometry(QByteArray.fromBase64(state.preferences.geometry.encode()))

    def page(self, key: str) -> QWidget:
        """Returns a page, and makes it if it does not exist yet."""
        if key not in self._pages:
            self._pages[key] = self._specs[key].make(self._state)
            self.stack.addWidget(self._pages[key])
        return self._pages[key]

    def focusNextPrevChild(self, next: bool) -> bool:
        # Qt also calls this while it destroys the window.
        centre = self.centralWidget() if self.isVisible() else None
        return go_on(centre, forward=next) if centre is not None else super().focusNextPrevChild(next)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._is_painted:
            self._is_painted = True
            # What is painted reaches the screen after this event, before any timer.
            QTimer.singleShot(0, self, self.painted.emit)

    def closeEvent(self, event: QCloseEvent) -> None:
        self._state.preferences.geometry = self.saveGeometry().toBase64().toStdString()
        self._state.session.stop()
        super().closeEvent(event)

    def _lay_out(self) -> None:
        right = QVBoxLayout()
        right.setSpacing(0)
        right.addWidget(self.header)
        right.addWidget(_Messages(self.offer, self.banner))
        right.addWidget(self.stack, 1)
        body = QWidget()
        body.setObjectName("page")
        body.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        layout = QHBoxLayout(body)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.rail)
        layout.addLayout(right, 1)
        self.setCentralWidget(body)

    @Slot(str)
    def _show_page(self, key: str) -> None:
        spec = self._specs[key]
        self._state.hold_off(_PAINTED_S if key in self._pages else _MADE_S)
        self.header.set_heading(spec.heading)
        must_wait = spec.needs_torch and not self._state.preload.is_ready
        page = self._waiting if must_wait else self.page(key)
        # Plots repaint the whole window as soon as they are shown, before other widgets are shown; those would then
        # paint once more.
        self.stack.setUpdatesEnabled(False)
        self.stack.setCurrentWidget(page)
        if self.isVisible():
            self._breath.start()
        else:
            self._paint_page()
        self._state.hold_off(_PAINTED_S)

    @Slot()
    def _paint_page(self) -> None:
        self.stack.setUpdatesEnabled(True)

    @Slot()
    def _torch_is_ready(self) -> None:
        self._show_page(self.rail.current())
        self.offer.look()

    @Slot(object)
    def _show_error(self, error: "NeurariumError | UnexpectedError") -> None:
        self._notice = ""
        details = getattr(error, "details", "")
        self.banner.show_message("error", error.what, error.advice, details=details)

    @Slot(str)
    def _show_notice(self, notice: str) -> None:
        self._notice = notice
        if self.banner.isHidden() or self.banner.kind() != "error":
            self._show_what_waits()

    @Slot()
    def _show_what_waits(self) -> None:
        """Shows a notice that came while an error was visible."""
        notice, self._notice = self._notice, ""
        if notice:
            self.banner.show_message("info", notice)

    @Slot(list)
    def _hear(self, events: list[object]) -> None:
        from core.events import RunStarted

        # When a run starts, the problem in the banner is solved.
        if self.banner.kind() == "error" and any(isinstance(event, RunStarted) for event in events):
            self.banner.hide()
            self._show_what_waits()


class _Messages(QWidget):
    """Banners below each other. Their margins disappear while none is visible."""

    def __init__(self, *banners: Banner) -> None:
        super().__init__()
        self._banners = banners
        layout = QVBoxLayout(self)
        layout.setContentsMargins(PADDING, PADDING, PADDING, 0)
        layout.setSpacing(GAP)
        for banner in banners:
            layout.addWidget(banner)
            banner.installEventFilter(self)
        self.hide()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.ShowToParent, QEvent.Type.HideToParent):
            self.setVisible(not all(banner.isHidden() for banner in self._banners))
        return False


class _GettingReady(QWidget):
    """Stands in for a page until torch is loaded."""

    def __init__(self) -> None:
        super().__init__()
        self._is_in_vain = False
        self._label = QLabel()
        self._label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        set_role(self._label, "muted")
        layout = QVBoxLayout(self)
        layout.addWidget(self._label)
        on_language_change(self, self._set_texts)

    @Slot()
    def give_up(self) -> None:
        """Says that torch cannot be loaded."""
        self._is_in_vain = True
        self._set_texts()

    def _set_texts(self) -> None:
        in_vain = _("PyTorch could not be loaded. The message above says what to do.")
        self._label.setText(in_vain if self._is_in_vain else _("Loading PyTorch…"))
