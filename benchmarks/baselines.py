"""How well the simplest models do on the data that comes with the program; for sentences, a model that counts words.

Besides the promises it prints the tables of `assets/sentences/README.md`: a bag of words with logistic regression by
phenomenon, trained on the training sentences, cross-validated with whole templates held out, and, if SST-2 is in the
data folder, trained on that. The results are the same every time.
"""

import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold, cross_val_predict
from sklearn.pipeline import Pipeline, make_pipeline

from benchmarks.report import Result
from benchmarks.report import main as report
from benchmarks.side_by_side import data_of
from core.data.library import available
from core.data.sources.sentences import Sentence, sentences
from core.runs.config import RunConfig
from core.runs.store import RunStore
from core.training.examine import examine
from core.training.loop import fit

Language = Literal["english", "chinese"]
Answers = dict[str, NDArray[np.bool_]]

FOLDS = 10
COUNTERS: dict[Language, dict[str, Callable[[], Pipeline]]] = {
    "english": {
        "words": lambda: counter(),
        "words and pairs": lambda: counter(ngram_range=(1, 2)),
    },
    "chinese": {"characters, one to three": lambda: counter(analyzer="char", ngram_range=(1, 3))},
}
TRAINING = {"device": "cpu", "threads": 2, "keep_epochs": False}


def counter(**options: Any) -> Pipeline:
    """Returns a bag of words with logistic regression, untrained."""
    return make_pipeline(CountVectorizer(**options), LogisticRegression(C=1, max_iter=1000))


def measure() -> list[Result]:
    """Prints the tables; returns the accuracy of counting words, and of networks that train for a few seconds each."""
    results = []
    bounds: dict[Language, float] = {"english": 75.0, "chinese": 75.0}
    for language, bound in bounds.items():
        rows = sentences(language)
        answers = ask(language, rows)
        Console(width=None if sys.stdout.isatty() else 150).print(by_phenomenon(language, rows, answers))
        best = max((name for name in answers if name != "SST-2"), key=lambda name: share(answers[name], rows, "", name))
        note = f"{best}; the less word counting achieves, the more there is to learn about word order"
        figure = share(answers[best], rows, "", best)
        results.append(
            Result(f"counting words reads our {language} sentences no better", figure, bound, "%", "lower", note)
        )
    return [
        *results,
        network({"key": "sentences"}, "bag_of_embeddings", 60, epochs=10),
        network({"key": "strokes", "examples": 10_000}, "softmax_regression", 80, epochs=3),
        network({"key": "chapter_sentences"}, "chapter_lstm", 100, epochs=60, split="train"),
    ]


def ask(language: Language, rows: Sequence[Sentence]) -> Answers:
    """Returns, for each way to count and each way to learn, which sentences are answered correctly."""
    texts = np.array([row.text for row in rows], object)
    labels = np.array([row.label for row in rows])
    train = np.array([row.split == "train" for row in rows])
    answers: Answers = {}
    for name, make in COUNTERS[language].items():
        answers[name] = make().fit(texts[train], labels[train]).predict(texts) == labels
    first = next(iter(COUNTERS[language].values()))
    groups = [row.template for row in rows]
    folds = cross_val_predict(first(), texts, labels, groups=groups, cv=GroupKFold(FOLDS))
    answers["ten folds"] = folds == labels
    sst2 = RunConfig.make(dataset="sst2", model="lstm")
    if language == "english" and available(sst2.dataset):
        parts = [data_of(sst2).split(name) for name in ("train", "validation")]
        model = first().fit([t for p in parts for t in p.texts], np.concatenate([p.targets_N.numpy() for p in parts]))
        answers["SST-2"] = model.predict(texts) == labels
    return answers


def by_phenomenon(language: Language, rows: Sequence[Sentence], answers: Answers) -> Table:
    """Returns the accuracies in percent."""
    table = Table("phenomenon", "sentences", "test", *answers, title=f"{language} sentences, accuracy in %")
    for phenomenon in [*dict.fromkeys(row.phenomenon for row in rows), ""]:
        counted = [row for row in rows if phenomenon in ("", row.phenomenon)]
        test = sum(row.split == "test" for row in counted)
        figures = [f"{share(right, rows, phenomenon, name):.1f}" for name, right in answers.items()]
        table.add_row(phenomenon or "all", f"{len(counted):,}", str(test), *figures)
    return table


def share(right: NDArray[np.bool_], rows: Sequence[Sentence], phenomenon: str, name: str) -> float:
    """Returns the percentage of a phenomenon's sentences that were answered correctly: the test ones, or all."""
    is_of_all = name in ("ten folds", "SST-2")
    chosen = [phenomenon in ("", row.phenomenon) and (is_of_all or row.split == "test") for row in rows]
    return 100 * float(right[chosen].mean())


def network(
    dataset: dict[str, Any], model: str, bound: float, *, epochs: int, split: Literal["train", "test"] = "test"
) -> Result:
    """Trains a network with its defaults and evaluates it on one split."""
    batch = {"batch_size": 3} if dataset["key"] == "chapter_sentences" else {}  # there are no more examples
    config = RunConfig.make(dataset=dataset, model=model, training={**TRAINING, **batch, "epochs": epochs})
    with tempfile.TemporaryDirectory() as folder:
        run = RunStore(Path(folder)).create(config)
        for _event in fit(config, run):
            pass
        result = examine(run, split=split, weights=run.last).result
    what = f"{model} on {dataset['key']}: accuracy on its {split} examples"
    note = f"{epochs} epochs, seed {config.training.seed}; {result.examples:,} examples asked about"
    return Result(what, 100 * result.metrics["accuracy"], bound, "%", "higher", note)


if __name__ == "__main__":
    sys.exit(report(measure))
