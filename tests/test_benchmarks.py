"""The verdicts of the benchmarks can be trusted; what they measure is not timed here."""

import ast
import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest

import benchmarks
from benchmarks.__main__ import scripts
from benchmarks.report import NotHere, Result, main
from benchmarks.side_by_side import Portion, product, speed_ratios
from core.config import RunConfig


@pytest.mark.parametrize(
    ("measured", "better", "is_kept"),
    [(2.5, "higher", True), (2.49, "higher", False), (2.5, "lower", True), (2.51, "lower", False)],
)
def test_a_promise_is_kept_at_its_bound_and_on_the_better_side_of_it(
    measured: float, better: str, is_kept: bool
) -> None:
    assert Result("speed", measured, 2.5, "x", better).is_kept is is_kept


def test_a_script_alone_prints_its_table_and_ends_with_one_where_it_falls_short(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(lambda: [Result("fast enough", 3.0, 2.5, "x", "higher")]) == 0
    assert "pass" in capsys.readouterr().out
    assert main(lambda: [Result("fast enough", 2.0, 2.5, "x", "higher")]) == 1
    assert "fall short" in capsys.readouterr().out


def test_a_script_without_its_data_says_so_and_is_no_failure(capsys: pytest.CaptureFixture[str]) -> None:
    def measure() -> list[Result]:
        raise NotHere("MNIST is not in the data folder")

    assert main(measure) == 0
    assert "Nothing was measured: MNIST is not in the data folder" in capsys.readouterr().err


def test_two_sides_are_compared_by_samples_a_second_after_a_round_that_does_not_count() -> None:
    def side(samples: int, seconds: float) -> Iterator[Portion]:
        yield Portion(samples, 1000.0)
        while True:
            yield Portion(samples, seconds)

    ours, theirs = side(100, 0.5), side(40, 0.8)  # 200 and 50 a second
    assert speed_ratios(ours, theirs, rounds=3, samples=100) == pytest.approx([4.0, 4.0, 4.0])


def test_the_application_takes_turns_in_whole_batches_for_as_long_as_it_is_asked() -> None:
    config = RunConfig.make(
        dataset={"key": "digits", "train_examples": 100},
        model="softmax_regression",
        training={"batch_size": 10, "threads": 1, "device": "cpu", "epochs": 1},
    )
    turns = product(config)
    portions = list(itertools.islice(turns, 25))
    turns.close()
    assert len(portions) == 25
    assert all(portion.samples >= 10 and portion.samples % 10 == 0 and portion.seconds > 0 for portion in portions)
    assert sum(portion.samples for portion in portions) > 100, "it went on after the one epoch of its configuration"


@pytest.mark.parametrize("name", scripts())
def test_every_script_measures_something(name: str) -> None:
    # Read, not imported: some of them open a window.
    source = (Path(benchmarks.__path__[0]) / f"{name}.py").read_text(encoding="utf-8")
    functions = {node.name for node in ast.parse(source).body if isinstance(node, ast.FunctionDef)}
    assert "measure" in functions
