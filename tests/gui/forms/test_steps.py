"""The wheel and the arrow keys go to the next value that a person would choose."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.fields import Field, fields_of
from gui.forms.steps import LogScale, stepped
from tests.core.sample import Sample

FIELDS = {field.name: field for field in fields_of(Sample)}
NUMBERS = [field for field in FIELDS.values() if field.kind in ("whole", "real")]


@given(st.sampled_from(NUMBERS), st.lists(st.sampled_from([1, -1]), max_size=60))
def test_stepping_never_leaves_the_bounds(field: Field, directions: list[int]) -> None:
    value = field.default
    for direction in directions:
        value = stepped(field, value, direction)
        assert value is None if field.is_optional and value is None else field.bounds.admits(value)


@pytest.mark.parametrize(
    ("name", "value", "up", "down"),
    [
        ("rate", 0.001, 0.002, 0.0005),
        ("rate", 0.003, 0.005, 0.002),
        ("rate", 10, 10, 5),
        ("decay", 0.0, 1e-7, 0.0),
        ("batch", 32, 64, 16),
        ("batch", 33, 64, 32),
        ("batch", 1, 2, 1),
        ("layers", 2, 3, 1),
        ("layers", 10, 10, 9),
        ("patience", None, 1, None),
        ("patience", 1, 2, None),
        ("share", 0.1, 0.11, 0.09),
        ("share", 0.499, 0.5, 0.489),
    ],
)
def test_a_step_goes_to_the_next_value_one_would_choose(name, value, up, down) -> None:
    assert stepped(FIELDS[name], value, 1) == up
    assert stepped(FIELDS[name], value, -1) == down


@pytest.mark.parametrize("name", ["rate", "decay", "batch"])
def test_every_place_of_a_slider_is_a_value_that_leads_back_to_it(name) -> None:
    scale = LogScale(FIELDS[name])
    values = [scale.value_at(place) for place in range(scale.last + 1)]
    assert values == sorted(set(values))
    assert all(FIELDS[name].bounds.admits(value) for value in values)
    assert [scale.place_of(value) for value in values] == list(range(scale.last + 1))
    assert values[-1] == FIELDS[name].bounds.high
