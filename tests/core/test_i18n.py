"""Every message exists in every language, with the same fields in the same format."""

import ast
import os
import re
import string
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
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
Names = dict[str, list[ast.AST]]
WORD, NO_WORD = re.compile("[A-Za-z]{3}"), re.compile(r"<[^>]*>|&\w+;|{\w*}")
READ_BY_PEOPLE = {
    "setText", "setPlainText", "setHtml", "setToolTip", "setStatusTip", "setWhatsThis", "setPlaceholderText",
    "setWindowTitle", "setTitle", "setAccessibleName", "setAccessibleDescription", "setSpecialValueText", "setSuffix",
    "setPrefix", "setLabelText", "setHeaderLabels", "addItem", "addItems", "addTab", "addAction", "addMenu", "drawText",
    "QLabel", "QPushButton", "QToolButton", "QCheckBox", "QRadioButton", "QAction", "QGroupBox", "QMenu", "QLineEdit",
    "QPlainTextEdit", "QTextEdit", "Card", "ElidedLabel", "Pill", "PillButton",
}  # fmt: skip
ALLOWED = {
    ("gui/main_window.py", "Neurarium"): "the program is called so in every language",
    ("gui/crash.py", "Neurarium "): "a report for whoever mends it",
    ("gui/crash.py", ", Python "): "a report for whoever mends it",
    ("core/runs/run.py", "best, last"): "what one types, whatever one speaks",
    ("core/runs/run.py", "reading.json"): "the name of a file",
    ("core/runs/shipped.py", "shipped/"): "what one types, whatever one speaks",
}


@pytest.fixture
def english_again():
    yield
    i18n.set_language("en")


def fields(text: str) -> Counter[tuple[str, str, str]]:
    """Returns the fields for `str.format`: name, conversion and format, with repetitions."""
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
    """Returns the output of `neurarium` in a Chinese terminal of 80 columns."""
    environment = os.environ | {"NEURARIUM_LANGUAGE": "zh_CN", "COLUMNS": "80", "PYTHONIOENCODING": "utf-8"}
    command = [sys.executable, "-m", "core.cli", *arguments]
    ended = subprocess.run(command, env=environment, capture_output=True, encoding="utf-8", check=False)
    return ended.stdout + ended.stderr


class Unmarked:
    """Finds text for the user that is missing in the catalogues because it is not marked for translation.

    It follows an expression into f-strings, choices, sums, `format` and `join`, and to what a name was given in the
    same function or at the top of the file; not into what other functions return.

    Args:
        takers: the functions and classes that are given what people read.

    Attributes:
        calls: how many calls of these were looked at.
    """

    def __init__(self, takers: set[str]) -> None:
        self._takers = takers
        self.calls = 0

    def of(self, source: str) -> list[str]:
        """Returns the texts of a piece of code that are not marked."""
        tree = ast.parse(source)
        self.calls += len(self._calls_in(tree))
        constants = _given(tree.body)
        functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
        scopes = [(tree, constants), *((each, constants | _given(ast.walk(each))) for each in functions)]
        return list(dict.fromkeys(text for scope, given in scopes for text in self._unmarked(scope, given)))

    def _calls_in(self, scope: ast.AST) -> list[ast.Call]:
        return [node for node in ast.walk(scope) if isinstance(node, ast.Call) and _name(node.func) in self._takers]

    def _unmarked(self, scope: ast.AST, given: Names) -> Iterator[str]:
        for call in self._calls_in(scope):
            texts = [*call.args, *(each.value for each in call.keywords if each.arg != "objectName")]
            yield from (text for each in texts for text in _spoken(each, given) if WORD.search(NO_WORD.sub("", text)))


def _name(function: ast.expr) -> str:
    return getattr(function, "id", getattr(function, "attr", ""))


def _given(statements: Iterable[ast.AST]) -> Names:
    """Returns the values that each name may have; in an assignment to several names, each gets its own."""
    found: Names = {}
    for each in statements:
        if isinstance(each, ast.Assign) and len(each.targets) == 1:
            pairs = [(each.targets[0], each.value)]
            if isinstance(each.targets[0], ast.Tuple) and isinstance(each.value, ast.Tuple):
                pairs = list(zip(each.targets[0].elts, each.value.elts, strict=False))
            for target, value in pairs:
                if isinstance(target, ast.Name):
                    found.setdefault(target.id, []).append(value)
    return found


