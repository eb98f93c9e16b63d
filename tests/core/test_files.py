"""A file is replaced whole or not at all, also where somebody has it open just then."""

from pathlib import Path

import pytest

from core import files
from core.errors import StorageError


def test_a_file_that_is_open_for_a_moment_is_replaced_when_it_is_free(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    replaces, refusals = Path.replace, iter([PermissionError("open elsewhere")] * 3)

    def replace(new: Path, path: Path) -> Path:
        for refusal in refusals:
            raise refusal
        return replaces(new, path)

    monkeypatch.setattr(Path, "replace", replace)
    monkeypatch.setattr(files, "_PATIENCE_S", 10.0)  # as on Windows
    files.write_atomically(tmp_path / "last", b"new")
    assert (tmp_path / "last").read_bytes() == b"new"


def test_a_file_that_stays_open_is_left_as_it_was_and_a_sentence_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "last"
    path.write_bytes(b"old")

    def refuse(_new: Path, _path: Path) -> Path:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "replace", refuse)
    monkeypatch.setattr(files, "_PATIENCE_S", 0.1)
    with pytest.raises(StorageError, match="may not be written"):
        files.write_atomically(path, b"new")
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]
