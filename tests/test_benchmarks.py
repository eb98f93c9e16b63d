"""The verdicts of the benchmarks can be trusted; what they measure is not timed here."""

import ast
import itertools
import math
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import benchmarks
from benchmarks import __main__ as everything
from benchmarks.__main__ import scripts
from benchmarks.report import NotHere, Result, main
from benchmarks.side_by_side import Portion, product, speed_ratios
from benchmarks.soak import kept, trend
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


def test_each_result_is_told_as_it_comes_and_all_in_one_table_at_the_end(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def measure(name: str) -> list[Result]:
        if name == "stop":
            raise NotHere("there is no clock")
        if name == "window":
            assert "pass: fast enough: 3 x (≥ 2.5 x)" in capsys.readouterr().out
        return [Result("fast enough" if name == "tutorial" else "smooth enough", 3.0, 2.5, "x", "higher")]

    monkeypatch.setattr(everything, "measure_apart", measure)
    monkeypatch.setattr("sys.argv", ["benchmarks", "tutorial", "window", "stop"])
    assert everything.main() == 0
    told = capsys.readouterr().out  # since the second was asked
    assert "not measured: there is no clock" in told
    *scripts_told, table = re.split(r"^ +\d+ s\n", told, flags=re.MULTILINE)
    assert len(scripts_told) == 2
    for row in ("fast enough", "smooth enough", "there is no clock"):
        assert row in table


@pytest.mark.parametrize(
    ("arguments", "wanted"),
    [
        ([], [name for name in scripts() if name not in everything.ONLY_IF_NAMED]),
        (["--keras"], [*(name for name in scripts() if name not in everything.ONLY_IF_NAMED), "against_keras"]),
        (["window", "--keras"], ["window", "against_keras"]),
        (["against_keras", "--keras"], ["against_keras"]),
    ],
    ids=["nothing named", "Keras too", "one named and Keras", "Keras twice"],
)
def test_what_is_measured_is_what_was_named_and_keras_where_it_is_wished_for(
    monkeypatch: pytest.MonkeyPatch, arguments: list[str], wanted: list[str]
) -> None:
    measured: list[str] = []
    monkeypatch.setattr(everything, "measure_apart", lambda name: measured.append(name) or [])
    monkeypatch.setattr("sys.argv", ["benchmarks", *arguments])
    assert everything.main() == 0
    assert measured == wanted


def test_a_script_named_on_the_command_line_is_measured_in_a_process_of_its_own() -> None:
    line = [sys.executable, "-m", "benchmarks", "strokes_speed"]
    done = subprocess.run(line, capture_output=True, text=True, check=False)
    assert "generated digits" in done.stdout.rpartition("--- strokes_speed")[2]
    assert "Failed" not in done.stdout


def test_a_script_ends_with_the_process_that_measures_everything(tmp_path: Path) -> None:
    (tmp_path / "endless.py").write_text("""
import time

def measure(name):
    print("measuring", flush=True)
    while True:
        time.sleep(1)
""")
    program = (
        f"import sys; sys.path.append({str(tmp_path)!r}); import endless\n"
        "from benchmarks import report\n"
        "report.measure_script = endless.measure\n"
        "report.measure_apart('of no matter')"
    )
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "measuring\n"
        process.kill()
        assert process.stdout.read() == "", "there is an end when none is left who could write"


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


@pytest.mark.parametrize("leak", [0.0, 30.0])
def test_memory_that_swings_has_grown_by_what_it_rises_on_the_whole(leak: float) -> None:
    swinging = [1200 + 100 * math.sin(second) + leak * second / 1799 for second in range(1800)]
    swinging[1700] = 1000.0  # a second of luck, in which nothing went on
    assert trend(swinging) == pytest.approx(leak, abs=3)
    assert kept(swinging) < 0


@pytest.mark.parametrize("name", scripts())
def test_every_script_measures_something(name: str) -> None:
    # Read, not imported: some of them open a window.
    source = (Path(benchmarks.__path__[0]) / f"{name}.py").read_text(encoding="utf-8")
    functions = {node.name for node in ast.parse(source).body if isinstance(node, ast.FunctionDef)}
    assert "measure" in functions
