"""How many handwritten digits a second the generator writes on two threads, frame and anti-aliasing included."""

import statistics
import sys
import time

from benchmarks import report
from core.data.handwriting.generator import generate

PROMISED = 5_000
COUNT = 20_000
ROUNDS = 5


def measure() -> list[report.Result]:
    """Returns the median rate of some rounds; the first pictures, for which tables are built, are not counted."""
    generate(1_000, seed=0)
    rates = []
    for seed in range(ROUNDS):
        start = time.perf_counter()
        generate(COUNT, seed)
        rates.append(COUNT / (time.perf_counter() - start))
    note = f"{COUNT:,} a round; {report.spread(rates, 0)}"
    return [report.Result("generated digits a second", statistics.median(rates), PROMISED, "images/s", "higher", note)]


if __name__ == "__main__":
    sys.exit(report.main(measure))
