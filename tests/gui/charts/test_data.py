"""The data behind the curves: storage, decimation, smoothing and ranges, without a window."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from gui.charts.decimate import Extremes, decimate, sample
from gui.charts.ranges import log_range, loss_range, round_up, share_range
from gui.charts.series import GrowingTable
from gui.charts.smoothing import DebiasedAverage

VALUES = st.floats(-1e6, 1e6, allow_subnormal=False)
NOTHING = np.empty(0)


@given(parts=st.lists(st.lists(VALUES, max_size=3000), max_size=6))
def test_a_table_holds_what_was_appended(parts: list[list[float]]) -> None:
    table = GrowingTable(("steps", "values"))
    for part in parts:
        table.append(steps=np.arange(len(part)), values=part)
    assert table["values"].tolist() == [value for part in parts for value in part]
    assert len(table) == len(table["steps"])


def test_a_table_takes_single_rows_and_forgets_them() -> None:
    table = GrowingTable(("steps", "values"))
    table.append(steps=3, values=0.5)
    assert table["steps"].tolist() == [3]
    table.clear()
    assert len(table) == 0


def test_a_view_cannot_change_the_history() -> None:
    table = GrowingTable(("values",))
    table.append(values=[1, 2])
    with pytest.raises(ValueError, match="read-only"):
        table["values"][0] = 5


@given(ys=arrays(np.float64, st.integers(1, 6000), elements=VALUES), pixels=st.integers(1, 900))
def test_decimation_keeps_the_extremes_and_the_ends(ys: np.ndarray, pixels: int) -> None:
    xs = np.arange(len(ys), dtype=float)
    few_xs, few_ys = decimate(xs, ys, 0, len(ys), pixels)
    assert few_ys.min() == ys.min()
    assert few_ys.max() == ys.max()
    assert few_xs[0] == 0
    assert few_xs[-1] == len(ys) - 1
    assert len(few_xs) <= 2 * pixels + 8
    assert (np.diff(few_xs) >= 0).all()
    assert (ys[few_xs.astype(int)] == few_ys).all()


@given(
    ys=arrays(np.float64, 5000, elements=VALUES),
    window=st.tuples(st.floats(-100, 5100), st.floats(1, 3000)),
    pixels=st.integers(10, 500),
)
def test_decimation_keeps_the_extremes_of_what_is_seen(
    ys: np.ndarray, window: tuple[float, float], pixels: int
) -> None:
    xs, left, right = np.arange(5000.0), window[0], window[0] + window[1]
    few_xs, few_ys = decimate(xs, ys, left, right, pixels)
    seen = ys[(xs >= left) & (xs <= right)]
    inside = few_ys[(few_xs >= left) & (few_xs <= right)]
    if len(seen):
        assert inside.max() == seen.max()
        assert inside.min() == seen.min()
    assert len(few_xs) <= 2 * pixels + 8


@given(ys=arrays(np.float64, 3000, elements=st.one_of(VALUES, st.sampled_from([math.nan, math.inf, -math.inf]))))
def test_decimation_leaves_out_what_is_not_finite(ys: np.ndarray) -> None:
    _, few_ys = decimate(np.arange(3000.0), ys, 0, 3000, 100)
    finite = ys[np.isfinite(ys)]
    assert np.isfinite(few_ys).all()
    if len(finite):
        assert (few_ys.min(), few_ys.max()) == (finite.min(), finite.max())


@given(
    ys=arrays(np.float64, st.integers(1, 6000), elements=st.one_of(VALUES, st.just(math.nan))),
    cuts=st.lists(st.integers(0, 6000), max_size=4),
    window=st.tuples(st.floats(-100, 6000), st.floats(1, 6000)),
    pixels=st.integers(1, 60),
)
def test_extremes_found_while_growing_are_those_found_at_once(
    ys: np.ndarray, cuts: list[int], window: tuple[float, float], pixels: int
) -> None:
    known = Extremes()
    for cut in sorted(cuts):
        known.extend(ys[:cut])
    xs, left, right = np.arange(float(len(ys))), window[0], window[0] + window[1]
    with_help, plain = decimate(xs, ys, left, right, pixels, known), decimate(xs, ys, left, right, pixels)
    assert np.array_equal(with_help, plain)


@given(count=st.integers(0, 5000), pixels=st.integers(1, 400))
def test_a_sample_has_about_a_point_a_pixel_and_the_last_one(count: int, pixels: int) -> None:
    xs = np.arange(float(count))
    few, _ = sample(xs, xs, 0, count, pixels)
    assert len(few) <= max(2 * pixels, 3)
    assert not count or few[-1] == count - 1


def test_a_growing_curve_keeps_the_points_it_had() -> None:
    ys = np.random.default_rng(0).random(9000)
    xs = np.arange(9000.0)
    before, _ = decimate(xs[:8300], ys[:8300], 0, 9000, 300)
    after, _ = decimate(xs, ys, 0, 9000, 300)
    settled = before[before < 8192]
    assert np.array_equal(after[after < 8192], settled)


@given(values=arrays(np.float64, st.integers(0, 3000), elements=VALUES), weight=st.floats(0, 0.999), data=st.data())
def test_smoothing_in_parts_is_the_plain_recursion(values: np.ndarray, weight: float, data: st.DataObject) -> None:
    cut = data.draw(st.integers(0, len(values)))
    average = DebiasedAverage(weight)
    smooth = np.concatenate((average.extend(values[:cut]), average.extend(values[cut:])))
    biased, expected = 0.0, []
    for count, value in enumerate(values, start=1):
        biased = weight * biased + (1 - weight) * value
        expected.append(biased / (1 - weight**count))
    np.testing.assert_allclose(smooth, expected, rtol=1e-7, atol=1e-6)


def test_smoothing_is_not_drawn_towards_zero_at_first() -> None:
    assert DebiasedAverage(0.99).extend(np.full(5, 2.3)) == pytest.approx(np.full(5, 2.3))


def test_a_value_that_is_no_number_does_not_poison_what_follows() -> None:
    average = DebiasedAverage(0.5)
    first = average.extend(np.array([math.nan, 1.0, math.inf]))
    assert math.isnan(first[0])
    assert first[1:].tolist() == [1.0, 1.0]
    assert average.extend(np.array([1.0, math.nan])).tolist() == [1.0, 1.0]


@given(value=st.floats(1e-9, 1e9))
def test_round_numbers_lie_close_above(value: float) -> None:
    assert value * (1 - 1e-8) <= round_up(value) <= 1.34 * value


def test_round_numbers_stay_what_they_are() -> None:
    assert [round_up(value) for value in (0.5, 1.0, 10.0, 2.5)] == [0.5, 1.0, 10.0, 2.5]
    assert round_up(0.1 + 0.2) == pytest.approx(0.3)
    assert round_up(math.inf) == round_up(-1) == 1


def test_the_first_steps_do_not_flatten_the_rest() -> None:
    losses = 0.05 + 2.3 * np.exp(-np.arange(10_000) / 60)
    bottom, top = loss_range(losses, np.array([0.08, 0.07]))
    assert -0.01 < bottom <= 0
    assert top < 0.2


def test_a_young_curve_is_shown_whole() -> None:
    assert loss_range(np.array([2.3, 2.1]), NOTHING)[1] >= 2.3
    assert loss_range(NOTHING, NOTHING) == (pytest.approx(0, abs=0.05), 1)


def test_a_spike_or_a_divergence_does_not_take_the_axis_along() -> None:
    losses = np.full(5000, 0.3)
    losses[4999] = math.inf
    losses[2000] = 1e9
    assert loss_range(losses, NOTHING)[1] < 1


def test_validation_after_the_first_epoch_is_always_seen() -> None:
    assert loss_range(np.full(1000, 0.01), np.array([5.0, 0.5]))[1] >= 0.5


def test_validation_without_steps_is_seen_from_its_first_point_on() -> None:
    assert share_range(NOTHING, np.array([0.5, 0.95, 0.97]))[0] < 0.5
    assert loss_range(NOTHING, np.array([5.0, 0.5]))[1] > 5


@given(values=arrays(np.float64, st.integers(1, 500), elements=st.floats(0, 1)))
def test_accuracy_ends_at_one_and_never_falls_below_nothing(values: np.ndarray) -> None:
    bottom, top = share_range(values, NOTHING)
    assert 1 < top < 1.05
    assert 0 <= bottom < 1
    assert bottom <= np.quantile(values, 0.1) + 1e-9


def test_the_bottom_of_accuracy_rises_with_the_curve() -> None:
    assert share_range(np.full(1000, 0.96), np.array([0.97]))[0] == pytest.approx(0.94)
    assert share_range(np.ones(1000), NOTHING)[0] == pytest.approx(0.98)


def test_an_earlier_run_makes_room_for_itself_but_not_all_of_it() -> None:
    own = np.full(1000, 0.1)
    alone = loss_range(own, NOTHING)[1]
    assert loss_range(own, NOTHING, [np.full(1000, 0.15)])[1] > alone
    assert loss_range(own, NOTHING, [np.full(1000, 50.0)])[1] <= 2.4 * alone
    assert loss_range(NOTHING, NOTHING, [np.full(1000, 50.0)])[1] >= 50


def test_a_log_axis_holds_what_is_positive() -> None:
    low, high = log_range(np.array([0.0, -1.0, 0.01, 10.0]), NOTHING)
    assert low <= -2
    assert high >= 1
    assert log_range(NOTHING, NOTHING) == (-1, 0)
