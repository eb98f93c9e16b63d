"""The network that reads English: an LSTM that learns from a teacher's answers to many texts.

Distillation from a large network into one LSTM follows Tang et al., "Distilling task-specific knowledge from BERT into
simple neural networks" (2019). The texts: the phrases of SST-2's training set; sentences of IMDB's training reviews,
whose own labels are not used; SST-2's sentences with words changed; this program's own training sentences; and
sentences with negation and contrast, made from patterns. Teacher and student never see the validation sentences of
SST-2, their phrases, or the test set. Some of the student's texts are mistyped.

Axes: N examples, K classes.
"""

import random
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import safetensors.torch
import torch
from torch import Tensor, nn

from core.data.base import Data
from core.data.sources.imdb import ImdbConfig
from core.data.sources.sentences import CLASS_NAMES
from core.data.sources.sst2 import Sst2Config
from core.data.text import Examples, assemble
from core.data.tokenizer import Tokenizer
from core.generators import pull
from core.input_spec import TextInput
from core.models.text.base import TextModel
from core.runs.config import RunConfig
from recipes.own import joined, own_sentences
from recipes.ship import note_stage
from recipes.soft import SoftData
from recipes.teacher import Log, Teacher
from recipes.turns import turned_sentences

SEED = 0
TEACHER_EPOCHS = 2
FEWEST_WORDS = 4
"""Shorter phrases teach the teacher little; the student gets them all."""

REVIEW_SENTENCES = 120_000
CHANGED = 40_000
MISTYPED = 0.2
SURE = 0.97
"""The probability given to a human label, so that the student does not aim for certainty."""

OWN_AGAIN = 6
TURNED = 24_000
AVERAGED = 3
"""The shipped weights are the mean of those after so many last epochs (Izmailov et al., UAI 2018)."""

CONFIG = RunConfig.make(
    dataset={"key": "sst2", "vocabulary_size": 24_000, "max_length": 64},
    model={"key": "lstm", "embedding": 128, "hidden": 256, "pooling": "max", "dropout": 0.3},
    optimizer={"key": "adam", "learning_rate": 2e-3},
    schedule="one_cycle",
    training={
        "epochs": 5,
        "batch_size": 128,
        "augmentation": "light",
        "gradient_clip": 1.0,
        "device": "cpu",
        "seed": SEED,
        "keep_epochs": True,
    },
)


@dataclass(frozen=True)
class Labelled:
    """The human-labelled texts: SST-2 without what belongs to its validation sentences, and our own sentences."""

    phrases: Examples
    held_back: Examples
    own: Examples
    own_held_back: Examples


def labelled() -> Labelled:
    """Reads the human-labelled texts.

    Raises:
        DataError: SST-2 could not be downloaded.
    """
    config = CONFIG.dataset
    assert isinstance(config, Sst2Config)
    whole = pull(config.read(_found(config), "train"))
    phrases, held_back = config.cut_apart(whole, SEED)
    assert held_back is not None
    return Labelled(phrases, held_back, own_sentences("english", "train"), own_sentences("english", "validation"))


def unlabelled(phrases: Examples) -> list[str]:
    """Returns the texts that only the teacher labels.

    Raises:
        DataError: IMDB could not be downloaded.
    """
    rng = random.Random(SEED)
    config = ImdbConfig()
    reviews = pull(config.read(_found(config), "train")).texts
    found = [sentence for review in reviews for sentence in sentences_of(review)]
    rng.shuffle(found)
    whole = [text for text in phrases.texts if text.count(" ") >= FEWEST_WORDS]
    words = [word for text in whole for word in text.split()]
    changed = [with_words_changed(rng.choice(whole), words, rng) for _ in range(CHANGED)]
    return found[:REVIEW_SENTENCES] + changed


def train_teacher(data: Labelled, path: Path, log: Log) -> Teacher:
    """Returns a teacher fine-tuned on the human labels; from `path` if it was trained before."""
    teacher = Teacher()
    if path.is_file():
        teacher.load_state_dict(safetensors.torch.load_file(path))
        return teacher.eval()
    longer = [i for i, text in enumerate(data.phrases.texts) if text.count(" ") >= FEWEST_WORDS]
    texts = [data.phrases.texts[i] for i in longer] + data.own.texts
    labels = [data.phrases.labels[i] for i in longer] + data.own.labels
    teacher.teach_itself(texts, labels, TEACHER_EPOCHS, SEED, log)
    safetensors.torch.save_file({name: t.contiguous() for name, t in teacher.state_dict().items()}, path)
    for name, held_back in (("SST-2", data.held_back), ("own sentences", data.own_held_back)):
        right = teacher.probabilities(held_back.texts, log).argmax(1) == torch.tensor(held_back.labels)
        log(f"teacher: {right.float().mean():.2%} of {len(right)} validation sentences right, {name}")
    return teacher


