"""Numbers are shown with useful digits and in the usual unit."""

import pytest

from core.quantities import duration, learning_rate, percent, size, speed


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0.00 s"), (0.042, "0.04 s"), (0.994, "0.99 s"), (0.996, "1.0 s"), (4.26, "4.3 s"), (9.96, "10 s"),
        (59.4, "59 s"), (59.6, "1 min 00 s"), (65, "1 min 05 s"), (3599.6, "1 h 00 min"), (7800, "2 h 10 min"),
    ],
)  # fmt: skip
def test_durations_have_their_two_largest_units(seconds: float, text: str) -> None:
    assert duration(seconds) == text


@pytest.mark.parametrize(
    ("count", "text"),
    [(0, "0 B"), (7, "7 B"), (999, "999 B"), (1000, "1.0 kB"), (640_000, "640 kB"), (11_594_722, "12 MB"),
     (210e6, "210 MB"), (3.14e9, "3.1 GB"), (3.14e13, "31,400 GB")],
)  # fmt: skip
def test_sizes_have_two_or_three_digits(count: float, text: str) -> None:
    assert size(count) == text


def test_speeds_have_three_digits() -> None:
    assert [speed(each) for each in (0, 7.4, 13_873, 1_234_567)] == ["0", "7", "13,900", "1,230,000"]


def test_shares_and_learning_rates() -> None:
    assert percent(0.98414) == "98.41 %"
    assert [learning_rate(rate) for rate in (0.001, 3e-5, 1e-7, 10)] == ["0.001", "3e-5", "1e-7", "10"]
