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
from benchmarks import against_keras, record
from benchmarks.__main__ import scripts
from benchmarks.install_size import installed_megabytes, needed
from benchmarks.record import Run
from benchmarks.report import NotHere, Result, main
from benchmarks.side_by_side import Portion, product, speed_ratios
from benchmarks.soak import kept, trend
from core.runs.config import RunConfig


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


SPEED = Result("fast enough", 3.0, 2.5, "x", "higher", "5 rounds | one\nline")
SIZE = Result("small enough", 1234.5, 60.0, "MB", "lower")


def test_a_page_shows_each_promise_with_its_verdict_its_day_and_how_it_was_measured() -> None:
    runs = [
        Run("2026-11-23", "a laptop", 660, {"window": [SPEED], "stop": [SIZE]}),
        Run("2026-11-24", "a desktop", 1260, {"soak": [SPEED]}),
    ]
    told, soak = record.page(runs).split("## Half an hour of use")
    assert "1. 2026-11-23, a laptop: 2 scripts, from a run of 11 minutes." in told
    assert "2. 2026-11-24, a desktop: 1 script, from a run of 21 minutes." in told
    assert "1 of 2 promises are kept." in told
    first, second = told.splitlines()[-3:-1]
    assert first == (
        "| small enough | 1,234 MB | ≤ 60 MB | **fall short** | 2026-11-23 (1) | [stop](../benchmarks/stop.py) |"
    )
    assert second == (
        "| fast enough | 3 x | ≥ 2.5 x | pass | 2026-11-23 (1) "
        r"| [window](../benchmarks/window.py): 5 rounds \| one line |"
    )
    assert soak.count("2026-11-24 (2)") == 1


def test_a_script_that_is_measured_again_replaces_its_rows_and_no_others() -> None:
    old = Run("2026-11-23", "a laptop", 660, {"window": [SPEED, SIZE], "stop": [SIZE], "gone": [SPEED]})
    new = Run("2026-11-24", "a desktop", 60, {"window": [SIZE]})
    runs = record.merged([old], new, present=["stop", "window", "soak"])
    assert [(run.date, run.scripts) for run in runs] == [
        ("2026-11-23", {"stop": [SIZE]}),
        ("2026-11-24", {"window": [SIZE]}),
    ]
    again = Run("2026-11-25", "a desktop", 60, {"window": [SPEED], "stop": [SPEED]})
    assert record.merged(runs, again, present=["stop", "window"]) == [again]


def test_what_is_measured_is_written_script_by_script_and_what_failed_before_stays(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def measure(name: str) -> list[Result]:
        if name == "stop":
            raise NotHere("there is no clock")
        if name == "tutorial":
            assert record.read(tmp_path)[-1].scripts == {"window": [SPEED]}
            raise KeyboardInterrupt
        return [SPEED]

    record.write(Run("2020-01-01", "an old one", 60, {"stop": [SIZE], "window": [SIZE]}), scripts(), tmp_path)
    monkeypatch.setattr(everything, "measure_apart", measure)
    monkeypatch.setattr(record, "FOLDER", tmp_path)
    monkeypatch.setattr("sys.argv", ["benchmarks", "--write", "window", "stop", "tutorial"])
    with pytest.raises(KeyboardInterrupt):
        everything.main()
    old, new = record.read(tmp_path)
    assert (old.date, old.scripts) == ("2020-01-01", {"stop": [SIZE]})
    assert (new.date, new.scripts) == (record.today(), {"window": [SPEED]})
    assert (tmp_path / "measured.md").read_text(encoding="utf-8") == record.page([old, new])


def test_nothing_is_written_unless_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(everything, "measure_apart", lambda name: [SPEED])
    monkeypatch.setattr(record, "write", lambda *given: pytest.fail("it is written"))
    monkeypatch.setattr("sys.argv", ["benchmarks", "window"])
    assert everything.main() == 0


def test_a_machine_is_described_by_what_it_says_of_itself() -> None:
    import torch

    described = record.machine()
    assert described.endswith(f", torch {torch.__version__.partition('+')[0]}")
    assert re.search(r", \d+ cores, .*Python 3\.\d+\.\d+", described)


def test_the_page_of_measurements_is_made_from_the_file_beside_it() -> None:
    runs = record.read(record.FOLDER)
    assert (record.FOLDER / "measured.md").read_text(encoding="utf-8") == record.page(runs)
    assert {name for run in runs for name in run.scripts} <= set(scripts())
    promises = [(name, each.promise) for run in runs for name, results in run.scripts.items() for each in results]
    assert len(set(promises)) == len(promises) >= 50


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


def test_a_busy_process_ends_with_whoever_began_it() -> None:
    program = (
        "import time\nfrom benchmarks.busy import busy_process\n"
        "with busy_process():\n    print('begun', flush=True)\n    time.sleep(1000)"
    )
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen([sys.executable, "-c", program], **pipes) as process:
        assert process.stdout.readline() == b"begun\n"
        process.kill()
        # It holds the same pipe, whose end comes with the last who does.
        assert process.stderr.read() == b""


def test_keras_is_looked_for_where_the_environment_says(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("NEURARIUM_KERAS_PYTHON", str(tmp_path / "python"))
    with pytest.raises(NotHere, match="NEURARIUM_KERAS_PYTHON"):
        against_keras.keras_python()
    monkeypatch.setenv("NEURARIUM_KERAS_PYTHON", sys.executable)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    for name in ("keras", "tensorflow"):
        (tmp_path / f"{name}.py").touch()
    assert against_keras.keras_python() == sys.executable


def test_an_installation_is_what_is_required_and_what_that_requires_but_for_torch() -> None:
    found = needed(["captum>=0.9", "torch", "tensorflow; sys_platform == 'no such'", "pydantic"])
    assert {"captum", "matplotlib", "contourpy", "numpy", "pydantic-core"} <= found
    assert not found & {"torch", "torchvision", "tensorflow", "pytest", "email-validator"}
    assert installed_megabytes("numpy") > 10
    with pytest.raises(NotHere, match="no-such-library"):
        needed(["no-such-library>=1"])


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
