"""Everything the program says, it says in each of its languages, and with the same numbers in the same form."""

import os
import string
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from rich.cells import cell_len

from assets.translations import update
from core import i18n
from core.i18n import _
from core.quantities import duration

CATALOGUES = update.catalogues()
IDS = [file.parts[-3] for file in CATALOGUES]
MESSAGES = update.messages()


@pytest.fixture
def english_again():
    yield
    i18n.set_language("en")


def fields(text: str) -> Counter[tuple[str, str, str]]:
    """Returns what `str.format` fills in: name, conversion and format, each as often as it stands there."""
    parts = string.Formatter().parse(text)
    return Counter((name, conversion or "", form or "") for _text, name, form, conversion in parts if name is not None)


def test_every_language_but_english_has_a_catalogue() -> None:
    assert set(IDS) == i18n.LANGUAGES.keys() - {"en"}


@pytest.mark.parametrize("file", CATALOGUES, ids=IDS)
def test_every_message_is_translated(file: Path) -> None:
    catalogue = update.read(file)
    missing = [
        message for message in MESSAGES if not (entry := catalogue.get(message)) or not all(update.forms(entry.string))
    ]
    assert not missing, "translate these in the .po, then run python -m assets.translations.update"
    assert not [entry.id for entry in catalogue if entry.fuzzy and entry.id]


@pytest.mark.parametrize("file", CATALOGUES, ids=IDS)
def test_translations_fill_in_the_same_fields_in_the_same_form(file: Path) -> None:
    wrong = {
        entry.id: entry.string
        for entry in update.read(file)
        for template in update.forms(entry.id)
        for text in update.forms(entry.string)
        if template and text and fields(template) != fields(text)
    }
    assert not wrong


@pytest.mark.parametrize("file", CATALOGUES, ids=IDS)
def test_no_translation_has_space_around_it(file: Path) -> None:
    for entry in update.read(file):
        assert not entry.id or all(text == text.strip() for text in update.forms(entry.string))


@pytest.mark.parametrize("file", CATALOGUES, ids=IDS)
def test_what_the_program_reads_is_what_was_written(file: Path) -> None:
    assert file.with_suffix(".mo").read_bytes() == update.compiled(update.read(file))


def test_an_update_keeps_translations_and_drops_what_is_gone() -> None:
    catalogue = update.read(CATALOGUES[0])
    update.merge(catalogue, {"Train": ["a.py"], "Brand new words": ["b.py"]})
    assert {entry.id: entry.string or "" for entry in catalogue if entry.id} == {
        "Train": "训练",
        "Brand new words": "",
    }


def test_a_message_that_depends_on_a_number_is_found_in_the_code_as_a_pair() -> None:
    assert ("Finished {epochs} epoch.", "Finished all {epochs} epochs.") in MESSAGES


@pytest.mark.parametrize(("language", "one", "many"), [("en", "1 word", "3 words"), ("zh_CN", "1 个词", "3 个词")])
def test_numbers_have_the_forms_of_the_language(english_again, language: str, one: str, many: str) -> None:
    i18n.set_language(language)
    assert [i18n.ngettext("{count} word", "{count} words", n).format(count=n) for n in (1, 3)] == [one, many]


def test_the_language_is_switched_while_the_program_runs(english_again) -> None:
    assert (_("Learning rate"), duration(65)) == ("Learning rate", "1 min 05 s")
    i18n.set_language("zh_CN")
    assert (_("Learning rate"), duration(65)) == ("学习率", "1 分 05 秒")
    assert i18n.current_language() == "zh_CN"
    i18n.set_language("en")
    assert _("Learning rate") == "Learning rate"


def test_an_unknown_language_is_english(english_again) -> None:
    i18n.set_language("zh_CN")
    i18n.set_language("tlh")
    assert i18n.current_language() == "en"
    assert _("Learning rate") == "Learning rate"


def test_what_nobody_translated_stays_as_it_is(english_again) -> None:
    i18n.set_language("zh_CN")
    assert _("0007-chapter_cnn-adam") == "0007-chapter_cnn-adam"
    assert _("") == ""


@pytest.mark.parametrize(
    ("wanted", "language"),
    [("zh_CN", "zh_CN"), ("zh_TW.UTF-8", "zh_CN"), ("Chinese (Simplified)_China", "zh_CN"), ("de_DE", "en")],
)
def test_the_environment_chooses_a_language(monkeypatch, wanted: str, language: str) -> None:
    monkeypatch.setenv("NEURARIUM_LANGUAGE", wanted)
    assert i18n.preferred_language() == language


@pytest.mark.parametrize("arguments", [(), ("train",), ("classify",)], ids=" ".join)
def test_help_on_the_command_line_is_chinese_whole_and_aligned(arguments: tuple[str, ...]) -> None:
    lines = _said(*arguments, "--help").splitlines()
    text = "\n".join(lines)
    assert "用法：" in text
    assert "╭─ 选项 " in text
    assert "显示此帮助并退出。" in text
    for english in ("Usage", "Options", "Commands", "Arguments", "Show this message", "current shell.", "default:"):
        assert english not in text
    assert "…" not in text, "something was cut off"
    framed = [line for line in lines if line.startswith(("│", "╭", "╰"))]
    assert framed
    assert {cell_len(line) for line in framed} == {80}


def test_errors_on_the_command_line_are_chinese() -> None:
    assert "没有名为“nope”的数据集。" in _said("train", "--dataset", "nope")


def _said(*arguments: str) -> str:
    """Returns what `neurarium` prints into a Chinese terminal of 80 columns."""
    environment = os.environ | {"NEURARIUM_LANGUAGE": "zh_CN", "COLUMNS": "80", "PYTHONIOENCODING": "utf-8"}
    command = [sys.executable, "-m", "core.cli", *arguments]
    ended = subprocess.run(command, env=environment, capture_output=True, encoding="utf-8", check=False)
    return ended.stdout + ended.stderr
