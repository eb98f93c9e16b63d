"""A setting of a class is an option of the command line, with the words and bounds that the class has."""

from typing import Any

import pytest
import typer
from typer.testing import CliRunner, Result

from core import i18n
from core.cli.commands import app
from core.cli.options import Chosen, SettingOption, options_of, with_options
from core.cli.output import speaks
from core.runs.config import RunConfig, TrainingConfig
from core.settings import setting


class MoreTraining(TrainingConfig):
    """A training with additional settings."""

    warm_up: float | None = setting(None, "Warm-up", "Seconds to stretch.", none="none", ge=0, le=9)
    is_loud: bool = setting(False, "Loud", "Hums at each step.")
    diary: str = setting("", "Diary", "What to call the diary.")


def run(command: Any, *arguments: str) -> Result:
    alone = typer.Typer()
    alone.command()(command)
    return CliRunner().invoke(alone, list(arguments), env={"TERMINAL_WIDTH": "200", "COLUMNS": "200"})


def chosen_of(*arguments: str) -> Chosen:
    """Returns the settings that a command with the options of `MoreTraining` receives."""
    given: list[Chosen] = []

    @with_options(options_of(MoreTraining))
    def command(settings: Chosen, name: str = "") -> None:
        given.append(settings)

    result = run(command, *arguments)
    assert result.exit_code == 0, result.output
    return given[0]


def test_every_setting_of_a_training_is_an_option() -> None:
    said = CliRunner().invoke(app, ["train", "--help"]).stdout
    options = options_of(TrainingConfig)
    assert {option.field.name for option in options if option.part == "training"} == set(TrainingConfig.model_fields)
    for option in options:
        assert option.flag in said
    assert "--no-keep-epochs" in said
    assert "--lr" in said


def test_a_new_setting_is_a_new_option_without_another_edit() -> None:
    said = " ".join(run(with_options(options_of(MoreTraining))(lambda settings: None), "--help").stdout.split())
    assert "--warm-up" in said
    assert "Seconds to stretch. It must be from 0 to 9. Default: none." in said
    assert "--is-loud" in said
    assert "--no-is-loud" in said
    assert chosen_of("--warm-up", "2.5", "--is-loud")["training"] == {"warm_up": 2.5, "is_loud": True}


def test_only_what_is_given_is_chosen() -> None:
    assert chosen_of("--name", "x") == {}
    assert chosen_of("--epochs", "3", "--lr", "0.5", "--train-examples", "1,000", "--no-keep-epochs") == {
        "training": {"epochs": 3, "keep_epochs": False},
        "optimizer": {"learning_rate": 0.5},
        "dataset": {"train_examples": 1000},
    }


def test_a_text_is_taken_as_it_is_typed() -> None:
    assert chosen_of("--diary", "12")["training"] == {"diary": "12"}


@pytest.mark.parametrize("nothing", ["off", "关", ""])
def test_nothing_is_said_by_its_name_in_either_language(nothing: str) -> None:
    i18n.set_language("zh_CN")
    try:
        (clip,) = (option for option in options_of(TrainingConfig) if option.field.name == "gradient_clip")
        assert clip.read(nothing) is None
    finally:
        i18n.set_language("en")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--epochs", "many"], "'many' is no good value for “training.epochs”. Enter a whole number, such as 32."),
        (["--seed", "1.5"], "'1.5' is no good value for “training.seed”. Enter a whole number, such as 32."),
        (["--lr", "nan"], "'nan' is no good value for “optimizer.learning_rate”. Enter a number, such as"),
        (["--epochs", "0"], "0 is no good value for “training.epochs”. It must be at least 1."),
        (["--gradient-clip", "0"], "0.0 is no good value for “training.gradient_clip”. It must be at least a little"),
        (["--gradient-clip", "1001"], "1001.0 is no good value for “training.gradient_clip”. It must be at most 1000."),
        (["--device", "abacus"], "'abacus' is no good value for “training.device”. Choose one of: 'auto', 'cpu'"),
    ],
)
def test_what_cannot_be_is_answered_with_a_sentence(arguments: list[str], sentence: str) -> None:
    @speaks
    @with_options(options_of(TrainingConfig))
    def command(settings: Chosen) -> None:
        RunConfig.make(model="mlp", **({"optimizer": {"key": "adam"}} | settings))

    result = run(command, *arguments)
    assert result.exit_code == 1
    assert sentence in result.stderr


def test_the_values_of_a_choice_are_completed() -> None:
    options = {option.field.name: option for option in options_of(TrainingConfig)}

    def completed(option: SettingOption, begun: str) -> list[str]:
        return list(option.parameter().annotation.__metadata__[0].autocompletion(begun))

    assert completed(options["device"], "c") == ["cpu", "cuda"]
    assert completed(options["augmentation"], "") == ["off", "light", "strong"]


def test_a_setting_called_like_an_option_is_noticed() -> None:
    with pytest.raises(ValueError, match="epochs"):

        @with_options(options_of(TrainingConfig))
        def command(settings: Chosen, epochs: int = 1) -> None:
            """Has its own option with the name of a setting."""
