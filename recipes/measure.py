"""Measures the figures of the cards, on the shipped files and with the code that users run.

Axes: N examples, H height, W width, K classes.
"""

import random
from collections.abc import Callable, Iterable
from typing import Any, cast

import numpy as np
import torch
from sklearn.metrics import roc_auc_score
from torch import Tensor

from core.arrays import Floats32
from core.data.handwriting.generator import generate, generate_non_digits
from core.data.images import ImageSplit
from core.data.library import load
from core.data.sources.sentences import sentences
from core.data.text import TextSplit
from core.explain.text.challenge import PHENOMENA
from core.generators import pull
from core.inference.catalogue import familiarity_of
from core.inference.classify import Classifier
from core.inference.score import Scorer, open_scorer
from core.inference.snapshot import load_snapshot
from core.runs.config import RunConfig
from core.runs.run import Run
from core.training.examine import Examined, examine
from recipes.english import mistyped
from recipes.trials import PENS, moved, through_the_canvas

TOPICS = ("films", "food", "school", "ai", "travel", "products", "people", "weather")
BINS = 10
FAILURES = 6
_ODDITIES = 3000
_TRIALS = 1000
_UNSEEN = 7_1998
"""A seed of the generator that no training or fit has used."""

GOLDEN_TEXTS = {
    "english": ("I love AI", "I don't hate AI at all", "The plot is thin, but the actors are wonderful.", "ok"),
    "chinese": ("我喜欢人工智能", "这家酒店一点也不好", "虽然贵，但是很值得。", "还行"),
}

Figures = dict[str, Any]
Log = Callable[[str], None]


def figures_of_digits(run: Run, log: Log) -> Figures:
    """Measures the network that reads digits."""
    mnist, generated = examine(run, "mnist"), examine(run, "strokes")
    log(f"MNIST {mnist.result.metrics['accuracy']:.2%}, generated {generated.result.metrics['accuracy']:.2%}")
    classifier = Classifier(load_snapshot(run))
    test = cast("ImageSplit", mnist.split)
    levels_N1HW = test.images_NCHW.float() / 255
    targets_N = test.targets_N.numpy()
    trials = {}
    for name, change in PENS.items():
        rng = np.random.default_rng(0)
        frames = [through_the_canvas(classifier, image_HW, change, rng) for image_HW in test.images_NCHW[:, 0].numpy()]
        trials[f"canvas, {name}"] = _accuracy(classifier, torch.from_numpy(np.stack(frames))[:, None], targets_N)
    for what in ("rotated", "scaled", "sheared"):
        trials[what] = _accuracy(classifier, moved(levels_N1HW, what), targets_N)
    log(str(trials))
    return {
        "asked": [_record(mnist, "mnist"), _record(generated, "strokes")],
        "trials": trials,
        "not_digits": _detection(classifier, levels_N1HW),
        "calibration": calibration(*_answers(classifier, levels_N1HW), targets_N),
        "golden": golden_digits(classifier),
    }


def figures_of_english(run: Run, log: Log) -> Figures:
    """Measures the network that reads English."""
    return _figures_of_text(run, "english", ("sst2", "sentences"), log)


def figures_of_chinese(run: Run, log: Log) -> Figures:
    """Measures the network that reads Chinese."""
    return _figures_of_text(run, "chinese", ("reviews_zh", "hotel_zh", "shopping_zh", "sentences_zh"), log)


def _figures_of_text(run: Run, language: str, datasets: tuple[str, ...], log: Log) -> Figures:
    asked = [examine(run, dataset) for dataset in datasets]
    for dataset, each in zip(datasets, asked, strict=True):
        log(f"{dataset} {each.result.metrics['accuracy']:.2%} of {each.result.examples:,}")
    scorer = open_scorer(run)
    split = cast("TextSplit", asked[0].split)
    texts, targets = list(split.texts), split.targets_N.numpy()
    scores = scorer.score_many(texts)
    probabilities_NK = np.array([score.probabilities for score in scores])
    return {
        "asked": [_record(each, dataset) for dataset, each in zip(datasets, asked, strict=True)],
        "trials": {name: _share_right(scorer, change(texts), targets) for name, change in _CHANGES[language].items()},
        "phenomena": _shares_right(scorer, language, "phenomenon", PHENOMENA),
        "topics": _shares_right(scorer, language, "topic", TOPICS),
        "unsure": _unsure(scores, targets),
        "calibration": calibration(probabilities_NK.argmax(1), probabilities_NK.max(1), targets),
        "failures": _failures(scorer, language),
        "golden": golden_texts(scorer, language),
    }


