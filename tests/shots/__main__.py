"""`python -m tests.shots [FOLDER] [--only WORD]`: plays the scenes one after another and saves their pictures."""

import argparse
import pkgutil
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import tests.shots
from tests.shots.stage import Stage, stage

Scene = Callable[[Stage], None]


def scenes() -> dict[str, Scene]:
    """Returns all scenes by the names of their modules and functions."""
    found = {}
    for module in sorted(info.name for info in pkgutil.iter_modules(tests.shots.__path__)):
        if module.startswith("scenes_"):
            for scene in import_module(f"tests.shots.{module}").SCENES:
                found[f"{module.removeprefix('scenes_')}.{scene.__name__}"] = scene
    return found


def main() -> None:
    """Reads the command line and plays."""
    parser = argparse.ArgumentParser(prog="python -m tests.shots", description=__doc__)
    parser.add_argument(
        "folder", nargs="?", type=Path, default=Path("shots"), help="where pictures go (default: shots)"
    )
    parser.add_argument("--only", default="", metavar="WORD", help="only scenes whose name holds this")
    asked = parser.parse_args()
    asked.folder.mkdir(parents=True, exist_ok=True)
    for name, scene in scenes().items():
        if asked.only in name:
            print(name, flush=True)
            with stage(asked.folder) as on_stage:
                scene(on_stage)


if __name__ == "__main__":
    main()
