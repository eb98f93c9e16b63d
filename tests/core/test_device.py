"""The number of torch threads is set per thread."""

import contextlib
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import torch

from core.device import prepare, threads_for, threads_restored, use_threads


def in_a_new_thread(what: Callable[[], int]) -> int:
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(what).result()


def test_automatic_means_one_thread() -> None:
    assert [threads_for(None), threads_for(0), threads_for(1), threads_for(3)] == [1, 1, 1, 3]

    def prepared() -> int:
        prepare(None)
        return torch.get_num_threads()

    assert in_a_new_thread(prepared) == 1


def test_each_thread_keeps_its_number_whatever_another_one_sets_at_the_same_moment() -> None:
    both_have_set = threading.Barrier(2)

    def set_and_compute(count: int) -> int:
        use_threads(count)
        both_have_set.wait()
        torch.ones(10).sum()  # the first operation of this thread
        both_have_set.wait()
        return torch.get_num_threads()

    for _round in range(5):
        with ThreadPoolExecutor(2) as pool:
            assert list(pool.map(set_and_compute, (1, 2))) == [1, 2]


def test_a_number_set_for_a_while_is_gone_afterwards_even_if_that_goes_wrong() -> None:
    before = torch.get_num_threads()
    with contextlib.suppress(ZeroDivisionError), threads_restored():
        use_threads(before + 1)
        assert torch.get_num_threads() == before + 1
        _ = 1 / 0
    assert torch.get_num_threads() == before
