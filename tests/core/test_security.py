"""Nothing in an untrusted file is executed, no other files are read, and every refusal is a sentence."""

import ast
import json
import os
import struct
import sys
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
import safetensors.torch
import torch
from PIL import Image

import core
from core.errors import DataError, NeurariumError, RunError
from core.inference.calibration import calibration_of
from core.inference.catalogue import open_classifier
from core.inference.snapshot import load_snapshot
from core.input_spec import InputSpec
from core.runs import checkpoint, consent
from core.runs.run import Run
from core.runs.store import RunStore
from core.runs.summary import summarise
from core.training.examine import examine
from core.training.loop import fit
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
    """Returns what a node of a program does that is forbidden in this project."""
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


# -- an untrusted run folder


@pytest.fixture
def run(tmp_path: Path) -> Run:
    run = RunStore(tmp_path / "runs").create(small_config(epochs=1).with_changes(model={"key": "mlp", "width": 4}))
    list(fit(run.config, run))
    return run


def use(run: Run) -> None:
    """Uses a run in every way: lists it, reads its history, opens its network, resumes it."""
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
    input_spec = json.loads((run.path / "reading.json").read_text())
    input_spec["input"][place] = size
    (run.path / "reading.json").write_text(json.dumps(input_spec))
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


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    """A folder of pictures that was not used for training."""
    folder = tmp_path / "secret"
    for name in "abcdefghij":
        (folder / name).mkdir(parents=True)
        for number in range(4):
            pixels = np.random.default_rng(number).integers(0, 255, (28, 28), dtype=np.uint8)
            Image.fromarray(pixels).save(folder / name / f"{number}.png")
    return folder


@pytest.fixture
def foreign(run: Run, secret: Path) -> Run:
    """A run that says it was trained on that folder."""
    config = json.loads((run.path / "config.json").read_text())
    config["dataset"] = {"key": "image_folder", "folder": str(secret), "size": 28, "colour": "grey"}
    (run.path / "config.json").write_text(json.dumps(config))
    input_spec = json.loads((run.path / "reading.json").read_text())
    input_spec["class_names"] = list("abcdefghij")
    input_spec["input"] |= {"channels": 1, "height": 28, "width": 28}
    (run.path / "reading.json").write_text(json.dumps(input_spec))
    return run


_read: list[str] | None = None  # files opened or listed, while recording; an audit hook cannot be removed


def _note(event: str, given: tuple[object, ...]) -> None:
    if _read is not None and event in ("open", "os.scandir", "os.listdir") and isinstance(given[0], str | os.PathLike):
        _read.append(os.fspath(given[0]))


sys.addaudithook(_note)


@contextmanager
def read_under(folder: Path) -> Iterator[list[str]]:
    """Records which files are opened or listed in or below a folder inside the block."""
    global _read
    _read = []
    found: list[str] = []
    try:
        yield found
        found += [path for path in _read if str(path).startswith(str(folder))]
    finally:
        _read = None


def test_a_run_from_elsewhere_reads_no_folder_that_nobody_has_trained_on_here(foreign: Run, secret: Path) -> None:
    with read_under(secret) as found:
        summarise(foreign)
        assert foreign.title
        assert open_classifier(foreign).familiarity is None
        assert calibration_of(foreign, load_snapshot(foreign)) is None
        for use_data in (examine, lambda run: list(fit(run.config, run))):
            with pytest.raises(DataError, match="no run was started with it on this computer") as caught:
                use_data(foreign)
            assert "start a new run with it" in caught.value.advice
    assert not found
    assert foreign.last.is_file(), "and it is lost to nobody"


def test_once_somebody_has_begun_a_run_with_the_folder_all_runs_may_read_it(foreign: Run, secret: Path) -> None:
    RunStore().create(foreign.config)
    consent._given.clear()  # as after a new start
    with read_under(secret) as found:
        assert open_classifier(foreign).familiarity is not None
        examine(foreign)
    assert found


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
        InputSpec.model_validate({"input": {"kind": "image"}, "class_names": [{"a": 1}]})
