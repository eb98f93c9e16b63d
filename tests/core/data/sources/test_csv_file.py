"""The user's own table: every file of a spreadsheet program is read, and unusable tables are refused."""

import csv
import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.data.sources import csv_file
from core.data.sources.csv_file import CsvFileConfig
from core.data.text import TextData
from core.errors import DataError
from core.generators import pull

ROWS = [
    *((f"I like it, number {i}", "good") for i in range(12)),
    *((f"I hate it; number {i}", "bad") for i in range(12)),
]
MANY = [(f"{label} text, number {i}", label) for label in ("positive", "negative") for i in range(40)]


def table(rows: list[tuple[str, str]] = ROWS, header: tuple[str, str] = ("text", "label"), delimiter: str = ",") -> str:
    stream = io.StringIO()
    csv.writer(stream, delimiter=delimiter).writerows([header, *rows])
    return stream.getvalue()


@pytest.fixture
def load(tmp_path: Path) -> Callable[..., TextData]:
    def read(content: str | bytes, **columns: object) -> TextData:
        path = tmp_path / "mine.csv"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        data = pull(CsvFileConfig(path=str(path), **columns).load(0))
        assert isinstance(data, TextData)
        return data

    return read


def everything(data: TextData) -> set[tuple[str, str]]:
    """Returns the texts of all splits with the names of their classes."""
    names = data.input_spec.class_names
    splits = [data.split(name) for name in ("train", "validation", "test")]
    return {
        (text, names[label])
        for split in splits
        for text, label in zip(split.texts, split.targets_N.tolist(), strict=True)
    }


def refusal(load: Callable[..., TextData], content: str | bytes, **columns: object) -> str:
    with pytest.raises(DataError) as caught:
        load(content, **columns)
    assert caught.value.advice
    return str(caught.value)


def test_a_table_becomes_three_splits(load: Callable[..., TextData]) -> None:
    data = load(table())
    assert data.input_spec.class_names == ("bad", "good")
    assert everything(data) == set(ROWS)
    assert [len(data.split(name)) for name in ("train", "validation", "test")] == [20, 2, 2]
    assert data.card.title == "mine.csv"


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_separator_and_encoding_are_found_out(load: Callable[..., TextData], delimiter: str, encoding: str) -> None:
    rows = [(f"{text}; très, bien | 好 😍", label) for text, label in ROWS]
    assert everything(load(table(rows, delimiter=delimiter).encode(encoding))) == set(rows)


@pytest.mark.parametrize(
    ("encoding", "sentence"),
    [
        ("gb18030", "这部电影很好看，我很喜欢，演员也不错，第{}次看了"),
        ("big5", "這部電影很好看，我很喜歡，演員也不錯，第{}次看了"),
        ("windows-1252", "Le café était très bon, la soirée n° {} vraiment agréable"),
        ("windows-1251", "Фильм номер {} очень хороший, мне понравилось"),
        ("shift_jis", "この映画は{}回見ましたがとても面白かったです"),
    ],
)
def test_old_encodings_are_recognised(load: Callable[..., TextData], encoding: str, sentence: str) -> None:
    rows = [(sentence.format(i), "good" if i % 2 else "bad") for i in range(40)]
    assert everything(load(table(rows).encode(encoding))) == set(rows)


def test_quoted_fields_may_hold_separators_line_breaks_and_quotation_marks(load: Callable[..., TextData]) -> None:
    rows = [(f'He said: "well,\nnot {i}"', label) for i, (_text, label) in enumerate(ROWS)]
    assert everything(load(table(rows))) == set(rows)


def test_a_tab_separated_file_without_quoting_may_hold_lone_quotation_marks(load: Callable[..., TextData]) -> None:
    lines = ["text\tlabel", *(f'" number {i} of them\t{i % 2}' for i in range(20))]
    data = load("\n".join(lines))
    assert everything(data) == {(f'" number {i} of them', str(i % 2)) for i in range(20)}


def test_columns_are_found_by_name_in_any_case_and_place(load: Callable[..., TextData]) -> None:
    lines = ["id,Stars,Review", *(f"{i},{i % 3},text {i}" for i in range(30))]
    data = load("\n".join(lines), text_column="review", label_column="STARS")
    assert data.input_spec.class_names == ("0", "1", "2")
    assert len(everything(data)) == 30


def test_numbers_are_sorted_by_value(load: Callable[..., TextData]) -> None:
    data = load(table([(f"text {i}", str(i % 12)) for i in range(60)]))
    assert data.input_spec.class_names == tuple(str(i) for i in range(12))


def test_labels_that_differ_in_case_or_space_are_one_class(load: Callable[..., TextData]) -> None:
    rows = [(text, label.upper() if i == 3 else f" {label} ") for i, (text, label) in enumerate(ROWS)]
    assert load(table(rows)).input_spec.class_names == ("bad", "good")


