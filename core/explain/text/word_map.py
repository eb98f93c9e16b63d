"""All words a network knows, laid out in two dimensions: PCA at once, t-SNE step by step in the background.

Knows no colours; each word comes with what the network says to it alone. Draws no number from torch's or NumPy's global
generators. Axes: V words, E embedding, 2 the plane.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from core.arrays import Floats64
from core.explain.text.word_space import WordSpace

_LARGEST = 1500
_PERPLEXITY = 30.0
_STEPS = 250  # the fewest that scikit-learn makes at a time


@dataclass(frozen=True)
class WordMap:
    """Words in the plane.

    Attributes:
        words: in normal form.
        points_V2: where each lies.
        probabilities_V: what the network says to each word alone (see `WordSpace.probabilities_V`).
        method: "pca" or "tsne".
        progress: from 0 to 1; below 1 the layout is still moving.
        explained: for PCA: which part of the variance the plane shows; else NaN.
    """

    words: tuple[str, ...]
    points_V2: Floats64
    probabilities_V: Floats64
    method: str
    progress: float = 1.0
    explained: float = float("nan")


def pca_map(space: WordSpace, extra: Sequence[str] = ()) -> WordMap:
    """Lays the words out along the two directions in which their embeddings differ most.

    Args:
        space: the words.
        extra: words that need not be in the vocabulary, such as those of a sentence; appended where they are not.

    Source: Pearson, "On lines and planes of closest fit", 1901.
    """
    words, vectors_VE, probabilities_V = _with_extra(space, extra, None)
    centred_VE = vectors_VE - vectors_VE.mean(axis=0)
    values_E, directions_EE = np.linalg.eigh(centred_VE.T @ centred_VE)
    plane_E2 = directions_EE[:, ::-1][:, :2]
    # A direction and its opposite are the same to PCA: with the largest entry positive, maps stay as they are.
    plane_E2 = plane_E2 * np.sign(plane_E2[np.abs(plane_E2).argmax(axis=0), [0, 1][: plane_E2.shape[1]]])
    points_V2 = np.zeros((len(words), 2))
    points_V2[:, : plane_E2.shape[1]] = centred_VE @ plane_E2
    total = float(values_E.sum())
    explained = float(values_E[::-1][:2].sum()) / total if total > 0 else 1.0
    return WordMap(words, points_V2, probabilities_V, "pca", explained=explained)


def tsne_map(
    space: WordSpace, extra: Sequence[str] = (), largest: int = _LARGEST, rounds: int = 4, seed: int = 0
) -> Iterator[WordMap]:
    """Lays out the most frequent words so that near ones stay near; yields the layout as it settles.

    Each `next` takes a second or two on one processor core.

    Args:
        space: the words.
        extra: words to show besides, such as those of a sentence.
        largest: how many words of the vocabulary.
        rounds: how many layouts to yield; each makes 250 steps from the one before.
        seed: decides what little is random.

    Source: van der Maaten & Hinton, "Visualizing data using t-SNE", JMLR 9, 2008; computed by scikit-learn.
    """
    from sklearn.manifold import TSNE
    from threadpoolctl import threadpool_limits

    words, vectors_VE, probabilities_V = _with_extra(space, extra, largest)
    if len(words) < 5:
        return
    layout: Floats64 | str = "pca"
    for done in range(1, rounds + 1):
        step = TSNE(
            perplexity=min(_PERPLEXITY, (len(words) - 1) / 3),
            early_exaggeration=4.0 if done == 1 else 1.0,  # 12, as usual, needs more steps than these to unfold
            max_iter=_STEPS,
            init=layout,
            metric="cosine",
            random_state=seed,
        )
        with threadpool_limits(1):  # a training that goes on meanwhile needs the other cores
            layout = np.asarray(step.fit_transform(vectors_VE.astype(np.float32)), np.float64)
        yield WordMap(words, layout, probabilities_V, "tsne", progress=done / rounds)


def _with_extra(
    space: WordSpace, extra: Sequence[str], largest: int | None
) -> tuple[tuple[str, ...], Floats64, Floats64]:
    """Returns words, embeddings (V, E) and probabilities (V,): the vocabulary's first ones, then the extra ones."""
    words, vectors_VE, probabilities_V = (
        space.words[:largest],
        space.vectors_VE[:largest],
        space.probabilities_V[:largest],
    )
    added = [word for word in dict.fromkeys(extra) if word not in set(words)]
    if added:
        vectors_VE = np.concatenate([vectors_VE, [space.vector(word) for word in added]])
        leanings = np.array([space.leaning(word) for word in added])
        probabilities_V = np.concatenate([probabilities_V, 0.5 * (1 + np.tanh(0.5 * leanings))])
    return (*words, *added), vectors_VE, probabilities_V
