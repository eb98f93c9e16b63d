"""Before a run the page offers more threads if they are faster, and one click uses them."""

import json
from collections.abc import Callable, Generator

import pytest

from core.events import RunStarted
from core.training import estimate
from tests.gui.pages.train.bench import Bench, small

AUTOMATIC = {"threads": None}


@pytest.fixture
def steps_take(monkeypatch: pytest.MonkeyPatch) -> Callable[[dict[int, float]], None]:
    """Replaces the measured seconds of a forecast's steps, by number of threads."""
    measure = estimate._times

    def given(seconds: dict[int, float]) -> None:
        def times(step: Callable[[], None], threads: int, patience: float) -> Generator[None, None, list[float]]:
            yield from measure(step, threads, patience)
            return [seconds[threads]]

        monkeypatch.setattr("core.device.ALL_THREADS", max(seconds))
        monkeypatch.setattr(estimate, "_times", times)

    return given


def until_measured(bench: Bench) -> None:
    bench.until(lambda: bench.page.forecast.values.value("epoch").endswith(" s"))


def test_what_pays_is_offered_with_both_speeds_and_taken_by_a_click(open_bench, steps_take) -> None:
    steps_take({1: 0.014, 2: 0.010})
    bench = open_bench(small(training=AUTOMATIC))
    forecast = bench.page.forecast
    bench.until(forecast.threads_button.isVisible)
    assert forecast.offer() == "1.4 × as fast with 2 threads while nothing else runs: 6,400 samples/s, not 4,570."
    assert forecast.threads_button.text() == "Use 2 threads"
    bench.click(forecast.threads_button)
    assert bench.settings.config().training.threads == 2
    assert bench.settings.training.row("threads").editor.value() == 2
    assert forecast.offer() == ""
    until_measured(bench)
    assert not forecast.threads_button.isVisible(), "there are no more"
    bench.train()
    assert bench.run.config.training.threads == 2
    assert json.loads((bench.run.path / "environment.json").read_text())["threads"] == 2
    assert [event.threads for event in bench.run.history(RunStarted)] == [2]


def test_the_offer_is_gone_while_a_run_trains(open_bench, steps_take) -> None:
    steps_take({1: 0.014, 2: 0.010})
    bench = open_bench(small(epochs=400, training=AUTOMATIC))
    bench.until(bench.page.forecast.threads_button.isVisible)
    bench.begin()
    assert not bench.page.forecast.threads_button.isVisible()
    assert bench.page.forecast.offer() == ""
    bench.stop()
    bench.until(bench.page.forecast.threads_button.isVisible)
    assert bench.run.config.training.threads == 1, "automatic is one"


@pytest.mark.parametrize("seconds", [{1: 0.014, 2: 0.013}, {1: 0.014, 2: 0.200}, {1: 0.014}])
def test_where_more_threads_do_not_pay_nothing_is_said(open_bench, steps_take, seconds) -> None:
    steps_take(seconds)
    bench = open_bench(small(training=AUTOMATIC))
    until_measured(bench)
    assert bench.page.forecast.offer() == ""
    assert not bench.page.forecast.threads_button.isVisible()
