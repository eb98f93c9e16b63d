"""What there is to choose from: in the order it was added, each under one key."""

from typing import ClassVar

import pytest

from core.errors import ConfigError
from core.registry import Registry, Spec
from core.runs.config import datasets, models, optimizers, schedules
from core.settings import Component


class Apple(Component):
    key: ClassVar[str] = "apple"


class Pear(Component):
    key: ClassVar[str] = "pear"


APPLE: Spec[Component] = Spec(Apple, "Apple", "Round.", "A tree", kind="image")
PEAR: Spec[Component] = Spec(Pear, "Pear", "Less round.", "Another tree")


@pytest.fixture
def fruit() -> Registry[Component]:
    registry: Registry[Component] = Registry("fruit")
    registry.add(PEAR, APPLE)
    return registry


def test_entries_come_in_the_order_in_which_they_were_added(fruit: Registry[Component]) -> None:
    assert [spec.key for spec in fruit] == ["pear", "apple"]
    assert len(fruit) == 2


def test_an_entry_is_found_by_its_key(fruit: Registry[Component]) -> None:
    assert fruit["apple"] is APPLE
    assert "apple" in fruit
    assert "plum" not in fruit


def test_an_unknown_key_is_answered_with_those_there_are(fruit: Registry[Component]) -> None:
    with pytest.raises(ConfigError) as error:
        fruit["plum"]
    assert error.value.what == "There is no fruit called “plum”."
    assert error.value.advice == "Choose one of: pear, apple."


def test_two_entries_cannot_share_a_key(fruit: Registry[Component]) -> None:
    with pytest.raises(AssertionError, match="apple is registered twice"):
        fruit.add(APPLE)


def test_what_reads_anything_is_offered_for_every_kind(fruit: Registry[Component]) -> None:
    assert fruit.for_kind("image") == [PEAR, APPLE]
    assert fruit.for_kind("text") == [PEAR]


@pytest.mark.parametrize("registry", [datasets, models, optimizers, schedules])
def test_everything_there_is_can_be_shown_and_traced_to_its_source(registry: object) -> None:
    for spec in registry():
        assert spec.title, spec.key
        assert spec.summary.endswith("."), spec.key
        assert spec.source, spec.key
        assert spec.key == spec.key.lower()
        assert spec.config.__doc__, spec.key


@pytest.mark.parametrize("registry", [datasets, models])
def test_data_and_models_say_what_they_read(registry: object) -> None:
    assert {spec.kind for spec in registry()} == {"image", "text"}
