"""Check the three sentences that reproduce the textbook chapter's example."""

from pathlib import Path

CHAPTER = Path(__file__).parents[4] / "assets" / "sentences" / "chapter.tsv"


def test_the_chapter_has_two_kind_sentences_and_one_unkind() -> None:
    header, *rows = (line.split("\t") for line in CHAPTER.read_text(encoding="utf-8").splitlines())
    assert header == ["text", "label", "phenomenon", "topic", "template", "split"]
    assert len({row[0] for row in rows}) == 3
    assert [row[1] for row in rows] == ["1", "1", "0"]
    assert {tuple(row[2:]) for row in rows} == {("plain", "ai", "chapter", "train")}
