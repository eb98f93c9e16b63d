"""The configuration of a run as one value: to and from JSON, with bounds, titles and help for each setting.

The forms of the window and the options of the command line are made from these classes; a run folder keeps one as
`config.json`. Knows nothing about how a run is carried out. Importing this module is fast; the registries are filled
when they are first needed.
"""

import contextlib
import functools
import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self

from pydantic import BeforeValidator, ConfigDict, Field, PlainSerializer, ValidationError, model_validator

from core.errors import ConfigError
from core.i18n import N_, _
from core.modalities import MODALITIES
from core.modalities.image import IMAGE
from core.registry import Registry
from core.runs import migrate
from core.settings import Component, Settings, explain, setting

if TYPE_CHECKING:
    from core.data.base import DatasetConfig
    from core.models.base import ModelConfig
    from core.objectives.base import ObjectiveConfig
    from core.optim.base import OptimizerConfig, ScheduleConfig

VERSION = 2
USUAL = {"objective": "classification", "optimizer": "adam", "schedule": "constant"}
"""The keys of the parts to take where none was chosen; for dataset and model the modality says it."""


def _chosen_from(registry: Callable[[], Registry[Any]]) -> tuple[BeforeValidator, PlainSerializer]:
    def resolve(value: Any) -> Any:
        if isinstance(value, str):
            value = {"key": value}
        if not isinstance(value, dict):
            return value
        given = dict(value)
        return registry()[str(given.pop("key", ""))].model_validate(given)

    return BeforeValidator(resolve), PlainSerializer(lambda component: component.to_dict())


def datasets() -> "Registry[DatasetConfig]":
    """Returns the registry of datasets."""
    from core.data import DATASETS

    return DATASETS


def models() -> "Registry[ModelConfig]":
    """Returns the registry of models."""
    from core.models import MODELS

    return MODELS


def optimizers() -> "Registry[OptimizerConfig]":
    """Returns the registry of optimizers."""
    from core.optim import OPTIMIZERS

    return OPTIMIZERS


def schedules() -> "Registry[ScheduleConfig]":
    """Returns the registry of learning-rate schedules."""
    from core.optim import SCHEDULES

    return SCHEDULES


def objectives() -> "Registry[ObjectiveConfig]":
    """Returns the registry of objectives."""
    from core.objectives import OBJECTIVES

    return OBJECTIVES


if TYPE_CHECKING:  # type checkers know the parts without importing them
    DatasetChoice = DatasetConfig
    ModelChoice = ModelConfig
    ObjectiveChoice = ObjectiveConfig
    OptimizerChoice = OptimizerConfig
    ScheduleChoice = ScheduleConfig
else:
    DatasetChoice = Annotated[Component, *_chosen_from(datasets)]
    ModelChoice = Annotated[Component, *_chosen_from(models)]
    ObjectiveChoice = Annotated[Component, *_chosen_from(objectives)]
    OptimizerChoice = Annotated[Component, *_chosen_from(optimizers)]
    ScheduleChoice = Annotated[Component, *_chosen_from(schedules)]


class TrainingConfig(Settings):
    """How to train: epochs, batches, precautions, device, and what to save."""

    epochs: int = setting(
        10, N_("Epochs"), N_("How many times the network sees every training example."), ge=1, le=10_000
    )
    batch_size: int = setting(
        32,
        N_("Batch size"),
        N_(
            "Examples per step. The gradient is their average: small batches step often and noisily, "
            "large ones seldom and surely."
        ),
        scale="log",
        ge=1,
        le=65_536,
    )
    augmentation: Literal["off", "light", "strong"] = setting(
        "off",
        N_("Augmentation"),
        N_(
            "Shows each example a little different every time (images shifted, turned, scaled, sheared and bent; words "
            "left out), so that the network cannot learn it by heart."
        ),
        choices={"off": N_("Off"), "light": N_("Light"), "strong": N_("Strong")},
    )
    gradient_clip: float | None = setting(
        None,
        N_("Clip gradient norm"),
        N_("Shortens a gradient longer than this before the step, so that one bad batch cannot throw the weights far."),
        scale="log",
        none=N_("off"),
        gt=0,
        le=1000,
    )
    early_stopping: int | None = setting(
        None,
        N_("Early stopping"),
        N_("Stops after this many epochs in a row that were no better on the validation set. Empty means never."),
        none=N_("off"),
        ge=1,
        le=1000,
    )
    seed: int = setting(
        0,
        N_("Seed"),
        N_("Fixes every random choice: first weights, validation cut, order of the data. Same seed, same run."),
        ge=0,
        le=2**31 - 1,
    )
    device: Literal["auto", "cpu", "cuda", "mps"] = setting(
        "auto",
        N_("Device"),
        N_("Where to compute. Automatic takes a graphics processor if there is one that is faster."),
        choices={"auto": N_("Automatic"), "cpu": "CPU", "cuda": "CUDA", "mps": "Apple MPS"},
    )
    threads: int | None = setting(
        None,
        N_("CPU threads"),
        N_(
            "On how many processor cores to train. Automatic means one: several are at times faster, but lose most of "
            "their speed as soon as anything else runs."
        ),
        none=N_("automatic"),
        ge=1,
        le=256,
    )
    precision: Literal["float32", "bfloat16"] = setting(
        "float32",
        N_("Precision"),
        N_(
            "How exactly to multiply while training. bfloat16 keeps half the digits and is faster for larger networks "
            "on recent processors; weights and results stay in float32."
        ),
        choices={"float32": "float32", "bfloat16": "bfloat16"},
    )
    checkpoint_seconds: float = setting(
        30.0,
        N_("Save every (s)"),
        N_("A crash costs at most this much training; a checkpoint is also saved after every epoch."),
        ge=0.1,
        le=3600,
    )
    keep_epochs: bool = setting(
        True,
        N_("Keep every epoch"),
        N_("Keeps the weights of the start and of every epoch, so that you can go back in time and watch it learn."),
    )
    keep_megabytes: int = setting(
        200,
        N_("Keep at most (MB)"),
        N_("When the kept epochs would need more than this, they are thinned out evenly."),
        scale="log",
        ge=1,
        le=100_000,
    )


