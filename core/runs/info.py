"""The titles of a run's parts and its training settings, as a list of runs shows them, read without importing torch.

Only the datasets, models and optimizers know their titles, and they import torch. So the folder of a run keeps a copy
of the titles in `parts.json`, with a digest of `config.json`. If the config was edited since, the copy is ignored.
"""

import functools
import hashlib
import json
from dataclasses import dataclass
from typing import Annotated

from pydantic import AfterValidator, Field

from core.runs import migrate
from core.runs.config import RunConfig, TrainingConfig
from core.settings import Settings

LONGEST = 100_000  # bytes; a file of titles has a few hundred


def _plain(text: str) -> str:
    if not text.isprintable():
        raise ValueError("a title is one line of text")
    return text


Title = Annotated[str, Field(min_length=1, max_length=100), AfterValidator(_plain)]


class _Parts(Settings):
    """The content of `parts.json`. It may come from a stranger, so titles must be short lines of text."""

    dataset: Title
    model: Title
    optimizer: Title
    schedule: Title
    config: str


@dataclass(frozen=True)
class RunInfo:
    """The English titles of a run's parts, marked for translation, and its training settings."""

    dataset: str
    model: str
    optimizer: str
    schedule: str
    training: TrainingConfig

    @classmethod
    def of(cls, config: RunConfig) -> "RunInfo":
        """Takes the titles from the parts of `config`, which imports torch."""
        return cls(
            dataset=config.dataset.title,
            model=config.model.title,
            optimizer=config.optimizer.title,
            schedule=config.schedule.title,
            training=config.training,
        )

    def parts(self, config_json: bytes) -> dict[str, str]:
        """Returns the content of `parts.json` for a `config.json` with this content, ready for JSON."""
        titles = {"dataset": self.dataset, "model": self.model, "optimizer": self.optimizer, "schedule": self.schedule}
        return titles | {"config": _digest(config_json)}


@functools.lru_cache(256)  # several pages list the same folders repeatedly
def glance(config_json: bytes, parts_json: bytes) -> RunInfo | None:
    """Returns the info in both files of a run, or None if they do not belong together or cannot be used."""
    try:
        parts = _Parts.model_validate_json(parts_json)
        if parts.config != _digest(config_json):
            return None
        training = TrainingConfig.model_validate(migrate.config(json.loads(config_json))["training"])
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None
    return RunInfo(parts.dataset, parts.model, parts.optimizer, parts.schedule, training)


def _digest(config_json: bytes) -> str:
    return hashlib.blake2b(config_json, digest_size=16).hexdigest()
