"""Nothing a stranger hands over is executed, nothing outside is read, and every refusal is a sentence."""

import ast
import json
import struct
import tomllib
from pathlib import Path

import pytest
import safetensors.torch
import torch

import core
from core.data.base import Reading
from core.errors import NeurariumError, RunError
from core.inference.snapshot import load_snapshot
from core.training import checkpoint
from core.training.loop import fit
from core.training.run_store import Run, RunStore
from core.training.summary import summarise
from tests.core.training.runs import small_config

ROOT = Path(core.__file__).parents[1]
UNPICKLERS = {"pickle", "cPickle", "cloudpickle", "dill", "marshal", "shelve"}
EXECUTE = {"eval", "exec", "compile", "__import__"}
LOADERS = {"torch.load", "joblib.load", "yaml.load", "os.system", "os.popen"}
DEEP = "[" * 100_000 + "]" * 100_000


@pytest.mark.parametrize("folder", ["core", "gui", "assets", "benchmarks"])
def test_nothing_is_unpickled_or_evaluated(folder: str) -> None:
    found = []
    for path in (ROOT / folder).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            found += [f"{path.relative_to(ROOT)}:{node.lineno}: {name}" for name in forbidden(node)]
    assert not found


def forbidden(node: ast.AST) -> list[str]:
    """Returns what a node of a program does that none of ours may."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names if alias.name.partition(".")[0] in UNPICKLERS]
    if isinstance(node, ast.ImportFrom):
        names = [f"{node.module}.{alias.name}" for alias in node.names]
        return [name for name in names if name.partition(".")[0] in UNPICKLERS or name in LOADERS]
    if isinstance(node, ast.Call):
        name = ast.unparse(node.func)
        unpickles = [named.arg for named in node.keywords if named.arg == "allow_pickle"]
        return [name] if name in EXECUTE | LOADERS else [str(each) for each in unpickles]
    return []


def test_the_scan_finds_what_it_looks_for() -> None:
    bad = "import pickle\nfrom joblib import load\neval('1')\ntorch.load(x)\nfrom marshal import loads\nimport dill.a"
    assert sum(len(forbidden(node)) for node in ast.walk(ast.parse(bad))) == 6
    assert not [
        each for node in ast.walk(ast.parse("model.eval()\nre.compile('a')\nload(x)")) for each in forbidden(node)
    ]


def test_the_linter_forbids_it_too() -> None:
    lint = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["ruff"]["lint"]
    assert {"S102", "S301", "S302", "S307", "TID251"} <= set(lint["select"])
    assert not {"S102", "S301", "S302", "S307", "TID251"} & set(lint["ignore"])
    banned = lint["flake8-tidy-imports"]["banned-api"]
    assert UNPICKLERS | {"torch.load", "joblib.load"} <= banned.keys()


# -- a run folder from a stranger


@pytest.fixture
def run(tmp_path: Path) -> Run:
    run = RunStore(tmp_path / "runs").create(small_config(epochs=1).with_changes(model={"key": "mlp", "width": 4}))
    list(fit(run.config, run))
    return run


def use(run: Run) -> None:
    """Looks at a run in every way: lists it, reads its history, opens its network, goes on with it."""
    summarise(run)
    assert run.title
    list(run.history())
    load_snapshot(run)
    list(fit(run.config, run))


@pytest.mark.parametrize("file", ["config.json", "reading.json"])
@pytest.mark.parametrize(
    "text", [DEEP, "{", "null", "[]", '"text"', "NaN", "\0", '{"version": 1e999}', '{"a": ' + DEEP + "}"]
)
def test_what_is_no_description_is_refused_with_a_sentence(run: Run, file: str, text: str) -> None:
    (run.path / file).write_text(text)
    with pytest.raises(NeurariumError) as caught:
        use(run)
    assert caught.value.advice
    assert len(str(caught.value)) < 1000


@pytest.mark.parametrize(
    "line", [DEEP, "{}", '{"event": "__class__"}', '{"event": "RunEnded"}', '{"event": ["StepsDone"]}']
)
def test_a_history_made_up_by_a_stranger_is_left_out(run: Run, line: str) -> None:
    known = len(list(run.history()))
    with (run.path / "history.jsonl").open("a") as history:
        history.write(line + "\n")
    assert len(list(run.history())) == known
    assert run.status() == "interrupted"
    summarise(run)


@pytest.mark.parametrize("size", [10**6, 10**12, 2**62, -1])
@pytest.mark.parametrize("place", ["height", "channels"])
def test_a_network_for_giant_pictures_is_refused_before_memory_is_asked_for(run: Run, place: str, size: int) -> None:
    reading = json.loads((run.path / "reading.json").read_text())
    reading["input"][place] = size
    (run.path / "reading.json").write_text(json.dumps(reading))
    with pytest.raises(NeurariumError):
        load_snapshot(run)


@pytest.mark.parametrize("width", [10**9, 2**62, -5, "4; import os"])
def test_a_giant_network_is_refused_before_memory_is_asked_for(run: Run, width: object) -> None:
    config = json.loads((run.path / "config.json").read_text())
    config["model"]["width"] = width
    (run.path / "config.json").write_text(json.dumps(config))
    with pytest.raises(NeurariumError) as caught:
        load_snapshot(run)
    assert "width" in caught.value.what or "shape" in caught.value.what


def test_looking_at_a_run_reads_no_folder_that_its_config_names(run: Run, tmp_path: Path, monkeypatch) -> None:
    secret = tmp_path / "secret"
    secret.mkdir()
    (secret / "diary.txt").write_text("mine")
    config = json.loads((run.path / "config.json").read_text())
    config["dataset"] = {"key": "image_folder", "folder": str(secret)}
    (run.path / "config.json").write_text(json.dumps(config))
    opened: list[str] = []
    read, listed = Path.open, Path.iterdir
    monkeypatch.setattr(
        Path, "open", lambda path, *given, **named: (opened.append(str(path)), read(path, *given, **named))[1]
    )
    monkeypatch.setattr(Path, "iterdir", lambda path: (opened.append(str(path)), listed(path))[1])
    summarise(run)
    assert run.title
    load_snapshot(run)
    assert opened
    assert not [path for path in opened if path.startswith(str(secret))]


def header(length: int, text: bytes) -> bytes:
    return struct.pack("<Q", length) + text


@pytest.mark.parametrize(
    "content",
    [
        header(2**63, b"{}"),
        header(10**9, b"{}"),
        header(len(DEEP), DEEP.encode()),
        header(100, b'{"w":{"dtype":"F32","shape":[1099511627776,4],"data_offsets":[0,4398046511104]}}'.ljust(100)),
        header(100, b'{"w":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}'.ljust(100)),
        b"PK\x03\x04",
        b"\x80\x04\x95\x10\x00\x00\x00\x00\x00\x00\x00cposix\nsystem\n",
    ],
)
def test_a_checkpoint_made_up_by_a_stranger_is_refused_with_a_sentence(run: Run, content: bytes) -> None:
    run.best.write_bytes(content)
    with pytest.raises(RunError, match="damaged"):
        load_snapshot(run)


@pytest.mark.parametrize("state", [DEEP, "[]", "null", "{"])
def test_a_checkpoint_with_a_right_digest_and_a_wrong_state_is_refused(run: Run, state: str) -> None:
    tensors = {"model.w": torch.zeros(1)}
    metadata = {"format": checkpoint.FORMAT, "state": state, "digest": checkpoint._digest(tensors, state)}
    safetensors.torch.save_file(tensors, run.best, metadata)
    with pytest.raises(RunError, match="damaged"):
        load_snapshot(run)


def test_a_checkpoint_that_is_a_link_to_another_file_tells_nothing_of_it(run: Run, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("the password is 1234")
    for path in (run.best, run.last):
        path.unlink()
        path.symlink_to(secret)
    for attempt in (load_snapshot, lambda run: list(fit(run.config, run))):
        with pytest.raises(RunError) as caught:
            attempt(run)
        assert "1234" not in str(caught.value)
    assert secret.read_text() == "the password is 1234"


def test_names_of_classes_are_text_and_nothing_else() -> None:
    with pytest.raises(ValueError, match="class_names"):
        Reading.model_validate({"input": {"kind": "image"}, "class_names": [{"a": 1}]})
