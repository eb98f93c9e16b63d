"""The network that reads Chinese: an LSTM on reviews of hotels and products, character by character.

This program's own training sentences are added several times, because they negate, compare and doubt in ways that are
rare in reviews. The test tenth of the reviews is excluded, and so is every training review that equals one of it except
for punctuation.
"""

import torch

from core.data.base import cut
from core.data.sources.chinese import ReviewsConfig
from core.data.sources.sentences import CLASS_NAMES
from core.data.text import TextData, assemble
from core.generators import pull
from core.runs.config import RunConfig
from recipes.own import joined, own_sentences

SEED = 0
OWN_AGAIN = 4

CONFIG = RunConfig.make(
    dataset={"key": "reviews_zh", "vocabulary_size": 5_000, "max_length": 160, "validation_fraction": 0.05},
    model={"key": "lstm", "embedding": 128, "hidden": 192, "pooling": "max", "dropout": 0.4},
    optimizer={"key": "adam", "learning_rate": 2e-3},
    schedule="one_cycle",
    objective={"key": "classification", "label_smoothing": 0.02},
    training={
        "epochs": 6,
        "batch_size": 64,
        "augmentation": "light",
        "gradient_clip": 1.0,
        "device": "cpu",
        "seed": SEED,
        "keep_epochs": False,
    },
)


def prepare() -> TextData:
    """Returns the reviews together with the program's own sentences.

    Raises:
        DataError: the reviews are not on this computer and cannot be downloaded.
    """
    config = CONFIG.dataset
    assert isinstance(config, ReviewsConfig)
    reviews, test = pull(config.read())
    train, held_back = cut(torch.tensor(reviews.labels), config.validation_fraction, None, SEED)
    own = [own_sentences("chinese", "train")] * OWN_AGAIN
    validation = joined(reviews.at(held_back), own_sentences("chinese", "validation"))
    whole = joined(reviews.at(train), *own)
    return pull(assemble(config, SEED, config.card, CLASS_NAMES, whole, lambda: test, validation))
