"""Checks the ends, the peaks and the directions of the schedules."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.optim.base import ScheduleConfig
from core.optim.schedules import ConstantConfig, CosineConfig, OneCycleConfig, StepConfig, WarmupCosineConfig
from core.runs.config import schedules

KEYS = [part.key for part in schedules()]
shares = st.floats(0, 0.9)
factors = st.floats(0, 1)
CONFIGS = st.one_of(
    st.just(ConstantConfig()),
    st.builds(StepConfig, every_epochs=st.integers(1, 9), drop=st.floats(0.01, 0.99)),
    st.builds(CosineConfig, final_factor=factors),
    st.builds(WarmupCosineConfig, warmup=shares, final_factor=factors),
    st.builds(OneCycleConfig, rise=shares, initial_factor=factors, final_factor=factors),
)


def curve(config: ScheduleConfig, steps: int, steps_per_epoch: int) -> list[float]:
    return [config.factor(step, steps, steps_per_epoch) for step in range(steps)]


@given(CONFIGS, st.integers(1, 300), st.integers(1, 50))
def test_the_factor_lies_between_nothing_and_the_base_learning_rate(
    config: ScheduleConfig, steps: int, steps_per_epoch: int
) -> None:
    assert all(0 <= factor <= 1 for factor in curve(config, steps, steps_per_epoch))


@given(CONFIGS, st.integers(1, 300), st.integers(1, 50))
def test_every_schedule_rises_at_most_once_then_never_again(
    config: ScheduleConfig, steps: int, steps_per_epoch: int
) -> None:
    factors = curve(config, steps, steps_per_epoch)
    peak = factors.index(max(factors))
    assert factors[:peak] == sorted(factors[:peak])
    assert factors[peak:] == sorted(factors[peak:], reverse=True)


@given(CONFIGS, st.integers(1, 300))
def test_every_schedule_reaches_the_base_learning_rate(config: ScheduleConfig, steps: int) -> None:
    assert max(curve(config, steps, 10)) == pytest.approx(1)


def test_constant_stays() -> None:
    assert curve(ConstantConfig(), 5, 2) == [1.0] * 5


def test_step_drops_at_the_end_of_every_so_many_epochs() -> None:
    assert curve(StepConfig(every_epochs=2, drop=0.5), 10, 2) == [1, 1, 1, 1, 0.5, 0.5, 0.5, 0.5, 0.25, 0.25]


def test_cosine_falls_to_half_way_in_the_middle_and_wastes_no_step_at_zero() -> None:
    factors = curve(CosineConfig(), 100, 10)
    assert factors[0] == 1
    assert factors[50] == pytest.approx(0.5)
    assert 0 < factors[-1] < 0.001


def test_cosine_ends_at_its_final_factor() -> None:
    assert curve(CosineConfig(final_factor=0.2), 1000, 10)[-1] == pytest.approx(0.2, abs=1e-4)


def test_warm_up_rises_in_even_steps_and_starts_above_zero() -> None:
    factors = curve(WarmupCosineConfig(warmup=0.1), 90, 10)
    assert factors[:10] == pytest.approx([k / 10 for k in range(1, 11)])
    assert factors[10] < 1


def test_one_cycle_peaks_where_its_rise_ends() -> None:
    factors = curve(OneCycleConfig(rise=0.3, initial_factor=0.04), 100, 10)
    assert factors[0] == pytest.approx(0.04)
    assert factors[15] == pytest.approx(0.52)
    assert factors.index(max(factors)) == 30
    assert factors[30] == 1
    assert factors[65] == pytest.approx(0.5)
    assert factors[-1] < 0.001


@pytest.mark.parametrize("key", KEYS)
def test_a_run_of_a_single_step_makes_it_at_the_base_learning_rate(key: str) -> None:
    assert schedules()[key]().factor(0, 1, 1) == 1


@pytest.mark.parametrize("key", KEYS)
def test_every_schedule_tells_its_formula_and_where_it_comes_from(key: str) -> None:
    part = schedules()[key]
    assert "f = " in part.formula
    assert part.summary.endswith(".")
    assert any(character.isdigit() for character in part.source)
