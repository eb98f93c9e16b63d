"""Complete experiments to start from: each shows one effect and says what to watch.

Names parts by their keys only, so that importing it is fast.
"""

from dataclasses import dataclass, field
from typing import Any

from core.errors import ConfigError
from core.i18n import N_, _
from core.modalities import MODALITIES
from core.runs.config import RunConfig, models

_KEPT = {"seed", "device", "threads", "checkpoint_seconds", "keep_epochs", "keep_megabytes"}


@dataclass(frozen=True)
class Preset:
    """One experiment.

    Attributes:
        key: its name in files and on the command line.
        title: its name on screen, marked for translation.
        watch: one or two sentences on what to watch, marked for translation.
        model: key and settings; missing ones get their defaults. The same holds for the next three.
        optimizer: key and settings.
        schedule: key and settings.
        objective: key and settings.
        training: settings of the training; seed, device, threads and what to save stay as the learner has set them.
        dataset: settings to change in the dataset, for any dataset.
    """

    key: str
    title: str
    watch: str
    model: dict[str, Any]
    optimizer: dict[str, Any]
    schedule: dict[str, Any] = field(default_factory=lambda: {"key": "constant"})
    objective: dict[str, Any] = field(default_factory=lambda: {"key": "classification"})
    training: dict[str, Any] = field(default_factory=dict)
    dataset: dict[str, Any] = field(default_factory=dict)

    def config(self, current: RunConfig | None = None) -> RunConfig:
        """Returns the experiment on the dataset of `current`, or on the default one if the model cannot read that.

        Seed, device, threads and what to save stay as they are in `current`.
        """
        modality = models()[self.model["key"]].modality
        dataset: dict[str, Any] = {"key": MODALITIES[modality].dataset}
        training = self.training
        if current is not None:
            training = current.training.model_dump(include=_KEPT) | training
            if current.dataset.modality == modality:
                dataset = current.dataset.to_dict()
        return RunConfig.make(
            dataset=dataset | {"train_examples": None} | self.dataset,
            model=self.model,
            objective=self.objective,
            optimizer=self.optimizer,
            schedule=self.schedule,
            training=training,
        )


CHAPTER = Preset(
    "chapter",
    N_("The chapter's CNN"),
    N_(
        "The network of the chapter, trained as the chapter trains it. Watch most of the learning happen in the first "
        "epoch; the other nine polish."
    ),
    model={"key": "chapter_cnn"},
    optimizer={"key": "adam", "learning_rate": 1e-3},
    training={"epochs": 10, "batch_size": 32},
)
FAST = Preset(
    "fast",
    N_("Fast and good"),
    N_(
        "Batch normalisation allows a bold learning rate, and one cycle of it does in three epochs what others do in "
        "thirty. Watch validation accuracy jump when the learning rate comes down at the end."
    ),
    model={"key": "conv_bn"},
    optimizer={"key": "adam", "learning_rate": 0.02},
    schedule={"key": "one_cycle"},
    objective={"key": "classification", "label_smoothing": 0.05},
    training={"epochs": 3, "batch_size": 128},
)
TOO_HIGH = Preset(
    "too_high",
    N_("Too high a learning rate"),
    N_(
        "Each step overshoots the valley and lands higher up the other side. Watch the loss climb within a dozen steps "
        "until the run gives up; then train again with a tenth of the learning rate."
    ),
    model={"key": "chapter_cnn"},
    optimizer={"key": "sgd", "learning_rate": 0.5},
    training={"epochs": 3, "batch_size": 32},
)
OVERFIT = Preset(
    "overfit",
    N_("Overfit on purpose"),
    N_(
        "A large network and very few examples, which it soon knows by heart. Watch the training loss go to zero while "
        "the validation loss turns and climbs: more certain, and no wiser."
    ),
    model={"key": "mlp", "layers": 4, "width": 512},
    optimizer={"key": "adam", "learning_rate": 1e-3},
    training={"epochs": 60, "batch_size": 16},
    dataset={"train_examples": 100},
)

PRESETS = {preset.key: preset for preset in (CHAPTER, FAST, TOO_HIGH, OVERFIT)}


def named(key: str) -> Preset:
    """Returns the preset called `key`.

    Raises:
        ConfigError: there is none; the message lists all presets.
    """
    if key not in PRESETS:
        raise ConfigError(
            _("There is no preset called “{key}”.").format(key=key),
            _("Choose one of: {keys}.").format(keys=", ".join(PRESETS)),
        )
    return PRESETS[key]
