"""What is wrong with some settings is said in two sentences: which setting it is, and what it may be."""

from typing import Any

import pytest
from pydantic import ValidationError

from core.settings import Settings, explain, setting
from tests.core.sample import Sample


class Nested(Settings):
    inner: Sample


def mistake(kind: type[Settings], values: Any) -> tuple[str, str]:
    """What is said of `values` that are no good settings of a kind."""
    with pytest.raises(ValidationError) as error:
        kind.model_validate(values)
    return explain(error.value)


@pytest.mark.parametrize(
    ("values", "what", "advice"),
    [
        ({"rate": 0}, "0 is no good value for “rate”.", "It must be at least a little above 0.0."),
        ({"rate": 11}, "11 is no good value for “rate”.", "It must be at most 10.0."),
        ({"layers": 0}, "0 is no good value for “layers”.", "It must be at least 1."),
        ({"bend": "sine"}, "'sine' is no good value for “bend”.", "Choose one of: 'relu' or 'tanh'."),
        ({"raet": 1}, "There is no setting called “raet”.", "Remove it or correct its spelling."),
        ({"decay": float("nan")}, "nan is no good value for “decay”.", "Correct it: Input should be a finite number."),
        ({"rate": 0, "layers": 0}, "0 is no good value for “rate”.", "It must be at least a little above 0.0."),
    ],
)
def test_the_first_mistake_is_named_with_what_would_be_right(values: dict[str, Any], what: str, advice: str) -> None:
    assert mistake(Sample, values) == (what, advice)


def test_a_bound_that_is_itself_too_much_is_said_to_be() -> None:
    class Momentum(Settings):
        momentum: float = setting(0.9, "Momentum", "Keeps moving.", lt=1)

    assert mistake(Momentum, {"momentum": 1})[1] == "It must be below 1.0."


def test_a_setting_of_a_part_is_named_with_its_part() -> None:
    assert mistake(Nested, {"inner": {"layers": 0}})[0] == "0 is no good value for “inner.layers”."
    assert mistake(Nested, {}) == ("The setting “inner” is missing.", "Add it, or start a new run.")


def test_what_is_no_group_of_settings_at_all_is_called_the_config() -> None:
    assert mistake(Sample, 3)[0] == "3 is no good value for “config”."


def test_a_long_value_is_not_repeated_in_full() -> None:
    what, _advice = mistake(Sample, {"layers": "x" * 1000})
    assert what == f"'{'x' * 79}… is no good value for “layers”."


def test_a_default_is_checked_like_any_other_value() -> None:
    class Wrong(Settings):
        epochs: int = setting(0, "Epochs", "How often.", ge=1)

    assert mistake(Wrong, {})[1] == "It must be at least 1."


def test_settings_cannot_be_changed_in_place() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        Sample().layers = 3  # type: ignore[misc]


def test_a_setting_tells_an_editor_all_that_it_has_to_know() -> None:
    fields = Sample.model_fields
    assert (fields["rate"].title, fields["rate"].description) == ("Learning rate", "How far each step goes.")
    assert fields["rate"].json_schema_extra == {"scale": "log"}
    assert fields["bend"].json_schema_extra == {"scale": "linear", "choices": {"relu": "ReLU", "tanh": "Tanh"}}
    assert fields["folder"].json_schema_extra == {"scale": "linear", "editor": "folder"}
    assert setting(None, "Patience", "How long.", none="never").json_schema_extra == {
        "scale": "linear",
        "none": "never",
    }


def test_a_part_is_written_with_its_key_and_read_again() -> None:
    written = Sample(layers=3).to_dict()
    assert written.pop("key") == "sample"
    assert written["layers"] == 3
    assert Sample.model_validate(written) == Sample(layers=3)
