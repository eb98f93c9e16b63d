"""A settings class with one setting of every kind, which the application does not use."""

from typing import ClassVar, Literal, Self

from pydantic import model_validator

from core.errors import ConfigError
from core.registry import Registry
from core.settings import Component, setting


class Base(Component):
    share: float = setting(0.1, "Share", "Held back.", ge=0.01, le=0.5)


class Sample(Base):
    key: ClassVar[str] = "sample"
    title: ClassVar[str] = "A sample"
    summary: ClassVar[str] = "It has one of everything."
    source: ClassVar[str] = "Nobody, 2020"
    formula: ClassVar[str] = "θ ← θ − η·g"
    modality: ClassVar[str] = "image"

    rate: float = setting(1e-3, "Learning rate", "How far each step goes.", scale="log", gt=0, le=10)
    decay: float = setting(0.0, "Decay", "Shrinks weights.", scale="log", ge=0, le=1)
    batch: int = setting(32, "Batch size", "Examples per step.", scale="log", ge=1, le=65_536)
    layers: int = setting(2, "Layers", "How deep.", ge=1, le=10)
    patience: int | None = setting(None, "Patience", "Empty means never.", ge=1, le=1000)
    bend: Literal["relu", "tanh"] = setting("relu", "Bend", "After each.", choices={"relu": "ReLU", "tanh": "Tanh"})
    is_fused: bool = setting(False, "Fused", "One kernel.")
    folder: str = setting("", "Folder", "Where pictures lie.", editor="folder")
    name: str = setting("", "Name", "What to call it.")

    @model_validator(mode="after")
    def _is_consistent(self) -> Self:
        if self.bend == "tanh" and self.layers == 10:
            raise ConfigError("Ten layers of tanh do not learn.", "Choose fewer.")
        return self


class Other(Base):
    key: ClassVar[str] = "other"
    title: ClassVar[str] = "Another"
    summary: ClassVar[str] = "It has little."
    source: ClassVar[str] = "Somebody, 2021"
    modality: ClassVar[str] = "text"

    width: int = setting(8, "Width", "How wide.", ge=1, le=64)


SAMPLES: Registry[Base] = Registry("sample")
SAMPLES.add(Sample, Other)
