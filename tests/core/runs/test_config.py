"""Every valid configuration survives JSON, and an invalid one is refused with a plain sentence."""

import json
import types
import typing
from typing import Annotated, Any, Literal, get_args, get_origin

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from pydantic.fields import FieldInfo

from core.errors import ConfigError
from core.runs.config import (
    USUAL,
    VERSION,
    InitialWeights,
    RunConfig,
    TrainingConfig,
    datasets,
    models,
    objectives,
    optimizers,
    schedules,
)
from core.settings import Component, Settings, explain

VALID = {"dataset": "digits", "model": "chapter_cnn"}


def values(field: FieldInfo) -> st.SearchStrategy[Any]:
    """Returns everything that `field` accepts, by its type and its bounds."""
    kind = field.annotation
    if get_origin(kind) in (typing.Union, types.UnionType):
        inner = next(part for part in get_args(kind) if part is not type(None))
        return st.none() | bounded(inner, field.metadata)
    return bounded(kind, field.metadata)


def bounded(kind: Any, bounds: list[Any]) -> st.SearchStrategy[Any]:
    if get_origin(kind) is Literal:
        return st.sampled_from(get_args(kind))
    if kind is str:
        return st.just("/a/folder")
    return st.from_type(Annotated[(kind, *bounds)] if bounds else kind)