def test_rows_without_text_or_label_and_doubles_are_left_out(load: Callable[..., TextData]) -> None:
    broken = "\n".join(["", ",good", "no label,", "too short", "a new one,good,and,more"])
    data = load(table([*ROWS, *ROWS]) + broken)
    assert everything(data) == {*ROWS, ("a new one", "good")}
    assert sum(len(data.split(name)) for name in ("train", "validation", "test")) == len(ROWS) + 1


def test_what_is_left_out_is_counted_and_said(tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    path.write_text(table([*ROWS, *ROWS[:5]]) + "\n,good\nno label,\ntoo short\n")
    loading = CsvFileConfig(path=str(path)).load(0)
    notices = [report.notice for report in loading if report.notice]
    assert notices == [
        "Of 32 rows of mine.csv, 24 are used; left out: 3 without text or label, "
        "5 whose text is also in an earlier row."
    ]
    assert notices[0] in pull(CsvFileConfig(path=str(path)).load(0)).card.notes


def test_a_table_used_whole_needs_no_notice(tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    path.write_text(table())
    assert not any(report.notice for report in CsvFileConfig(path=str(path)).load(0))


@pytest.mark.parametrize(
    "rare",
    [
        pytest.param("3", id="a number"),
        pytest.param("ok", id="too short to tell"),
        pytest.param("neutral", id="a word of its own"),
    ],
)
def test_a_rare_class_that_looks_like_no_other_is_a_class(load: Callable[..., TextData], rare: str) -> None:
    names = {"positive": "1", "negative": "2"} if rare == "3" else {}
    rows = [(text, names.get(label, label)) for text, label in MANY]
    data = load(table([*rows, *((f"rarely so {i}", rare) for i in range(3))]))
    assert rare in data.input_spec.class_names


def test_classes_alike_in_name_are_classes_where_both_are_frequent(load: Callable[..., TextData]) -> None:
    rows = [(f"{name} text {i}", name) for name in ("happy", "unhappy") for i in range(20)]
    assert load(table(rows)).input_spec.class_names == ("happy", "unhappy")


@given(st.text("abc", max_size=6), st.text("abc", max_size=6))
def test_the_distance_of_two_words_is_that_of_the_recursive_definition(one: str, other: str) -> None:
    def edits(a: str, b: str) -> int:
        if not a or not b:
            return len(a) + len(b)
        rest = edits(a[1:], b[1:])
        return rest if a[0] == b[0] else 1 + min(rest, edits(a[1:], b), edits(a, b[1:]))

    assert csv_file._edits(one, other) == edits(one, other)


def test_the_same_table_is_cut_the_same_way_and_the_test_set_does_not_depend_on_the_seed(
    load: Callable[..., TextData], tmp_path: Path
) -> None:
    load(table())
    one, other = (pull(CsvFileConfig(path=str(tmp_path / "mine.csv")).load(seed)) for seed in (1, 2))
    assert one.split("test").texts == other.split("test").texts
    assert one.split("validation").texts != other.split("validation").texts


def test_a_text_of_100000_words_is_read_and_cut(load: Callable[..., TextData]) -> None:
    data = load(table([*ROWS, ("very long " * 50_000, "good"), ("quite long " * 50_000, "good")]), max_length=32)
    assert all(data.split(name).offsets.diff().max() <= 32 for name in ("train", "validation"))


@pytest.mark.parametrize("text", ["Ω ξ ψ", "😍👩‍💻🇨🇳", "שלום עולם", "؟ مرحبا", "<b>&nbsp;</b>", "\u202eabc", "a\x01b"])
def test_texts_of_any_kind_are_read(load: Callable[..., TextData], text: str) -> None:
    rows = [*ROWS, *((f"{text} {i}", "good") for i in range(4))]
    assert everything(load(table(rows))) == set(rows)


@given(st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc"])), max_size=20))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_is_read_as_it_was_written(load: Callable[..., TextData], texts: list[str]) -> None:
    data = load(table([*ROWS, *((text, "good") for text in texts)]))
    assert {text for text, _label in everything(data)} == {text.strip() for text, _label in ROWS} | {
        text.strip() for text in texts if text.strip()
    }


@given(st.binary(max_size=300))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_bytes_are_refused_in_a_sentence(load: Callable[..., TextData], content: bytes) -> None:
    refusal(load, b"text,label\nonly one,good\n" + content.replace(b"\n", b""))


class TestRefused:
    @pytest.mark.parametrize("content", ["", "\n\n", " ", "\ufeff"])
    def test_an_empty_file(self, load: Callable[..., TextData], content: str) -> None:
        assert "is empty" in refusal(load, content)

    def test_a_header_alone(self, load: Callable[..., TextData]) -> None:
        assert "no labelled text" in refusal(load, "text,label\n")

    def test_one_class_only(self, load: Callable[..., TextData]) -> None:
        assert "only one class, good" in refusal(load, table(ROWS[:12]))

    def test_a_class_with_one_example_is_named(self, load: Callable[..., TextData]) -> None:
        message = refusal(load, table([*ROWS, ("what a typing mistake", "goood")]))
        assert "“goood”" in message
        assert "misspelt" in message

    def test_a_label_misspelt_a_few_times_is_named_with_the_one_it_is_beside(
        self, load: Callable[..., TextData]
    ) -> None:
        message = refusal(load, table([*MANY, *((f"a typing mistake {i}", "postive") for i in range(3))]))
        assert "“postive” (3 times, beside “positive”)" in message
        assert "Correct them" in message

    @pytest.mark.parametrize(("common", "rare"), [("满意", "不满意"), ("happy", "unhappy")])
    def test_a_rare_label_that_negates_another_is_not_taken_for_misspelt(
        self, load: Callable[..., TextData], common: str, rare: str
    ) -> None:
        rows = [(f"number {i}", common) for i in range(100)] + [(f"other {i}", rare) for i in range(3)]
        assert set(load(table(rows)).input_spec.class_names) == {common, rare}

    def test_a_class_whose_texts_all_stand_in_another_too(self, load: Callable[..., TextData]) -> None:
        assert "“other”" in refusal(load, table([*ROWS, (ROWS[0][0], "other"), (ROWS[1][0], "other")]))

    def test_a_missing_column_lists_those_there_are(self, load: Callable[..., TextData]) -> None:
        message = refusal(load, table(header=("review", "stars")))
        assert "no column “text”" in message
        assert "review, stars" in message

    def test_a_label_column_that_is_none(self, load: Callable[..., TextData]) -> None:
        rows = [(f"text {i}", f"id-{i}") for i in range(500)]
        assert "500 different labels" in refusal(load, table(rows))

    @pytest.mark.parametrize(
        "content", [b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", b"PK\x03\x04\x14\0\x06\0", bytes(range(256)) * 9]
    )
    def test_a_binary_file(self, load: Callable[..., TextData], content: bytes) -> None:
        assert "not a text file" in refusal(load, content)

    @pytest.mark.parametrize("place", [20, 90_000])
    def test_a_table_with_a_zero_byte_is_not_called_a_workbook(self, load: Callable[..., TextData], place: int) -> None:
        content = bytearray(table([(f"text number {i}", str(i % 2)) for i in range(10_000)]).encode())
        content[place] = 0
        message = refusal(load, bytes(content))
        assert "zero bytes" in message
        assert "workbook" not in message

    def test_a_workbook_is_called_one(self, load: Callable[..., TextData]) -> None:
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            archive.writestr("[Content_Types].xml", "<Types/>")
        assert "workbook" in refusal(load, packed.getvalue())

    def test_a_quotation_that_never_ends_names_its_row(self, load: Callable[..., TextData]) -> None:
        # Beyond the part of the file that is used to detect its format.
        rows = [(f"a text of some length, number {i}", str(i % 2)) for i in range(4_000)]
        assert "Row 4002" in refusal(load, table(rows) + '"and here it breaks,1\nnext,0\n')

    def test_a_file_that_changes_its_encoding_half_way(self, load: Callable[..., TextData]) -> None:
        refusal(load, table().encode() + "好".encode("utf-16") + b"\xff\xfe\x81,good\n" + "é".encode() * 9)

    def test_a_file_too_large_says_how_large_it_may_be(
        self, load: Callable[..., TextData], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        path = tmp_path / "huge.csv"
        with path.open("wb") as stream:
            stream.truncate(1 << 30)
        with pytest.raises(DataError, match=r"1024 MB; 256 MB are the limit"):
            pull(CsvFileConfig(path=str(path)).load(0))

    def test_no_file(self, tmp_path: Path) -> None:
        for path, message in (
            ("", "No file has been chosen"),
            ("nowhere.csv", "There is no file"),
            (str(tmp_path), "There is no"),
        ):
            with pytest.raises(DataError, match=message):
                pull(CsvFileConfig(path=path).load(0))


def test_reading_reports_how_far_it_is(tmp_path: Path) -> None:
    path = tmp_path / "long.csv"
    path.write_text(table([(f"text number {i}", str(i % 2)) for i in range(20_000)]))
    reports = list(CsvFileConfig(path=str(path)).load(0))
    assert len(reports) > 20
    assert all(0 <= report.done <= (report.total or 0) for report in reports)


def test_a_changed_file_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    config = CsvFileConfig(path=str(path))
    assert pull(config.state_of_files()) == ""
    path.write_text(table())
    before = pull(config.state_of_files())
    path.write_text(table() + "more,good\n")
    assert pull(config.state_of_files()) != before


def test_what_is_in_the_data_folder_needs_no_full_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEURARIUM_DATA", str(tmp_path))
    (tmp_path / "mine.csv").write_text(table())
    assert everything(pull(CsvFileConfig(path="mine.csv").load(0))) == set(ROWS)


def test_what_the_table_may_be_is_not_known_before_it_is_read() -> None:
    assert CsvFileConfig(path="x.csv").info() is None