def golden_digits(classifier: Classifier) -> list[list[float]]:
    """Returns the probabilities of each class for ten generated digits, one of each."""
    images_NHW, labels_N = generate(200, _UNSEEN)
    first = [int(np.flatnonzero(labels_N == digit)[0]) for digit in range(10)]
    levels_N1HW = torch.from_numpy(images_NHW[first]).unsqueeze(1).float() / 255
    return [[round(p, 4) for p in row] for row in _probabilities(classifier, levels_N1HW).tolist()]


def golden_texts(scorer: Scorer, language: str) -> dict[str, float]:
    """Returns the probability of "positive" for a few sentences."""
    return {text: round(scorer.score(text).probability, 4) for text in GOLDEN_TEXTS[language]}


def parameters_of(run: Run) -> int:
    """Returns the number of a network's weights."""
    return sum(tensor.numel() for tensor in load_snapshot(run).model.parameters())


def calibration(answers_N: Any, confidence_N: Any, targets_N: Any) -> Figures:
    """Returns how often answers are right against how sure they are, in ten bins from 0 to 1.

    The expected calibration error is the mean distance of the two, weighted by the bins' sizes (Guo et al., 2017).
    A small sample has such an error by chance even if every percentage is right; its average size is measured too.
    """
    right_N = np.asarray(answers_N) == np.asarray(targets_N)
    sure_N = np.asarray(confidence_N, np.float64)
    bin_N = np.minimum((sure_N * BINS).astype(int), BINS - 1)
    bins = []
    for i in range(BINS):
        here = bin_N == i
        if here.any():
            bins.append(
                {"count": int(here.sum()), "sure": float(sure_N[here].mean()), "right": float(right_N[here].mean())}
            )
    chance = np.random.default_rng(0)
    by_chance = [_calibration_error(sure_N, bin_N, chance.random(len(sure_N)) < sure_N) for _trial in range(_TRIALS)]
    return {
        "expected_error": _calibration_error(sure_N, bin_N, right_N),
        "by_chance": float(np.mean(by_chance)),
        "bins": bins,
    }


def _calibration_error(sure_N: Any, bin_N: Any, right_N: Any) -> float:
    return float(np.abs(np.bincount(bin_N, sure_N, BINS) - np.bincount(bin_N, right_N, BINS)).sum() / len(sure_N))


def _record(examined: Examined, dataset: str) -> Figures:
    return {
        "dataset": dataset,
        "split": "test",
        "accuracy": examined.result.metrics["accuracy"],
        "loss": examined.result.loss,
        "examples": examined.result.examples,
        "per_class": examined.per_class,
    }


# -- digits


def _as_read(classifier: Classifier, levels_N1HW: Tensor) -> Tensor:
    return (levels_N1HW - classifier.input.mean[0]) / classifier.input.std[0]


def _probabilities(classifier: Classifier, levels_N1HW: Tensor) -> Tensor:
    return classifier.features.many(_as_read(classifier, levels_N1HW))[0].double().softmax(1)


def _answers(classifier: Classifier, levels_N1HW: Tensor) -> tuple[Any, Any]:
    probabilities_NK = _probabilities(classifier, levels_N1HW).numpy()
    return probabilities_NK.argmax(1), probabilities_NK.max(1)


def _accuracy(classifier: Classifier, levels_N1HW: Tensor, targets_N: Any) -> float:
    return float((_answers(classifier, levels_N1HW)[0] == targets_N).mean())


