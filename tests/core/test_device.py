"""A device is chosen by name, and the number of torch threads is set per thread."""

import contextlib
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
import torch

from core.device import choose, describe, prepare, threads_for, threads_restored, use_threads
from core.errors import ConfigError

CPU = torch.device("cpu")


def in_a_new_thread(what: Callable[[], int]) -> int:
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(what).result()


@pytest.fixture
def has(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Says which graphics processors this computer has, whichever it has."""

    def has(*, cuda: bool = False, mps: bool = False) -> None:
        monkeypatch.setattr(torch.cuda, "is_available", lambda: cuda)
        monkeypatch.setattr(torch.backends.mps, "is_available", lambda: mps)

    return has


def test_automatic_takes_cuda_where_there_is_one_and_mps_only_when_asked(has: Callable[..., None]) -> None:
    has(cuda=True)
    assert choose("auto") == choose("cuda") == torch.device("cuda")
    assert choose("cpu") == CPU
    has(mps=True)
    assert choose("auto") == CPU
    assert choose("mps") == torch.device("mps")


@pytest.mark.parametrize("wanted", ["cuda", "mps", "tpu"])
def test_a_device_that_is_not_there_is_answered_with_those_that_always_work(
    has: Callable[..., None], wanted: str
) -> None:
    has()
    with pytest.raises(ConfigError, match=f"no {wanted.upper()} device") as caught:
        choose(wanted)
    assert caught.value.advice == "Set the device to “auto” or “cpu”."


def test_a_device_is_called_by_its_name() -> None:
    assert (describe(CPU), describe(torch.device("mps"))) == ("CPU", "MPS")


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
