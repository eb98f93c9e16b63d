"""A registry keeps its entries in the order in which they were added, each under one key."""

from typing import Any, ClassVar

import pytest

from core.errors import ConfigError
from core.modalities import MODALITIES
from core.registry import Registry
from core.runs.config import datasets, models, optimizers, schedules
from core.settings import Component


class Apple(Component):
    key: ClassVar[str] = "apple"
    modality: ClassVar[str] = "image"


class Pear(Component):
    key: ClassVar[str] = "pear"
    modality: ClassVar[str] = "text"


@pytest.fixture
def fruit() -> Registry[Component]:
    registry: Registry[Component] = Registry("fruit")
    registry.add(Pear, Apple)
    return registry


def test_entries_come_in_the_order_in_which_they_were_added(fruit: Registry[Component]) -> None:
    assert list(fruit) == [Pear, Apple]
    assert len(fruit) == 2


def test_an_entry_is_found_by_its_key(fruit: Registry[Component]) -> None:
    assert fruit["apple"] is Apple
    assert "apple" in fruit
    assert "plum" not in fruit


def test_an_unknown_key_is_answered_with_those_there_are(fruit: Registry[Component]) -> None:
    with pytest.raises(ConfigError) as error:
        fruit["plum"]
    assert error.value.what == "There is no fruit called “plum”."
    assert error.value.advice == "Choose one of: pear, apple."


def test_two_entries_cannot_share_a_key(fruit: Registry[Component]) -> None:
    with pytest.raises(AssertionError, match="apple is registered twice"):
        fruit.add(Apple)


def test_entries_can_be_asked_for_by_what_they_read(fruit: Registry[Component]) -> None:
    assert fruit.for_modality("image") == [Apple]
    assert fruit.for_modality("text") == [Pear]
    assert fruit.for_modality("smell") == []


@pytest.mark.parametrize("registry", [datasets, models, optimizers, schedules])
def test_everything_there_is_can_be_shown_and_traced_to_its_source(registry: Any) -> None:
    for part in registry():
        assert {"key", "title", "summary", "source"} <= part.__annotations__.keys(), f"{part} does not say it itself"
        assert part.title, part.key
        assert part.summary.endswith("."), part.key
        assert part.source, part.key
        assert part.key == part.key.lower()
        assert part.__doc__, part.key


@pytest.mark.parametrize("registry", [datasets, models])
def test_data_and_models_say_what_they_read(registry: Any) -> None:
    assert {part.modality for part in registry()} == set(MODALITIES)


@pytest.mark.parametrize("registry", [optimizers, schedules])
def test_optimizers_and_schedules_go_with_anything(registry: Any) -> None:
    assert {part.modality for part in registry()} == {""}