def prepare(folder: Path, log: Log) -> SoftData:
    """Returns the student's data; results that take long are kept in `folder`."""
    data = labelled()
    texts = unlabelled(data.phrases)
    log(f"{len(data.phrases.texts):,} phrases, {len(data.own.texts):,} own sentences, {len(texts):,} unlabelled texts")
    judged = folder / "judged.safetensors"
    if not judged.is_file():
        began = time.monotonic()
        teacher = train_teacher(data, folder / "teacher.safetensors", log)
        note_stage(folder, "teacher", time.monotonic() - began)
        began = time.monotonic()
        opinions = {
            "texts": teacher.probabilities(texts, log),
            "phrases": teacher.probabilities(data.phrases.texts, log),
        }
        safetensors.torch.save_file(opinions, judged)
        note_stage(folder, "judging", time.monotonic() - began)
    opinions = safetensors.torch.load_file(judged)
    turned = turned_sentences(TURNED, SEED)
    sure_NK = _one_hot(data.phrases.labels)
    probabilities_NK = torch.cat(
        [
            (sure_NK + opinions["phrases"]) / 2,
            opinions["texts"],
            _one_hot(data.own.labels * OWN_AGAIN),
            _one_hot(turned.labels),
        ]
    )
    everything = data.phrases.texts + texts + data.own.texts * OWN_AGAIN + turned.texts
    rng = random.Random(SEED)
    as_typed = [mistyped(text, rng) if rng.random() < MISTYPED else text for text in everything]
    together = Examples(as_typed, probabilities_NK.argmax(1).tolist())
    held_back = joined(data.held_back, data.own_held_back)
    config = CONFIG.dataset
    assert isinstance(config, Sst2Config)

    def read_test() -> Examples:
        return pull(config.read(_found(config), "test"))

    whole = pull(assemble(config, SEED, config.card, CLASS_NAMES, together, read_test, held_back))
    return SoftData(whole, probabilities_NK)


def begin(folder: Path, data: Data) -> Callable[[nn.Module], None]:
    """Returns a function that sets the student's embeddings from the teacher's, so that similar words start close."""
    input = data.input_spec.input
    assert isinstance(input, TextInput)
    vocabulary = Tokenizer.from_json(input.tokenizer).vocabulary

    def with_the_teachers_words(model: nn.Module) -> None:
        assert isinstance(model, TextModel)
        teacher = train_teacher(labelled(), folder / "teacher.safetensors", lambda _line: None)
        vectors_VE = teacher.word_vectors([_spelt(token) for token in vocabulary], model.embedding.embedding_dim)
        known_V = vectors_VE.abs().sum(1) > 0
        with torch.no_grad():
            model.embedding.weight[known_V] = vectors_VE[known_V]

    return with_the_teachers_words


def _spelt(token: str) -> str:
    """Returns one of our tokens as the teacher would spell it; empty for the buckets of unknown characters."""
    return {"n't": "not"}.get(token, "" if token.startswith("<?") else token)


def sentences_of(review: str) -> Iterator[str]:
    """Yields the sentences of a review that are neither very short nor very long."""
    for sentence in re.split(r"(?<=[.!?])\s+|\n+", review):
        if 4 <= sentence.count(" ") <= 45:
            yield sentence.strip()


def with_words_changed(text: str, words: list[str], rng: random.Random) -> str:
    """Returns a part of a sentence, or the sentence with random words replaced (Tang et al., section 3.2)."""
    own = text.split()
    changed = [rng.choice(words) if rng.random() < 0.15 else word for word in own]
    if rng.random() < 0.3 and len(changed) > 5:
        length = rng.randint(4, len(changed) - 1)
        start = rng.randint(0, len(changed) - length)
        changed = changed[start : start + length]
    return " ".join(changed)


def mistyped(text: str, rng: random.Random) -> str:
    """Returns a text with one or two typing errors: letters swapped, lost or doubled."""
    for _slip in range(rng.randint(1, 2)):
        places = [i for i in range(1, len(text) - 1) if text[i - 1 : i + 2].isalpha()]
        if not places:
            break
        i = rng.choice(places)
        text = rng.choice(
            [text[:i] + text[i + 1] + text[i] + text[i + 2 :], text[:i] + text[i + 1 :], text[:i] + text[i] + text[i:]]
        )
    return text


def _one_hot(labels: list[int]) -> Tensor:
    right_NK = torch.nn.functional.one_hot(torch.tensor(labels), 2).float()
    return right_NK * (2 * SURE - 1) + (1 - SURE)


def _found(config: Sst2Config | ImdbConfig) -> Path:
    return config.found() or pull(config.fetch())
