"""Sentences out of files as people have them."""

from pathlib import Path

import pytest

from core.errors import DataError
from core.inference.sentence_file import read_sentences

FRENCH = """Le café était délicieux et le personnel très agréable.
La chambre était sale, bruyante et beaucoup trop chère.
J'ai adoré ce film, même si la fin m'a un peu déçu.
À éviter : un désastre du début à la fin, où rien ne fonctionne.
Une soirée parfaite, grâce à la générosité de nos hôtes."""


def written(path: Path, content: str, encoding: str = "utf-8") -> Path:
    path.write_bytes(content.encode(encoding))
    return path


def test_one_sentence_a_line_and_empty_lines_are_left_out(tmp_path: Path) -> None:
    path = written(tmp_path / "a.txt", 'I love AI\r\n\r\n  "quoted", and more\t\r\nlast')
    assert list(read_sentences(path)) == ["I love AI", '"quoted", and more', "last"]


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("utf-8-sig", "Très bon film\nnaïve"),
        ("utf-16", "I love AI\n我喜欢这部电影"),
        ("gb18030", "这部电影非常好看，我很喜欢。\n服务太差了，再也不会来。\n房间很干净，早餐也不错。"),
        ("cp1252", FRENCH),
    ],
)
def test_other_encodings_are_found_out(encoding: str, text: str, tmp_path: Path) -> None:
    assert list(read_sentences(written(tmp_path / "a.txt", text, encoding))) == text.split("\n")


@pytest.mark.parametrize(("delimiter", "text"), [(",", "good, really\nnice"), ("\t", "good, really"), (";", "so; so")])
def test_a_table_gives_its_text_column(delimiter: str, text: str, tmp_path: Path) -> None:
    rows = [["id", "Review"], ["1", f'"{text}"'], ["2", ""], ["3", "bad"]]
    path = written(tmp_path / "a.csv", "\n".join(delimiter.join(row) for row in rows))
    assert list(read_sentences(path)) == [text, "bad"]


def test_a_table_without_a_text_column_gives_its_lines(tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", "good, really\nbad, sadly\n")
    assert list(read_sentences(path)) == ["good, really", "bad, sadly"]


@pytest.mark.parametrize("content", [b"", b"\n \n", b"PK\x03\x04\0\0\0\0"])
def test_what_is_no_text_is_refused(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(content)
    with pytest.raises(DataError):
        list(read_sentences(path))


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "nowhere.txt", tmp_path):
        with pytest.raises(DataError, match="cannot be read"):
            list(read_sentences(path))
