"""Whether the ready-made networks are as good as promised, measured on the shipped files."""

import statistics
import sys
import time

import torch

from benchmarks import report
from core.data.library import available
from core.inference.snapshot import load_snapshot
from core.runs.config import RunConfig
from core.runs.store import RunStore
from recipes import measure as measuring

ROUNDS = 200
NEEDED = {"mnist": "mlp", "fashion_mnist": "mlp", "sst2": "lstm", "reviews_zh": "lstm"}


def measure() -> list[report.Result]:
    """Returns the promised figures of the three cards."""
    missing = [key for key, model in NEEDED.items() if not available(RunConfig.make(dataset=key, model=model).dataset)]
    if missing:
        raise report.NotHere(f"{', '.join(missing)} is not in the data folder (NEURARIUM_DATA)")
    torch.set_num_threads(1)
    return [*digits(), *english(), *chinese()]


def digits() -> list[report.Result]:
    """Returns the promised figures of the network that reads digits."""
    run = RunStore().find("shipped/digits")
    figures = measuring.figures_of_digits(run, print)
    trials = figures["trials"]
    canvas = [100 * share for name, share in trials.items() if name.startswith("canvas")]
    moved = [100 * share for name, share in trials.items() if not name.startswith("canvas")]
    error = 100 * figures["calibration"]["expected_error"]
    areas = figures["not_digits"]["areas"]
    model = load_snapshot(run).model
    image_1CHW = torch.zeros(1, 1, 28, 28)
    times = []
    with torch.inference_mode():
        for _round in range(ROUNDS):
            began = time.perf_counter()
            model(image_1CHW)
            times.append(1000 * (time.perf_counter() - began))
    return [
        _accuracy("shipped digits, MNIST test", figures, 99.65),
        report.Result("shipped digits, canvas path", min(canvas), 99.3, "%", "higher", "worst of thin, usual, thick"),
        report.Result(
            "shipped digits, moved", min(moved), 98.5, "%", "higher", "worst of turned 20°, scaled 0.6 to 1.3, sheared"
        ),
        report.Result(
            "shipped digits, against non-digits", min(areas.values()), 0.97, "AUROC", "higher", f"worst of {len(areas)}"
        ),
        report.Result("shipped digits, calibration error", error, 1, "%", "lower", "expected, MNIST test, ten bins"),
        report.Result("shipped digits, one picture", statistics.median(times), 5, "ms", "lower", "one thread"),
    ]


def english() -> list[report.Result]:
    """Returns the promised figures of the network that reads English."""
    figures = measuring.figures_of_english(RunStore().find("shipped/english"), print)
    negation = 100 * figures["phenomena"]["negation"]
    return [
        _accuracy("shipped English, SST-2 development set", figures, 88),
        report.Result("shipped English, our negated sentences", negation, 85, "%", "higher", "test split"),
    ]


def chinese() -> list[report.Result]:
    """Returns the promised figures of the network that reads Chinese."""
    figures = measuring.figures_of_chinese(RunStore().find("shipped/chinese"), print)
    return [_accuracy("shipped Chinese, reviews, test tenth", figures, 88)]


def _accuracy(name: str, figures: measuring.Figures, bound: float) -> report.Result:
    asked = figures["asked"][0]
    return report.Result(name, 100 * asked["accuracy"], bound, "%", "higher", f"{asked['examples']:,} examples")


if __name__ == "__main__":
    sys.exit(report.main(measure))
