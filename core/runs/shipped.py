"""The networks that come with the program: run folders in `assets/weights`, each with a card. Imports no torch."""

from importlib import resources
from pathlib import Path

from core.errors import RunError
from core.i18n import N_, _, current_language
from core.runs.run import Run

SHIPPED = "shipped/"

_TITLES = {
    "digits": N_("Digits (ready-made)"),
    "english": N_("English (ready-made)"),
    "chinese": N_("Chinese (ready-made)"),
}


class ShippedRun(Run):
    """A run that comes with the program. It has a name instead of a number."""

    @property
    def title(self) -> str:
        """The network's name for people."""
        return _(_TITLES.get(self.name, self.name))

    def card(self, language: str) -> Path:
        """Returns the Markdown file that says what the network can and cannot do, in `language` or in English."""
        path = self.path / f"card.{language}.md"
        return path if path.is_file() else self.path / "card.en.md"


def shipped() -> list[Run]:
    """Returns the networks that come with the program. Of those that read the same, the first is the default."""
    folder = shipped_folder()
    if not folder.is_dir():
        return []
    known = sorted(_TITLES, key=lambda name: name != "chinese" if current_language().startswith("zh") else 0)
    names = [*known, *sorted(path.name for path in folder.iterdir() if path.name not in _TITLES)]
    return [ShippedRun(folder / name) for name in names if (folder / name / "config.json").is_file()]


def shipped_folder() -> Path:
    """Returns the folder of the networks that come with the program."""
    return Path(str(resources.files("assets"))) / "weights"


def run_at(path: Path) -> Run:
    """Returns the run in a folder: one that comes with the program, or the learner's."""
    return ShippedRun(path) if path.parent == shipped_folder() else Run(path)


def shipped_run(name: str) -> Run:
    """Returns the network that comes with the program as "shipped/NAME".

    Raises:
        RunError: there is none.
    """
    for run in shipped():
        if SHIPPED + run.name == name:
            return run
    raise RunError(
        _("No network called “{name}” comes with the program.").format(name=name.removeprefix(SHIPPED)),
        _("Choose one of: {keys}.").format(keys=", ".join(SHIPPED + run.name for run in shipped()) or "–"),
    )