def settings_of(kind: type[Settings]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({name: values(field) for name, field in kind.model_fields.items()})


def choice(parts: list[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.one_of([settings_of(part).map(lambda settings, key=part.key: {"key": key, **settings}) for part in parts])


def configs_of(modality: str) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(
        {
            "dataset": choice(datasets().for_modality(modality)),
            "model": choice(models().for_modality(modality)),
            "objective": choice(list(objectives())),
            "optimizer": choice(list(optimizers())),
            "schedule": choice(list(schedules())),
            "training": settings_of(TrainingConfig),
        }
    )


CONFIGS = configs_of("image") | configs_of("text")


@given(CONFIGS)
def test_every_valid_configuration_survives_json(parts: dict[str, Any]) -> None:
    config = RunConfig.make(**parts)
    again = RunConfig.from_json(json.dumps(config.to_dict()))
    assert again == config
    assert again.to_dict() == config.to_dict()


@given(CONFIGS)
def test_json_holds_what_was_chosen(parts: dict[str, Any]) -> None:
    written = RunConfig.make(**parts).to_dict()
    assert written.pop("version") == VERSION
    assert written.pop("draw_seed") is None
    assert written.pop("initial_weights") == InitialWeights().model_dump()
    assert written == parts


@given(CONFIGS, st.data())
def test_a_misspelt_setting_anywhere_is_an_error_that_names_it(parts: dict[str, Any], data: st.DataObject) -> None:
    part = data.draw(st.sampled_from(sorted(parts)))
    parts[part] = parts[part] | {"widht": 3}
    with pytest.raises(ConfigError) as error:
        RunConfig.make(**parts)
    assert error.value.what == f"There is no setting called “{part}.widht”."
    assert error.value.advice == "Remove it or correct its spelling."


@pytest.mark.parametrize("part", ["dataset", "model", "objective", "optimizer", "schedule"])
def test_an_unknown_part_is_an_error_that_lists_what_there_is(part: str) -> None:
    with pytest.raises(ConfigError) as error:
        RunConfig.make(**VALID | {part: "nothing_like_it"})
    assert error.value.what.endswith(f"{part} called “nothing_like_it”.")
    registries = {
        "dataset": datasets,
        "model": models,
        "objective": objectives,
        "optimizer": optimizers,
        "schedule": schedules,
    }
    assert all(each.key in error.value.advice for each in registries[part]())


@pytest.mark.parametrize(
    ("training", "what", "advice"),
    [
        ({"batch_size": -1}, "-1 is no good value for “training.batch_size”.", "It must be at least 1."),
        ({"batch_size": 65_537}, "65537 is no good value for “training.batch_size”.", "It must be at most 65536."),
        ({"epochs": "many"}, "'many' is no good value for “training.epochs”.", "Correct it:"),
        (
            {"gradient_clip": 0},
            "0 is no good value for “training.gradient_clip”.",
            "It must be at least a little above",
        ),
        ({"device": "tpu"}, "'tpu' is no good value for “training.device”.", "Choose one of: 'auto', 'cpu'"),
        (
            {"checkpoint_seconds": float("nan")},
            "nan is no good value for “training.checkpoint_seconds”.",
            "Correct it:",
        ),
    ],
)
def test_a_bad_value_is_named_with_its_bounds(training: dict[str, Any], what: str, advice: str) -> None:
    with pytest.raises(ConfigError) as error:
        RunConfig.make(**VALID, training=training)
    assert error.value.what == what
    assert error.value.advice.startswith(advice)
    assert error.value.advice.endswith(".")


def test_a_learning_rate_of_a_million_is_refused() -> None:
    with pytest.raises(ConfigError, match=r"“optimizer.learning_rate”. It must be at most 10"):
        RunConfig.make(**VALID, optimizer={"key": "adam", "learning_rate": 1e6})


def test_momentum_one_is_refused_for_it_would_never_slow_down() -> None:
    with pytest.raises(ConfigError, match=r"“optimizer.momentum”. It must be below 1"):
        RunConfig.make(**VALID, optimizer={"key": "momentum", "momentum": 1.0})


def test_a_setting_under_its_old_name_is_answered_with_its_new_one() -> None:
    with pytest.raises(ConfigError) as error:
        RunConfig.make(**VALID, training={"label_smoothing": 0.1})
    assert error.value.what == "The setting “training.label_smoothing” is called “objective.label_smoothing” now."


def test_a_configuration_of_a_newer_version_says_so_even_where_it_holds_the_unknown() -> None:
    newer = RunConfig.make(**VALID).to_dict() | {"version": VERSION + 1, "telepathy": True}
    with pytest.raises(ConfigError, match="written by a newer version"):
        RunConfig.from_dict(newer)


@pytest.mark.parametrize("text", ["", "{", "not json", b"\xff\xfe\x00", '{"model": '])
def test_what_is_not_json_is_refused_with_a_sentence(text: str | bytes) -> None:
    with pytest.raises(ConfigError, match="not valid JSON"):
        RunConfig.from_json(text)


@pytest.mark.parametrize(("environment", "threads"), [('{"threads": 6}', 6), ("[]", None), ("{", None), ("", None)])
def test_an_old_configuration_takes_its_threads_from_where_its_run_has_noted_them(
    environment: str, threads: int | None
) -> None:
    old = RunConfig.make(**VALID).to_dict() | {"version": 1}
    assert RunConfig.from_json(json.dumps(old), environment).training.threads == threads


@pytest.mark.parametrize("text", ["[]", "null", "3", '"chapter_cnn"', '{"optimizer": 3}', '{"training": []}'])
def test_json_of_another_shape_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(ConfigError) as error:
        RunConfig.from_json(text)
    assert error.value.what.endswith(".")
    assert error.value.advice.endswith(".")


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
def test_nothing_a_file_may_hold_is_more_than_a_configuration_error(value: Any) -> None:
    with pytest.raises(ConfigError):
        RunConfig.from_json(json.dumps(value))


def test_a_missing_part_is_named() -> None:
    with pytest.raises(ConfigError, match="The setting “model” is missing"):
        RunConfig.make(dataset="digits")


def test_a_setting_of_an_earlier_version_is_answered_with_its_new_name() -> None:
    with pytest.raises(ConfigError) as error:
        RunConfig.make(**VALID, training={"label_smoothing": 0.1})
    assert error.value.what == "The setting “training.label_smoothing” is called “objective.label_smoothing” now."
    assert error.value.advice == "Write it that way."


def test_everything_random_follows_the_seed_unless_a_run_says_otherwise() -> None:
    config = RunConfig.make(**VALID, training={"seed": 3})
    assert config.drawn_from == 3
    assert config.with_changes(draw_seed=0).drawn_from == 0


def test_threads_that_version_1_left_open_are_those_on_which_its_run_computed() -> None:
    old = json.dumps(RunConfig.make(**VALID).to_dict() | {"version": 1, "objective": None})
    assert RunConfig.from_json(old, '{"threads": 2}').training.threads == 2
    for nothing in ("", "{", "[]"):
        assert RunConfig.from_json(old, nothing).training.threads is None


def test_a_network_for_sentences_does_not_go_with_images() -> None:
    text_models, image_models = (models().for_modality(modality) for modality in ("text", "image"))
    with pytest.raises(ConfigError, match="reads sentences, but Small digits holds images") as error:
        RunConfig.make(dataset="digits", model=text_models[0].key)
    assert error.value.advice == f"Choose one of: {', '.join(part.key for part in image_models)}."


def test_changes_make_a_new_configuration_and_are_checked_like_one() -> None:
    config = RunConfig.make(**VALID)
    changed = config.with_changes(training={"epochs": 3}, optimizer="sgd")
    assert changed.training.epochs == 3
    assert changed.optimizer.key == "sgd"
    assert changed.model == config.model
    assert config.training.epochs == 10
    with pytest.raises(ConfigError):
        config.with_changes(training={"epochs": 0})


def test_a_configuration_cannot_be_changed_in_place() -> None:
    with pytest.raises(ValidationError):
        RunConfig.make(**VALID).training.epochs = 3  # type: ignore[misc]


def test_explain_speaks_of_the_first_mistake_only() -> None:
    with pytest.raises(ValidationError) as error:
        TrainingConfig(epochs=0, batch_size=0)
    assert explain(error.value) == ("0 is no good value for “epochs”.", "It must be at least 1.")


@pytest.mark.parametrize("registry", [datasets, models, objectives, optimizers, schedules])
def test_every_setting_has_a_title_and_help_that_is_a_sentence(registry: Any) -> None:
    kinds: list[type[Component]] = list(registry())
    for kind in kinds:
        for name, field in kind.model_fields.items():
            assert field.title, f"{kind.key}.{name} has no title"
            assert (field.description or "").endswith("."), f"{kind.key}.{name} has no help"


def test_what_is_random_follows_the_seed_of_the_training_unless_the_run_has_one_for_it() -> None:
    config = RunConfig.make(**VALID, training={"seed": 5})
    assert config.drawn_from == 5
    assert config.with_changes(draw_seed=0).drawn_from == 0


def test_a_configuration_of_version_1_has_the_threads_that_its_environment_names() -> None:
    old = json.dumps({"version": 1, **{part: {"key": key} for part, key in (USUAL | VALID).items()}})
    assert RunConfig.from_json(old, json.dumps({"threads": 3})).training.threads == 3
    assert RunConfig.from_json(old, "no JSON").training.threads is None


def test_a_setting_that_has_moved_is_answered_with_its_new_name() -> None:
    with pytest.raises(ConfigError) as error:
        RunConfig.make(**VALID, training={"label_smoothing": 0.1})
    assert error.value.what == "The setting “training.label_smoothing” is called “objective.label_smoothing” now."
