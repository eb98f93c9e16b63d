"""The network that reads digits: a small residual network, trained in two stages.

First stage: MNIST, the same pictures with other pens and sizes, and generated handwriting, all strongly distorted.
Second stage, from the weights of the first: the same with fewer generated digits and light distortion.
"""

from collections.abc import Callable
from pathlib import Path

import torch
from torch import nn

from core.data.base import Data
from core.data.library import load
from core.events import EpochDone
from core.generators import pull
from core.inference.snapshot import load_snapshot
from core.runs.config import RunConfig
from core.runs.progress import RunProgress
from core.runs.run import Run
from core.training.loop import fit
from recipes.ship import note_stage

SEED = 0

ROUGH = RunConfig.make(
    dataset={"key": "handwriting", "generated": 60_000, "validation_fraction": 0.05},
    model={"key": "small_resnet", "width": 16, "blocks": 1},
    optimizer={"key": "adamw", "learning_rate": 4e-3, "weight_decay": 0.02},
    schedule="one_cycle",
    objective={"key": "classification", "label_smoothing": 0.03},
    training={
        "epochs": 12,
        "batch_size": 128,
        "augmentation": "strong",
        "precision": "bfloat16",
        "device": "cpu",
        "seed": SEED,
        "keep_epochs": False,
    },
)

CONFIG = ROUGH.with_changes(
    dataset={"key": "handwriting", "generated": 20_000, "validation_fraction": 0.05},
    optimizer={"key": "adamw", "learning_rate": 1e-3, "weight_decay": 0.02},
    training=ROUGH.training.model_dump() | {"epochs": 8, "augmentation": "light"},
)


def prepare(folder: Path, log: Callable[[str], None]) -> Data:
    """Returns the data of the second stage, after training the first one."""
    run = Run(folder / "rough")
    ending = run.ending()
    if ending is None or ending.reason != "finished":
        threads = torch.get_num_threads()
        config = ROUGH.with_changes(training=ROUGH.training.model_dump() | {"threads": threads})
        run.write_config(config)
        for event in fit(config, run):
            if isinstance(event, EpochDone):
                log(
                    f"rough, epoch {event.epoch}: validation accuracy {event.validation['accuracy']:.4f}, "
                    f"{event.seconds:.0f} s"
                )
    note_stage(folder, "rough", RunProgress.of(run.history(EpochDone)).seconds)
    return pull(load(CONFIG.dataset, SEED))


def begin(folder: Path, _data: Data) -> Callable[[nn.Module], None]:
    """Returns a function that gives the network the last weights of the first stage."""

    def with_rough_weights(model: nn.Module) -> None:
        rough = Run(folder / "rough")
        model.load_state_dict(load_snapshot(rough, rough.last).model.state_dict())

    return with_rough_weights
