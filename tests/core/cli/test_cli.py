"""The command line as a person uses it, in a process of its own where that matters."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import torch
from typer.testing import CliRunner, Result

from core.cli import lists
from core.cli.commands import app
from core.runs import checkpoint
from core.runs.store import RunStore

SMALL = ["--dataset", "digits", "--model", "softmax_regression", "--train-examples", "320", "--threads", "1"]


def neurarium(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments))


def objects(result: Result) -> list[dict[str, Any]]:
    """Every line of standard output, each of which must be one JSON object."""
    return [json.loads(line) for line in result.stdout.splitlines()]


@pytest.fixture
def trained() -> str:
    result = neurarium("train", *SMALL, "--epochs", "2", "--json")
    assert result.exit_code == 0
    return str(objects(result)[-1]["run"])


def test_train_prints_json_and_nothing_else_on_standard_output() -> None:
    result = neurarium("train", *SMALL, "--epochs", "2", "--json")
    *epochs, end = objects(result)
    assert [record["epoch"] for record in epochs] == [1, 2]
    wanted = {"run", "epochs", "seconds", "samples_per_second", "train_loss", "validation_accuracy"}
    assert wanted <= end.keys()
    assert end["epochs"] == 2
    assert end["validation_accuracy"] == epochs[-1]["validation_accuracy"]


def test_train_speaks_to_people_on_standard_error() -> None:
    result = neurarium("train", *SMALL, "--epochs", "1")
    assert result.stdout == ""
    assert "epoch 1" in result.stderr
    assert "Finished" in result.stderr


def test_settings_reach_the_run() -> None:
    neurarium(
        "train", *SMALL, "--epochs", "1", "--optimizer", "sgd", "--lr", "0.25", "--set", "training.gradient_clip=2"
    )
    config = RunStore().find("last").config
    assert config.optimizer.to_dict() | {"key": "sgd", "learning_rate": 0.25} == config.optimizer.to_dict()
    assert config.training.gradient_clip == 2


def test_settings_of_the_objective_reach_the_run_and_a_configuration_starts_another(tmp_path: Path) -> None:
    neurarium("train", *SMALL, "--epochs", "1", "--set", "objective.best_by=loss")
    run = RunStore().find("last")
    assert run.config.objective.to_dict()["best_by"] == "loss"
    said = " ".join(neurarium("runs").stdout.split())
    assert re.search(r"loss \d\.\d{4}", said)
    assert "%" not in said
    old = run.config.to_dict() | {"version": 1}
    old["training"] |= {"label_smoothing": old.pop("objective")["label_smoothing"]}
    (tmp_path / "old.json").write_text(json.dumps(old))
    assert neurarium("train", "--config", str(tmp_path / "old.json")).exit_code == 0
    assert RunStore().find("last").config.objective.to_dict()["best_by"] == "accuracy"
    assert neurarium("train", "--config", str(run.path)).exit_code == 0
    assert RunStore().find("last").config.objective.to_dict()["best_by"] == "loss"


def test_evaluate_prints_figures_and_classes_for_people(trained: str) -> None:
    said = neurarium("evaluate", "--run", trained).stdout
    assert re.search(r"test: accuracy \d\d\.\d\d%, loss \d\.\d{4}, 360 examples", " ".join(said.split()))
    assert "most often mistaken for" in " ".join(said.split())


@pytest.mark.parametrize(
    ("chosen", "dataset", "model"),
    [(["--dataset", "chapter_sentences"], "chapter_sentences", "lstm"), (["--model", "rnn"], "sentences", "rnn")],
)
def test_what_is_not_chosen_goes_with_what_is(chosen: list[str], dataset: str, model: str) -> None:
    neurarium("train", *chosen, "--train-examples", "40", "--epochs", "1", "--threads", "1")
    config = RunStore().find("last").config
    assert (config.dataset.key, config.model.key) == (dataset, model)


def test_any_setting_of_a_training_is_an_option_and_overrules_a_preset() -> None:
    neurarium(
        "train", "--preset", "chapter", *SMALL, "--epochs", "1", "--gradient-clip", "2", "--seed", "7",
        "--precision", "bfloat16", "--early-stopping", "3", "--checkpoint-seconds", "5", "--no-keep-epochs",
    )  # fmt: skip
    run = RunStore().find("last")
    told = run.config.training
    assert (told.epochs, told.gradient_clip, told.seed, told.precision) == (1, 2, 7, "bfloat16")
    assert (told.early_stopping, told.checkpoint_seconds, told.keep_epochs) == (3, 5, False)
    assert told.batch_size == 32, "the preset's"
    assert run.epoch_weights() == {}


def test_any_other_setting_can_be_set_too(trained: str) -> None:
    result = neurarium("train", *SMALL, "--epochs", "1", "--set", f"initial_weights.run={trained}")
    assert result.exit_code == 0, result.output
    assert RunStore().find("last").initial.is_file()
    number = RunStore().find(trained).number
    by_number = ["--set", f"initial_weights.run={number}", "--set", "initial_weights.checkpoint=1"]
    assert neurarium("train", *SMALL, "--epochs", "1", *by_number).exit_code == 0
    assert RunStore().find("last").initial.is_file()


def test_another_seed_of_a_configuration_of_version_1_draws_everything_anew(tmp_path: Path, trained: str) -> None:
    old = RunStore().find(trained).config.to_dict() | {"version": 1}
    (tmp_path / "old.json").write_text(json.dumps({name: part for name, part in old.items() if name != "objective"}))
    for chosen, seed in ((["--set", "training.seed=5"], 5), (["--seed", "5"], 5), ([], 0)):
        neurarium("train", "--config", str(tmp_path / "old.json"), *chosen)
        assert RunStore().find("last").config.drawn_from == seed


def test_a_run_and_an_epoch_to_begin_with_go_by_their_numbers_and_replace_those_of_a_configuration(
    trained: str,
) -> None:
    first = RunStore().find(trained)
    for chosen in ("initial_weights.checkpoint=0", "initial_weights.checkpoint=last"):
        again = ["--config", str(RunStore().find("last").path / "config.json")]
        neurarium("train", *again, "--set", f"initial_weights.run={first.number}", "--set", chosen)
        begun = RunStore().find("last")
        wanted = first.weights_called(begun.config.initial_weights.checkpoint)
        weights = checkpoint.weights_in(checkpoint.read(begun.initial)[0])
        expected = checkpoint.weights_in(checkpoint.read(wanted)[0])
        assert all(torch.equal(weights[name], tensor) for name, tensor in expected.items())


@pytest.mark.skipif(sys.platform == "win32", reason="there no file may be called so")
def test_names_from_elsewhere_are_printed_letter_by_letter(trained: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lists.results, "_width", 200)
    folder = RunStore().find(trained).path
    folder.rename(folder.with_name("[red]mine[bold]"))
    parts = folder.with_name("[red]mine[bold]") / "parts.json"
    parts.write_text(json.dumps(json.loads(parts.read_text()) | {"model": "[blink]a net"}))
    said = neurarium("runs").stdout
    assert "[red]mine[bold]" in said
    assert "[blink]a net" in said
    assert "0 · [blink]a net" in neurarium("evaluate", "--run", "[red]mine[bold]").stdout


def test_evaluate_prints_what_was_asked_for(trained: str) -> None:
    (answer,) = objects(neurarium("evaluate", "--run", trained, "--split", "validation", "--json"))
    assert {"run", "dataset", "split", "accuracy", "loss", "examples"} <= answer.keys()
    (summary,) = objects(neurarium("runs", "--json"))
    assert answer["accuracy"] == pytest.approx(summary["best_accuracy"], abs=1e-8)
    assert 0 < answer["accuracy"] <= 1


def test_evaluate_of_an_early_epoch_is_worse_than_of_the_last(trained: str) -> None:
    start, end = (
        objects(neurarium("evaluate", "--run", trained, "--weights", weights, "--json"))[0] for weights in ("0", "2")
    )
    assert start["loss"] > end["loss"]


def test_resume_goes_on_where_more_epochs_are_asked_for(trained: str) -> None:
    result = neurarium("resume", trained, "--epochs", "3", "--json")
    assert [record["epoch"] for record in objects(result)[:-1]] == [3]


def test_resume_of_a_finished_run_says_what_to_do(trained: str) -> None:
    result = neurarium("resume", trained)
    assert result.exit_code == 1
    assert "--epochs" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["train", "--model", "time_machine"], "no model called “time_machine”"),
        (["train", *SMALL, "--batch-size", "-4"], "must be at least 1"),
        (["train", *SMALL, "--lr", "1e6"], "must be at most 10"),
        (["train", *SMALL, "--lr", "nan"], "learning_rate"),
        (["train", "--dataset", "digits", "--set", "filters=3"], "part.name=value"),
        (["train", "--dataset", "digits", "--set", "model.wings=3"], "no setting called"),
        (["train", "--dataset", "digits", "--set", "version.key=3"], "part.name=value"),
        (["train", "--preset", "chapter", "--set", "draw_seed.key=3"], "part.name=value"),
        (["train", *SMALL, "--set", "training.label_smoothing=0.1"], "is called “objective.label_smoothing” now"),
        (["train", "--preset", "perfect"], "no preset called “perfect”"),
        (["train", "--config", "nowhere.json"], "cannot be read"),
        (["resume", "77"], "no run called “77”"),
        (["evaluate", "--run", "77"], "no run called “77”"),
    ],
)
def test_bad_input_is_answered_with_one_sentence_and_no_traceback(arguments: list[str], sentence: str) -> None:
    result = neurarium(*arguments)
    assert result.exit_code == 1
    assert sentence in result.stderr.replace("\n", " ")
    assert "Traceback" not in result.output


def test_a_diverging_run_says_so_and_fails() -> None:
    result = neurarium("train", "--dataset", "digits", "--model", "mlp", "--optimizer", "sgd", "--lr", "10", "--json")
    assert result.exit_code == 1
    assert "Diverged" in result.stderr
    assert objects(result)[-1]["status"] == "diverged"


def test_a_run_that_diverged_at_once_is_not_asked() -> None:
    neurarium("train", "--dataset", "digits", "--model", "mlp", "--optimizer", "sgd", "--lr", "10", "--json")
    for arguments in (["evaluate"], ["evaluate", "--weights", "last"]):
        result = neurarium(*arguments)
        assert result.exit_code == 1
        assert "it has learned nothing" in result.stderr.replace("\n", " ")


def test_one_epoch_is_not_several() -> None:
    assert "Finished 1 epoch." in neurarium("train", *SMALL, "--epochs", "1").stderr
    assert "Finished all 2 epochs." in neurarium("train", *SMALL, "--epochs", "2").stderr


def test_what_is_left_out_of_a_table_is_said(tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    rows = [f"{label} text {i},{label}" for label in ("good", "bad") for i in range(20)]
    path.write_text("\n".join(["text,label", *rows, rows[0], "no label,"]))
    result = neurarium(
        "train", "--dataset", "csv", "--set", f"dataset.path={path}", "--model", "bag_of_embeddings", "--epochs", "1",
        "--batch-size", "4",
    )  # fmt: skip
    assert result.exit_code == 0, result.output
    assert "Of 42 rows of mine.csv, 40 are used" in result.stderr.replace("\n", " ")


def test_a_narrow_list_of_runs_says_by_what_to_call_each(trained: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lists.results, "_width", 80)
    row = next(line for line in neurarium("runs").stdout.splitlines() if "finished" in line)
    assert row.split()[:2] == ["1", "finished"]
    assert objects(neurarium("evaluate", "--run", row.split()[0], "--json"))[0]["run"] == trained
    folder = RunStore().find(trained).path
    shutil.copytree(folder, folder.with_name("my-copy"))
    said = neurarium("runs").stdout
    assert "my-copy" in said
    assert "…" not in said


def test_what_needs_a_path_first_is_not_at_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lists.results, "_width", 200)
    found = {record["key"]: record["available"] for record in objects(neurarium("datasets", "--json"))}
    assert not found["csv"]
    assert not found["image_folder"]
    assert found["digits"]
    said = neurarium("datasets").stdout
    assert "choose a file" in said
    assert "choose a folder" in said


@pytest.mark.parametrize("command", ["datasets", "parts", "runs"])
def test_lists_are_json_objects_too(command: str, trained: str) -> None:
    records = objects(neurarium(command, "--json"))
    assert records
    assert neurarium(command).stdout


def test_help_is_there_for_every_command() -> None:
    for command in ("train", "resume", "runs", "evaluate", "datasets", "parts"):
        result = neurarium(command, "--help")
        assert result.exit_code == 0
        assert len(result.stdout) > 200


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGINT for one process")
def test_ctrl_c_leaves_a_run_that_can_be_resumed(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "core.cli", "train", *SMALL, "--epochs", "10000", "--json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"COLUMNS": "200"},
    )
    assert process.stdout is not None
    process.stdout.readline()
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "neurarium resume" in err
    assert json.loads(out.splitlines()[-1])["status"] == "stopped"
    run = RunStore().find("last")
    assert run.status() == "stopped"
    assert run.is_resumable()
    _tensors, state = checkpoint.read(run.last)
    assert state["progress"]["step"] == json.loads(out.splitlines()[-1])["steps"], "nothing is lost"
