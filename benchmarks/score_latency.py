"""The time from a sentence of 40 words to its score, and to its explanations, with the default LSTM on one thread.

This is the time between a key press and the updated score, without painting: splitting the text into tokens, reading
them, and the score after every word. The network is built as for a new run; the time does not depend on how well it is
trained.
"""

import statistics
import sys
import time
from collections.abc import Callable

import numpy as np
import torch

from benchmarks import report
from core.data.library import load
from core.data.sources.sentences import sentences
from core.explain.text.attributions import integrated_gradients, leave_one_out
from core.explain.text.gates import look_inside
from core.generators import pull
from core.inference.score import Scorer
from core.inference.snapshot import Snapshot
from core.input_spec import InputSpec, TextInput
from core.runs.config import RunConfig

WORDS = 40
SCORES = 400
EXPLANATIONS = 30
MOST_MS = 50.0
MOST_EXPLAINING_MS = 300.0


def measure() -> list[report.Result]:
    """Returns the 99th percentile of scoring, and the largest median of explaining."""
    torch.set_num_threads(1)
    scorer = new_scorer()
    texts = texts_of(WORDS)
    scores = milliseconds(lambda i: scorer.score(texts[i % len(texts)]), SCORES)
    traced = [scorer.score(text) for text in texts]
    explained = {
        name: milliseconds(lambda i, explain=explain: explain(scorer, traced[i % len(traced)]), EXPLANATIONS)
        for name, explain in (
            ("integrated gradients", integrated_gradients),
            ("leave one out", leave_one_out),
            ("gates", look_inside),
        )
    }
    medians = {name: statistics.median(times) for name, times in explained.items()}
    slowest = max(medians, key=lambda name: medians[name])
    note = f"median {statistics.median(scores):.1f} ms, {report.spread(scores, 1)}; default LSTM, one thread"
    others = ", ".join(f"{name} {median:.0f} ms" for name, median in medians.items())
    return [
        report.Result(
            f"score of {WORDS} words, 99 of 100", float(np.percentile(scores, 99)), MOST_MS, "ms", "lower", note
        ),
        report.Result(
            f"explanation of {WORDS} words", medians[slowest], MOST_EXPLAINING_MS, "ms", "lower", f"medians: {others}"
        ),
    ]


def new_scorer() -> Scorer:
    """Returns a default LSTM with fresh weights that reads the vocabulary of the program's English sentences."""
    config = RunConfig.make(dataset="sentences", model="lstm")
    input_spec: InputSpec = pull(load(config.dataset, 0)).input_spec
    assert isinstance(input_spec.input, TextInput)
    torch.manual_seed(0)
    model = config.model.build(input_spec.input, len(input_spec.class_names)).eval().requires_grad_(False)
    return Scorer(Snapshot(model, input_spec, config, "", 0))


def texts_of(words: int) -> list[str]:
    """Returns texts of so many words each, joined from sentences."""
    row = " ".join(sentence.text for sentence in sentences("english")[:400]).split()
    return [" ".join(row[i : i + words]) for i in range(0, len(row) - words, words)]


def milliseconds(action: Callable[[int], object], times: int) -> list[float]:
    """Returns how long each of so many calls took, after a few uncounted ones."""
    for i in range(5):
        action(i)
    found = []
    for i in range(times):
        began = time.perf_counter()
        action(i)
        found.append(1000 * (time.perf_counter() - began))
    return found


if __name__ == "__main__":
    sys.exit(report.main(measure))
