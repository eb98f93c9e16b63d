"""A random user of the real window: clicks, keys, drags, drops; reports the last actions when something breaks.

What is done follows from the seed and from what is on screen, so a seed told by a failure leads the same way again as
far as threads allow. It keeps trainings small, and closes every menu that it opens.
"""

import contextlib
import random
import sys
import threading
import traceback
from collections import Counter, deque
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractItemView, QApplication

from core.errors import RunError
from core.runs.config import RunConfig
from gui.crash import UnexpectedError
from gui.main_window import MainWindow
from gui.state import AppState
from tests.gui.controls import dead_controls
from tests.gui.deeds import LEFT, PAGES, Deeds, Vain

MOST_EXAMPLES = 400  # of what the monkey trains on
POPUP_MS = 5
REMEMBERED = 30
OFTEN = 25  # whatever was tried so many times without any effect is not tried at all


class Monkey(Deeds):
    """Does one random action after the other in a window.

    Args:
        window: the application's, on screen.
        state: its state.
        seed: decides what is done.
        folder: an empty folder for the files that are dropped, opened and saved.

    Attributes:
        errors: what went wrong, each a traceback or a sentence; empty while all is well.
        done: the last things done, newest last.
        tried: how often each kind of thing was done.
        acted: how often each had an effect, as far as one can tell.
    """

    def __init__(self, window: MainWindow, state: AppState, seed: int, folder: Path) -> None:
        super().__init__(window, state, seed, folder)
        self.seed = seed
        self.errors: list[str] = []
        self.done: deque[str] = deque(maxlen=REMEMBERED)
        self.tried: Counter[str] = Counter()
        self.acted: Counter[str] = Counter()
        self.count = 0
        self._place_to_save = folder / "saved"
        self._popups = QTimer(self)
        self._popups.setInterval(POPUP_MS)
        self._popups.timeout.connect(self._answer_popup)
        self._own_timer_random = random.Random(seed + 1)
        self._patience = 0
        state.reported.connect(self._hear)
        self._actions: list[tuple[int, Callable[[], str]]] = [
            (30, self._click), (12, self._press_key), (8, self._type), (12, self._drag), (4, self._wheel),
            (2, self._resize), (1, self._switch_look), (1, self._switch_language), (6, self._turn_page),
            (1, self._drop), (3, self._drop_file), (6, self._choose), (3, self._train), (2, self._double_click),
            (2, self._context), (3, self._hover), (3, self._wait), (2, self._slide),
        ]  # fmt: skip

    # -- the whole walk

    def walk(self, actions: int) -> None:
        """Does so many actions, or stops at the first that fails.

        Raises:
            AssertionError: with the seed, the last actions and what went wrong.
        """
        with self._at_work():
            for _number in range(actions):
                self.act()
                if self.count % 10 == 0:
                    self.errors += [f"dead control: {each}" for each in dead_controls(self.window)]
                self._look_for_errors()
        assert not self.in_vain(), self.story()

    def try_everything(self, rounds: int) -> None:
        """Goes through the pages so often, and does on each page one action of every kind that had no effect so far.

        Raises:
            AssertionError: as above.
        """
        with self._at_work():
            for page in rounds * PAGES:
                QTest.mouseClick(self.window.rail.item(page), LEFT)
                for _weight, action in self._actions:
                    if not self.acted[_kind(action)]:
                        self._do(action)
                        self._look_for_errors()

    @contextlib.contextmanager
    def _at_work(self) -> Iterator[None]:
        """Records uncaught errors, and closes what opens, until all work in progress has ended."""
        before = sys.excepthook, threading.excepthook
        sys.excepthook = lambda *given: self.errors.append("".join(traceback.format_exception(*given)))
        threading.excepthook = lambda given: self.errors.append(
            "".join(traceback.format_exception(given.exc_type, given.exc_value, given.exc_traceback))
        )
        self._popups.start()
        try:
            yield
            QApplication.processEvents()
            self._look_for_errors()
        finally:
            self._popups.stop()
            sys.excepthook, threading.excepthook = before

    def _look_for_errors(self) -> None:
        assert not self.errors, self.story()

    def act(self) -> None:
        """Does one action."""
        weights = [weight for weight, _action in self._actions]
        (_weight, action) = self.random.choices(self._actions, weights)[0]
        self._do(action)

    def without_effect(self) -> list[str]:
        """Returns the kinds of actions that had no effect yet, tried or not."""
        kinds = [_kind(action) for _weight, action in self._actions]
        return [kind for kind in kinds if not self.acted[kind]]

    def in_vain(self) -> list[str]:
        """Returns those that were tried often enough to have had an effect."""
        return [kind for kind in self.without_effect() if self.tried[kind] >= OFTEN]

    def _do(self, action: Callable[[], str]) -> None:
        kind = _kind(action)
        self.count += 1
        self.done.append(f"{self.count}: {kind} …")
        said = action()
        is_vain = isinstance(said, Vain)
        self.done[-1] = f"{self.count}: {kind}: {said}{' (in vain)' if is_vain else ''}"
        self.tried[kind] += 1
        self.acted[kind] += not is_vain
        QApplication.processEvents()
        self._keep_it_small()

    def story(self) -> str:
        """Returns what a person needs to reproduce it."""
        lines = "\n".join(self.done)
        vain = "".join(f"\nalways in vain: {kind}" for kind in self.in_vain())
        return f"seed {self.seed}, after {self.count} actions:\n{lines}\n{vain}\n" + "\n".join(self.errors)

    @Slot(object)
    def _hear(self, error: Exception) -> None:
        if isinstance(error, UnexpectedError):
            self.errors.append(error.details)

    def _keep_it_small(self) -> None:
        """Stops what would take long, since a random user does not wait."""
        run = self.state.session.run
        if run is None or self.state.session.state in ("idle", "stopping"):
            return
        with contextlib.suppress(RunError):  # it ended before it trained, so it left no folder
            if not _is_small(run.config):
                self.done.append(f"   stopped {run.name}: too large")
                self.state.session.stop()

    # -- what blocks the window

    @Slot()
    def _answer_popup(self) -> None:
        popup = QApplication.activePopupWidget()
        if popup is None:
            self._patience = 0
            return
        self._patience += 1
        chance = self._own_timer_random
        target = popup.findChild(QAbstractItemView) or popup
        keys = [Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_Right, Qt.Key.Key_Left, Qt.Key.Key_Return]
        if self._patience > 3:
            popup.close()
        else:
            QTest.keyClick(target, Qt.Key.Key_Escape if self._patience > 2 else chance.choice(keys))

    def choose_file(self, *_given: Any, **_settings: Any) -> tuple[str, str]:
        """Stands in for the system's dialog to open a file."""
        return self.random.choice(["", *map(str, self.files)]), ""

    def choose_place(self, *_given: Any, **_settings: Any) -> tuple[str, str]:
        """Stands in for the system's dialog to save a file."""
        ending = self.random.choice([".zip", ".csv", ".png", ".svg", ""])
        good = f"{self._place_to_save}-{self.count}{ending}"
        return self.random.choice(["", good, good, str(self._place_to_save / "not" / "there.csv")]), ""

    def choose_folder(self, *_given: Any, **_settings: Any) -> str:
        """Stands in for the system's dialog to choose a folder."""
        return self.random.choice(["", str(self._place_to_save.parent)])


def _is_small(config: RunConfig) -> bool:
    dataset = config.dataset.to_dict()
    return dataset["key"] == "chapter_sentences" or (dataset.get("train_examples") or 10**9) <= MOST_EXAMPLES


def _kind(action: Callable[[], str]) -> str:
    return action.__name__.strip("_")
