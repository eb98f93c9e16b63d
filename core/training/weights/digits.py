"""The network that reads digits: a small residual net, MNIST with other pens and sizes, and generated handwriting."""

from core.config import RunConfig

SEED = 0

CONFIG = RunConfig.make(
    dataset={"key": "handwriting", "generated": 60_000, "validation_fraction": 0.05},
    model={"key": "small_resnet", "width": 16, "blocks": 1},
    optimizer={"key": "adamw", "learning_rate": 4e-3, "weight_decay": 0.02},
    schedule="one_cycle",
    training={
        "epochs": 12,
        "batch_size": 128,
        "augmentation": "strong",
        "label_smoothing": 0.03,
        "precision": "bfloat16",
        "device": "cpu",
        "seed": SEED,
        "keep_epochs": False,
    },
)
