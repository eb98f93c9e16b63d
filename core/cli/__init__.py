"""The command line: Neurarium without its window. `neurarium --help` lists the commands.

Each command has its own module; what they share is in `core.cli.output`. Results go to standard output, progress and
messages to standard error. With `--json`, standard output has one JSON object per line and nothing else.
"""

import io
import sys


def main() -> None:
    """Runs the command that the arguments name, in the language of the system."""
    from core import i18n

    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a file or pipe may not know every letter: rather a "?" than an end
            stream.reconfigure(errors="replace")
    from core.cli import chinese_lines, typer_words

    i18n.set_language(i18n.preferred_language())  # before commands are declared: that translates their help
    typer_words.adopt()
    chinese_lines.allow()
    from core.cli.commands import app

    typer_words.translate(app)
    app()
