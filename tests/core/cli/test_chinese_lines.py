"""Chinese text breaks between characters, never before a closing mark, and is never cut off."""

import pytest
from rich import _wrap
from rich.console import Console
from rich.text import Text

from core.cli import chinese_lines

SENTENCE = "批小则步子多而嘈杂，批大则步子少而稳。 必须在 1 到 65536 之间。 默认：32。"


@pytest.fixture(autouse=True)
def allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Allows such line breaks for one test."""
    monkeypatch.setattr(_wrap, "re_word", _wrap.re_word)
    monkeypatch.setattr(Text, "rstrip_end", Text.rstrip_end)
    chinese_lines.allow()


def lines(text: str, width: int) -> list[str]:
    return [str(line) for line in Text(text).wrap(Console(width=width), width)]


@pytest.mark.parametrize("width", range(10, 60))
def test_a_sentence_is_whole_at_any_width(width: int) -> None:
    broken = lines(SENTENCE, width)
    assert "".join("".join(broken).split()) == "".join(SENTENCE.split())
    assert all(Text(line).cell_len <= width for line in broken)
    assert not any(line.startswith(("，", "。", "：")) for line in broken)


def test_english_is_broken_at_spaces_as_before() -> None:
    assert lines("See “neurarium parts”.", 17) == ["See “neurarium ", "parts”."]
    assert lines("Small batches step often and noisily.", 16) == ["Small batches ", "step often and ", "noisily."]