def _detection(classifier: Classifier, digits_N1HW: Tensor) -> Figures:
    """Returns the areas under the ROC curve of real digits against pictures that are not digits."""
    classifier.familiarity = familiarity_of(classifier)
    drawn = torch.from_numpy(generate_non_digits(_ODDITIES, _UNSEEN)).unsqueeze(1).float() / 255
    clothes = _clothes().images_NCHW[:_ODDITIES].float() / 255
    digits_N = _familiar(classifier, digits_N1HW)
    others = {"letters, signs, scribbles and blobs": _familiar(classifier, drawn)}
    others["Fashion-MNIST"] = _familiar(classifier, clothes)
    areas = {name: _area(digits_N, scores_N) for name, scores_N in others.items()}
    areas["all"] = _area(digits_N, np.concatenate(list(others.values())))
    return {"areas": areas, "digits_refused": float((digits_N < 0).mean())}


def _clothes() -> ImageSplit:
    config = RunConfig.make(dataset="fashion_mnist", model="mlp")
    return cast("ImageSplit", pull(load(config.dataset, 0)).split("test"))


def _familiar(classifier: Classifier, levels_N1HW: Tensor) -> Any:
    assert classifier.familiarity is not None
    logits_NK, features_NF = classifier.features.many(_as_read(classifier, levels_N1HW))
    return classifier.familiarity.score(cast("Floats32", levels_N1HW[:, 0].numpy()), logits_NK, features_NF)


def _area(yes_N: Any, no_N: Any) -> float:
    return float(roc_auc_score(np.repeat([1, 0], [len(yes_N), len(no_N)]), np.concatenate([yes_N, no_N])))


# -- sentences


def _mistyped(texts: list[str]) -> list[str]:
    rng = random.Random(1)
    return [mistyped(text, rng) for text in texts]


_CHANGES: dict[str, dict[str, Callable[[list[str]], list[str]]]] = {
    "english": {
        "typos": _mistyped,
        "CAPITALS": lambda texts: [text.upper() for text in texts],
        "no punctuation": lambda texts: ["".join(c for c in text if c.isalnum() or c in " '") for text in texts],
        "as usually typed": lambda texts: [as_usually_typed(text) for text in texts],
    },
    "chinese": {
        "no punctuation": lambda texts: ["".join(c for c in text if c.isalnum() or c == " ") for text in texts],
        "first 40 characters": lambda texts: [text[:40] for text in texts],
    },
}


def as_usually_typed(text: str) -> str:
    """Returns a sentence of SST-2 with the spaces and capitals that a person would type."""
    for before, after in ((" n't", "n't"), (" '", "'"), (" ,", ","), (" .", "."), (" !", "!"), (" ?", "?")):
        text = text.replace(before, after)
    return text[:1].upper() + text[1:]


def _share_right(scorer: Scorer, texts: list[str], targets: Any) -> float:
    return float(np.mean([s.index == t for s, t in zip(scorer.score_many(texts), targets, strict=True)]))


def _shares_right(scorer: Scorer, language: str, trait: str, values: Iterable[str]) -> dict[str, float]:
    """Returns the accuracy on the program's own test sentences for each phenomenon or topic."""
    test = [each for each in sentences(cast("Any", language)) if each.split == "test"]
    right = [s.index == each.label for s, each in zip(scorer.score_many([t.text for t in test]), test, strict=True)]
    return {
        key: float(np.mean([r for r, each in zip(right, test, strict=True) if getattr(each, trait) == key]))
        for key in values
    }


def _unsure(scores: list[Any], targets: Any) -> Figures:
    """Returns how many answers are marked unsure, and how many of those and of the others are right."""
    unsure = np.array([score.unsure for score in scores])
    right = np.array([score.index for score in scores]) == targets
    return {
        "share": float(unsure.mean()),
        "right_when_unsure": float(right[unsure].mean()) if unsure.any() else None,
        "right_when_sure": float(right[~unsure].mean()),
    }


def _failures(scorer: Scorer, language: str) -> list[Figures]:
    """Returns the program's own test sentences with the most confident mistakes."""
    test = [each for each in sentences(cast("Any", language)) if each.split == "test"]
    scored = zip(scorer.score_many([each.text for each in test]), test, strict=True)
    wrong = sorted(
        ((s.probability, each) for s, each in scored if s.index != each.label), key=lambda w: -abs(w[0] - 0.5)
    )
    return [{"text": each.text, "label": each.label, "probability": round(p, 3)} for p, each in wrong[:FAILURES]]
