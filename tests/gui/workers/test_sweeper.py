"""Garbage is collected in the window's thread, never in a worker's."""

import gc
import sys
import threading
import weakref
from collections.abc import Iterator
from types import ModuleType

import pytest
from PySide6.QtCore import QThread

from gui.workers.sweeper import Sweeper


class Knot:
    """Only the garbage collector can free it; it records in which thread."""

    def __init__(self, seen: list[int]) -> None:
        self.itself = self
        self._seen = seen

    def __del__(self) -> None:
        self._seen.append(threading.get_ident())


@pytest.fixture
def sweeper(qapp) -> Iterator[Sweeper]:
    result = Sweeper()
    result.start()
    yield result
    result.stop()
    gc.unfreeze()


def test_python_collects_nothing_by_itself_while_the_sweeper_is_at_work(sweeper: Sweeper) -> None:
    assert not gc.isenabled()
    sweeper.stop()
    assert gc.isenabled()


def test_what_a_worker_leaves_is_freed_in_the_windows_thread(qtbot, sweeper: Sweeper) -> None:
    seen: list[int] = []

    def leave_a_lot() -> None:
        for _knot in range(20_000):
            Knot(seen)

    worker = threading.Thread(target=leave_a_lot)
    worker.start()
    worker.join()
    assert seen == []
    sweeper.sweep()
    assert set(seen) == {threading.get_ident()}
    assert len(seen) == 20_000


def test_what_imports_leave_behind_is_not_looked_at_again(qtbot, sweeper: Sweeper, monkeypatch) -> None:
    seen: list[int] = []
    monkeypatch.setitem(sys.modules, "a_module_that_is_new", ModuleType("a_module_that_is_new"))
    kept = [[] for _object in range(50_000)]
    sweeper.sweep()  # there may be more to come
    sweeper.sweep()
    assert gc.get_freeze_count() >= len(kept)
    assert not any(gc.get_objects(generation) for generation in (1, 2))
    for _knot in range(20_000):
        Knot(seen)
    sweeper.sweep()
    assert len(seen) == 20_000, "what comes later is swept up as before"


def test_what_was_in_use_while_something_was_imported_is_swept_up_when_it_is_over(
    qtbot, sweeper: Sweeper, monkeypatch
) -> None:
    seen: list[int] = []
    in_use = Knot(seen)
    monkeypatch.setitem(sys.modules, "a_module_that_is_new", ModuleType("a_module_that_is_new"))
    sweeper.sweep()
    del in_use
    sweeper.sweep()
    assert len(seen) == 1


def test_the_timer_sweeps(qtbot, sweeper: Sweeper) -> None:
    class Tied:
        pass

    tied = Tied()
    tied.itself = tied  # type: ignore[attr-defined]
    gone = weakref.ref(tied)
    del tied
    pile = [[] for _list in range(5_000)]  # more than the youngest generation's threshold
    assert QThread.currentThread() is sweeper.thread()
    qtbot.waitUntil(lambda: gone() is None)
    assert len(pile) == 5_000
