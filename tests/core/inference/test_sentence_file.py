"""Sentences are read from files of many formats."""

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


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (["id,opinion", "1,I love it", "2,never again"], ["I love it", "never again"]),
        (["name,opinion", "Ann,I really love it", "Bob,never ever again"], ["I really love it", "never ever again"]),
        (["观点", "这部电影非常好看", "再也不会来了"], ["这部电影非常好看", "再也不会来了"]),
        (["5,good film", "1,bad film"], ["good film", "bad film"]),
        (["a fine film,pos", "dull,neg", "fine acting,pos"], ["a fine film", "dull", "fine acting"]),
        (["Great,pos", "I hated every minute,neg", "a wonderful film,pos"], None),
    ],
)
def test_a_table_without_a_known_name_gives_its_longest_column_without_the_header(
    rows: list[str], expected: list[str] | None, tmp_path: Path
) -> None:
    path = written(tmp_path / "a.csv", "\n".join(rows))
    assert list(read_sentences(path)) == (expected or [row.split(",")[0] for row in rows])


def test_lines_with_commas_in_them_are_no_table(tmp_path: Path) -> None:
    lines = ["I love it", "good, really", "bad, sadly, and long", "never, ever"]
    assert list(read_sentences(written(tmp_path / "a.csv", "\n".join(lines)))) == lines


def test_a_file_over_the_limit_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path / "a.txt", "good film\n" * 200_000)
    assert len(list(read_sentences(path, most_bytes=2 << 20))) == 200_000
    with pytest.raises(DataError, match="too large"):
        next(read_sentences(path, most_bytes=1 << 20))


def test_a_very_long_entry_is_read(tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", "id,text\n1," + "good " * 40_000)
    assert [len(text) for text in read_sentences(path)] == [5 * 40_000 - 1]


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
