"""All words a network knows as points in two dimensions: by PCA at once, by t-SNE step by step.

Knows no colours; each word has the network's answer to it alone. Does not use the global random generators of torch and
NumPy. Axes: V words, E embedding, 2 the plane.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from core.arrays import Floats64
from core.explain.text.word_space import WordSpace

_LARGEST = 1500
_PERPLEXITY = 30.0
_STEPS = 250  # the minimum of scikit-learn


@dataclass(frozen=True)
class WordMap:
    """Words in the plane.

    Attributes:
        words: in normal form.
        points_V2: the position of each.
        probabilities_V: the network's answer to each word alone (see `WordSpace.probabilities_V`).
        method: "pca" or "tsne".
        progress: from 0 to 1; below 1 the layout is not final.
        explained: for PCA the share of the variance that the plane shows; else NaN.
    """

    words: tuple[str, ...]
    points_V2: Floats64
    probabilities_V: Floats64
    method: str
    progress: float = 1.0
    explained: float = float("nan")


def pca_map(space: WordSpace, extra: Sequence[str] = ()) -> WordMap:
    """Projects the embeddings of the words onto their first two principal components.

    Args:
        space: the words.
        extra: further words, such as those of a sentence; appended if they are not in the vocabulary.

    Source: Pearson, "On lines and planes of closest fit", 1901.
    """
    words, vectors_VE, probabilities_V = _with_extra(space, extra, None)
    centred_VE = vectors_VE - vectors_VE.mean(axis=0)
    values_E, directions_EE = np.linalg.eigh(centred_VE.T @ centred_VE)
    plane_E2 = directions_EE[:, ::-1][:, :2]
    # PCA does not decide the sign of a direction. It is chosen so that the largest entry is positive.
    plane_E2 = plane_E2 * np.sign(plane_E2[np.abs(plane_E2).argmax(axis=0), [0, 1][: plane_E2.shape[1]]])
    points_V2 = np.zeros((len(words), 2))
    points_V2[:, : plane_E2.shape[1]] = centred_VE @ plane_E2
    total = float(values_E.sum())
    explained = float(values_E[::-1][:2].sum()) / total if total > 0 else 1.0
    return WordMap(words, points_V2, probabilities_V, "pca", explained=explained)


def tsne_map(
    space: WordSpace, extra: Sequence[str] = (), largest: int = _LARGEST, rounds: int = 4, seed: int = 0
) -> Iterator[WordMap]:
    """Lays out the most frequent words with t-SNE, which keeps near words near; yields the layout after each round.

    Each round takes one or two seconds on one processor core.

    Args:
        space: the words.
        extra: further words to show, such as those of a sentence.
        largest: how many words of the vocabulary.
        rounds: how many layouts to yield; each continues from the one before with 250 steps.
        seed: of the random numbers of t-SNE.

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
            early_exaggeration=4.0 if done == 1 else 1.0,  # the usual 12 needs more steps than these
            max_iter=_STEPS,
            init=layout,
            metric="cosine",
            random_state=seed,
        )
        with threadpool_limits(1):  # a training that runs at the same time needs the other cores
            layout = np.asarray(step.fit_transform(vectors_VE.astype(np.float32)), np.float64)
        yield WordMap(words, layout, probabilities_V, "tsne", progress=done / rounds)


def _with_extra(
    space: WordSpace, extra: Sequence[str], largest: int | None
) -> tuple[tuple[str, ...], Floats64, Floats64]:
    """Returns words, embeddings (V, E) and probabilities (V,): first those of the vocabulary, then the extra ones."""
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
