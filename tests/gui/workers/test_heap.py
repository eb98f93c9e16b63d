"""What is free goes back to the system."""

import sys
import threading
from pathlib import Path

import pytest

from gui.workers import heap
from gui.workers.heap import HeapKeeper, hand_back

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="other systems see to it by themselves")

PIECE, PIECES = 50_000, 3000  # 150 MB in pieces too small to be given back one by one


def resident_megabytes() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096 / 1e6


def leave_holes() -> list[bytes]:
    """Takes much, and frees all but little pieces far apart."""
    taken = [bytearray(PIECE) for _ in range(PIECES)]
    return [bytes(piece[:10_000]) for piece in taken[::100]]


def test_memory_that_a_thread_has_freed_goes_back_to_the_system() -> None:
    kept: list[list[bytes]] = []
    worker = threading.Thread(target=lambda: kept.append(leave_holes()))
    worker.start()
    worker.join()
    before = resident_megabytes()
    if not hand_back():
        pytest.skip("this C library has no such call")
    assert resident_megabytes() < before - 10
    assert kept


def test_it_happens_by_itself_and_not_in_the_windows_thread(qtbot, monkeypatch) -> None:
    threads: list[int] = []
    monkeypatch.setattr(heap, "_EVERY_MS", 10)
    monkeypatch.setattr(heap, "hand_back", lambda: threads.append(threading.get_ident()))
    keeper = HeapKeeper()
    keeper.start()
    qtbot.waitUntil(lambda: len(threads) > 1)
    keeper.stop()
    assert threading.get_ident() not in threads