def _spoken(node: ast.AST, given: Names) -> Iterator[str]:
    """Yields the unmarked texts in an expression."""
    match node:
        case ast.Constant(value=str(text)):
            yield text
            return
        case ast.Name(id=name):
            parts: list[ast.AST] = [*given.get(name, ())]
            given = {other: values for other, values in given.items() if other != name}
        case ast.Call(func=ast.Attribute(value=text, attr="format" | "join"), args=arguments, keywords=keywords):
            parts = [text, *arguments, *(each.value for each in keywords)]
        case ast.Call(func=ast.Attribute(value=text)):
            parts = [text]
        case ast.Call(func=ast.Name(id="as_tooltip" | "escape" | "filter" | "str"), args=arguments):
            parts = [*arguments]
        case ast.IfExp(body=one, orelse=other):
            parts = [one, other]
        case ast.FormattedValue(value=value) | ast.NamedExpr(value=value) | ast.Starred(value=value):
            parts = [value]
        case ast.JoinedStr() | ast.BinOp() | ast.BoolOp() | ast.Tuple() | ast.List():
            parts = [*ast.iter_child_nodes(node)]
        case ast.GeneratorExp(elt=each) | ast.ListComp(elt=each):
            parts = [each]
        case _:
            return
    for part in parts:
        yield from _spoken(part, given)


def sources() -> dict[str, str]:
    """Returns the code of the program by file."""
    root = Path(i18n.__file__).parents[1]
    files = [path for room in ("core", "gui") for path in sorted((root / room).rglob("*.py"))]
    return {path.relative_to(root).as_posix(): path.read_text(encoding="utf-8") for path in files}


def errors_for_people() -> set[str]:
    """Returns the names of `NeurariumError` and all its subclasses."""
    bases = {
        node.name: {_name(base) for base in node.bases}
        for source in sources().values()
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.ClassDef)
    }
    found = {"NeurariumError"}
    while more := {name for name, above in bases.items() if above & found} - found:
        found |= more
    return found


def test_whatever_people_read_is_marked_for_translation() -> None:
    errors = errors_for_people()
    scans = {"core": Unmarked(errors), "gui": Unmarked(errors | READ_BY_PEOPLE)}
    found = {(name, text) for name, source in sources().items() for text in scans[name.split("/")[0]].of(source)}
    assert found == ALLOWED.keys()
    assert scans["core"].calls > 60, "it looks at too little"
    assert scans["gui"].calls > 400, "it looks at too little"


@pytest.mark.parametrize(
    "line",
    [
        'label.setText("Loss")',
        'label.setToolTip(text="Loss")',
        'label.setText(f"{count} epochs")',
        "label.setText(f\"{count} {'epochs' if count else ''}\")",
        'label.setText("<b>Loss</b>: " + figure)',
        'label.setText(figure or "unknown")',
        'label.setText("" if figure is None else "Loss {figure}".format(figure=figure))',
        'label.setText(_("Loss of {name}").format(name="training"))',
        'label.setText(" · ".join(filter(None, (figure, "Loss"))))',
        'label.setText("Loss".upper())',
        'widget.setWindowTitle(as_tooltip("Loss"))',
        'button = QPushButton(icon("play"), "Train")',
        'label = QtWidgets.QLabel("Loss")',
        'raise RunError("It is gone.", _("Choose another."))',
        'raise UnexpectedError(what=_("It is gone."), advice="Choose another.", details="")',
        'LOSS = "Loss"\ndef show():\n    label.setText(LOSS)',
        'def show():\n    what, figure = "Loss", 3\n    label.setText(f"{what}: {figure}")',
    ],
)
def test_a_text_that_nobody_marked_is_found(line: str) -> None:
    assert len(Unmarked(errors_for_people() | READ_BY_PEOPLE).of(line)) == 1


@pytest.mark.parametrize(
    "line",
    [
        'label.setText(_("Loss"))',
        'label.setText(_("Loss") if figure else "–")',
        'label.setText(f"{_(title)}: {figure:,.3f} ms")',
        'label.setText(ngettext("{count} epoch", "{count} epochs", count).format(count=count))',
        'label.setText(words["loss"])',
        'label.setText(f"<qt><br>{text}</qt>")',
        'label.setText(said_of("loss"))',
        'label.setObjectName("loss")',
        'card = Card(N_("Loss"))',
        'action = QAction(objectName="loss")',
        'raise ValueError("too large to be a drawing")',
        'def show():\n    text = _("Loss")\n    label.setText(text)\ndef key():\n    text = "loss"',
    ],
)
def test_what_is_marked_or_read_by_nobody_is_not_found(line: str) -> None:
    assert Unmarked(errors_for_people() | READ_BY_PEOPLE).of(line) == []