class InitialWeights(Settings):
    """The weights a network starts with: random ones, or those of another network; some layers may be frozen.

    `digest` is the digest of the copy in the run's own folder; it is filled in when the folder is made.
    """

    model_config = ConfigDict(coerce_numbers_to_str=True)  # a run and an epoch may go by their numbers

    run: str = setting(
        "",
        N_("Initial weights"),
        N_(
            "The run whose weights the network begins with: number, name, folder or shipped/NAME. Empty: drawn by seed."
        ),
    )
    checkpoint: str = setting(
        "best",
        N_("Checkpoint"),
        N_("Which weights of that run: best, last, or the number of an epoch that it kept."),
        pattern=r"^(best|last|\d{1,6})$",
    )
    frozen: str = setting(
        "",
        N_("Frozen up to"),
        N_("The layers up to this one, itself included, keep the weights they begin with. Empty: all of them learn."),
    )
    digest: str = Field(default="", pattern=r"^[0-9a-f]*$")


class RunConfig(Settings):
    """One run: dataset, model, objective, optimizer, schedule, initial weights, and how to train."""

    version: int = VERSION
    dataset: DatasetChoice
    model: ModelChoice
    objective: ObjectiveChoice
    optimizer: OptimizerChoice
    schedule: ScheduleChoice
    initial_weights: InitialWeights = InitialWeights()
    training: TrainingConfig = TrainingConfig()
    draw_seed: int | None = Field(default=None, ge=0, le=2**31 - 1)

    @property
    def drawn_from(self) -> int:
        """The seed of initial weights, data order, dropout and augmentation: `draw_seed`, or else `training.seed`.

        Version 1 ignored the seed for these; its runs have a `draw_seed` of 0.
        """
        return self.training.seed if self.draw_seed is None else self.draw_seed

    @model_validator(mode="after")
    def _parts_fit(self) -> Self:
        reads, holds = self.model.modality, self.dataset.modality
        if reads != holds:
            raise ConfigError(
                _("{model} reads {wants}, but {dataset} holds {has}.").format(
                    model=_(self.model.title),
                    wants=_(MODALITIES[reads].title),
                    dataset=_(self.dataset.title),
                    has=_(MODALITIES[holds].title),
                ),
                _("Choose one of: {keys}.").format(keys=", ".join(each.key for each in models().for_modality(holds))),
            )
        return self

    @classmethod
    def make(cls, **parts: Any) -> "RunConfig":
        """Builds a config from keys, dicts or settings; missing parts get their defaults.

        Raises:
            ConfigError: a part is unknown or out of bounds; the message names it and its bounds.
        """
        return cls.from_dict({"dataset": IMAGE.dataset} | USUAL | parts)

    @classmethod
    def from_dict(cls, value: Any) -> "RunConfig":
        """Reads what this or an earlier version of `to_dict` wrote; it may have been edited by hand.

        Raises:
            ConfigError: as for `make`; also when a newer version of the program wrote it.
        """
        try:
            return cls.model_validate(_of_today(value) if isinstance(value, dict) else value)
        except ValidationError as error:
            raise ConfigError(*explain(error)) from error

    @classmethod
    def from_json(cls, text: str | bytes, environment: str | bytes = "") -> "RunConfig":
        """Reads a config from JSON.

        Args:
            text: the JSON.
            environment: the JSON of the run's `environment.json`, if any: in version 1 it holds the number of threads.

        Raises:
            ConfigError: it is not JSON, or as for `from_dict`.
        """
        return _parsed(text, environment)

    def to_dict(self) -> dict[str, Any]:
        """Returns the config ready for JSON."""
        return self.model_dump(mode="json")

    def with_changes(self, **parts: Any) -> "RunConfig":
        """Returns a copy with some parts replaced; the copy is validated.

        Raises:
            ConfigError: as for `make`.
        """
        return RunConfig.from_dict({name: getattr(self, name) for name in type(self).model_fields} | parts)


def _of_today(value: dict[str, Any]) -> dict[str, Any]:
    value = migrate.config(value)
    version = value.get("version", VERSION)
    if isinstance(version, int) and version > VERSION:
        raise ConfigError(
            _("This configuration was written by a newer version (format {version}).").format(version=version),
            _("Update Neurarium, or start a new run."),
        )
    for old, new in migrate.moved(value):
        raise ConfigError(
            _("The setting “{old}” is called “{new}” now.").format(old=old, new=new), _("Write it that way.")
        )
    return value


@functools.lru_cache(256)  # several pages list the same folders repeatedly
def _parsed(text: str | bytes, environment: str | bytes) -> RunConfig:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ConfigError(
            _("This configuration is not valid JSON."), _("Undo your last edit, or start a new run.")
        ) from error
    facts = None
    with contextlib.suppress(ValueError, RecursionError):
        facts = json.loads(environment)
    if isinstance(value, dict) and isinstance(facts, dict):
        value = migrate.threads_of_version_1(value, facts)
    return RunConfig.from_dict(value)
