"""The runs whose histories are kept: between them every model family, optimizer, schedule and precaution. Plain data.

Each trains in about a second, downloads nothing and computes on one thread of the CPU. After a change here,
`python -m tests.golden.record` writes the histories anew.
"""

from typing import Any

DIGITS = {"key": "digits", "train_examples": 320}
STROKES = {"key": "strokes", "examples": 400}
ENGLISH = {"key": "sentences", "train_examples": 320, "vocabulary_size": 600}
CHINESE = {"key": "sentences_zh", "train_examples": 240, "vocabulary_size": 600}
MIXED = {"key": "sentences_mixed", "train_examples": 320, "vocabulary_size": 800}


def training(epochs: int, batch_size: int, **more: Any) -> dict[str, Any]:
    """Settings of the training that say everything numbers depend on."""
    return {"epochs": epochs, "batch_size": batch_size, "device": "cpu", "threads": 1} | more


CONFIGS: dict[str, dict[str, Any]] = {
    "chapter_cnn": {
        "dataset": DIGITS,
        "model": "chapter_cnn",
        "optimizer": "adam",
        "training": training(3, 32),
    },
    "mlp_dropout_bfloat16": {
        "dataset": STROKES,
        "model": {"key": "mlp", "width": 64, "activation": "gelu", "dropout": 0.3},
        "optimizer": "rmsprop",
        "training": training(3, 32, seed=1, precision="bfloat16"),
    },
    "conv_bn_one_cycle": {
        "dataset": STROKES,
        "model": "conv_bn",
        "optimizer": {"key": "adam", "learning_rate": 0.01},
        "schedule": "one_cycle",
        "training": training(3, 40, seed=2, label_smoothing=0.05),
    },
    "small_resnet_augmented": {
        "dataset": STROKES,
        "model": {"key": "small_resnet", "width": 8},
        "optimizer": {"key": "nesterov", "learning_rate": 0.01},
        "training": training(2, 24, seed=3, augmentation="light"),
    },
    "softmax_regression_sgd": {
        "dataset": DIGITS,
        "model": "softmax_regression",
        "optimizer": {"key": "sgd", "learning_rate": 0.05, "weight_decay": 0.001},
        "training": training(4, 32, seed=4),
    },
    "lenet5_label_smoothing": {
        "dataset": DIGITS,
        "model": "lenet5",
        "optimizer": {"key": "adamw", "learning_rate": 0.003},
        "schedule": {"key": "cosine", "final_factor": 0.1},
        "training": training(3, 32, seed=6, label_smoothing=0.1, augmentation="strong"),
    },
    "mlp_early_stopping": {
        "dataset": {"key": "digits", "train_examples": 60, "validation_fraction": 0.02},
        "model": {"key": "mlp", "width": 32, "activation": "tanh"},
        "optimizer": {"key": "momentum", "learning_rate": 0.2},
        "schedule": {"key": "step", "every_epochs": 2, "drop": 0.5},
        "training": training(40, 20, seed=5, early_stopping=2),
    },
    "chapter_lstm": {
        "dataset": "chapter_sentences",
        "model": "chapter_lstm",
        "optimizer": "adam",
        "training": training(20, 2, seed=7),
    },
    "lstm_dropout_clipped": {
        "dataset": ENGLISH,
        "model": {"key": "lstm", "embedding": 24, "hidden": 24, "layers": 2, "dropout": 0.3},
        "optimizer": {"key": "adam", "learning_rate": 0.01},
        "schedule": {"key": "warmup_cosine", "warmup": 0.2},
        "training": training(3, 32, seed=8, gradient_clip=0.5),
    },
    "bilstm_attention": {
        "dataset": CHINESE,
        "model": {"key": "bilstm", "embedding": 16, "hidden": 16, "pooling": "attention", "dropout": 0.0},
        "optimizer": {"key": "adam", "learning_rate": 0.005, "amsgrad": True},
        "training": training(3, 24, seed=9),
    },
    "transformer": {
        "dataset": ENGLISH,
        "model": {"key": "transformer", "width": 24, "heads": 3, "positions": "learned", "dropout": 0.1},
        "optimizer": {"key": "adamw", "learning_rate": 0.003},
        "schedule": "cosine",
        "training": training(3, 32, seed=10),
    },
    "bag_of_embeddings_augmented": {
        "dataset": MIXED,
        "model": {"key": "bag_of_embeddings", "embedding": 24, "hidden": 16, "dropout": 0.0},
        "optimizer": {"key": "adagrad", "learning_rate": 0.05},
        "training": training(3, 32, seed=11, augmentation="strong"),
    },
}

USUAL = 1e-3
TOLERANCES: dict[str, float] = {
    "mlp_dropout_bfloat16": 0.02,
    "conv_bn_one_cycle": 0.2,
    "small_resnet_augmented": 0.05,
    "softmax_regression_sgd": 0.03,
}
"""By how much of itself a loss may differ on another machine, where that is more than `USUAL`.

About ten times what the instruction sets of one processor differ by: without AVX, pictures are written, enlarged and
distorted with other roundings, and batch normalisation makes much of little.
"""
