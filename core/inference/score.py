"""A network's answer to a sentence: the class, its probability, whether it is unsure, and the answer after each word.

Works for every text run and any number of classes. Knows no input field and no screen. Call it in a background thread,
after `torch.set_num_threads(1)`. No random number is drawn.

Axes: B batch, T tokens, W words, E embedding, H states, K classes, R beginnings of one text.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from core.arrays import Floats64
from core.data.tokenizer import Word
from core.i18n import _
from core.inference.calibration import read_calibration
from core.inference.reader import ReadText, TextReader, batch_of
from core.inference.recurrence import answer_from, reads_one_way, states_of
from core.inference.snapshot import Snapshot, load_snapshot
from core.models.text.base import TextModel
from core.runs.run import Run

LEAD = 0.2
"""An answer is unsure if its calibrated probability exceeds the next one by less; with two classes: 40 % to 60 %."""

_BATCH = 256
_TOKENS_A_BATCH = 16_384
_BEGINNINGS_TOGETHER = 12  # few, so that short ones need little padding
_LONGEST_REREAD = 96  # maximum number of beginnings of one text that are each read from the start


class Contrast(NamedTuple):
    """The number that an explanation explains: the logit of class `target` minus that of class `rival`.

    With two classes it is always the log-odds of the second one, "positive".
    """

    target: int
    rival: int

    def of(self, logits_BK: Tensor) -> Tensor:
        """Returns the difference (B,)."""
        return logits_BK[:, self.target] - logits_BK[:, self.rival]


@dataclass(frozen=True)
class Score:
    """A network's answer to one text. The probabilities are not calibrated; calibration only decides `unsure`.

    Attributes:
        read: the text as the network reads it, with its words.
        label: the name of the most probable class, as in the dataset; `_(label)` is shown to people.
        index: the number of that class.
        probability: with two classes that of the second, "positive"; with more, that of `label`.
        about: the class that `probability` belongs to.
        rival: the class that explanations compare it with: the other of two, or the second most probable of more.
        probabilities: of each class, in the order of `Scorer.class_names`.
        logits: before softmax.
        unsure: whether the label should not be trusted.
        reason: why not, as one translated sentence; empty if `unsure` is False.
        running_WK: the probabilities (W, K) if the text ended after each word; the last row is `probabilities`. In a
            long text some rows are NaN, because only some beginnings are scored; (0, K) for an empty text, or if
            `trace` was False.
        notice: one translated sentence if the text was cut, else empty.
    """

    read: ReadText
    label: str
    index: int
    probability: float
    about: str
    rival: str
    probabilities: tuple[float, ...]
    logits: tuple[float, ...]
    unsure: bool
    reason: str
    running_WK: Floats64
    notice: str

    @property
    def text(self) -> str:
        """The text as typed."""
        return self.read.text

    @property
    def words(self) -> tuple[Word, ...]:
        """The words that were read."""
        return self.read.words

    @property
    def cut(self) -> int:
        """How many tokens at the end were left out."""
        return self.read.cut

    @property
    def running(self) -> Floats64:
        """The probability (W,) after each word of the class `about`."""
        return self.running_WK[:, 1 if len(self.probabilities) == 2 else self.index]


class Scorer:
    """Scores texts with one snapshot. Several threads may use it at once.

    Args:
        snapshot: of a text run.
        temperature: see `core.inference.calibration`; 1 leaves the probabilities as they are.

    Raises:
        RunError: the network reads pictures.
        DataError: its vocabulary is invalid.
    """

    def __init__(self, snapshot: Snapshot, temperature: float = 1.0) -> None:
        self.reader = TextReader(snapshot.input_spec)
        assert isinstance(snapshot.model, TextModel), "what reads text is a TextModel"
        self.snapshot = snapshot
        self.model: TextModel = snapshot.model
        self.class_names = snapshot.input_spec.class_names
        self.temperature = temperature
        self._one_way = reads_one_way(self.model)

    @property
    def band(self) -> tuple[float, float]:
        """The probabilities of the second of two classes between which an answer counts as unsure."""
        edge = self.temperature * math.log((1 + LEAD) / (1 - LEAD))
        return 1 / (1 + math.exp(edge)), 1 / (1 + math.exp(-edge))

    def read(self, text: str) -> ReadText:
        """Returns the text as the network reads it."""
        return self.reader.read(text)

    def score(self, text: str | ReadText, *, trace: bool = True) -> Score:
        """Returns the answer to one text, with the answers to its beginnings where `trace` is True."""
        read = self.read(text) if isinstance(text, str) else text
        with torch.inference_mode():
            if not (trace and read.ids):
                logits_K = self.model(*batch_of([read.ids]))[0]
                return self._score(read, logits_K, np.zeros((0, len(self.class_names))))
            asked = _asked(read, every=self._one_way)
            logits_RK = self._beginnings(read.ids, [read.words[w].last + 1 for w in asked])
            running_WK = np.full((len(read.words), len(self.class_names)), np.nan)
            running_WK[asked] = logits_RK.double().softmax(1).numpy()
            return self._score(read, logits_RK[-1], running_WK)

    def score_many(self, texts: Sequence[str]) -> list[Score]:
        """Returns the answers to many texts in their order, without their beginnings."""
        return [score for portion in self.score_in_portions(texts) for score in portion]

    def score_in_portions(self, texts: Sequence[str], size: int = 1024) -> Iterator[list[Score]]:
        """Yields the answers to many texts, `size` at a time, so that the caller can show them or stop in between."""
        nothing = np.zeros((0, len(self.class_names)))
        for start in range(0, len(texts), size):
            reads = [self.read(text) for text in texts[start : start + size]]
            logits_BK = self.logits([read.ids for read in reads])
            yield [self._score(read, logits_K, nothing) for read, logits_K in zip(reads, logits_BK, strict=True)]

    def logits(self, rows: Sequence[Sequence[int]], together: int = _BATCH) -> Tensor:
        """Returns the logits (B, K) of many texts given as token ids, in their order; at most `together` in a batch."""
        order = sorted(range(len(rows)), key=lambda i: len(rows[i]))
        found_BK = torch.empty(len(rows), len(self.class_names))
        with torch.inference_mode():
            for chunk in _portions(order, [len(row) for row in rows], together):
                found_BK[chunk] = self.model(*batch_of([rows[i] for i in chunk]))
        return found_BK

    def contrast(self, score: Score) -> Contrast:
        """Returns what explanations of this answer explain: "positive" against "negative", or the top two classes."""
        return _contrast(torch.tensor(score.logits))

    def _beginnings(self, ids: tuple[int, ...], lengths: list[int]) -> Tensor:
        """Returns the logits (R, K) of the first `lengths` tokens of one text."""
        if not self._one_way:
            return self.logits([ids[:length] for length in lengths], _BEGINNINGS_TOGETHER)
        # The text is read once: the states up to a word do not depend on what follows.
        tokens_1T, length_1 = batch_of([ids])
        states_1TH = states_of(self.model, self.model.embed(tokens_1T), length_1)[-1][0]
        return torch.cat(
            [
                answer_from(self.model, states_1TH.expand(len(lengths_R), -1, -1), lengths_R)
                for lengths_R in torch.tensor(lengths).split(max(_TOKENS_A_BATCH // len(ids), 1))
            ]
        )

    def _score(self, read: ReadText, logits_K: Tensor, running_WK: Floats64) -> Score:
        probabilities_K = logits_K.double().softmax(0).numpy()
        best = int(probabilities_K.argmax())
        reason = self._doubt(read, logits_K)
        about, rival = _contrast(logits_K)
        return Score(
            read=read,
            label=self.class_names[best],
            index=best,
            probability=float(probabilities_K[about]),
            about=self.class_names[about],
            rival=self.class_names[rival],
            probabilities=tuple(probabilities_K.tolist()),
            logits=tuple(logits_K.tolist()),
            unsure=bool(reason),
            reason=reason,
            running_WK=running_WK,
            notice=_notice(read),
        )

    def _doubt(self, read: ReadText, logits_K: Tensor) -> str:
        """Returns why the answer should not be trusted, or ""."""
        if not read.ids:
            return _("There are no words in it.")
        if not read.knows_a_word:
            return _("It learned from none of these words.")
        top_2 = (logits_K.double() / self.temperature).softmax(0).topk(2).values
        if float(top_2[0] - top_2[1]) < LEAD:
            return _("The classes are about equally probable.")
        return ""


def open_scorer(run: Run, weights: Path | None = None) -> Scorer:
    """Returns the scorer of a text run, with its calibration if that was measured before.

    Args:
        run: as from `core.inference.catalogue.find_model`.
        weights: which of its checkpoints; None takes the best, or the last if no epoch is completed.

    Raises:
        RunError: the checkpoint is missing or damaged, the run reads pictures, or it diverged.
        ConfigError: the run's config is invalid.

    >>> from core.inference.score import open_scorer
    >>> from core.runs.shipped import shipped_run
    >>> scorer = open_scorer(shipped_run("shipped/english"))
    >>> scorer.score("A wonderful film.").label
    'positive'
    >>> scorer.score("").reason
    'There are no words in it.'
    """
    path = weights or run.weights
    snapshot = load_snapshot(run, path)
    known = read_calibration(path, snapshot.epoch)
    return Scorer(snapshot, known.temperature if known else 1.0)


def _contrast(logits_K: Tensor) -> Contrast:
    if len(logits_K) == 2:
        return Contrast(1, 0)
    first, second = logits_K.argsort(descending=True, stable=True)[:2].tolist()
    return Contrast(first, second)


def _asked(read: ReadText, every: bool) -> list[int]:
    """Returns the words after which to score: all, or evenly spaced ones in a long text; always with the last."""
    count = len(read.words)
    if every or count <= _LONGEST_REREAD:
        return list(range(count))
    return sorted({round((i + 1) * count / _LONGEST_REREAD) - 1 for i in range(_LONGEST_REREAD)})


def _notice(read: ReadText) -> str:
    if not read.cut:
        return ""
    return _("Only the first {read} tokens were read; the last {cut} were left out.").format(
        read=len(read.ids), cut=read.cut
    )


def _portions(order: list[int], lengths: list[int], together: int) -> Iterator[list[int]]:
    """Yields parts of `order`, which is sorted by length, each small enough for one batch."""
    chunk: list[int] = []
    for i in order:
        if chunk and (len(chunk) >= together or (len(chunk) + 1) * lengths[i] > _TOKENS_A_BATCH):
            yield chunk
            chunk = []
        chunk.append(i)
    if chunk:
        yield chunk
