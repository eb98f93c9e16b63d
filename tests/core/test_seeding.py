"""The random numbers of a step depend only on the seed and on that step."""

import contextlib
from concurrent.futures import ThreadPoolExecutor

import pytest
import torch

from core.seeding import mixed, seeded

CPU = torch.device("cpu")


def drawn(step: int) -> list[float]:
    with seeded(0, step, CPU):
        return [torch.rand(1).item() for _draw in range(3)]


def test_what_is_drawn_in_a_step_is_decided_by_its_number() -> None:
    assert drawn(1) == drawn(1)
    assert drawn(1) != drawn(2)


@pytest.mark.parametrize(
    ("device", "seeder"), [("cuda", "torch.cuda.manual_seed_all"), ("mps", "torch.mps.manual_seed")]
)
def test_a_graphics_processor_gets_the_same_seed(monkeypatch: pytest.MonkeyPatch, device: str, seeder: str) -> None:
    seeds: list[int] = []
    monkeypatch.setattr(seeder, seeds.append)
    with seeded(3, 7, torch.device(device)):
        pass
    assert seeds == [mixed(3, 7)]


def test_steps_of_several_threads_draw_what_each_draws_alone() -> None:
    def many(first: int) -> list[list[float]]:
        return [drawn(step) for step in range(first, first + 200)]

    alone = [many(first) for first in (0, 1000, 2000)]
    with ThreadPoolExecutor(3) as pool:
        assert list(pool.map(many, (0, 1000, 2000))) == alone


def test_a_step_that_goes_wrong_keeps_nobody_waiting() -> None:
    with contextlib.suppress(ZeroDivisionError), seeded(0, 0, CPU):
        _ = 1 / 0
    with seeded(0, 1, CPU):
        pass
