import json
import os
from pathlib import Path

import pytest
import safetensors.torch
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from core.errors import RunError, StorageError
from core.runs import checkpoint

TENSORS = {"model.weight": torch.arange(6.0).reshape(2, 3), "optimizer.0.step": torch.tensor(3.0)}
STATE = {"step": 3, "text": "中文"}


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    checkpoint.write(tmp_path / "c.safetensors", TENSORS, STATE)
    tensors, state = checkpoint.read(tmp_path / "c.safetensors")
    assert state == STATE
    assert all(torch.equal(tensors[name], TENSORS[name]) for name in TENSORS)


@pytest.mark.skipif(not Path("/proc/self/maps").exists(), reason="only Linux tells which files lie in memory")
def test_what_was_read_does_not_lie_in_the_file_so_that_it_can_be_replaced_on_every_system(tmp_path: Path) -> None:
    path = tmp_path / "c.safetensors"
    checkpoint.write(path, TENSORS, STATE)
    tensors, _state = checkpoint.read(path)
    assert str(path) not in Path("/proc/self/maps").read_text()
    assert tensors


@settings(max_examples=60, deadline=None)
@given(place=st.floats(0, 1, exclude_max=True), flip=st.integers(1, 255))
def test_a_flipped_byte_anywhere_is_refused_with_a_sentence(
    tmp_path_factory: pytest.TempPathFactory, place: float, flip: int
) -> None:
    path = tmp_path_factory.mktemp("flip") / "c.safetensors"
    checkpoint.write(path, TENSORS, STATE)
    content = bytearray(path.read_bytes())
    content[int(place * len(content))] ^= flip
    path.write_bytes(content)
    try:
        tensors, state = checkpoint.read(path)
    except RunError as refused:
        error: RunError | None = refused
    else:
        error = None
        assert state == STATE, "only a flipped space of padding changes nothing"
        assert all(torch.equal(tensors[name], TENSORS[name]) for name in TENSORS)
    assert error is None or (error.what and error.advice)


@pytest.mark.parametrize("keep", [0, 1, 7, 8, 100, -1])
def test_a_truncated_checkpoint_is_refused_with_a_sentence(tmp_path: Path, keep: int) -> None:
    path = tmp_path / "c.safetensors"
    checkpoint.write(path, TENSORS, STATE)
    path.write_bytes(path.read_bytes()[:keep])
    with pytest.raises(RunError, match="damaged"):
        checkpoint.read(path)


def test_a_foreign_safetensors_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "foreign.safetensors"
    safetensors.torch.save_file(TENSORS, path)
    with pytest.raises(RunError, match="not a checkpoint of Neurarium"):
        checkpoint.read(path)


def test_a_pickle_is_never_opened(tmp_path: Path) -> None:
    path = tmp_path / "model.safetensors"
    torch.save({"weight": torch.ones(2)}, path)
    with pytest.raises(RunError):
        checkpoint.read(path)


@pytest.mark.parametrize("text", ["{", "[" * 100_000, "[]", "3", ""])
def test_a_state_that_is_none_is_refused_though_its_digest_is_right(tmp_path: Path, text: str) -> None:
    path = tmp_path / "forged.safetensors"
    digest = checkpoint._digest(TENSORS, text)
    safetensors.torch.save_file(TENSORS, path, {"format": checkpoint.FORMAT, "state": text, "digest": digest})
    with pytest.raises(RunError, match="damaged"):
        checkpoint.read(path)


def test_a_checkpoint_says_its_digest_and_what_is_none_says_nothing(tmp_path: Path) -> None:
    one, same, other = (tmp_path / f"{name}.safetensors" for name in ("one", "same", "other"))
    checkpoint.write(one, TENSORS, STATE)
    checkpoint.write(same, TENSORS, STATE)
    checkpoint.write(other, TENSORS, STATE | {"step": 4})
    assert checkpoint.digest_in(one) == checkpoint.digest_in(same) != checkpoint.digest_in(other) != ""
    safetensors.torch.save_file(TENSORS, tmp_path / "foreign")
    (tmp_path / "text").write_text("no checkpoint")
    for name in ("foreign", "text", "gone"):
        assert checkpoint.digest_in(tmp_path / name) == ""


def test_a_missing_checkpoint_is_named(tmp_path: Path) -> None:
    with pytest.raises(RunError, match=r"last\.safetensors"):
        checkpoint.read(tmp_path / "last.safetensors")


def test_weights_of_another_shape_are_refused() -> None:
    tensors = checkpoint.model_tensors(nn.Linear(3, 2))
    with pytest.raises(RunError, match="another shape"):
        checkpoint.load_model(nn.Linear(4, 2), tensors)


def test_an_optimizer_comes_back_with_its_memory_in_the_layout_of_its_parameters() -> None:
    def fresh() -> tuple[nn.Module, torch.optim.Optimizer]:
        torch.manual_seed(0)
        model = nn.Conv2d(3, 4, 3).to(memory_format=torch.channels_last)
        return model, torch.optim.Adam(model.parameters(), fused=True)

    def step(model: nn.Module, optimizer: torch.optim.Optimizer) -> None:
        optimizer.zero_grad()
        model(torch.ones(2, 3, 8, 8)).square().sum().backward()
        optimizer.step()

    model, optimizer = fresh()
    step(model, optimizer)
    saved = checkpoint.model_tensors(model) | checkpoint.optimizer_tensors(optimizer)
    saved = {name: tensor.clone() for name, tensor in saved.items()}
    step(model, optimizer)

    again, other = fresh()
    checkpoint.load_model(again, saved)
    checkpoint.load_optimizer(other, saved)
    moment = other.state[again.weight]["exp_avg"]
    assert moment.is_contiguous(memory_format=torch.channels_last)
    step(again, other)
    assert torch.equal(again.weight, model.weight)


def test_a_write_that_fails_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "c.safetensors"
    checkpoint.write(path, TENSORS, STATE)
    before = path.read_bytes()

    def full(_fd: int) -> None:
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StorageError, match="full"):
        checkpoint.write(path, TENSORS, {"step": 4})
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_the_state_is_plain_json_in_the_header(tmp_path: Path) -> None:
    path = tmp_path / "c.safetensors"
    checkpoint.write(path, TENSORS, STATE)
    length = int.from_bytes(path.read_bytes()[:8], "little")
    header = json.loads(path.read_bytes()[8 : 8 + length])
    assert json.loads(header["__metadata__"]["state"]) == STATE
