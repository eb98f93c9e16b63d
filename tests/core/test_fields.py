"""Typed text becomes a value of the setting, or a sentence that says why not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from core.fields import BadInput, Bounds, Field, fields_of, format_number
from core.runs.config import datasets, models, optimizers, schedules
from tests.core.sample import Sample

FIELDS = {field.name: field for field in fields_of(Sample)}
NUMBERS = [field for field in FIELDS.values() if field.kind in ("whole", "real")]
EVERY_CLASS = [part for registry in (datasets(), models(), optimizers(), schedules()) for part in registry]


def test_a_class_shows_its_own_settings_before_those_it_shares() -> None:
    assert list(FIELDS)[-1] == "share"
    assert next(iter(FIELDS)) == "rate"


def test_each_type_has_its_kind() -> None:
    assert {name: field.kind for name, field in FIELDS.items()} == {
        "rate": "real",
        "decay": "real",
        "batch": "whole",
        "layers": "whole",
        "patience": "whole",
        "bend": "choice",
        "is_fused": "switch",
        "folder": "folder",
        "name": "text",
        "share": "real",
    }


@pytest.mark.parametrize("settings", EVERY_CLASS, ids=lambda settings: settings.key)
def test_everything_there_is_to_choose_from_can_be_drawn_as_a_form(settings) -> None:
    for field in fields_of(settings):
        assert field.title != field.name, f"{field.name} has no title"
        assert field.help, f"{field.name} is not explained"
        if field.kind in ("whole", "real") and field.default is not None:
            assert field.parse(field.format(field.default)) == field.default


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("rate", "1e-3", 0.001),
        ("rate", " 0.5 ", 0.5),
        ("rate", "1E-2", 0.01),
        ("rate", "０．５", 0.5),
        ("batch", "1e3", 1000),
        ("batch", "4,096", 4096),
        ("batch", "65536", 65536),
        ("patience", "", None),
        ("patience", "5", 5),
    ],
)
def test_numbers_are_understood_as_people_type_them(name, text, value) -> None:
    parsed = FIELDS[name].parse(text)
    assert parsed == value
    assert type(parsed) is type(value)


@pytest.mark.parametrize(
    ("name", "text"), [("name", "标签（情感）"), ("folder", "数据（一）/①.csv"), ("name", "ｌａｂｅｌ：")]
)
def test_names_and_paths_are_taken_as_they_are_typed(name, text) -> None:
    assert FIELDS[name].parse(f"  {text} ") == text


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        ("rate", "1e6", "It must be above 0 and at most 10."),
        ("rate", "0", "It must be above 0 and at most 10."),
        ("batch", "0", "It must be from 1 to 65536."),
        ("batch", "-1", "It must be from 1 to 65536."),
        ("batch", "2.5", "Enter a whole number, such as 32."),
        ("batch", "", "Enter a whole number, such as 32."),
        ("batch", "nan", "Enter a whole number, such as 32."),
        ("rate", "inf", "Enter a number, such as 0.001 or 1e-3."),
        ("rate", "fast", "Enter a number, such as 0.001 or 1e-3."),
        ("rate", "0,5", "Enter a number, such as 0.001 or 1e-3."),
    ],
)
def test_what_cannot_be_is_answered_with_one_sentence(name, text, sentence) -> None:
    with pytest.raises(BadInput) as caught:
        FIELDS[name].parse(text)
    assert str(caught.value) == sentence


@given(st.sampled_from(NUMBERS), st.text(max_size=12) | st.floats().map(str) | st.integers().map(str))
def test_the_form_accepts_exactly_what_the_class_accepts(field: Field, text: str) -> None:
    try:
        value = field.parse(text)
    except BadInput as bad:
        assert len(str(bad)) > 10  # noqa: PT017 (either outcome is right)
        return
    assert getattr(Sample.model_validate({field.name: value}), field.name) == value


@given(st.sampled_from([f for f in NUMBERS if f.kind == "real"]), st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_that_the_form_refuses_is_refused_by_the_class(field: Field, number: float) -> None:
    try:
        field.parse(repr(number))
    except BadInput:
        with pytest.raises(ValidationError):
            Sample.model_validate({field.name: number})


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_is_written_so_that_it_can_be_read_back(number: float) -> None:
    assert float(format_number(number)) == number


@pytest.mark.parametrize(
    ("number", "text"), [(0.001, "0.001"), (1e-8, "1e-8"), (32.0, "32"), (65536, "65536"), (0.9, "0.9"), (None, "")]
)
def test_a_number_is_written_as_one_would_type_it(number, text) -> None:
    assert format_number(number) == text


@pytest.mark.parametrize(
    ("bounds", "sentence"),
    [
        (Bounds(), ""),
        (Bounds(low=1), "It must be at least 1."),
        (Bounds(low=0, is_low_open=True), "It must be above 0."),
        (Bounds(high=2), "It must be at most 2."),
        (Bounds(high=1, is_high_open=True), "It must be below 1."),
        (Bounds(0, 1, is_high_open=True), "It must be at least 0 and below 1."),
        (Bounds(0, 1, is_low_open=True, is_high_open=True), "It must be above 0 and below 1."),
        (Bounds(0, 1, is_low_open=True), "It must be above 0 and at most 1."),
        (Bounds(0, 0.5), "It must be from 0 to 0.5."),
    ],
)
def test_bounds_are_said_in_one_sentence(bounds: Bounds, sentence: str) -> None:
    assert bounds.sentence() == sentence


@pytest.mark.parametrize(
    ("name", "explanation"),
    [
        ("share", "Held back. It must be from 0.01 to 0.5. Default: 0.1."),
        ("patience", "Empty means never. It must be from 1 to 1000. Default: –."),
        ("bend", "After each. Default: ReLU."),
        ("is_fused", "One kernel. Default: off."),
        ("folder", "Where pictures lie."),
    ],
)
def test_a_setting_explains_itself_with_bounds_and_default(name: str, explanation: str) -> None:
    assert FIELDS[name].explanation() == explanation


def test_a_value_is_shown_as_people_call_it() -> None:
    shown = [("is_fused", True, "on"), ("bend", "tanh", "Tanh"), ("bend", "?", "?"), ("patience", None, "")]
    assert [FIELDS[name].format(value) for name, value, _text in shown] == [text for *_rest, text in shown]


def test_bounds_are_none_of_the_reader_s_business() -> None:
    assert FIELDS["rate"].read("1e6") == 1e6
    assert FIELDS["patience"].read("") is None
