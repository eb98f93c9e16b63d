"""A file is replaced completely or not at all, even if it is open elsewhere."""

import errno
import os
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


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (errno.ENOSPC, "The disk is full"),
        (errno.EROFS, "may not be written here"),
        (errno.ENOTDIR, "is not a folder"),
        (errno.ENOENT, "is gone"),
        (errno.EIO, os.strerror(errno.EIO)),
    ],
)
def test_what_the_system_says_becomes_a_sentence_that_names_the_file(tmp_path: Path, number: int, said: str) -> None:
    with pytest.raises(StorageError, match=said) as caught, files.storage_errors(tmp_path / "last"):
        raise OSError(number, os.strerror(number))
    assert str(tmp_path / "last") in caught.value.what


def test_what_a_crash_left_of_files_in_the_making_is_swept_away(tmp_path: Path) -> None:
    names = {".last.abc.part", ".best.abc.part", "last", ".hidden"}
    for name in names:
        (tmp_path / name).touch()
    files.sweep(tmp_path, of="last")
    assert {path.name for path in tmp_path.iterdir()} == names - {".last.abc.part"}
    files.sweep(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {"last", ".hidden"}


def test_json_is_written_for_people_to_read(tmp_path: Path) -> None:
    files.write_json(tmp_path / "one" / "words.json", {"word": "手写"})
    assert (tmp_path / "one" / "words.json").read_text(encoding="utf-8") == '{\n  "word": "手写"\n}\n'
