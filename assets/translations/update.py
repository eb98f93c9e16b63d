"""Updates the catalogues of translations from the code: `python -m assets.translations.update`.

It finds every message in core and gui, keeps existing translations, drops those whose message is gone, and compiles.
New messages are left empty in the `.po`: write their translation there, and run this again.
"""

import ast
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

_ROOT = Path(__file__).parents[2]
_ROOMS = ("core", "gui")
_CATALOGUES = Path(__file__).parent

Message = str | tuple[str, str]  # a pair if it depends on a number: singular and plural


def messages() -> dict[Message, list[str]]:
    """Returns every message of the code, with the files that contain it."""
    found: dict[Message, list[str]] = {}
    for file in sorted(file for room in _ROOMS for file in (_ROOT / room).rglob("*.py")):
        name = file.relative_to(_ROOT).as_posix()
        for message in _messages_of(file):
            places = found.setdefault(message, [])
            if name not in places:
                places.append(name)
    return found


def catalogues() -> list[Path]:
    """Returns the `.po` of each language."""
    return sorted(_CATALOGUES.glob("*/LC_MESSAGES/*.po"))


def read(file: Path) -> Catalog:
    """Returns a catalogue as it is in the file."""
    with file.open("rb") as stream:
        return read_po(stream, locale=file.parts[-3])


def merge(catalogue: Catalog, current: dict[Message, list[str]]) -> None:
    """Makes `catalogue` hold exactly the messages of the code."""
    template = Catalog(creation_date=catalogue.creation_date)
    for message, places in current.items():
        template.add(message, locations=[(place, 1) for place in places])
    catalogue.update(template, no_fuzzy_matching=True, update_header_comment=False)
    for entry in catalogue:
        entry.flags.discard("python-format")  # Babel sets it because of a % in the sentence; the code uses str.format


def compiled(catalogue: Catalog) -> bytes:
    """Returns the compiled catalogue: the same bytes for the same catalogue."""
    stream = BytesIO()
    write_mo(stream, catalogue)
    return stream.getvalue()


def update(file: Path) -> list[str]:
    """Updates one `.po` and its `.mo`; returns the messages that still lack a translation."""
    catalogue = read(file)
    merge(catalogue, messages())
    stream = BytesIO()
    write_po(stream, catalogue, width=120, sort_by_file=True, include_lineno=False, ignore_obsolete=True)
    file.write_bytes(stream.getvalue())
    file.with_suffix(".mo").write_bytes(compiled(catalogue))
    return [str(entry.id) for entry in catalogue if entry.id and not all(forms(entry.string))]


def forms(text: Message | None) -> tuple[str, ...]:
    """Returns the text of an entry, one for each of its numbers."""
    return text if isinstance(text, tuple) else (text or "",)


def _messages_of(file: Path) -> Iterator[Message]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"), str(file))):
        match node:
            case ast.Call(func=ast.Name(id="_" | "N_"), args=[ast.Constant(value=str(message))]) if message:
                yield message
            case ast.Call(
                func=ast.Name(id="ngettext"), args=[ast.Constant(value=str(one)), ast.Constant(value=str(many)), _]
            ):
                yield one, many


def main() -> None:
    """Updates every language and prints what is left to translate."""
    from rich import print as say

    for file in catalogues():
        left = update(file)
        say(f"{file.parts[-3]}: {len(left)} messages to translate")
        for message in left:
            say(f"  {message!r}")


if __name__ == "__main__":
    main()
